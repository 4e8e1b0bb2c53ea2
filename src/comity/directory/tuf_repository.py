"""A secretariat's folder: its own directory, its keys, and the TUF repository it serves.

Layout: everything of a `DirectoryStore`; ``repository/metadata`` and ``repository/targets``, to be
served as static files; ``offline/`` with the root and targets keys, each file for another holder;
``online/`` with the snapshot and time stamp keys.

A secretariat lists what States signed. It holds no key that could sign for a State, and what it
takes in goes through the same `accept_all` as at any node.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final, Self

from comity.canonical import MisuseError, Mode, digest
from comity.directory import disk
from comity.directory.acceptance import accept_all
from comity.directory.directory import Directory
from comity.directory.disk import Random, new_keys, read_keys, write_keys
from comity.directory.errors import DirectoryFolderError, TufMetadataError
from comity.directory.handover import Handover, parse_handover
from comity.directory.state_record import KeySet, parse_state_record
from comity.directory.store import DirectoryStore
from comity.directory.trust import TrustFile
from comity.directory.tuf_client import MAX_METADATA_BYTES
from comity.directory.tuf_roles import (
    AnyMetadata,
    Metadata,
    Root,
    RootKeys,
    Snapshot,
    Timestamp,
    check_delegated,
    delegations_of,
    held_targets,
    key_set,
    read_targets,
    role_name,
    root_metadata,
    signed_bytes,
    snapshot_metadata,
    targets_metadata,
    timestamp_metadata,
    tuf_key,
)
from comity.directory.verdicts import Batch
from comity.keys import PrivateKey

_MOST_KEYS: Final = 8


@dataclass(frozen=True, kw_only=True)
class Published:
    """What a publication did.

    Attributes:
        batch: the records taken in, and those refused; None for a mere renewal.
        snapshot: bytes of the new snapshot.
        version: of the snapshot.
    """

    batch: Batch | None
    snapshot: bytes
    version: int

    @property
    def leaf(self) -> bytes:
        """The digest for the leaf ``directory.snapshot`` of the secretariat's log."""
        return digest("snapshot", self.snapshot)


@dataclass(frozen=True)
class Secretariat:
    """One such folder; one process at a time writes it."""

    folder: Path

    @classmethod
    def found(
        cls,
        folder: Path,
        *,
        mode: Mode,
        threshold: int,
        keys: int,
        now: datetime,
        random: Random = secrets.token_bytes,
    ) -> Self:
        """Return a new secretariat: keys, root, empty targets, snapshot, time stamp, trust file.

        Args:
            folder: absent or empty.
            mode: of everything it will ever list.
            threshold: how many of the root keys, and of the targets keys, sign together.
            keys: how many of each there are.
            now: issue time of the metadata.
            random: source of the keys.

        Raises:
            MisuseError: the folder is taken, or the threshold cannot be reached.
        """
        if not 1 <= threshold <= keys <= _MOST_KEYS:
            raise MisuseError(f"1 <= threshold <= keys <= {_MOST_KEYS}")
        disk.must_be_new(folder)
        root = new_keys(folder / "offline", "root", keys, random)
        targets = new_keys(folder / "offline", "targets", keys, random)
        snapshot = new_keys(folder / "online", "snapshot", 1, random)
        timestamp = new_keys(folder / "online", "timestamp", 1, random)
        roles = RootKeys(
            root=KeySet(tuple(key.public for key in root), threshold),
            targets=KeySet(tuple(key.public for key in targets), threshold),
            snapshot=snapshot[0].public,
            timestamp=timestamp[0].public,
        )
        metadata = root_metadata(roles, version=1, now=now)
        made = cls(folder)
        made._write("1.root.json", signed_bytes(metadata, root[:threshold]))
        first = targets_metadata({}, version=1, now=now)
        made._write("1.targets.json", signed_bytes(first, targets[:threshold]))
        made._commit(_Current(0, 0, {"targets": 1}), {}, None, now=now)
        trust = TrustFile(mode=mode, root=metadata.to_dict())
        disk.write(folder / "trust.json", trust.data)
        return made

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Return the secretariat of a folder; `DirectoryFolderError` if it holds none."""
        if not (folder / "repository" / "metadata" / "timestamp.json").is_file():
            raise DirectoryFolderError(f"{folder.name} is no secretariat's folder")
        return cls(folder)

    @property
    def store(self) -> DirectoryStore:
        """The secretariat's own directory."""
        return DirectoryStore(self.folder)

    @property
    def repository(self) -> Path:
        """What is served: the base of every node's refresh."""
        return self.folder / "repository"

    def admit(self, *state_records: bytes, now: datetime) -> Published:
        """Delegate to States' first keys, and pin them in the trust file.

        Args:
            state_records: for each State the JWS of version 1 of its record; whoever calls this
                has compared the keys with the State out of band.
            now: the secretariat's clock.

        Raises:
            PeerError: not such a record, or not signed by a threshold of its own keys.
            MisuseError: a State is admitted already, or fewer targets keys are at hand than the
                threshold.
        """
        with disk.locked(self.folder):
            trust = self.store.trust()
            pins = dict(trust.delegations)
            for data in state_records:
                record = parse_state_record(data, mode=trust.mode).record
                if record.state in pins:
                    raise MisuseError(
                        f"{record.state} is admitted already; it rotates its keys itself"
                    )
                if record.version != 1:
                    raise MisuseError("a State is admitted by version 1 of its record")
                pins[record.state] = record.key_set
            pinned = replace(trust, delegations=pins)
            batch = accept_all(replace(self.store.load(), trust=pinned), state_records, now=now)
            if batch.refused:
                raise TufMetadataError(f"not admitted: {batch.refused[0].reason}")
            changes = self._write_targets({**pins, **self._delegations()}, now=now)
            published = self._commit(self._current(), changes, batch, now=now)
            self.store.set_trust(pinned)
            self._save(batch.directory, now=now)
            return published

    def publish(self, handover: bytes | None = None, *, now: datetime) -> Published:
        """Take in what a State hands over, and sign snapshot and time stamp anew.

        Args:
            handover: a State's records with its delegated metadata; None only renews.
            now: the secretariat's clock.

        Raises:
            PeerError: a record or the list does not stand; nothing is published then, but a
                reset is kept as pending, and both sides of a double-speak are kept.
        """
        with disk.locked(self.folder):
            directory = self.store.load()
            if handover is None:
                published = self._commit(self._current(), {}, None, now=now)
                self._save(directory, now=now)
                return published
            handed = parse_handover(handover)
            batch = accept_all(directory, handed.records, now=now)
            kept = replace(directory, resets=batch.directory.resets)
            self.store.save(kept, refused=batch.refused)
            state = _publishable(batch, handed)
            changes = self._check_and_write(
                batch.directory, state, handed.delegated or b"", now=now
            )
            published = self._commit(self._current(), changes, batch, now=now)
            self._save(batch.directory, now=now)
            return published

    def renew(self, *, now: datetime, random: Random = secrets.token_bytes) -> Published:
        """Sign root and targets anew, and replace the keys of snapshot and time stamp.

        Everything is signed before anything is written, so a missing key costs nothing.

        Raises:
            MisuseError: fewer root or targets keys are at hand than their thresholds.
        """
        with disk.locked(self.folder):
            root, current = self._root(), self._current()
            fresh = {name: PrivateKey.from_seed(random(32)) for name in ("snapshot", "timestamp")}
            held = {
                name: key_set(root.keys, root.roles[name].keyids, root.roles[name].threshold)
                for name in ("root", "targets")
            }
            roles = RootKeys(
                root=held["root"],
                targets=held["targets"],
                snapshot=fresh["snapshot"].public,
                timestamp=fresh["timestamp"].public,
            )
            metadata = root_metadata(roles, version=root.version + 1, now=now)
            data = self._signed_offline("root", metadata)
            changes = self._write_targets(self._delegations(), now=now)
            for name, made in fresh.items():
                write_keys(self.folder / "online", name, [made])
            self._write(f"{root.version + 1}.root.json", data)
            published = self._commit(current, changes, None, now=now)
            self._save(self.store.load(), now=now)
            return published

    def trust_bytes(self) -> bytes:
        """Return the trust file to be given to nodes by hand."""
        return self.store.trust_bytes()

    # -------------------------------------------------------------- inside

    def _save(self, directory: Directory, *, now: datetime) -> None:
        """Keep the directory, marked as fresh as what was just published."""
        current = self._current()
        expiries = [
            self._root().expires,
            Metadata[Timestamp].from_bytes(self._read("timestamp.json")).signed.expires,
            Metadata[Snapshot]
            .from_bytes(self._read(f"{current.snapshot}.snapshot.json"))
            .signed.expires,
            read_targets(self._read(f"{current.versions['targets']}.targets.json")).signed.expires,
        ]
        self.store.save(directory.refreshed(at=now, fresh_until=min(expiries)))

    def _check_and_write(
        self, directory: Directory, state: str, delegated: bytes, *, now: datetime
    ) -> dict[str, int]:
        """Write a State's list and targets, with the delegation to its newest keys."""
        metadata = read_targets(delegated)
        version, role = metadata.signed.version, role_name(state)
        held = self._current().versions.get(role, 0)
        if version <= held:
            raise TufMetadataError(f"the list's version must be above {held}")
        newest = directory.states[state][-1].record.key_set
        parent = targets_metadata({state: newest}, version=1, now=now).signed
        targets = held_targets(directory, state)
        check_delegated(parent, state, metadata, targets)
        changes = self._follow_rotation(directory, state, now=now)
        for path, data in targets.items():
            name = metadata.signed.targets[path].hashes["sha256"]
            folder, _, last = path.rpartition("/")
            disk.write(self.repository / "targets" / folder / f"{name}.{last}", data)
        self._write(f"{version}.{role}.json", delegated)
        return {**changes, role: version}

    def _follow_rotation(
        self, directory: Directory, state: str, *, now: datetime
    ) -> dict[str, int]:
        newest = directory.states[state][-1].record.key_set
        delegations = self._delegations()
        if state not in delegations:
            raise TufMetadataError("the State is not admitted")
        if delegations[state].same(newest):
            return {}
        return self._write_targets({**delegations, state: newest}, now=now)

    def _delegations(self) -> dict[str, KeySet]:
        version = self._current().versions["targets"]
        return delegations_of(read_targets(self._read(f"{version}.targets.json")).signed)

    def _write_targets(self, delegations: Mapping[str, KeySet], *, now: datetime) -> dict[str, int]:
        version = self._current().versions["targets"] + 1
        metadata = targets_metadata(delegations, version=version, now=now)
        self._write(f"{version}.targets.json", self._signed_offline("targets", metadata))
        return {"targets": version}

    def _signed_offline(self, role: str, metadata: AnyMetadata) -> bytes:
        """Sign with a threshold of the offline keys, which must have been brought together."""
        wanted = self._root().roles[role]
        present = read_keys(self.folder / "offline", role)
        keys = [key for key in present if tuf_key(key.public).keyid in wanted.keyids]
        if len(keys) < wanted.threshold:
            raise MisuseError(
                f"{wanted.threshold} {role} keys are due, {len(keys)} are in offline/"
            )
        return signed_bytes(metadata, keys[: wanted.threshold])

    def _root(self) -> Root:
        numbers = [int(path.name.split(".")[0]) for path in self._metadata.glob("*.root.json")]
        return Metadata[Root].from_bytes(self._read(f"{max(numbers)}.root.json")).signed

    def _current(self) -> "_Current":
        timestamp = Metadata[Timestamp].from_bytes(self._read("timestamp.json")).signed
        number = timestamp.snapshot_meta.version
        snapshot = Metadata[Snapshot].from_bytes(self._read(f"{number}.snapshot.json")).signed
        versions = {name.removesuffix(".json"): m.version for name, m in snapshot.meta.items()}
        return _Current(timestamp.version, number, versions)

    def _commit(
        self, current: "_Current", changes: Mapping[str, int], batch: Batch | None, *, now: datetime
    ) -> Published:
        """Write the next snapshot, then the time stamp that makes all of it count."""
        keys = {name: read_keys(self.folder / "online", name) for name in ("snapshot", "timestamp")}
        version = current.snapshot + 1
        snapshot = snapshot_metadata({**current.versions, **changes}, version=version, now=now)
        data = signed_bytes(snapshot, keys["snapshot"])
        self._write(f"{version}.snapshot.json", data)
        stamp = timestamp_metadata(snapshot_version=version, version=current.timestamp + 1, now=now)
        self._write("timestamp.json", signed_bytes(stamp, keys["timestamp"]))
        return Published(batch=batch, snapshot=data, version=version)

    @property
    def _metadata(self) -> Path:
        return self.repository / "metadata"

    def _write(self, name: str, data: bytes) -> None:
        disk.write(self._metadata / name, data)

    def _read(self, name: str) -> bytes:
        return disk.read(self._metadata / name, max_bytes=MAX_METADATA_BYTES)


@dataclass(frozen=True)
class _Current:
    """Versions that count now: of the time stamp, the snapshot, and each role under it."""

    timestamp: int
    snapshot: int
    versions: Mapping[str, int]


def _publishable(batch: Batch, handed: Handover) -> str:
    """Return the one State whose records these are, or raise with the first reason against."""
    if batch.refused:
        first = batch.refused[0]
        raise TufMetadataError(f"not published: {first.code}: {first.reason}", code=first.code)
    if handed.delegated is None:
        raise TufMetadataError("not published: the State's signed list is missing")
    if any(item.what == "reset" for item in batch.accepted):
        raise TufMetadataError("not published: a reset of the State's keys waits for a person")
    subjects = {item.subject.partition("/")[0] for item in batch.accepted}
    if len(subjects) != 1:
        raise TufMetadataError("not published: records of exactly one State are due")
    return subjects.pop()
