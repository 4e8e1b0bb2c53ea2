"""What Linux, macOS and Windows lack of each other, in one place.

Sealing, opening and verifying work on all three. What a system lacks is done another way, or is
left out where only speed or a guard against a race is lost: without descriptors of folders
(Windows), a link that takes a folder's place during the walk is not noticed; without locks of
folders, what a killed sealer left is not swept; extended attributes are read on Linux only, and
a row says that they were left out.
"""

import os
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

fcntl: Any = None if find_spec("fcntl") is None else import_module("fcntl")  # not on Windows
NOFOLLOW: Final = getattr(os, "O_NOFOLLOW", 0)
_CLOEXEC: Final = getattr(os, "O_CLOEXEC", 0)
_BINARY: Final = getattr(os, "O_BINARY", 0)  # Windows would change ends of lines
_NONBLOCK: Final = getattr(os, "O_NONBLOCK", 0)
READ: Final = os.O_RDONLY | _CLOEXEC | _BINARY
READ_FOUND: Final = READ | NOFOLLOW | _NONBLOCK
READ_FOLDER: Final = READ_FOUND | getattr(os, "O_DIRECTORY", 0)
NEW: Final = os.O_CREAT | os.O_EXCL | _CLOEXEC | _BINARY | NOFOLLOW

HAS_FOLDER_DESCRIPTORS: Final = (
    os.open in os.supports_dir_fd and os.scandir in os.supports_fd and hasattr(os, "O_DIRECTORY")
)
HAS_XATTRS: Final = hasattr(os, "listxattr")
HAS_HOLES: Final = hasattr(os, "SEEK_DATA")

sync_data = getattr(os, "fdatasync", os.fsync)


def read_at(descriptor: int, room: memoryview, offset: int) -> int:
    """Fill the beginning of ``room`` from an offset of a file; return how many bytes came.

    Where the system has no such call, the descriptor's position moves.
    """
    if hasattr(os, "preadv"):
        return os.preadv(descriptor, [room], offset)
    os.lseek(descriptor, offset, os.SEEK_SET)
    data = os.read(descriptor, len(room))
    room[: len(data)] = data
    return len(data)


def sync_folder(folder: Path) -> None:
    """Make a rename inside ``folder`` durable, where a folder can be opened."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | _CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_file(path: str | Path) -> None:
    """Bring a file to the medium."""
    descriptor = os.open(path, (os.O_RDWR if fcntl is None else os.O_RDONLY) | _CLOEXEC | _BINARY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def lock(descriptor: int) -> bool:
    """Lock an open folder or file; False if another process holds it.

    Raises:
        OSError: this system, or this file system, knows no locks.
    """
    if fcntl is None:
        raise OSError("no locks of this kind")
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def write_past_cache(descriptor: int, *, direct: bool) -> bool:
    """Ask that writes go past the page cache, or no longer; tell whether the system agreed.

    Source: open(2), O_DIRECT.
    """
    flag = getattr(os, "O_DIRECT", 0)
    if fcntl is None or not flag:
        return False
    flags = fcntl.fcntl(descriptor, fcntl.F_GETFL) & ~flag
    try:
        fcntl.fcntl(descriptor, fcntl.F_SETFL, flags | (flag if direct else 0))
    except OSError:
        return False
    return True
