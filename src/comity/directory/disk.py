"""Files that are whole or absent, whatever moment the power fails."""

import json
import os
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from comity.canonical import MisuseError, PeerError, decode_loose
from comity.directory.errors import DirectoryFolderError
from comity.keys import PrivateKey

fcntl: Any = None if find_spec("fcntl") is None else import_module("fcntl")
"""None on Windows: a directory is read there, and not kept."""


def write(path: Path, data: bytes, *, private: bool = False) -> None:
    """Replace a file by its new content: temporary name, fsync, rename, fsync of the folder.

    Raises:
        DirectoryFolderError: the disk refuses.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700 if private else 0o755)
        beside = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        mode = 0o600 if private else 0o644
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise
        _sync_folder(path.parent)
    except OSError as fault:
        raise DirectoryFolderError(f"cannot write {path}: {fault.strerror}") from fault


def read(path: Path, *, max_bytes: int) -> bytes:
    """Return a file's bytes.

    Raises:
        DirectoryFolderError: absent, unreadable, or larger than ``max_bytes``.
    """
    try:
        with path.open("rb") as file:
            data = file.read(max_bytes + 1)
    except OSError as fault:
        raise DirectoryFolderError(f"cannot read {path}: {fault.strerror}") from fault
    if len(data) > max_bytes:
        raise DirectoryFolderError(f"{path.name} is larger than {max_bytes} bytes")
    return data


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the folder's lock: whoever reads, decides and writes does so alone.

    Not reentrant. The lock goes with the process, so a killed one leaves none behind.
    """
    if fcntl is None:
        raise DirectoryFolderError("this system has no lock for a directory's folder")
    try:
        descriptor = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as fault:
        raise DirectoryFolderError(f"cannot lock {folder}: {fault.strerror}") from fault
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def must_be_new(folder: Path) -> None:
    """Raise `MisuseError` unless the folder is absent or empty."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise MisuseError(f"{folder.name} exists and is not an empty folder")


def _sync_folder(folder: Path) -> None:
    if not hasattr(os, "O_DIRECTORY"):  # Windows opens no folder
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


# Private keys of a secretariat or a State, one file each, so that each can go to its holder.


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
        write(folder / f"{name}-{number}.jwk", data, private=True)


def read_keys(folder: Path, name: str) -> tuple[PrivateKey, ...]:
    """Return the keys ``<name>-*.jwk`` that are present; the others are with their holders.

    Raises:
        DirectoryFolderError: a file that holds no private key.
    """
    return tuple(_read(path) for path in sorted(folder.glob(f"{name}-*.jwk")))


def _read(path: Path) -> PrivateKey:
    data = read(path, max_bytes=_MAX_BYTES)
    try:
        value = decode_loose(data, max_bytes=_MAX_BYTES)
        if not isinstance(value, dict):
            raise DirectoryFolderError(f"{path.name} holds no private key")
        return PrivateKey.from_jwk(value)
    except PeerError as fault:
        raise DirectoryFolderError(f"{path.name} holds no private key") from fault
