"""A spreadsheet as rows of cells: nothing of it evaluated, every bound stated.

The value crosses from a process that a hostile file may have taken over, so it is read strictly.
"""

import csv
import io
import re
from dataclasses import dataclass, field, fields
from typing import Any, Final

from comity.instruments.identifiers.text import script
from comity.intake.errors import RegisterTooLargeError, RegisterUnreadableError
from comity.intake.safe_text import clean

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


# One row of an office's register, as it would be taken over; a node stores it, a person saw it.


DIRECTIONS: Final = ("in", "out")
MEASURES: Final = (
    *("preservation", "preservation-extension", "partial-disclosure", "subscriber-data", "search"),
    *("stored-data", "realtime-traffic", "content-interception", "mla-other", "video-hearing"),
    *("service-of-documents", "witness-transfer", "extradition", "freezing", "confiscation"),
    *("spontaneous-information", "point-of-contact", "emergency", "police-cooperation"),
    *("joint-investigation", "transfer-of-proceedings", "removal-of-material"),
    *("victim-assistance", "other"),
)
"""Measures of the instruments as data, and ``other``."""
STATUSES: Final = (
    *("received", "sent", "acknowledged", "in-progress", "waiting", "accepted", "executed"),
    *("executed-in-part", "refused", "postponed", "withdrawn", "closed"),
)
FIELDS: Final = (
    *("reference", "their-reference", "direction", "correspondent", "state", "subject", "measure"),
    *("status", "received", "sent", "due", "closed", "officer", "notes"),
)
"""Fields that a column may be mapped to."""
DATES: Final = ("received", "sent", "due", "closed")
CODED: Final = {"direction": DIRECTIONS, "measure": MEASURES, "status": STATUSES}
REQUIRED: Final = ("reference",)


@dataclass(frozen=True, kw_only=True, slots=True)
class RegisterRow:
    """A row that can be taken over.

    Attributes:
        sheet: it stands in; "" in CSV.
        row: counted from 1, as the spreadsheet counts.
        reference: the office's own, 1 to 200 characters.
        their_reference: of the other side, or "".
        direction: ``in`` or ``out``, or "".
        correspondent: authority or person, or "".
        state: code of two small letters, or "".
        subject: or "".
        measure: one of `MEASURES`, or "".
        status: one of `STATUSES`, or "".
        received: ``YYYY-MM-DD``, or ``YYYY-MM-DDThh:mm:ssZ`` where the cell had a time; or "".
        sent: alike.
        due: alike.
        closed: alike.
        officer: or "".
        notes: or "".
        warnings: codes of `comity.intake.register_table.FAULTS` that do not stop it.
    """

    sheet: str
    row: int
    reference: str
    their_reference: str = ""
    direction: str = ""
    correspondent: str = ""
    state: str = ""
    subject: str = ""
    measure: str = ""
    status: str = ""
    received: str = ""
    sent: str = ""
    due: str = ""
    closed: str = ""
    officer: str = ""
    notes: str = ""
    warnings: tuple[str, ...] = field(default=())

    def to_value(self) -> dict[str, Any]:
        """Return it as JSON."""
        told = {one.name: getattr(self, one.name) for one in fields(self)}
        return told | {"warnings": list(self.warnings)}


# What can be wrong in a row of an office's register: stable codes, each with its place.


FAULTS: Final = {
    "cell-error": "The cell holds an error of the spreadsheet, as #REF!.",
    "cell-formula": "The cell is a formula; the value that was stored last is taken.",
    "cell-merged": "The cell is part of merged cells; only the first has the value.",
    "cell-too-long": "The cell holds more text than a field may.",
    "date-ambiguous": "Day and month could be exchanged; say the format in the mapping.",
    "date-impossible": "There is no such day.",
    "date-order": "It is due or closed before it was received or sent.",
    "date-unreadable": "The cell holds no date in the formats of the mapping.",
    "date-zone": "The time's zone is unknown, or the hour is skipped or comes twice in it.",
    "reference-missing": "The row has no reference of the office.",
    "reference-twice": "An earlier row has this reference already.",
    "row-short": "The row has fewer or more cells than the headings.",
    "state-unknown": "The State is none of the list; write its code, or map the value.",
    "text-hidden": "The cell holds characters that cannot be seen, or turn others.",
    "text-undecoded": "Some letters could not be decoded.",
    "value-unmapped": "The value is no code of this field; add it to the mapping.",
}
"""Code to what it tells an officer, in English."""
STOPPING: Final = frozenset(
    {
        *("cell-error", "cell-too-long", "date-ambiguous", "date-impossible", "date-unreadable"),
        *("date-zone", "reference-missing", "reference-twice", "state-unknown", "value-unmapped"),
    }
)
"""Codes with which a row is not made."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RowFault:
    """One thing that is wrong; it repeats nothing of the cell.

    Attributes:
        sheet: "" in CSV.
        row: counted from 1, as the spreadsheet counts.
        column: heading as the mapping names it, or "".
        code: key of `FAULTS`.
        other_row: row that has the reference already, or 0.
    """

    sheet: str
    row: int
    column: str
    code: str
    other_row: int = 0

    @property
    def stops(self) -> bool:
        """Return whether the row is not made."""
        return self.code in STOPPING

    def to_value(self) -> dict[str, Any]:
        """Return it as JSON."""
        told = {"code": self.code, "column": self.column, "row": self.row, "sheet": self.sheet}
        return told | ({"other_row": self.other_row} if self.other_row else {})


# CSV as offices have it: encoding and separator told from the bytes, or as a person says.
#
# Source: RFC 4180; where it is silent, what spreadsheets write (separator by country, BOM).


_SAMPLE_CHARS: Final = 200_000
_SAMPLE_ROWS: Final = 50
_CODECS: Final = {
    "utf-8": "utf-8-sig",
    "utf-16": "utf-16",
    "windows-1251": "cp1251",
    "windows-1252": "cp1252",
    "windows-1256": "cp1256",
}
_LIKELY: Final = ("windows-1252", "windows-1251", "windows-1256")  # the first wins a tie
_WORD: Final = re.compile(r"[^\W\d_]+")


def read_csv(data: bytes, *, encoding: str, separator: str) -> dict[str, Any]:
    """Return a table as JSON.

    Args:
        data: untrusted.
        encoding: one of `comity.intake.register_table.ENCODINGS`, or "" to tell it.
        separator: one of `SEPARATORS`, or "" to tell it.

    Raises:
        RegisterUnreadableError: no CSV.
        RegisterTooLargeError: more than is read.
    """
    encoding = encoding or told_encoding(data)
    text = _decoded(data, encoding)
    separator = separator or told_separator(text)
    room, rows = Room(), []
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        for number, cells in enumerate(reader, 1):
            if any(map(str.strip, cells)):
                rows.append(room.take(number, [_csv_cell(cell) for cell in cells]))
    except csv.Error:
        raise RegisterUnreadableError("a row cannot be read as CSV") from None
    return {
        "encoding": encoding,
        "has_undecoded": "\ufffd" in text,
        "kind": "csv",
        "separator": separator,
        "sheets": [{"is_hidden": False, "merged": 0, "name": "", "rows": rows}],
    }


def _csv_cell(raw: str) -> Cell:
    if len(raw) > MAX_CELL_CHARS:
        raise RegisterTooLargeError("a cell has more letters than are read")
    return Cell(clean(raw)[0].strip())


def _decoded(data: bytes, encoding: str) -> str:
    if encoding == "utf-16" and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16-be" if data[:1] == b"\0" else "utf-16-le", "replace")
    return data.decode(_CODECS[encoding], "replace")


def told_encoding(data: bytes) -> str:
    """Return the encoding that bytes look written in; short texts may deceive."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    head = data[:4096]
    if head.count(0) > len(head) // 4:
        return "utf-16"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return max(_LIKELY, key=lambda name: _likelihood(data, name))
    return "utf-8"


def _likelihood(data: bytes, encoding: str) -> int:
    """Count the words that make sense, less those that do not."""
    text = data[:_SAMPLE_CHARS].decode(_CODECS[encoding], "replace")
    return sum(_sense(word[0]) for word in _WORD.finditer(text) if not word[0].isascii())


def _sense(word: str) -> int:
    scripts = {script(char) for char in word}
    if scripts == {"LATIN"}:
        return 1 if 2 * sum(map(str.isascii, word)) >= len(word) else -1
    if len(scripts) != 1:
        return -1
    cased = word.islower() or word.isupper() or word.istitle()
    return 1 if cased or word.lower() == word.upper() else -1


def told_separator(text: str) -> str:
    """Return the separator that gives the first rows the same number of cells, most of all."""
    sample = text[:_SAMPLE_CHARS]

    def evenness(separator: str) -> tuple[int, int]:
        widths: list[int] = []
        try:
            for cells in csv.reader(io.StringIO(sample, newline=""), delimiter=separator):
                widths.append(len(cells))
                if len(widths) >= _SAMPLE_ROWS:
                    break
        except csv.Error:
            return (0, 0)
        common = max(set(widths), key=widths.count, default=1)
        return (widths.count(common), common) if common > 1 else (0, 0)

    return max(SEPARATORS, key=evenness)
