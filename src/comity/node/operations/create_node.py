"""Making a node's folder: settings, keys, an empty database, a directory pinned by a trust file."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from comity.canonical import MisuseError, OperationError
from comity.directory import build_node_keys, parse_key_row, parse_trust
from comity.directory.errors import ModeMismatchError
from comity.directory.store import DirectoryStore
from comity.ledger import (
    Checkpoint,
    LogOrigin,
    ed25519_signer,
    log_prefix,
    peek_checkpoint,
    sign_checkpoint,
)
from comity.ledger.tree import EMPTY_ROOT
from comity.node.core.config import NodeConfig
from comity.node.core.head_guard import FILE, FileGuard, HeadGuardMissingError
from comity.node.core.keystore import PUBLIC_KEYS, load_keys, make_keys, public_rows
from comity.node.core.session_secret import make_site_secret
from comity.node.core.tls_certificate import make_certificate

KEY_LIFE: Final = timedelta(days=730)


class FolderTakenError(OperationError, code="folder-taken"):
    """A node's folder must be new or empty."""


def found_node(
    config: NodeConfig,
    trust: bytes,
    *,
    now: datetime,
    alg: str = "Ed25519",
    tls_host: str = "",
    url: str | None = None,
) -> None:
    """Make a node's folder.

    Args:
        config: what ``node.toml`` will say; its folder must be new or empty.
        trust: the trust file, which came by hand.
        now: this moment.
        alg: suite of the keys that may be of either.
        tls_host: name or address in the TLS certificate; by default where the node listens.
        url: at which partners will reach the node, as its entry is to say; its log is named by it,
            for as long as an epoch lasts. None: nobody will.

    Raises:
        FolderTakenError: the folder holds something.
        PeerError: the trust file is malformed or of the other mode, or the address cannot stand in
            the name of a log.
    """
    origin = LogOrigin(log_prefix(url, config.party), config.mode, config.party)
    folder: Path = config.folder
    parsed = parse_trust(trust)
    if parsed.mode != config.mode:
        raise ModeMismatchError("the trust file is of the other mode")
    if folder.exists() and any(folder.iterdir()):
        raise FolderTakenError("the folder is not empty: choose a new one")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    make_keys(config.keys, now=now, alg=alg)
    if config.tls:
        make_certificate(config.keys, party=config.party, host=tls_host or config.host, now=now)
    make_site_secret(folder)
    config.vault.mkdir(mode=0o700)
    DirectoryStore.create(config.directory, trust)
    config.write()
    make_guard(config, str(origin))


def make_guard(config: NodeConfig, origin: str) -> None:
    """Make the head guard of a new node: the signed checkpoint of a log without entries.

    A node whose guard is missing has lost something, so it is made here and by a restore alone.
    """
    key = load_keys(config.keys)["log"].key
    if not isinstance(key, Ed25519PrivateKey):
        raise MisuseError("the log key must be Ed25519")
    empty = Checkpoint(origin, 0, EMPTY_ROOT)
    note = sign_checkpoint(empty, [ed25519_signer(origin, key)])
    FileGuard(config.folder / FILE).swap(None, note)


def write_public_keys(
    config: NodeConfig, *, now: datetime, further: Sequence[Any] = ()
) -> list[dict[str, Any]]:
    """Write the list of public keys for the State that lists this node; return its rows.

    Args:
        config: of a node that was just made.
        now: from when the keys hold.
        further: rows of keys that the node does not hold, an officer-ca.

    Raises:
        HeadGuardMissingError: the folder is not that of a node that was just made.
    """
    empty = FileGuard(config.folder / FILE).read()
    if empty is None:
        raise HeadGuardMissingError("this node has no head guard")
    rows = public_rows(load_keys(config.keys), not_before=now, not_after=now + KEY_LIFE)
    rows += further
    listed = build_node_keys(
        mode=config.mode,
        party=config.party,
        keys=[parse_key_row(row) for row in rows],
        origins=[peek_checkpoint(empty).origin],
    )
    (config.folder / PUBLIC_KEYS).write_bytes(listed)
    return rows
