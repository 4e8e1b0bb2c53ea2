"""Traces read back out of a disk image: its files, and those that were deleted.

Source: Microsoft, FAT32 File System Specification 1.03, "FAT Directory Structure", "Long Directory
Entries". A deleted file's chain is gone; its clusters are taken to follow one another.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from comity.drills.making.spelling import stamp
from comity.drills.making.told import Trace, digest

_SLOT: Final = 32
_DELETED: Final = 0xE5
_LONG: Final = 0x0F
_LABEL: Final = 0x08
_FOLDER: Final = 0x10
_LAST: Final = 0xFF8
_DEPTH: Final = 8
_MARK: Final = "EXERCISE.TXT"


@dataclass(frozen=True, kw_only=True)
class FoundFile:
    """A file on an image."""

    path: str
    data: bytes
    made_at: datetime
    deleted: bool


def found_on_disk(data: bytes) -> Iterator[Trace]:
    """Yield what an image shows.

    Raises:
        ValueError: no FAT12 volume, or a damaged one.
    """
    for file in files_of(data):
        if file.path != _MARK:
            kind = "deleted" if file.deleted else "file"
            yield kind, file.path, stamp(file.made_at), digest(file.data)


def files_of(data: bytes) -> Iterator[FoundFile]:
    """Yield the files of a FAT12 image, in the order of its folders.

    Raises:
        ValueError: no such volume, or a damaged one.
    """
    return _Image(data).folder(None, "", _DEPTH)


class _Image:
    def __init__(self, data: bytes) -> None:
        head = struct.unpack_from("<3x8xHBHBHHBH", data) if len(data) > 512 else ()
        if not head or data[510:512] != b"\x55\xaa" or head[0] != 512:
            raise ValueError("no volume of FAT")
        sector, self._per, reserved, copies, entries, sectors, _, fat = head
        if sectors * sector != len(data) or not self._per:
            raise ValueError("a volume of another size than it says")
        self._sector = sector
        self._fat = data[reserved * sector :][: fat * sector]
        second = data[(reserved + fat) * sector :][: fat * sector]
        if self._fat != second:
            raise ValueError("the two tables differ")
        begin = (reserved + copies * fat) * sector
        self._root = data[begin : begin + entries * _SLOT]
        self._clusters = data[begin + entries * _SLOT :]

    def folder(self, first: int | None, path: str, depth: int) -> Iterator[FoundFile]:
        if depth == 0:
            raise ValueError("folders nested too deeply")
        raw = self._root if first is None else self._chain(first)
        long: list[bytes] = []
        for at in range(0, len(raw), _SLOT):
            slot = raw[at : at + _SLOT]
            if len(slot) < _SLOT or slot[0] == 0:
                return
            if slot[11] == _LONG:
                long.insert(0, slot[1:11] + slot[14:26] + slot[28:32])
                continue
            name, long = _name(slot, long), []
            if slot[11] & _LABEL or name in {".", ".."}:
                continue
            cluster, size = struct.unpack_from("<HI", slot, 26)
            if slot[11] & _FOLDER:
                yield from self.folder(cluster, f"{path}{name}/", depth - 1)
                continue
            gone = slot[0] == _DELETED
            content = self._row(cluster, size) if gone else self._chain(cluster)
            if len(content) < size:
                raise ValueError("a file shorter than its entry says")
            yield FoundFile(
                path=f"{path}{name}", data=content[:size], made_at=_made(slot), deleted=gone
            )

    def _row(self, first: int, size: int) -> bytes:
        begin = (first - 2) * self._per * self._sector if first else 0
        return self._clusters[begin : begin + size]

    def _chain(self, first: int) -> bytes:
        room, cluster = self._per * self._sector, first
        parts: list[bytes] = []
        while 2 <= cluster < _LAST:
            if len(parts) * room > len(self._clusters):
                raise ValueError("a chain that bites its tail")
            parts.append(self._clusters[(cluster - 2) * room :][:room])
            pair = int.from_bytes(self._fat[cluster * 3 // 2 :][:2], "little")
            cluster = pair >> 4 if cluster % 2 else pair & 0xFFF
        return b"".join(parts)


def _name(slot: bytes, long: list[bytes]) -> str:
    if long:
        return b"".join(long).decode("utf-16-le").partition("\0")[0]
    stem, ending = slot[:8].decode("ascii", "replace"), slot[8:11].decode("ascii", "replace")
    return f"{stem.rstrip()}.{ending.rstrip()}".rstrip(".") or slot[:2].decode().rstrip()


def _made(slot: bytes) -> datetime:
    odd, time, day = struct.unpack_from("<BHH", slot, 13)
    at = datetime(
        1980 + (day >> 9), day >> 5 & 15, day & 31, time >> 11, time >> 5 & 63, time % 32 * 2,
        tzinfo=UTC,
    )  # fmt: skip
    return at + timedelta(milliseconds=10 * odd)
