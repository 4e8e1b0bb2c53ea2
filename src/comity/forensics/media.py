"""The disk that an image holds, as bytes at places; runs in the looking process."""

import os
from bisect import bisect_right
from collections.abc import Callable
from itertools import accumulate
from pathlib import Path
from typing import Any, Final, Protocol

import pyewf

from comity.forensics.errors import ImageUnreadableError
from comity.forensics.ewf_chunks import faults

VHD_FOOTER_BYTES: Final = 512


class Media(Protocol):
    """A disk."""

    size_bytes: int

    def read(self, offset: int, length: int) -> bytes:
        """Return the bytes there; fewer at the end.

        Raises:
            ImageUnreadableError: the image is damaged there.
        """
        ...


class RawMedia:
    """The bytes of files one after the other.

    Args:
        paths: in order.
        without_end: bytes at the end that are not the disk's.
    """

    def __init__(self, paths: list[Path], *, without_end: int = 0) -> None:
        self._files = [path.open("rb", buffering=0) for path in paths]
        sizes = [os.lseek(file.fileno(), 0, os.SEEK_END) for file in self._files]
        self._ends = list(accumulate(sizes))
        self.size_bytes = max(0, self._ends[-1] - without_end)

    def read(self, offset: int, length: int) -> bytes:
        """Return the bytes there."""
        found = bytearray()
        end = min(offset + length, self.size_bytes)
        while offset < end:
            number = bisect_right(self._ends, offset)
            begin = self._ends[number] - self._length(number)
            most = min(end, self._ends[number]) - offset
            piece = os.pread(self._files[number].fileno(), most, offset - begin)
            if not piece:
                raise ImageUnreadableError(f"the file ends before byte {offset}")
            found += piece
            offset += len(piece)
        return bytes(found)

    def _length(self, number: int) -> int:
        return self._ends[number] - (self._ends[number - 1] if number else 0)


class EwfMedia:
    """The disk in a set of EWF segments, through libewf.

    Attributes:
        handle: of pyewf.

    Args:
        paths: of the segments, in order.
    """

    def __init__(self, paths: list[Path]) -> None:
        self._paths = paths
        self.handle: Any = pyewf.handle()
        try:
            self.handle.open([os.fspath(path) for path in paths])
            self.size_bytes = int(self.handle.get_media_size())
        except OSError as fault:
            raise ImageUnreadableError("libewf cannot open the set") from fault

    def read(self, offset: int, length: int) -> bytes:
        """Return the bytes there."""
        most = min(length, self.size_bytes - offset)
        if most <= 0:
            return b""
        try:
            found = self.handle.read_buffer_at_offset(most, offset)
        except OSError as fault:
            raise ImageUnreadableError(f"libewf cannot read byte {offset}") from fault
        if not found:
            raise ImageUnreadableError(f"libewf gives nothing at byte {offset}")
        return bytes(found)

    def faults(self, alive: Callable[[], None]) -> list[str]:
        """Return what fails its checksum in the files; of version 1, others are not checked."""
        with self._paths[0].open("rb") as file:
            if not file.read(8).startswith(b"EVF\x09"):
                return []
        return faults(self._paths, int(self.handle.get_chunk_size()), alive)


def open_media(form: str, paths: list[Path]) -> Media:
    """Return the disk of an image whose format is one that can be read.

    Args:
        form: ``ewf``, ``raw``, or ``vhd`` of the fixed kind.
        paths: its files in order.

    Raises:
        ImageUnreadableError: libewf cannot open it.
    """
    if form == "ewf":
        return EwfMedia(paths)
    return RawMedia(paths, without_end=VHD_FOOTER_BYTES if form == "vhd" else 0)
