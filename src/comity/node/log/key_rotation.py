"""Replacing a node's key without a gap: made first, listed by the State, only then used.

A key is *next* while its file ends in ``.next``: it signs nothing. `switch` puts it in force once
the node's own copy of the directory lists it, so no partner meets a signature it cannot check.
"""

import os
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from comity.canonical import MisuseError, time_text
from comity.directory import (
    Directory,
    NodeKeys,
    build_node_keys,
    parse_node_keys,
    sealing_row,
    signing_row,
)
from comity.directory.keyrow import KeyRow
from comity.directory.store import DirectoryStore
from comity.evidence import age_keys
from comity.files.errors import NotFoundError, translating
from comity.keys import PrivateKey, PublicKey
from comity.node.core.config import NodeConfig
from comity.node.core.folder_lock import check_not_served
from comity.node.core.keystore import SEALING, load_signing_key, make_signing_key, write_secret
from comity.node.log.public_key_list import made_anew

REPLACEABLE: Final = ("message", "receipt", "transport", "export", SEALING, "credential")
"""Uses whose key can be replaced; a log's key names the log, so it takes a new epoch."""
OFFICER_CA: Final = "officer-ca"
PUBLIC: Final = "public-keys.json"
LIFE: Final = timedelta(days=730)


class KeyListMissingError(NotFoundError, code="key-list-missing"):
    """A node's list of public keys is lost."""


def officer_cas(config: NodeConfig, directory: Directory) -> dict[str, PublicKey]:
    """Return the node's officer CAs by name: of its entry, and of the list its State gets."""
    rows = list(directory.entry(config.party).keys) if directory.has(config.party) else []
    if (config.folder / PUBLIC).is_file():
        rows += listed(config).keys
    return {row.kid: row.public_key for row in rows if row.use == OFFICER_CA}


def listed(config: NodeConfig) -> NodeKeys:
    """Return the node's list of public keys.

    Raises:
        KeyListMissingError: there is none.
        StorageError: it cannot be read.
    """
    path = config.folder / PUBLIC
    if not path.exists():
        raise KeyListMissingError(
            f"{path}, the list of the node's public keys, is not there: make it again with "
            f"`comity keys list {config.folder} --write`"
        )
    with translating(f"reading {path}"):
        return parse_node_keys(path.read_bytes())


def write_list(config: NodeConfig, *, now: datetime) -> None:
    """Write the list anew, with the editions of the registry that this program knows.

    Where the file is lost, it is made from the node's keys and its entry in the directory.

    Args:
        config: of the node.
        now: from when keys hold that a lost list alone named.

    Raises:
        KeyFileError, HeadGuardMissingError: it is lost, and so is what it would be made from.
        StorageError: it cannot be read or written.
    """
    lost = not (config.folder / PUBLIC).exists()
    write_keys(config, made_anew(config, now=now, life=LIFE) if lost else listed(config))


def write_keys(config: NodeConfig, keys: NodeKeys) -> None:
    """Write what the list of public keys says from now on.

    Raises:
        StorageError: it cannot be written.
    """
    with translating(f"writing {config.folder / PUBLIC}"):
        _write(config, keys)


def prepare(config: NodeConfig, use: str, *, now: datetime, alg: str = "Ed25519") -> KeyRow:
    """Make the next key of a use and add it to the list of public keys.

    Raises:
        MisuseError: a next key is there already, or keys of this use are not replaced this way.
        KeyListMissingError: there is no list of public keys; no key was made.
    """
    if use not in REPLACEABLE:
        raise MisuseError(f"a {use} key is not replaced this way")
    path = _next(config, use)
    if path.exists():
        raise MisuseError(f"a next {use} key is there already; list it, then switch")
    held = listed(config)
    if use == SEALING:
        identity = age_keys.generate(os.urandom)
        row = sealing_row(str(identity.recipient), not_before=now, not_after=now + LIFE)
        text = age_keys.format_key_file(identity, created=time_text(now))
        write_secret(path, text.encode())
    else:
        key = make_signing_key(path, use=use, alg="Ed25519" if use == "receipt" else alg)
        row = signing_row(key.public, use=use, not_before=now, not_after=now + LIFE)
    _write(config, replace(held, keys=(*held.keys, row)))
    return row


def list_officer_ca(config: NodeConfig, public: PublicKey, *, now: datetime) -> KeyRow:
    """Put the public half of an officer CA on the list of public keys; return its row.

    The private half never comes here. It counts once the State's entry lists it. One that is
    listed already stays as it is.

    Args:
        config: of the node.
        public: the officer CA's key.
        now: from when it holds.

    Raises:
        MisuseError: it is a key of the node.
    """
    held = listed(config)
    for row in held.keys:
        if row.kid == public.kid:
            if row.use != OFFICER_CA:
                raise MisuseError(f"that is the node's {row.use} key; an officer CA has its own")
            return row
    row = signing_row(public, use=OFFICER_CA, not_before=now, not_after=now + LIFE)
    _write(config, replace(held, keys=(*held.keys, row)))
    return row


def withdraw_officer_cas(config: NodeConfig, *, but: str) -> tuple[str, ...]:
    """Take every officer CA but one off the list of public keys; return their names."""
    held = listed(config)
    gone = tuple(row.kid for row in held.keys if row.use == OFFICER_CA and row.kid != but)
    if gone:
        _write(config, replace(held, keys=tuple(r for r in held.keys if r.kid not in gone)))
    return gone


def switch(config: NodeConfig, use: str) -> str:
    """Put the next key of a use in force and return its kid; the node must be started again.

    The old signing key is destroyed. An old sealing key stays, because what was sealed to it must
    still open. The old kid leaves the list of public keys, so the State's next entry retires it.

    Raises:
        NodeRunningError: the node is served, and would continue to sign with the old key.
        MisuseError: there is no next key, or the directory here does not list it as active.
    """
    check_not_served(config.folder, why="a node that runs signs with the old key until it ends")
    path = _next(config, use)
    if not path.is_file():
        raise MisuseError(f"there is no next {use} key: run `comity keys prepare` first")
    kid = _kid(path, use)
    directory = DirectoryStore.open(config.directory).load()
    rows = directory.entry(config.party).keys if directory.has(config.party) else ()
    if not any(row.kid == kid and row.status == "active" for row in rows):
        raise MisuseError(
            "the directory here does not list that key yet: run `comity directory refresh` first, "
            "or import your State's new file with `comity directory import`"
        )
    held = listed(config)
    kept = tuple(row for row in held.keys if row.use != use or row.kid == kid)
    target = config.keys / f"{use}.json"
    if use == SEALING:
        number = len(list(config.keys.glob(f"{SEALING}*.txt")))
        target = config.keys / f"{SEALING}-{number:04d}.txt"
    path.replace(target)
    _write(config, replace(held, keys=kept))
    return kid


def _next(config: NodeConfig, use: str) -> Path:
    return config.keys / f"{use}.next"


def _kid(path: Path, use: str) -> str:
    if use == SEALING:
        return str(age_keys.parse_key_file(path.read_bytes())[0].recipient)
    key: PrivateKey = load_signing_key(path, use=use)
    return key.kid


def _write(config: NodeConfig, keys: NodeKeys) -> None:
    path = config.folder / PUBLIC
    beside = path.with_name(f".{PUBLIC}.new")
    beside.write_bytes(
        build_node_keys(
            mode=keys.mode,
            party=keys.party,
            keys=keys.keys,
            epoch=keys.epoch,
            origins=keys.origins,
        )
    )
    beside.replace(path)
