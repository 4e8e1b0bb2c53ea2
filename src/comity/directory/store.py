"""A node's directory as a folder on disk, from which it works when nobody can be reached.

Layout: ``trust.json``; ``states/<cc>/<version>.json`` and ``entries/<cc>/<name>/<version>.json``,
the JWS; ``resets.json``; ``status.json``; ``tuf/<version>.<role>.json``, every version ever used;
``proofs/``, both sides of each double-speak. Each file is whole or absent; a crash between two
files loses at most records that the next refresh brings again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Self

from comity.canonical import (
    ComityError,
    MemberError,
    MisuseError,
    PeerError,
    decode,
    encode,
    members,
    parse_time,
    time_text,
)
from comity.directory import disk
from comity.directory.acceptance import accept_all, confirm_reset, replay
from comity.directory.directory import Directory, Reset
from comity.directory.entry import MAX_ENTRY_BYTES, SignedEntry
from comity.directory.errors import DirectoryFolderError
from comity.directory.handover import Handover, parse_handover
from comity.directory.parsing import Kinds, optional_time
from comity.directory.state_record import (
    MAX_STATE_BYTES,
    KeySet,
    SignedState,
    parse_key_set,
    parse_state_record,
)
from comity.directory.trust import MAX_TRUST_BYTES, TrustFile, merged_trust, parse_trust
from comity.directory.tuf_client import (
    MAX_METADATA_BYTES,
    Fetch,
    Refreshed,
    refresh,
    root_name,
)
from comity.directory.verdicts import Batch, Refused
from comity.keys import jws

_MAX_STATUS: Final = 4 * 1024 * 1024
_RESET: Final[Kinds] = {
    "by": str,
    "confirmed_at": (str, type(None)),
    "seen_at": str,
    "signed": dict,
}
_STATUS: Final[Kinds] = {
    "admitted": dict,
    "fresh_until": (str, type(None)),
    "refreshed_at": (str, type(None)),
}


@dataclass(frozen=True)
class DirectoryStore:
    """One such folder. Any number of processes may read it; those that write wait for each other.

    Attributes:
        folder: where it is.
    """

    folder: Path

    @classmethod
    def create(cls, folder: Path, trust: bytes) -> Self:
        """Return a new store that trusts what the trust file says.

        Raises:
            MisuseError: the folder holds something already.
            PeerError: the trust file is not one.
        """
        parse_trust(trust)
        disk.must_be_new(folder)
        disk.write(folder / "trust.json", trust)
        return cls(folder)

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Return the store of a folder that holds one.

        Raises:
            DirectoryFolderError: it holds none.
        """
        if not (folder / "trust.json").is_file():
            raise DirectoryFolderError(f"{folder.name} holds no directory: no trust.json")
        return cls(folder)

    def trust_bytes(self) -> bytes:
        """Return the trust file as it came."""
        return disk.read(self.folder / "trust.json", max_bytes=MAX_TRUST_BYTES)

    def trust(self) -> TrustFile:
        """Return the trust file, parsed."""
        return parse_trust(self.trust_bytes())

    def set_trust(self, trust: TrustFile) -> None:
        """Replace the trust file; whoever calls this has it from a person."""
        disk.write(self.folder / "trust.json", trust.data)

    def load(self) -> Directory:
        """Return the directory, every record verified again.

        Raises:
            DirectoryFolderError: a file that was accepted once does not verify any more: the
                folder was changed, or the trust file was.
        """
        directory = self._status(Directory(trust=self.trust()))
        batch = replay(directory, self._records())
        if batch.directory.resets != directory.resets:
            raise DirectoryFolderError(f"{self.folder.name} holds a State record nobody confirmed")
        if batch.refused:
            first = batch.refused[0]
            raise DirectoryFolderError(
                f"{self.folder.name} holds a record that does not verify: {first.code}",
                code=first.code,
                subject=first.subject,
            )
        return batch.directory

    def save(self, directory: Directory, *, refused: tuple[Refused, ...] = ()) -> None:
        """Write what is not on disk yet, and the proofs of double-speak among the refusals.

        Resets go first: a State record without the confirmation it needs is damage.
        """
        resets = encode([_reset_value(reset) for reset in directory.resets])
        self._keep(self.folder / "resets.json", resets)
        for state, chain in directory.states.items():
            for record in chain:
                path = self.folder / "states" / state / f"{record.record.version}.json"
                self._keep(path, record.jws.record)
        for party, versions in directory.entries.items():
            for signed in versions:
                path = self.folder / "entries" / party / f"{signed.entry.version}.json"
                self._keep(path, signed.jws.record)
        self._keep_proofs(refused)
        self._keep(self.folder / "status.json", encode(_status_value(directory)))

    def refresh(self, fetch: Fetch, *, now: datetime) -> Refreshed:
        """Fetch the directory by TUF, take over what stands, and keep it.

        Raises:
            DirectoryUnreachableError: nobody answers; the last good copy stays as it was.
            MisuseError: the trust file names no root, so no secretariat is trusted.
            TufMetadataError: what answers breaks TUF's rules; the last good copy stays.
        """
        with disk.locked(self.folder):
            result = refresh(self.load(), self._metadata, fetch, now=now)
            for name, data in result.metadata.items():
                self._keep(self.folder / "tuf" / name, data)
            self.save(result.directory, refused=result.batch.refused)
            return result

    def take_directory(self, root: Mapping[str, Any], fetch: Fetch, *, now: datetime) -> Refreshed:
        """Trust a secretariat and take its directory over; nothing changes where that fails.

        Args:
            root: its TUF root metadata, which people compared by a way they know.
            fetch: see `Fetch`.
            now: this moment.

        Raises:
            DirectoryUnreachableError: nobody answers.
            MisuseError: another secretariat is trusted already.
            TufMetadataError: what answers is not the directory of this root.
        """
        held = self.trust()
        if held.root is None:
            self.add_trust(TrustFile(mode=held.mode, root=root))
        elif root_name(held.root) != root_name(root):
            raise MisuseError("another secretariat's root is trusted already")
        try:
            return self.refresh(fetch, now=now)
        except ComityError:
            self.set_trust(held)
            raise

    def proofs(self) -> tuple[str, ...]:
        """Return the names of kept halves of double-speak, ``vn/contact-point/3/<digest>.json``."""
        base = self.folder / "proofs"
        return tuple(sorted(path.relative_to(base).as_posix() for path in base.rglob("*.json")))

    def take(self, data: bytes, *, now: datetime) -> Batch:
        """Take over what stands in a file of records that came by hand, and keep it."""
        return self.take_records(parse_handover(data), now=now)

    def take_records(self, handover: Handover, *, now: datetime) -> Batch:
        """Take over the records of a parsed file."""
        with disk.locked(self.folder):
            directory = self.load()
            batch = accept_all(directory, handover.records, now=now)
            if batch.news:
                marked = batch.directory.refreshed(at=now, fresh_until=directory.fresh_until)
                batch = replace(batch, directory=marked)
            self.save(batch.directory, refused=batch.refused)
            return batch

    def confirm_reset(self, content: bytes, *, now: datetime, by: str) -> Directory:
        """Put a reset in force that a person confirmed out of band; see `confirm_reset`."""
        with disk.locked(self.folder):
            directory = confirm_reset(self.load(), content, now=now, by=by)
            self.save(directory)
            return directory

    def add_trust(self, added: TrustFile) -> TrustFile:
        """Add another trust file's pins, root and witnesses; see `merged_trust`.

        Raises:
            DirectoryFolderError: what is held would not stand under the new file; nothing changes.
        """
        with disk.locked(self.folder):
            held = self.trust()
            merged = merged_trust(held, added)
            self.set_trust(merged)
            try:
                self.load()
            except DirectoryFolderError:
                self.set_trust(held)
                raise
            return merged

    def _records(self) -> list[bytes]:
        states = sorted(self.folder.glob("states/*/*.json"))
        entries = sorted(self.folder.glob("entries/*/*/*.json"))
        return [
            *(disk.read(path, max_bytes=MAX_STATE_BYTES) for path in states),
            *(disk.read(path, max_bytes=MAX_ENTRY_BYTES) for path in entries),
        ]

    def _metadata(self, name: str) -> bytes | None:
        path = self.folder / "tuf" / name
        return disk.read(path, max_bytes=MAX_METADATA_BYTES) if path.is_file() else None

    def _keep(self, path: Path, data: bytes) -> None:
        if not path.is_file() or disk.read(path, max_bytes=MAX_METADATA_BYTES) != data:
            disk.write(path, data)

    def _keep_proofs(self, refused: tuple[Refused, ...]) -> None:
        for proof in (item.proof for item in refused):
            if proof is not None:
                for signed in (proof.one, proof.other):
                    path = self.folder / "proofs" / proof_name(signed)
                    self._keep(path, signed.jws.record)

    def _status(self, directory: Directory) -> Directory:
        path = self.folder / "status.json"
        if not path.is_file():
            return directory
        try:
            value = decode(disk.read(path, max_bytes=_MAX_STATUS), max_bytes=_MAX_STATUS)
            fields = members(value, _STATUS)
            return replace(
                directory,
                admitted={state: _pin(pin) for state, pin in fields["admitted"].items()},
                resets=self._resets(directory),
                refreshed_at=optional_time(fields["refreshed_at"]),
                fresh_until=optional_time(fields["fresh_until"]),
            )
        except PeerError as fault:
            raise DirectoryFolderError(f"{self.folder.name}: status is damaged") from fault

    def _resets(self, directory: Directory) -> tuple[Reset, ...]:
        path = self.folder / "resets.json"
        if not path.is_file():
            return ()
        rows = decode(disk.read(path, max_bytes=_MAX_STATUS), max_bytes=_MAX_STATUS)
        if not isinstance(rows, list):
            raise MemberError("expected a list of resets")
        return tuple(_reset(members(row, _RESET), directory) for row in rows)


def proof_name(signed: SignedEntry | SignedState) -> str:
    """Return where a half of a double-speak is kept: subject, version, content digest."""
    if isinstance(signed, SignedState):
        record = signed.record
        return f"{record.state}/state/{record.version}/{record.content.hex()}.json"
    entry = signed.entry
    return f"{entry.party}/{entry.version}/{entry.content.hex()}.json"


def _reset(fields: dict[str, Any], directory: Directory) -> Reset:
    data = jws.parse_value(fields["signed"]).record
    signed: SignedState = parse_state_record(data, mode=directory.mode)
    return Reset(
        signed=signed,
        seen_at=parse_time(fields["seen_at"]),
        confirmed_at=optional_time(fields["confirmed_at"]),
        confirmed_by=fields["by"],
    )


def _reset_value(reset: Reset) -> dict[str, Any]:
    at = reset.confirmed_at
    return {
        "by": reset.confirmed_by,
        "confirmed_at": None if at is None else time_text(at),
        "seen_at": time_text(reset.seen_at),
        "signed": reset.signed.jws.value,
    }


def _status_value(directory: Directory) -> dict[str, Any]:
    at, until = directory.refreshed_at, directory.fresh_until
    return {
        "admitted": {state: pin.value() for state, pin in directory.admitted.items()},
        "fresh_until": None if until is None else time_text(until),
        "refreshed_at": None if at is None else time_text(at),
    }


def _pin(value: object) -> KeySet:
    fields = members(value, {"keys": list, "threshold": int})
    return parse_key_set(fields["keys"], fields["threshold"])
