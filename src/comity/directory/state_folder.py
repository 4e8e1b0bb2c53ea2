"""A State's own folder, on a machine without a network: its keys, its record, its entries.

Layout: everything of a `DirectoryStore`, whose trust file pins the State's own first keys;
``keys/<version>/state-<n>.jwk``, each file for another holder; ``delegated.json``, the list of
targets last signed for the secretariat.

Nothing is written that the State's own `accept_all` would refuse.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, Self

from comity.canonical import MisuseError, Mode, parse_state
from comity.directory import disk
from comity.directory.acceptance import accept_all
from comity.directory.directory import Directory, Reset
from comity.directory.disk import Random, new_keys, read_keys
from comity.directory.entry import Entry, sign_entry
from comity.directory.errors import DirectoryFolderError, EntryMalformedError
from comity.directory.handover import encode_handover
from comity.directory.keyrow import KeyRow
from comity.directory.state_record import MAX_STATE_KEYS, KeySet, StateRecord, sign_state
from comity.directory.store import DirectoryStore
from comity.directory.trust import TrustFile
from comity.directory.tuf_client import MAX_METADATA_BYTES
from comity.directory.tuf_roles import held_targets, read_targets, signed_bytes, state_metadata
from comity.keys import Jws, PrivateKey

ENTRY_LIFE: Final = timedelta(days=365)


@dataclass(frozen=True)
class StateFolder:
    """One such folder."""

    folder: Path

    @classmethod
    def create(
        cls,
        folder: Path,
        *,
        state: str,
        mode: Mode,
        keys: int,
        threshold: int,
        now: datetime,
        alg: str = "Ed25519",
        random: Random = secrets.token_bytes,
    ) -> Self:
        """Return a new State folder with its keys and version 1 of its record.

        Raises:
            MisuseError: the folder is taken, or a threshold nobody can reach.
            PeerError: no State's name.
        """
        parse_state(state)  # all is checked before anything is written
        if not 1 <= threshold <= keys <= MAX_STATE_KEYS:
            raise MisuseError(
                f"{threshold} of {keys} keys cannot sign together: a State has 1 to "
                f"{MAX_STATE_KEYS} keys, and 1 to all of them sign"
            )
        disk.must_be_new(folder)
        made = new_keys(folder / "keys" / "1", "state", keys, random, alg=alg)
        pin = KeySet(tuple(key.public for key in made), threshold)
        record = StateRecord(mode=mode, state=state, version=1, issued_at=now, key_set=pin)
        signed = sign_state(record, made)
        trust = TrustFile(mode=mode, delegations={state: pin})
        disk.write(folder / "trust.json", trust.data)
        found = cls(folder)
        store = found.store
        store.save(found._accepted(store.load(), [signed.jws], now=now))
        return found

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Return the State of a folder; `DirectoryFolderError` if it holds none."""
        if not (folder / "keys").is_dir() or not (folder / "trust.json").is_file():
            raise DirectoryFolderError(f"{folder.name} is no State's folder")
        return cls(folder)

    @property
    def store(self) -> DirectoryStore:
        """The State's own directory."""
        return DirectoryStore(self.folder)

    @property
    def state(self) -> str:
        """The State's two letters."""
        return next(iter(self.store.trust().delegations))

    def record_bytes(self, version: int | None = None) -> bytes:
        """Return the JWS of one version of the State record; None for the newest."""
        folder = self.folder / "states" / self.state
        number = version or len(list(folder.glob("*.json")))
        return disk.read(folder / f"{number}.json", max_bytes=MAX_METADATA_BYTES)

    def put(self, entry: Entry, *, now: datetime) -> Entry:
        """Sign an entry as the party's next version, and keep it.

        Args:
            entry: what to say; its version, previous, State version and issue time are set here.
            now: the State's clock.

        Raises:
            PeerError: it breaks a rule of entries or of their history.
        """
        with disk.locked(self.folder):
            directory = self.store.load()
            signed = self._next(directory, entry, now=now)
            directory = self._accepted(directory, [signed], now=now)
            self.store.save(directory)
            return directory.entry(entry.party)

    def revoke(
        self,
        party: str,
        kid: str,
        *,
        invalid_from: datetime,
        last_good_index: int | None,
        now: datetime,
    ) -> Entry:
        """Say that a key's signatures count only if proved before a moment.

        Raises:
            MisuseError: the entry has no such key.
            EntryHistoryError: the key was revoked from an earlier moment already.
        """
        entry = self.store.load().entry(party)
        row = entry.rows.get(kid)
        if row is None:
            raise MisuseError("the entry has no such key", party=party)
        revoked = replace(
            row, status="revoked", invalid_from=invalid_from, last_good_index=last_good_index
        )
        keys = tuple(revoked if item.kid == kid else item for item in entry.keys)
        return self.put(replace(entry, keys=keys), now=now)

    def rotate(
        self,
        *,
        keys: int,
        threshold: int,
        now: datetime,
        alg: str = "Ed25519",
        lost: bool = False,
        random: Random = secrets.token_bytes,
    ) -> StateRecord:
        """Replace the State's keys, and sign every party's entry anew with the new ones.

        The entries are issued again because an entry under a replaced record could as well come
        from a thief of the replaced keys. With `lost` the old keys sign nothing: to everybody else
        the record is a reset, which a person confirms out of band (spec 12.2).
        """
        with disk.locked(self.folder):
            directory = self.store.load()
            last = directory.states[self.state][-1].record
            old = [] if lost else self._signers(last, last.key_set.threshold)
            version = last.version + 1
            fresh = new_keys(self.folder / "keys" / str(version), "state", keys, random, alg=alg)
            record = StateRecord(
                mode=directory.mode,
                state=self.state,
                version=version,
                issued_at=now,
                key_set=KeySet(tuple(key.public for key in fresh), threshold),
                previous=last.content,
            )
            signed = sign_state(record, [*old, *fresh])
            if lost:
                own = Reset(
                    signed=signed,
                    seen_at=now,
                    confirmed_at=now,
                    confirmed_by="the State itself",
                )
                directory = replace(directory, resets=(*directory.resets, own))
            directory = self._accepted(directory, [signed.jws], now=now)
            again = [
                self._next(directory, directory.entry(p), now=now) for p in directory.parties()
            ]
            self.store.save(self._accepted(directory, again, now=now))
            return record

    def publish(self, *, now: datetime) -> bytes:
        """Return the file for the secretariat: every record, and the signed list of them."""
        directory = self.store.load()
        path = self.folder / "delegated.json"
        version = 1
        if path.is_file():
            held = read_targets(disk.read(path, max_bytes=MAX_METADATA_BYTES))
            version = held.signed.version + 1
        metadata = state_metadata(held_targets(directory, self.state), version=version, now=now)
        newest = directory.states[self.state][-1].record
        data = signed_bytes(metadata, self._signers(newest, newest.key_set.threshold))
        disk.write(path, data)
        return encode_handover(
            mode=directory.mode,
            states=[signed.jws for signed in directory.states[self.state]],
            entries=[s.jws for p in directory.parties() for s in directory.versions(p)],
            delegated=data,
        )

    def _next(self, directory: Directory, entry: Entry, *, now: datetime) -> Jws:
        if entry.state != self.state:
            raise EntryMalformedError("the party belongs to another State")
        record = directory.states[self.state][-1].record
        versions = directory.versions(entry.party)
        last = versions[-1].entry if versions else None
        final = replace(
            entry,
            version=1 if last is None else last.version + 1,
            previous=None if last is None else last.content,
            state_version=record.version,
            issued_at=now,
            expires_at=entry.expires_at if entry.expires_at > now else now + ENTRY_LIFE,
        )
        return sign_entry(final, self._signers(record, record.key_set.threshold)).jws

    def _signers(self, record: StateRecord, threshold: int) -> list[PrivateKey]:
        folder = self.folder / "keys" / str(record.version)
        present = [key for key in read_keys(folder, "state") if key.kid in record.key_set.by_kid]
        if len(present) < threshold:
            raise MisuseError(
                f"{threshold} keys of version {record.version} are due, {len(present)} are here"
            )
        return present[:threshold]

    def _accepted(self, directory: Directory, signed: Iterable[Jws], *, now: datetime) -> Directory:
        batch = accept_all(directory, [item.record for item in signed], now=now)
        if batch.refused:
            first = batch.refused[0]
            raise EntryMalformedError(f"{first.code}: {first.reason}", code=first.code)
        return batch.directory.refreshed(at=now, fresh_until=None)


def merged_keys(old: Iterable[KeyRow], new: Iterable[KeyRow]) -> tuple[KeyRow, ...]:
    """Return every old key, retired where the new list lacks it, then the keys that are new.

    A revoked key stays as it is: a node's list of public keys revives nothing.
    """
    wanted = {row.kid: row for row in new}
    kept = []
    for row in old:
        fresh = wanted.pop(row.kid, None)
        if row.status == "revoked":
            kept.append(row)
        elif fresh is None:
            kept.append(replace(row, status="retired"))
        else:
            kept.append(replace(row, not_after=fresh.not_after))
    return (*kept, *wanted.values())
