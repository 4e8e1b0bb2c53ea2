"""Reading a few bytes of a file whose length is known, and nothing more."""

import os
import stat
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

from comity.forensics.errors import ImageMalformedError

MAX_READ_BYTES: Final = 1024 * 1024
"""Of metadata in one piece; a header that asks for more is refused."""


class Source(Protocol):
    """Bytes at places; what the format parsers see of a file."""

    @property
    def size_bytes(self) -> int:
        """Return the length of the file."""
        ...

    def read(self, offset: int, length: int) -> bytes:
        """Return exactly ``length`` bytes; see `checked`."""
        ...


@dataclass(frozen=True)
class BytesSource:
    """Bytes in memory."""

    data: bytes

    @property
    def size_bytes(self) -> int:
        """Return their number."""
        return len(self.data)

    def read(self, offset: int, length: int) -> bytes:
        """Return exactly ``length`` bytes."""
        checked(self, offset, length)
        return self.data[offset : offset + length]


@dataclass(frozen=True)
class FileSource:
    """An open file."""

    descriptor: int
    size_bytes: int

    def read(self, offset: int, length: int) -> bytes:
        """Return exactly ``length`` bytes."""
        checked(self, offset, length)
        found = os.pread(self.descriptor, length, offset)
        if len(found) != length:
            raise ImageMalformedError(f"the file ends before byte {offset + length}")
        return found


def checked(source: Source, offset: int, length: int) -> None:
    """Refuse a read outside the file, or a large one.

    Raises:
        ImageMalformedError: a header points outside the file, or asks for too much.
    """
    if offset < 0 or length < 0 or offset + length > source.size_bytes:
        raise ImageMalformedError(f"it points to byte {offset + length}, beyond its own end")
    if length > MAX_READ_BYTES:
        raise ImageMalformedError(f"it claims {length} bytes of metadata, over the limit")


def unpack(layout: str, data: bytes, offset: int = 0) -> tuple[Any, ...]:
    """Return the fields of a structure.

    Raises:
        ImageMalformedError: the bytes end before it does.
    """
    if offset + struct.calcsize(layout) > len(data):
        raise ImageMalformedError("a structure is cut short")
    return struct.unpack_from(layout, data, offset)


@contextmanager
def opened(path: Path) -> Iterator[FileSource]:
    """Yield a regular file or block device to read from; anything else would wait or lie.

    Raises:
        OSError: it cannot be opened, or is no file.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    try:
        kind = os.fstat(descriptor).st_mode
        if not (stat.S_ISREG(kind) or stat.S_ISBLK(kind)):
            raise OSError(None, "not a file")
        yield FileSource(descriptor, os.lseek(descriptor, 0, os.SEEK_END))
    finally:
        os.close(descriptor)
