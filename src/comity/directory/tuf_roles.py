"""TUF metadata as a secretariat and a State write it; no disk, no clock.

Source: TUF specification 1.0.34 section 4; spec/12-directory.md section 12.4.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from comity.canonical import PeerError, decode_foreign
from comity.directory.errors import TufForeignPathError, TufMetadataError
from comity.directory.state_record import KeySet
from comity.directory.tuf_keys import key_set, tuf_key, tuf_signer
from comity.directory.tuf_layout import role_name, role_paths
from comity.directory.tuf_types import (
    DelegatedRole,
    Delegations,
    Key,
    Metadata,
    MetaFile,
    RepositoryError,
    Role,
    Root,
    Snapshot,
    TargetFile,
    Targets,
    Timestamp,
)
from comity.keys import PrivateKey, PublicKey

type AnyMetadata = Metadata[Any]

ROOT_LIFE: Final = timedelta(days=730)  # signed by people who must meet
TARGETS_LIFE: Final = timedelta(days=365)  # the same people, or a State's
SNAPSHOT_LIFE: Final = timedelta(days=28)  # weeks: a secretariat on leave must not age a network
TIMESTAMP_LIFE: Final = timedelta(days=28)


@dataclass(frozen=True, kw_only=True)
class RootKeys:
    """Who signs what at a secretariat: the root and the targets by k of n, the rest by one."""

    root: KeySet
    targets: KeySet
    snapshot: PublicKey
    timestamp: PublicKey


def root_metadata(keys: RootKeys, *, version: int, now: datetime) -> Metadata[Root]:
    """Return unsigned root metadata."""
    by_role = {
        "root": keys.root,
        "targets": keys.targets,
        "snapshot": KeySet((keys.snapshot,), 1),
        "timestamp": KeySet((keys.timestamp,), 1),
    }
    forms = {key.kid: tuf_key(key) for row in by_role.values() for key in row.keys}
    roles = {
        name: Role([forms[kid].keyid for kid in row.by_kid], row.threshold)
        for name, row in by_role.items()
    }
    root = Root(
        version=version,
        expires=now + ROOT_LIFE,
        keys={form.keyid: form for form in forms.values()},
        roles=roles,
        consistent_snapshot=True,
    )
    return Metadata(root)


def targets_metadata(
    delegations: Mapping[str, KeySet], *, version: int, now: datetime
) -> Metadata[Targets]:
    """Return unsigned top-level targets metadata: one terminating delegation per State."""
    forms = {key.kid: tuf_key(key) for row in delegations.values() for key in row.keys}
    roles = {
        role_name(state): DelegatedRole(
            role_name(state),
            [forms[kid].keyid for kid in row.by_kid],
            row.threshold,
            True,
            paths=role_paths(state),
        )
        for state, row in sorted(delegations.items())
    }
    keys: dict[str, Key] = {form.keyid: form for form in forms.values()}
    found = Targets(
        version=version, expires=now + TARGETS_LIFE, delegations=Delegations(keys, roles)
    )
    return Metadata(found)


def state_metadata(
    targets: Mapping[str, bytes], *, version: int, now: datetime
) -> Metadata[Targets]:
    """Return a State's unsigned delegated metadata over all of its targets."""
    files = {
        path: TargetFile.from_data(path, data, ["sha256"]) for path, data in sorted(targets.items())
    }
    return Metadata(Targets(version=version, expires=now + TARGETS_LIFE, targets=files))


def snapshot_metadata(
    versions: Mapping[str, int], *, version: int, now: datetime
) -> Metadata[Snapshot]:
    """Return an unsigned snapshot: role to version."""
    meta = {f"{role}.json": MetaFile(number) for role, number in sorted(versions.items())}
    return Metadata(Snapshot(version=version, expires=now + SNAPSHOT_LIFE, meta=meta))


def timestamp_metadata(
    *, snapshot_version: int, version: int, now: datetime
) -> Metadata[Timestamp]:
    """Return an unsigned time stamp on a snapshot."""
    meta = MetaFile(snapshot_version)
    return Metadata(Timestamp(version=version, expires=now + TIMESTAMP_LIFE, snapshot_meta=meta))


def signed_bytes(metadata: AnyMetadata, signers: Sequence[PrivateKey]) -> bytes:
    """Return the metadata's bytes with one signature per signer."""
    for signer in signers:
        metadata.sign(tuf_signer(signer), append=True)
    return metadata.to_bytes()


def check_json(data: bytes, what: str) -> None:
    """Raise unless metadata are JSON that every program reads alike; python-tuf takes more.

    Raises:
        TufMetadataError: NaN, a member that comes twice, or nesting beyond bounds.
    """
    try:
        decode_foreign(data, max_bytes=len(data))
    except PeerError as fault:
        raise TufMetadataError(f"{what} is no JSON: {fault}") from fault


def read_targets(data: bytes) -> "Metadata[Targets]":
    """Return untrusted targets metadata, shape only.

    Raises:
        TufMetadataError: not targets metadata.
    """
    check_json(data, "targets metadata")
    try:
        metadata: Metadata[Targets] = Metadata.from_bytes(data)
    except (RepositoryError, ValueError, KeyError, TypeError, AttributeError) as fault:
        raise TufMetadataError("not TUF metadata") from fault
    if not isinstance(metadata.signed, Targets):
        raise TufMetadataError("not TUF targets metadata")
    return metadata


def delegations_of(targets: Targets) -> dict[str, KeySet]:
    """Return State to key set of top-level targets metadata we wrote ourselves."""
    found = targets.delegations
    if found is None or not found.roles:
        return {}
    return {
        name.removeprefix("state-"): key_set(found.keys, role.keyids, role.threshold)
        for name, role in found.roles.items()
    }


def check_delegated(
    parent: Targets, state: str, metadata: "Metadata[Targets]", targets: Mapping[str, bytes]
) -> None:
    """Raise unless a State's metadata is signed as delegated and lists exactly those targets.

    Raises:
        TufMetadataError: too few signatures, or a list that differs from the records.
        TufForeignPathError: a target of another State.
    """
    roles = parent.delegations.roles if parent.delegations else None
    role = roles.get(role_name(state)) if roles else None
    if role is None:
        raise TufMetadataError("the State is not admitted")
    try:
        parent.verify_delegate(role_name(state), metadata.signed_bytes, metadata.signatures)
    except (RepositoryError, ValueError) as fault:
        raise TufMetadataError("the State's keys do not sign this list") from fault
    _check_listed(role, metadata.signed.targets, targets)


def _check_listed(
    role: DelegatedRole, listed: Mapping[str, TargetFile], targets: Mapping[str, bytes]
) -> None:
    foreign: Iterable[str] = [path for path in listed if not role.is_delegated_path(path)]
    if foreign:
        raise TufForeignPathError("the list names a target of another State")
    if set(listed) != set(targets):
        raise TufMetadataError("the list and the State's records differ")
    for path, target in listed.items():
        try:
            target.verify_length_and_hashes(targets[path])
        except (RepositoryError, ValueError) as fault:
            raise TufMetadataError("a listed target is not the State's record") from fault
