"""A spreadsheet as rows of cells: nothing of it evaluated, every bound stated.

The value crosses from a process that a hostile file may have taken over, so it is read strictly.
"""

from dataclasses import dataclass
from typing import Any, Final

from comity.intake.errors import RegisterTooLargeError, RegisterUnreadableError

MAX_ROWS: Final = 100_000
MAX_COLUMNS: Final = 200
MAX_SHEETS: Final = 50
MAX_CELL_CHARS: Final = 32_767  # as many as a cell of Excel may have
MAX_CELLS: Final = 1_000_000
MAX_CHARS: Final = 8_000_000
SEPARATORS: Final = (",", ";", "\t", "|")
ENCODINGS: Final = ("utf-8", "utf-16", "windows-1251", "windows-1252", "windows-1256")
_FLAGS: Final = frozenset({"", "date", "error", "formula", "merged"})


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell.

    Attributes:
        text: as shown, a date as ``YYYY-MM-DD`` or ``YYYY-MM-DDThh:mm:ss``.
        flag: ``date`` where the file itself says so; ``error``, ``formula``, ``merged``; or "".
    """

    text: str
    flag: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A row that is not empty: its number, from 1, and its cells."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """One sheet: name, whether it is hidden, merged ranges, rows."""

    name: str
    is_hidden: bool = False
    merged: int = 0
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """A spreadsheet.

    Attributes:
        kind: ``csv`` or ``xlsx``.
        encoding: one of `ENCODINGS`, told from the bytes or by a person; "" of XLSX.
        separator: one of `SEPARATORS`, alike.
        has_undecoded: whether letters could not be decoded and stand as U+FFFD.
        sheets: one of CSV, with an empty name.
    """

    kind: str
    encoding: str = ""
    separator: str = ""
    has_undecoded: bool = False
    sheets: tuple[Sheet, ...] = ()


class Room:
    """What a table may still hold; counts down.

    Raises:
        RegisterTooLargeError: by `take`, when there is no more.
    """

    def __init__(self) -> None:
        self._cells = MAX_CELLS
        self._chars = MAX_CHARS
        self._rows = MAX_ROWS

    def take(self, number: int, cells: list[Cell]) -> list[Any]:
        """Return a row as JSON."""
        self._chars -= sum(len(cell.text) for cell in cells)
        self._cells -= len(cells)
        self._rows -= 1
        if min(self._cells, self._chars, self._rows) < 0 or len(cells) > MAX_COLUMNS:
            raise RegisterTooLargeError("the spreadsheet has more rows, columns or letters")
        return [number, [cell_value(cell) for cell in cells]]


def cell_value(cell: Cell) -> Any:
    """Return a cell as JSON: its text, or flag and text."""
    return [cell.flag, cell.text] if cell.flag else cell.text


def parse_table(value: Any) -> Table:
    """Return the table that a JSON value tells of.

    Args:
        value: untrusted.

    Raises:
        RegisterUnreadableError: it tells of none.
    """
    try:
        return Table(
            kind=_of(value["kind"], ("csv", "xlsx")),
            encoding=_of(value["encoding"], ("", *ENCODINGS)),
            separator=_of(value["separator"], ("", *SEPARATORS)),
            has_undecoded=value["has_undecoded"] is True,
            sheets=tuple(_sheet(one) for one in _list(value["sheets"], MAX_SHEETS)),
        )
    except (KeyError, TypeError, ValueError, IndexError, AttributeError):
        raise RegisterUnreadableError("the answer of the reader is no table") from None


def _sheet(value: Any) -> Sheet:
    return Sheet(
        name=_text(value["name"]),
        is_hidden=value["is_hidden"] is True,
        merged=_count(value["merged"]),
        rows=tuple(
            Row(_count(number), tuple(_cell(cell) for cell in _list(cells, MAX_COLUMNS)))
            for number, cells in _list(value["rows"], MAX_ROWS)
        ),
    )


def _cell(value: Any) -> Cell:
    if isinstance(value, str):
        return Cell(_text(value))
    flag, text = _list(value, 2)
    return Cell(_text(text), _of(flag, tuple(_FLAGS)))


def _of(value: Any, known: tuple[str, ...]) -> str:
    if not isinstance(value, str) or value not in known:
        raise ValueError
    return value


def _list(value: Any, most: int) -> list[Any]:
    if not isinstance(value, list) or len(value) > most:
        raise ValueError
    return value


def _count(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**31:
        raise ValueError
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str) or len(value) > MAX_CELL_CHARS:
        raise ValueError
    value.encode()  # no halves of surrogate pairs: UnicodeEncodeError is a ValueError
    return value
