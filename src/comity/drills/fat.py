"""A small disk image: a FAT12 volume of a few files, the same bytes for the same files.

Source: Microsoft, FAT32 File System Specification 1.03, sections "Boot Sector and BPB", "FAT Data
Structure", "FAT Directory Structure".
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

SECTOR_BYTES: Final = 512
_SECTORS: Final = 2880  # 1.44 MB: what every tool reads
_FAT_SECTORS: Final = 9
_ROOT_ENTRIES: Final = 224
_MEDIA: Final = 0xF0
_END: Final = 0xFFF
_LEAST_YEAR: Final = 1980
_SLOT_BYTES: Final = 32
_LONG_CHARS: Final = 13
_FIRST_DATA: Final = 1 + 2 * _FAT_SECTORS + _ROOT_ENTRIES * 32 // SECTOR_BYTES
MAX_BYTES: Final = (_SECTORS - _FIRST_DATA) * SECTOR_BYTES


@dataclass(frozen=True, kw_only=True)
class Placed:
    """A file on a volume.

    Attributes:
        path: folders and name, ``Notes/list.txt``; printable ASCII.
        at: when it was made and written last.
        deleted: its entry is marked and its clusters are free, but its bytes still lie there.
    """

    path: str
    data: bytes
    at: datetime
    deleted: bool = False


def write_image(label: str, files: Sequence[tuple[str, bytes]], *, at: datetime) -> bytes | None:
    """Return an image of files in one folder under short names, or None if they do not fit.

    Args:
        label: of the volume; what is no ASCII letter or digit is left out.
        files: names and bytes; names become 8.3 by `short_name`, which must not repeat.
        at: what the entries bear as the time of writing.
    """
    names = [short_name(name) for name, _ in files]
    if len(set(names)) != len(names) or not _LEAST_YEAR <= at.year < _LEAST_YEAR + 128:
        return None
    volume = _Volume(label, at)
    for name, (_, content) in zip(names, files, strict=True):
        first = volume.put(content)
        volume.root += _entry(name, 0x20, at, first, len(content))
    return volume.image()


def write_volume(label: str, files: Sequence[Placed], *, at: datetime) -> bytes | None:
    """Return an image with folders, long names, times to the second and deleted files.

    Args:
        label: of the volume; what is no ASCII letter or digit is left out.
        files: in the order in which they were written; no two of one path that are not deleted.
        at: when the volume and its folders were made.

    Returns:
        The image, or None if the files do not fit. Times are UTC, which the format does not say.
    """
    years = {at.year, *(one.at.year for one in files)}
    if not all(_LEAST_YEAR <= year < _LEAST_YEAR + 128 for year in years):
        return None
    volume, folders = _Volume(label, at), {"": _Folder()}
    for one in files:
        parts = one.path.split("/")
        for depth in range(1, len(parts)):
            inner, parent = "/".join(parts[:depth]), "/".join(parts[: depth - 1])
            if inner not in folders:
                folders[inner] = _Folder()
                folders[parent].add(parts[depth - 1], is_deleted=False)
        folders["/".join(parts[:-1])].add(parts[-1], is_deleted=one.deleted)
    firsts = {"": 0} | {path: volume.reserve(one) for path, one in folders.items() if path}
    for path, first in firsts.items():
        parent, _, name = path.rpartition("/")
        if path:
            above = firsts[parent]
            folders[path].fill(_entry(".".ljust(11), 0x10, at, first, 0))
            folders[path].fill(_entry("..".ljust(11), 0x10, at, above, 0))
            folders[parent].place(name, 0x10, at, first, 0)
    for one in files:
        parent, _, name = one.path.rpartition("/")
        first = volume.put(one.data, is_deleted=one.deleted)
        folders[parent].place(name, 0x20, one.at, first, len(one.data))
    volume.root += folders[""].whole
    for path, first in firsts.items():
        if path:
            volume.write(first, folders[path].whole)
    return volume.image()


class _Volume:
    """Clusters handed out one after the other, none twice."""

    def __init__(self, label: str, at: datetime) -> None:
        self._label = _plain(label)[:11].ljust(11)
        self._table = [_MEDIA | 0xF00, _END]
        self._data = bytearray()
        self.root = bytearray(_entry(self._label, 0x08, at, 0, 0))

    def put(self, content: bytes, *, is_deleted: bool = False) -> int:
        """Store bytes; return their first cluster, 0 for none."""
        count = -(-len(content) // SECTOR_BYTES)
        first = len(self._table) if count else 0
        chain = [first + number + 1 for number in range(count - 1)] + [_END] * (count > 0)
        self._table += [0] * count if is_deleted else chain
        self._data += content.ljust(count * SECTOR_BYTES, b"\0")
        return first

    def reserve(self, folder: "_Folder") -> int:
        """Return the first cluster of room for a folder whose entries are counted."""
        return self.put(b"\0" * ((folder.slots + 2) * _SLOT_BYTES))

    def write(self, first: int, content: bytes) -> None:
        """Write into room that was reserved."""
        begin = (first - 2) * SECTOR_BYTES
        self._data[begin : begin + len(content)] = content

    def image(self) -> bytes | None:
        """Return the whole, or None if it does not fit."""
        if len(self._data) > MAX_BYTES or len(self.root) > _ROOT_ENTRIES * _SLOT_BYTES:
            return None
        fat = _pack(self._table).ljust(_FAT_SECTORS * SECTOR_BYTES, b"\0")
        whole = _boot(self._label) + fat + fat
        whole += bytes(self.root).ljust(_ROOT_ENTRIES * _SLOT_BYTES, b"\0") + bytes(self._data)
        return whole.ljust(_SECTORS * SECTOR_BYTES, b"\0")


class _Folder:
    """Entries of one folder: counted first, so that its room is known, then written."""

    def __init__(self) -> None:
        self._shorts: set[str] = set()
        self._named: list[tuple[str, str, bool]] = []
        self._next = 0
        self.slots = 0
        self.whole = b""

    def add(self, name: str, *, is_deleted: bool) -> None:
        """Count an entry; the order is that in which `place` comes to names that are alike."""
        short = _alias(name, self._shorts)
        self._shorts.add(short)
        self._named.append((name, short, is_deleted))
        self.slots += 1 + -(-len(name) // _LONG_CHARS)

    def fill(self, raw: bytes) -> None:
        """Write an entry that has no long name."""
        self.whole += raw

    def place(self, name: str, attributes: int, at: datetime, first: int, size_bytes: int) -> None:
        """Write the next entry of a name."""
        number = next(at for at, one in enumerate(self._named) if one[0] == name)
        _, short, is_deleted = self._named.pop(number)
        odd = at.second % 2 * 100  # in hundredths: times of writing are in steps of two seconds
        raw = _long(name, short) + _entry(short, attributes, at, first, size_bytes, odd=odd)
        if is_deleted:
            raw = b"".join(
                b"\xe5" + raw[begin + 1 : begin + _SLOT_BYTES]
                for begin in range(0, len(raw), _SLOT_BYTES)
            )
        self.whole += raw


def _alias(name: str, taken: set[str]) -> str:
    """Return eleven characters that nothing in the folder has: ``STATEM~1CSV``."""
    short = short_name(name)
    number = 1
    while number == 1 or short in taken:
        mark = f"~{number}"
        short = short_name(name)
        short = (short[:8].rstrip()[: 8 - len(mark)] + mark).ljust(8) + short[8:]
        number += 1
    return short


def _long(name: str, short: str) -> bytes:
    """Return the entries of a long name, the last part first."""
    check = 0
    for one in short.encode():
        check = ((check & 1) << 7 | check >> 1) + one & 0xFF
    whole = name.encode("utf-16-le")
    if len(name) % _LONG_CHARS:
        whole = (whole + b"\0\0").ljust(-(-len(name) // _LONG_CHARS) * _LONG_CHARS * 2, b"\xff")
    parts = [whole[at : at + _LONG_CHARS * 2] for at in range(0, len(whole), _LONG_CHARS * 2)]
    slots = []
    for number, part in enumerate(parts, 1):
        order = number | 0x40 * (number == len(parts))
        slots.append(
            struct.pack(
                "<B10sBBB12sH4s", order, part[:10], 0x0F, 0, check, part[10:22], 0, part[22:]
            )
        )
    return b"".join(reversed(slots))


def short_name(name: str) -> str:
    """Return the eleven characters of a name in the old form, ``MAILBOX TXT``."""
    stem, _, ending = name.rpartition(".")
    return _plain(stem or ending)[:8].ljust(8) + _plain(ending if stem else "")[:3].ljust(3)


def _plain(text: str) -> str:
    return "".join(char for char in text.upper() if char.isascii() and char.isalnum())


def _boot(label: str) -> bytes:
    head = struct.pack(
        "<3s8sHBHBHHBHHHII",
        b"\xeb\x3c\x90",
        b"COMITY  ",
        SECTOR_BYTES,
        1,  # sectors per cluster
        1,  # reserved sectors
        2,  # tables
        _ROOT_ENTRIES,
        _SECTORS,
        _MEDIA,
        _FAT_SECTORS,
        18,  # sectors per track
        2,  # heads
        0,
        0,
    )
    tail = struct.pack("<BBBI11s8s", 0, 0, 0x29, 0x4452494C, label.encode(), b"FAT12   ")
    return (head + tail).ljust(SECTOR_BYTES - 2, b"\0") + b"\x55\xaa"


def _entry(
    name: str, attributes: int, at: datetime, first: int, size_bytes: int, *, odd: int = 0
) -> bytes:
    time = at.hour << 11 | at.minute << 5 | at.second // 2
    day = (at.year - _LEAST_YEAR) << 9 | at.month << 5 | at.day
    return struct.pack(
        "<11sBBBHHHHHHHI",
        name.encode(),
        attributes,
        0,
        odd,
        time,
        day,
        day,
        0,
        time,
        day,
        first,
        size_bytes,
    )


def _pack(table: list[int]) -> bytes:
    """Pack entries of twelve bits, two in three bytes."""
    even = [*table, 0] if len(table) % 2 else table
    out = bytearray()
    for low, high in zip(even[::2], even[1::2], strict=True):
        out += (low | high << 12).to_bytes(3, "little")
    return bytes(out)
