"""TUF metadata as a secretariat and a State write it; no disk, no clock.

Source: TUF specification 1.0.34 section 4; spec/12-directory.md section 12.4.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from securesystemslib.signer import (  # type: ignore[attr-defined]
    CryptoSigner,
    Key,
    Signer,
    SSlibKey,
)
from tuf.api.exceptions import EqualVersionNumberError, RepositoryError
from tuf.api.metadata import (  # type: ignore[attr-defined]
    DelegatedRole,
    Delegations,
    Metadata,
    MetaFile,
    Role,
    Root,
    Snapshot,
    TargetFile,
    Targets,
    Timestamp,
)
from tuf.ngclient._internal.trusted_metadata_set import TrustedMetadataSet
from tuf.ngclient.config import EnvelopeType

from comity.canonical import PeerError, decode_foreign
from comity.directory.directory import Directory
from comity.directory.entry import RESERVED_NAME, SignedEntry
from comity.directory.errors import TufForeignPathError, TufMetadataError
from comity.directory.state_record import KeySet, SignedState
from comity.keys import PrivateKey, PublicKey

# The classes of python-tuf 7 that we use, named in one place.
#
# python-tuf re-exports them without saying so, which strict typing would ask about at every import.


# The same keys as TUF writes them, so that one State key serves both.
#
# Source: TUF specification 1.0.34 section 4.2; spec/12-directory.md section 12.4.


def tuf_key(key: PublicKey) -> SSlibKey:
    """Return the TUF form of a key; its keyid is TUF's own digest of it."""
    return SSlibKey.from_crypto(key.key)


def tuf_signer(key: PrivateKey) -> CryptoSigner:
    """Return the key as a signer of TUF metadata."""
    return CryptoSigner(key.key, tuf_key(key.public))


def from_tuf(key: Key) -> PublicKey:
    """Return the key of untrusted TUF metadata.

    Raises:
        TufMetadataError: neither Ed25519 nor ECDSA on P-256.
    """
    text = key.keyval.get("public")
    try:
        if key.keytype == "ed25519" and key.scheme == "ed25519" and isinstance(text, str):
            raw = bytes.fromhex(text)
            return PublicKey("Ed25519", Ed25519PublicKey.from_public_bytes(raw))
        if key.scheme == "ecdsa-sha2-nistp256" and isinstance(text, str):
            found = load_pem_public_key(text.encode("utf-8"))
            if isinstance(found, ec.EllipticCurvePublicKey) and found.curve.name == "secp256r1":
                return PublicKey("ES256", found)
    except (ValueError, UnsupportedAlgorithm) as fault:
        raise TufMetadataError("a TUF key is not a key") from fault
    raise TufMetadataError("a TUF key is neither Ed25519 nor P-256")


def key_set(keys: Mapping[str, Key], keyids: Iterable[str], threshold: int) -> KeySet:
    """Return the key set of a TUF delegation."""
    found = [keys[keyid] for keyid in keyids if keyid in keys]
    return KeySet(tuple(from_tuf(key) for key in found), threshold)


# Which target of the TUF repository holds which record.
#
# Source: spec/12-directory.md section 12.4.


def role_name(state: str) -> str:
    """Return the delegated role of a State, ``state-vn``."""
    return f"state-{state}"


def role_paths(state: str) -> list[str]:
    """Return the path patterns of a State's role; ``*`` does not cross a slash."""
    return [f"{state}/*", f"{state}/*/*"]


def target_path(signed: SignedState | SignedEntry) -> str:
    """Return the target path of a record."""
    if isinstance(signed, SignedState):
        return f"{signed.record.state}/{RESERVED_NAME}/{signed.record.version}.json"
    return f"{signed.entry.party}/{signed.entry.version}.json"


def held_targets(directory: Directory, state: str) -> dict[str, bytes]:
    """Return every target a State has in a directory, path to bytes; empty if it has none."""
    signed: list[SignedState | SignedEntry] = list(directory.state_records(state))
    for party in directory.parties():
        if party.startswith(f"{state}/"):
            signed += directory.versions(party)
    return {target_path(item): item.jws.record for item in signed}


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


__all__ = [
    "ROOT_LIFE",
    "SNAPSHOT_LIFE",
    "TARGETS_LIFE",
    "TIMESTAMP_LIFE",
    "AnyMetadata",
    "CryptoSigner",
    "DelegatedRole",
    "Delegations",
    "EnvelopeType",
    "EqualVersionNumberError",
    "Key",
    "MetaFile",
    "Metadata",
    "RepositoryError",
    "Role",
    "Root",
    "RootKeys",
    "SSlibKey",
    "Signer",
    "Snapshot",
    "TargetFile",
    "Targets",
    "Timestamp",
    "TrustedMetadataSet",
    "check_delegated",
    "check_json",
    "delegations_of",
    "from_tuf",
    "held_targets",
    "key_set",
    "read_targets",
    "role_name",
    "role_paths",
    "root_metadata",
    "signed_bytes",
    "snapshot_metadata",
    "state_metadata",
    "target_path",
    "targets_metadata",
    "timestamp_metadata",
    "tuf_key",
    "tuf_signer",
]
