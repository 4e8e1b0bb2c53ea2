"""Compound files made for tests, as Outlook writes messages: storages, streams, one allocation.

Source: MS-CFB version 3: 512-byte sectors, 64-byte mini sectors below 4,096 bytes.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

_SECTOR: Final = 512
_MINI: Final = 64
_CUTOFF: Final = 4096
_FREE, _END, _FAT, _NONE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF

type Tree = Mapping[str, "bytes | Tree"]


@dataclass
class _Entry:
    name: str
    kind: int
    data: bytes = b""
    child: int = _NONE
    right: int = _NONE
    start: int = _END
    size: int = 0


@dataclass
class _Sectors:
    data: bytearray = field(default_factory=bytearray)
    table: list[int] = field(default_factory=list)

    def add(self, data: bytes, size: int) -> int:
        if not data:
            return _END
        begin = len(self.table)
        count = -(-len(data) // size)
        self.data += data.ljust(count * size, b"\0")
        self.table += [*range(begin + 1, begin + count), _END]
        return begin


def compound(tree: Tree) -> bytes:
    """A compound file with these storages (mappings) and streams (bytes)."""
    entries = [_Entry("Root Entry", 5)]
    entries[0].child = _grow(tree, entries)
    large, mini = _Sectors(), _Sectors()
    for entry in entries[1:]:
        if entry.kind == 2:
            entry.size = len(entry.data)
            small = entry.size < _CUTOFF
            entry.start = (mini if small else large).add(entry.data, _MINI if small else _SECTOR)
    entries[0].size = len(mini.data)
    entries[0].start = large.add(bytes(mini.data), _SECTOR)
    mini_start = large.add(struct.pack(f"<{len(mini.table)}I", *mini.table), _SECTOR)
    directory = large.add(b"".join(map(_packed, entries)), _SECTOR)
    fat_at = len(large.table)
    count = 1
    while count * _SECTOR // 4 < fat_at + count:
        count += 1
    table = large.table + [_FAT] * count
    table += [_FREE] * (count * _SECTOR // 4 - len(table))
    head = struct.pack(
        "<8s16sHHHHH6sIIIIIIIIII",
        *(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6, b""),
        *(0, count, directory, 0, _CUTOFF, mini_start, -(-len(mini.table) * 4 // _SECTOR)),
        *(_END, 0, fat_at),
    )
    places = struct.pack(f"<{count - 1}I", *range(fat_at + 1, fat_at + count))
    head = (head + places).ljust(_SECTOR, b"\xff")
    return head + bytes(large.data) + struct.pack(f"<{len(table)}I", *table)


def _grow(tree: Tree, entries: list[_Entry]) -> int:
    """Add a storage's entries as a chain, and return its first."""
    first = before = _NONE
    for name, what in sorted(tree.items(), key=lambda one: (len(one[0]), one[0].upper())):
        number = len(entries)
        if isinstance(what, bytes):
            entries.append(_Entry(name, 2, what))
        else:
            entries.append(_Entry(name, 1))
            entries[number].child = _grow(what, entries)
        if before == _NONE:
            first = number
        else:
            entries[before].right = number
        before = number
    return first


def _packed(entry: _Entry) -> bytes:
    name = entry.name.encode("utf-16-le") + b"\0\0"
    return struct.pack(
        "<64sHBBIII16sIQQIQ",
        *(name, len(name), entry.kind, 1, _NONE, entry.right, entry.child, b"", 0, 0, 0),
        *(entry.start, entry.size),
    )
