"""Private keys of a secretariat or a State, one file each, so that each can go to its holder."""

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from comity.canonical import PeerError, decode_loose
from comity.directory import disk
from comity.directory.errors import DirectoryFolderError
from comity.keys import PrivateKey

type Random = Callable[[int], bytes]
"""A source of ``n`` unpredictable bytes."""

_MAX_BYTES: Final = 4096


def new_keys(
    folder: Path, name: str, count: int, random: Random, *, alg: str = "Ed25519"
) -> tuple[PrivateKey, ...]:
    """Return new keys, each written to ``<name>-<number>.jwk`` with mode 0600."""
    keys = tuple(PrivateKey.from_seed(random(32), alg=alg) for _ in range(count))
    write_keys(folder, name, keys)
    return keys


def write_keys(folder: Path, name: str, keys: Iterable[PrivateKey]) -> None:
    """Write keys to ``<name>-<number>.jwk`` with mode 0600, replacing those there."""
    for number, key in enumerate(keys, 1):
        data = json.dumps(key.private_jwk, indent=2, sort_keys=True).encode() + b"\n"
        disk.write(folder / f"{name}-{number}.jwk", data, private=True)


def read_keys(folder: Path, name: str) -> tuple[PrivateKey, ...]:
    """Return the keys ``<name>-*.jwk`` that are present; the others are with their holders.

    Raises:
        DirectoryFolderError: a file that holds no private key.
    """
    return tuple(_read(path) for path in sorted(folder.glob(f"{name}-*.jwk")))


def _read(path: Path) -> PrivateKey:
    data = disk.read(path, max_bytes=_MAX_BYTES)
    try:
        value = decode_loose(data, max_bytes=_MAX_BYTES)
        if not isinstance(value, dict):
            raise DirectoryFolderError(f"{path.name} holds no private key")
        return PrivateKey.from_jwk(value)
    except PeerError as fault:
        raise DirectoryFolderError(f"{path.name} holds no private key") from fault
