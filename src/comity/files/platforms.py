"""What Linux, macOS and Windows lack of each other, in one place.

Sealing, opening and verifying work on all three. What a system lacks is done another way, or is
left out where only speed or a guard against a race is lost: without descriptors of folders
(Windows), a link that takes a folder's place during the walk is not noticed; without locks of
folders, what a killed sealer left is not swept; extended attributes are read on Linux only, and
a row says that they were left out.
"""

import errno
import os
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from comity.evidence.package import MAX_XATTR_BYTES, is_nameable

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


# Where the data of a sparse file lies, as the file system tells it.
#
# Source: lseek(2), SEEK_DATA and SEEK_HOLE; spec 15.1.


MAX_PIECES = 1 << 16  # what has more is packed with its later holes filled

type Pieces = list[tuple[int, int]]
"""(offset, length) in bytes, ascending, with a hole between any two."""


def data_pieces(descriptor: int, size_bytes: int) -> Pieces:
    """Return the data of a file; moves the descriptor's position.

    A file system that cannot tell says that everything is data.
    """
    if not HAS_HOLES:
        return [(0, size_bytes)] if size_bytes else []
    found: Pieces = []
    position = 0
    while position < size_bytes:
        start = _data(descriptor, position, size_bytes)
        if start >= size_bytes:
            break
        if len(found) == MAX_PIECES - 1:
            found.append((start, size_bytes - start))
            break
        end = min(os.lseek(descriptor, start, os.SEEK_HOLE), size_bytes)
        found.append((start, end - start))
        position = end
    return found


def _data(descriptor: int, position: int, size_bytes: int) -> int:
    """Return where data begins at or behind ``position``; ``size_bytes`` if there is none."""
    try:
        return os.lseek(descriptor, position, os.SEEK_DATA)
    except OSError as fault:
        if fault.errno == errno.ENXIO:
            return size_bytes
        raise


# Extended attributes as a package keeps them: in order, within a limit, what is left out said.
#
# Everything the system lists is kept: what users and programs noted (``user.*``, such as where a
# file was downloaded from), labels and capabilities (``security.*``), access lists (``system.*``)
# and, for root, ``trusted.*``.
#
# Source: xattr(7); spec 15.1.


type Attributes = tuple[tuple[str, bytes], ...]


def read_xattrs(place: int | bytes) -> tuple[Attributes, bool]:
    """Return attributes in order of their names, and whether some were left out.

    Args:
        place: a descriptor, or a path; a link itself, not what it points to.

    Python reads them on Linux only; elsewhere some may be left out, which is said.
    """
    if not HAS_XATTRS:
        return (), True
    follow = isinstance(place, int)
    try:
        names = os.listxattr(place, follow_symlinks=follow)
    except OSError as fault:
        return (), fault.errno not in (errno.ENOTSUP, errno.ENOENT)
    if not names:
        return (), False
    found: list[tuple[str, bytes]] = []
    room, omitted = MAX_XATTR_BYTES, False
    for name in sorted(filter(is_nameable, names), key=lambda name: name.encode("utf-16-be")):
        try:
            value = os.getxattr(place, name, follow_symlinks=follow)
        except OSError:
            omitted = True
            continue
        size = len(name.encode("utf-8")) + len(value)
        if size > room:
            omitted = True
            continue
        room -= size
        found.append((name, value))
    return tuple(found), omitted or not all(map(is_nameable, names))
