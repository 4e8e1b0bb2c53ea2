"""Traces read back out of a browser's history: a small reader of SQLite's tables.

Source: SQLite, "Database File Format", sections 1.5, 1.6, 2.1. Tests give the same files to SQLite
itself.
"""

import struct
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from comity.drills.making.spelling import stamp
from comity.drills.making.told import Trace

_LEAF: Final = 0x0D
_INNER: Final = 0x05
_EPOCH: Final = datetime(1601, 1, 1, tzinfo=UTC)
_WIDTHS: Final = {0: 0, 1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8, 8: 0, 9: 0}
_BLOBS: Final = 12

type Row = tuple[int, list[object]]


def found_in_history(data: bytes) -> Iterator[Trace]:
    """Yield what a history shows.

    Raises:
        ValueError: no database, a damaged one, or one without Chromium's tables.
    """
    database = _Database(data)
    urls = {number: values[1:3] for number, values in database.rows("urls")}
    counts = dict.fromkeys(urls, 0)
    for _, values in database.rows("visits"):
        url, title = urls[_number(values[1])]
        counts[_number(values[1])] += 1
        yield "visit", _moment(values[2]), str(url), str(title)
    for number, values in database.rows("urls"):
        if values[3] != counts[number]:
            raise ValueError("an address with another number of visits than there are")
    for _, values in database.rows("downloads"):
        yield "download", _moment(values[4]), str(values[13]), str(values[3]), str(values[5])


def _moment(value: object) -> str:
    return stamp(_EPOCH + timedelta(microseconds=_number(value)))


def _number(value: object) -> int:
    if not isinstance(value, int):
        raise ValueError("no number where one has to be")  # noqa: TRY004 - the file's fault
    return value


class _Database:
    def __init__(self, data: bytes) -> None:
        if data[:16] != b"SQLite format 3\0":
            raise ValueError("no database of SQLite")
        self._data = data
        self._page = int.from_bytes(data[16:18])
        if len(data) != self._page * int.from_bytes(data[28:32]) or not data:
            raise ValueError("a database of another size than it says")
        self._roots = {
            str(values[1]): _number(values[3])
            for _, values in self._rows(1, set())
            if values[0] == "table"
        }

    def rows(self, name: str) -> Iterator[Row]:
        return self._rows(self._roots[name], set())

    def _rows(self, number: int, seen: set[int]) -> Iterator[Row]:
        if number in seen:
            raise ValueError("a page that is its own child")
        seen.add(number)
        begin = (number - 1) * self._page
        page = self._data[begin : begin + self._page]
        head = 100 if number == 1 else 0
        kind, count = page[head], int.from_bytes(page[head + 3 : head + 5])
        first = head + (12 if kind == _INNER else 8)
        cells = struct.unpack_from(f">{count}H", page, first)
        if kind == _INNER:
            children = [int.from_bytes(page[cell : cell + 4]) for cell in cells]
            for child in (*children, int.from_bytes(page[head + 8 : head + 12])):
                yield from self._rows(child, seen)
        elif kind == _LEAF:
            for cell in cells:
                length, at = _varint(page, cell)
                row, at = _varint(page, at)
                yield row, _values(page[at : at + length])
        else:
            raise ValueError("a page of another kind")


def _values(record: bytes) -> list[object]:
    end, at = _varint(record, 0)
    kinds = []
    while at < end:
        kind, at = _varint(record, at)
        kinds.append(kind)
    values: list[object] = []
    for kind in kinds:
        width = _WIDTHS[kind] if kind in _WIDTHS else (kind - _BLOBS) // 2
        raw = record[at : at + width]
        if len(raw) != width:
            raise ValueError("a row that is cut")
        at += width
        if kind >= _BLOBS:
            values.append(raw.decode() if kind % 2 else raw)
        elif kind:
            values.append(kind - 8 if kind in {8, 9} else int.from_bytes(raw, signed=True))
        else:
            values.append(None)
    return values


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    while True:
        value = value << 7 | data[at] & 0x7F
        at += 1
        if data[at - 1] < 0x80:
            return value, at
