"""A small disk image: a FAT12 volume of a few files, the same bytes for the same files.

Source: Microsoft, FAT32 File System Specification 1.03, sections "Boot Sector and BPB", "FAT Data
Structure", "FAT Directory Structure".
"""

import struct
from collections.abc import Sequence
from datetime import datetime
from typing import Final

SECTOR_BYTES: Final = 512
_SECTORS: Final = 2880  # 1.44 MB: what every tool reads
_FAT_SECTORS: Final = 9
_ROOT_ENTRIES: Final = 224
_MEDIA: Final = 0xF0
_END: Final = 0xFFF
_LEAST_YEAR: Final = 1980
_FIRST_DATA: Final = 1 + 2 * _FAT_SECTORS + _ROOT_ENTRIES * 32 // SECTOR_BYTES
MAX_BYTES: Final = (_SECTORS - _FIRST_DATA) * SECTOR_BYTES


def write_image(label: str, files: Sequence[tuple[str, bytes]], *, at: datetime) -> bytes | None:
    """Return the image, or None if the files do not fit.

    Args:
        label: of the volume; what is no ASCII letter or digit is left out.
        files: names and bytes; names become 8.3 by `short_name`, which must not repeat.
        at: what the entries bear as the time of writing.
    """
    names = [short_name(name) for name, _ in files]
    taken = sum(-(-len(data) // SECTOR_BYTES) for _, data in files)
    if taken * SECTOR_BYTES > MAX_BYTES or len(files) >= _ROOT_ENTRIES:
        return None
    if len(set(names)) != len(names) or not _LEAST_YEAR <= at.year < _LEAST_YEAR + 128:
        return None
    table = [_MEDIA | 0xF00, _END]
    data = bytearray()
    root = bytearray(_entry(_plain(label)[:11].ljust(11), 0x08, at, 0, 0))
    for name, (_, content) in zip(names, files, strict=True):
        count = -(-len(content) // SECTOR_BYTES)
        first = len(table) if count else 0
        table += [len(table) + number + 1 for number in range(count - 1)]
        table += [_END] if count else []
        root += _entry(name, 0x20, at, first, len(content))
        data += content.ljust(count * SECTOR_BYTES, b"\0")
    fat = _pack(table).ljust(_FAT_SECTORS * SECTOR_BYTES, b"\0")
    head = _boot(_plain(label)[:11].ljust(11)) + fat + fat
    whole = head + bytes(root).ljust(_ROOT_ENTRIES * 32, b"\0") + bytes(data)
    return whole.ljust(_SECTORS * SECTOR_BYTES, b"\0")


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


def _entry(name: str, attributes: int, at: datetime, first: int, size_bytes: int) -> bytes:
    time = at.hour << 11 | at.minute << 5 | at.second // 2
    day = (at.year - _LEAST_YEAR) << 9 | at.month << 5 | at.day
    return struct.pack(
        "<11sBBBHHHHHHHI",
        name.encode(),
        attributes,
        0,
        0,
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
