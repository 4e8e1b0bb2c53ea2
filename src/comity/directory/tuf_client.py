"""A node's side of TUF: from metadata on somebody's server to records of the directory.

The rules of TUF are python-tuf's own (`TrustedMetadataSet`, the class its `Updater` works with).
`Updater` itself is not used: it reads the clock, stops at an expired time stamp, and keeps only
the newest version. Here expiry makes a copy old, not unusable, and every version is kept. The
set's reference time therefore lies before every expiry, and expiry is told apart, by `fresh_until`.

Source: TUF specification 1.0.34 section 5; spec/12-directory.md section 12.4.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, cast

from comity.canonical import (
    ComityError,
    MisuseError,
    PeerError,
    decode_foreign,
    digest,
    encode,
    parse_state,
)
from comity.directory.acceptance import accept_all, admit
from comity.directory.directory import Directory
from comity.directory.entry import MAX_ENTRY_BYTES
from comity.directory.errors import (
    DirectoryUnreachableError,
    TufForeignPathError,
    TufMetadataError,
)
from comity.directory.state_record import KeySet
from comity.directory.tuf_roles import (
    DelegatedRole,
    Delegations,
    EnvelopeType,
    EqualVersionNumberError,
    RepositoryError,
    TargetFile,
    Targets,
    TrustedMetadataSet,
    check_json,
    held_targets,
    key_set,
    role_name,
    role_paths,
)
from comity.directory.verdicts import Batch

type Fetch = Callable[[str, int], bytes | None]
"""Path below the repository and most bytes to its content, or None if it is not there; raises
`DirectoryUnreachableError` if nobody answers."""

type Archive = Callable[[str], bytes | None]
"""Name of a metadata file, ``3.snapshot.json``, to its bytes if it was kept."""

MAX_METADATA_BYTES: Final = 5_000_000
_MAX_ROOT: Final = 512_000
_MAX_TIMESTAMP: Final = 16_384
_MAX_ROOTS: Final = 256
_LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Notice:
    """Something a person should see, which stopped one State's news or nothing at all."""

    code: str
    subject: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Refreshed:
    """What a refresh brought.

    Attributes:
        directory: with everything accepted, marked as refreshed.
        batch: what was accepted and refused.
        metadata: name to bytes of every metadata file used, to be kept.
        snapshot: bytes of the snapshot, for its leaf and for bundles.
        warnings: for people.
    """

    directory: Directory
    batch: Batch
    metadata: Mapping[str, bytes]
    snapshot: bytes
    warnings: tuple[Notice, ...]


@dataclass
class _Session:
    """One refresh under way."""

    trusted: TrustedMetadataSet
    archive: Archive
    fetch: Fetch
    used: dict[str, bytes] = field(default_factory=dict)
    warnings: list[Notice] = field(default_factory=list)

    def versioned(self, role: str, version: int, *, max_bytes: int = MAX_METADATA_BYTES) -> bytes:
        """Return a metadata file from the archive, or else from the server."""
        name = f"{version}.{role}.json"
        data = self.archive(name) or self.download(name, max_bytes)
        if data is None:
            raise TufMetadataError(f"{name} is missing from the repository")
        return data

    def keep(self, role: str, version: int, data: bytes) -> None:
        """Remember a metadata file that has been verified."""
        self.used[f"{version}.{role}.json"] = data

    def download(self, name: str, max_bytes: int) -> bytes | None:
        """Return a metadata file from the server, or None if it is not there."""
        data = bounded(self.fetch, f"metadata/{name}", max_bytes)
        if data is not None:
            check_json(data, name)
        return data


def refresh(directory: Directory, archive: Archive, fetch: Fetch, *, now: datetime) -> Refreshed:
    """Return the directory as the repository has it now.

    Args:
        directory: the last good copy; its trust file holds the TUF root.
        archive: metadata kept from earlier refreshes; protects against roll-back.
        fetch: see `Fetch`.
        now: the node's clock.

    Raises:
        MisuseError: the trust file names no root, so no secretariat is trusted.
        TufMetadataError: metadata breaks a rule of TUF.
        DirectoryUnreachableError: nobody answers.
    """
    if directory.trust.root is None:
        raise MisuseError(
            "no secretariat is trusted here: the trust file names no TUF root, so nothing can be "
            "refreshed; take a State's file by hand instead, with `comity directory import`"
        )
    with _tuf_errors():
        trusted = TrustedMetadataSet(encode(dict(directory.trust.root)), EnvelopeType.METADATA)
        trusted.reference_time = _LONG_AGO
        session = _Session(trusted, archive, fetch)
        _roots(session)
        _timestamp(session)
        snapshot = _snapshot(session)
        version = trusted.snapshot.meta["targets.json"].version
        data = session.versioned("targets", version)
        trusted.update_targets(data)
        session.keep("targets", version, data)
    records: list[bytes] = []
    delegated: dict[str, KeySet] = {}
    for state, role, delegations in _delegated(session):
        try:
            delegated[state] = key_set(delegations.keys, role.keyids, role.threshold)
            directory = admit(directory, state, delegated[state])
            records += _state_targets(session, directory, state, role, now)
        except (PeerError, DirectoryUnreachableError) as fault:
            session.warnings.append(Notice(fault.code, state, str(fault)))
    batch = accept_all(directory, records, now=now)
    until = _fresh_until(trusted)
    if until <= now:
        session.warnings.append(Notice("metadata-expired", "", "the TUF metadata has expired"))
    _compare(session, batch.directory, delegated)
    return Refreshed(
        directory=batch.directory.refreshed(at=now, fresh_until=until),
        batch=batch,
        metadata=session.used,
        snapshot=snapshot,
        warnings=tuple(session.warnings),
    )


def first_root(fetch: Fetch) -> Mapping[str, Any]:
    """Return the first root of a repository, which nobody has trusted yet.

    It signs itself: that proves nothing about whose repository it is. People compare `root_name` by
    a way they know before it is trusted; a refresh then follows the chain to the newest root. The
    first one stays the same for as long as the secretariat does, and a trust file holds it too.

    Raises:
        TufMetadataError: no repository, or the root breaks a rule of TUF.
        DirectoryUnreachableError: nobody answers.
    """
    with _tuf_errors():
        data = bounded(fetch, "metadata/1.root.json", _MAX_ROOT)
        if data is None:
            raise TufMetadataError("1.root.json is missing: no directory's repository")
        check_json(data, "1.root.json")
        TrustedMetadataSet(data, EnvelopeType.METADATA)
        return cast("Mapping[str, Any]", decode_foreign(data, max_bytes=_MAX_ROOT))


def root_name(root: Mapping[str, Any]) -> str:
    """Return the name of a root, of which people compare the fingerprint: 64 hexadecimal digits.

    It is of what is signed: who of the holders signed it changes nothing.

    Args:
        root: TUF root metadata, as a trust file holds it.

    Raises:
        TufMetadataError: it is none.
    """
    with _tuf_errors():
        return digest("tuf-root", encode(dict(root["signed"]))).hex()


def bounded(fetch: Fetch, path: str, max_bytes: int) -> bytes | None:
    """Return what a fetch brings, refusing more bytes than were asked for."""
    data = fetch(path, max_bytes)
    if data is not None and len(data) > max_bytes:
        raise TufMetadataError(f"{path} is longer than it may be")
    return data


@contextmanager
def _tuf_errors() -> Iterator[None]:
    """Translate python-tuf's errors; malformed metadata may raise any of the built-in ones."""
    try:
        yield
    except ComityError:
        raise
    except (RepositoryError, ValueError, KeyError, TypeError, AttributeError) as fault:
        raise TufMetadataError(f"TUF refuses: {type(fault).__name__}: {fault}") from fault


def _roots(session: _Session) -> None:
    """Follow the chain of roots to the newest (TUF section 5.3)."""
    for _ in range(_MAX_ROOTS):
        name = f"{session.trusted.root.version + 1}.root.json"
        data = session.archive(name) or session.download(name, _MAX_ROOT)
        if data is None:
            return
        session.trusted.update_root(data)
        session.used[name] = data


def _timestamp(session: _Session) -> None:
    """Load the kept time stamp, then the server's, so that time never runs back (5.4)."""
    kept = session.archive("timestamp.json")
    if kept is not None:
        _update_kept(session.trusted.update_timestamp, kept)
    data = session.download("timestamp.json", _MAX_TIMESTAMP)
    if data is None:
        raise TufMetadataError("timestamp.json is missing from the repository")
    try:
        session.trusted.update_timestamp(data)
    except EqualVersionNumberError:
        data = kept or data
    session.used["timestamp.json"] = data
    session.used[f"{session.trusted.timestamp.version}.timestamp.json"] = data


def _snapshot(session: _Session) -> bytes:
    """Load the kept snapshot, then the time stamp's, so that no version runs back (5.5)."""
    kept = session.archive("snapshot.json")
    if kept is not None:
        _update_kept(lambda data: session.trusted.update_snapshot(data, trusted=True), kept)
    version = session.trusted.timestamp.snapshot_meta.version
    data = session.versioned("snapshot", version)
    session.trusted.update_snapshot(data)
    session.keep("snapshot", version, data)
    session.used["snapshot.json"] = data
    return data


def _update_kept(update: Callable[[bytes], object], data: bytes) -> None:
    """Load what was good once; if it is not any more (a root changed), go on without it."""
    try:
        update(data)
    except RepositoryError:
        return


def _delegated(session: _Session) -> Iterator[tuple[str, DelegatedRole, Delegations]]:
    """Yield the States, each with its role, refusing any other kind of delegation."""
    delegations = session.trusted.targets.delegations
    if delegations is None or not delegations.roles:
        return
    for name, role in delegations.roles.items():
        try:
            state = parse_state(name.removeprefix("state-"))
            if name != role_name(state) or role.paths != role_paths(state) or not role.terminating:
                raise TufMetadataError("a delegation that is not a State's")
        except PeerError as fault:
            session.warnings.append(Notice(fault.code, name[:64], str(fault)))
            continue
        yield state, role, delegations


def _state_targets(
    session: _Session, directory: Directory, state: str, role: DelegatedRole, now: datetime
) -> list[bytes]:
    meta = session.trusted.snapshot.meta.get(f"{role.name}.json")
    if meta is None:
        return []  # admitted, nothing published yet
    with _tuf_errors():
        data = session.versioned(role.name, meta.version)
        targets = session.trusted.update_delegated_targets(data, role.name, Targets.type)
        session.keep(role.name, meta.version, data)
    if targets.is_expired(now):
        session.warnings.append(Notice("metadata-expired", state, "the State's list has expired"))
    held = held_targets(directory, state)
    records = []
    for path, target in sorted(targets.targets.items()):
        if not role.is_delegated_path(path):
            raise TufForeignPathError("a target outside the State's paths")
        records.append(_target(session, path, target, held.get(path)))
    return records


def _target(session: _Session, path: str, target: TargetFile, held: bytes | None) -> bytes:
    if target.length > MAX_ENTRY_BYTES:
        raise TufMetadataError("a target is longer than any record")
    with _tuf_errors():
        if held is not None:
            target.verify_length_and_hashes(held)
            return held
        folder, _, name = path.rpartition("/")
        remote = f"targets/{folder}/{target.hashes['sha256']}.{name}"
        data = bounded(session.fetch, remote, target.length)
        if data is None:
            raise TufMetadataError(f"{path} is missing from the repository")
        target.verify_length_and_hashes(data)
        return data


def _fresh_until(trusted: TrustedMetadataSet) -> datetime:
    roles = (trusted.root, trusted.timestamp, trusted.snapshot, trusted.targets)
    return min(role.expires for role in roles)


def _compare(session: _Session, directory: Directory, delegated: dict[str, KeySet]) -> None:
    """Say where the secretariat delegates to other keys than the State's own record names."""
    for state, keys in delegated.items():
        chain = directory.state_records(state)
        if chain and not chain[-1].record.key_set.same(keys):
            reason = "the secretariat delegates to other keys than the State's record names"
            session.warnings.append(Notice("delegation-differs", state, reason))
