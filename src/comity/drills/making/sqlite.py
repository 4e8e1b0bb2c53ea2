"""A database of SQLite, written page by page, the same bytes for the same rows.

The library itself writes its version into the file and may place rows otherwise in the next one, so
a digest would not be the same everywhere. Tables of rows, one index a table where a key is text.

Source: SQLite, "Database File Format", sections 1.3, 1.5, 1.6, 2.1, 2.6.
"""

import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

PAGE_BYTES: Final = 4096
_HEADER_BYTES: Final = 100
_VERSION: Final = 3_046_000  # what wrote the form that is imitated here
_TABLE_LEAF, _TABLE_INNER, _INDEX_LEAF = 0x0D, 0x05, 0x0A
_MOST_BYTES: Final = 4000  # of a row: below what would have to flow over into pages of its own

type Value = int | str | bytes | None


@dataclass(frozen=True, kw_only=True)
class Made:
    """A table.

    Attributes:
        sql: that makes it.
        rows: in the order of their numbers, which are the first value of each; that value is stored
            as none where the table has `INTEGER PRIMARY KEY`.
        named: whether the first column after the number is a key of text, so that SQLite keeps an
            index of it by itself.
    """

    name: str
    sql: str
    rows: Sequence[tuple[Value, ...]]
    named: bool = False


def write_database(tables: Sequence[Made]) -> bytes | None:
    """Return a database, or None if a row, or an index, is longer than a page takes."""
    pages: list[bytes] = [b""]  # the first is written at the end
    schema: list[tuple[Value, ...]] = []
    for table in tables:
        cells = [(int(row[0] or 0), _record(row[1:])) for row in table.rows]
        if any(len(data) > _MOST_BYTES for _, data in cells):
            return None
        root = _table(cells, pages)
        schema.append(("table", table.name, table.name, root, table.sql))
        if table.named:
            keyed = sorted((str(row[1]).encode(), int(row[0] or 0)) for row in table.rows)
            records = [_record((key.decode(), number)) for key, number in keyed]
            index = _page(_INDEX_LEAF, [_varint(len(one)) + one for one in records])
            if len(index) != PAGE_BYTES:
                return None
            root = _put(index, pages)
            name = f"sqlite_autoindex_{table.name}_1"
            schema.append(("index", name, table.name, root, None))
    cells = [(number, _record(row)) for number, row in enumerate(schema, 1)]
    raw = [_varint(len(data)) + _varint(number) + data for number, data in cells]
    if sum(map(len, raw)) + 2 * len(raw) > PAGE_BYTES - _HEADER_BYTES - 8:
        return None
    pages[0] = _header(len(pages)) + _page(_TABLE_LEAF, raw, before=_HEADER_BYTES)
    return b"".join(pages)


def _header(count: int) -> bytes:
    return struct.pack(
        ">16sHBBBBBBIIIIIIIIIIII20xII",
        b"SQLite format 3\0",
        PAGE_BYTES,
        1,  # written and read as a journal of the old kind
        1,
        0,
        64,
        32,
        32,
        1,  # times changed
        count,
        0,
        0,
        1,  # changes of the schema
        4,
        0,
        0,
        1,  # UTF-8
        0,
        0,
        0,
        1,
        _VERSION,
    )


def _put(page: bytes, pages: list[bytes]) -> int:
    pages.append(page)
    return len(pages)


def _table(rows: Sequence[tuple[int, bytes]], pages: list[bytes]) -> int:
    """Write the pages of a table; return the number of its root."""
    leaves = _level(
        [(number, _varint(len(data)) + _varint(number) + data) for number, data in rows],
        lambda cells: _page(_TABLE_LEAF, [cell for _, cell in cells]),
        pages,
        room=PAGE_BYTES - 8,
    )
    while len(leaves) > 1:
        leaves = _level(
            [(most, struct.pack(">I", page) + _varint(most)) for most, page in leaves],
            lambda cells: _page(
                _TABLE_INNER, [cell for _, cell in cells[:-1]], right=cells[-1][1][:4]
            ),
            pages,
            room=PAGE_BYTES - 12,
        )
    return leaves[0][1]


def _level(
    cells: list[tuple[int, bytes]],
    make: Callable[[list[tuple[int, bytes]]], bytes],
    pages: list[bytes],
    *,
    room: int,
) -> list[tuple[int, int]]:
    """Write the pages of one level; return the largest number in each and which page it is."""
    groups: list[list[tuple[int, bytes]]] = [[]]
    left = room
    for number, cell in cells:
        if left < len(cell) + 2:
            groups.append([])
            left = room
        left -= len(cell) + 2
        groups[-1].append((number, cell))
    return [(group[-1][0] if group else 0, _put(make(group), pages)) for group in groups]


def _page(kind: int, cells: Sequence[bytes], *, before: int = 0, right: bytes = b"") -> bytes:
    """Return a page; its cells lie at its end, the first the last.

    Args:
        kind: of the page.
        cells: in their order.
        before: bytes that come before it on its page.
        right: number of the last child, of an inner page.
    """
    pointers, end = b"", PAGE_BYTES
    for cell in cells:
        end -= len(cell)
        pointers += end.to_bytes(2)
    head = struct.pack(">BHHHB", kind, 0, len(cells), end, 0) + right + pointers
    return head.ljust(end - before, b"\0") + b"".join(reversed(cells))


def _record(values: Sequence[Value]) -> bytes:
    kinds, body = b"", b""
    for value in values:
        kind, data = _serial(value)
        kinds += _varint(kind)
        body += data
    return _varint(len(kinds) + 1) + kinds + body  # kinds are fewer than 127 bytes


def _serial(value: Value) -> tuple[int, bytes]:
    if value is None:
        return 0, b""
    if isinstance(value, bytes):
        return 12 + 2 * len(value), value
    if isinstance(value, str):
        data = value.encode()
        return 13 + 2 * len(data), data
    if value in {0, 1}:
        return 8 + value, b""
    for kind, width in ((1, 1), (2, 2), (3, 3), (4, 4), (5, 6)):
        if -(1 << 8 * width - 1) <= value < 1 << 8 * width - 1:
            return kind, value.to_bytes(width, signed=True)
    return 6, value.to_bytes(8, signed=True)


def _varint(value: int) -> bytes:
    """Return a number of at most 56 bits, seven bits a byte, the highest first."""
    out = bytes([value & 0x7F])
    while value := value >> 7:
        out = bytes([0x80 | value & 0x7F]) + out
    return out
