"""Rows of an office's register made from a table by a mapping: which can be made, and why not.

Pure: no clock, no file. Nothing of a cell stands in a fault.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from comity.instruments.identifiers.text import is_hidden
from comity.intake.errors import RegisterColumnError
from comity.intake.register_mapping import DateFaultError, RegisterMapping, date_of, folded
from comity.intake.register_table import (
    CODED,
    DATES,
    Cell,
    RegisterRow,
    Row,
    RowFault,
    Sheet,
    Table,
)

MAX_FIELD_CHARS: Final = {"notes": 4_000, "subject": 1_000}
_MAX_CHARS: Final = 200
_QUIET: Final = frozenset("\n\t\u00ad\u200e\u200f\u061c\ufeff\u200b")

type StateOf = Callable[[str], str | None]


@dataclass(frozen=True, kw_only=True, slots=True)
class RegisterResult:
    """What an import would do.

    Attributes:
        rows: that can be taken over, in their order.
        faults: of all rows, in their order; those that stop keep their row out.
        read: rows looked at, without headings and empty ones.
        hidden_sheets: names of sheets that are hidden and were not read.
        other_sheets: names of sheets that are not hidden and were not read.
    """

    rows: tuple[RegisterRow, ...]
    faults: tuple[RowFault, ...]
    read: int
    hidden_sheets: tuple[str, ...] = ()
    other_sheets: tuple[str, ...] = ()

    def to_value(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "faults": [fault.to_value() for fault in self.faults],
            "hidden_sheets": list(self.hidden_sheets),
            "other_sheets": list(self.other_sheets),
            "read": self.read,
            "rows": [row.to_value() for row in self.rows],
        }


def sheet_of(table: Table, name: str) -> Sheet:
    """Return the sheet of a name, or the first that is not hidden.

    Raises:
        RegisterColumnError: none.
    """
    if name:
        found = [sheet for sheet in table.sheets if sheet.name == name]
    else:
        found = [sheet for sheet in table.sheets if not sheet.is_hidden]
    if not found:
        raise RegisterColumnError("the spreadsheet has no such sheet, or only hidden ones")
    return found[0]


def read_rows(table: Table, mapping: RegisterMapping, *, state_of: StateOf) -> RegisterResult:
    """Return what taking over a register would do.

    Args:
        table: of `comity.intake.registers.read_table`.
        mapping: confirmed by a person.
        state_of: State's code of a name or code, None if it is none.

    Raises:
        RegisterColumnError: the sheet or a column of the mapping is not there.
    """
    sheet = sheet_of(table, mapping.sheet)
    places = columns_of(sheet, mapping)
    headings = _headings(sheet, mapping.heading_row)
    reader = _Reader(mapping, places, _remembered(state_of), len(headings))
    rows: list[RegisterRow] = []
    faults: list[RowFault] = []
    first: dict[str, int] = {}
    read = 0
    for row in sheet.rows:
        if row.number <= mapping.heading_row:
            continue
        read += 1
        values, found = reader.read(sheet.name, row)
        found += _reference_faults(sheet.name, row.number, values["reference"], first, mapping)
        faults += found
        if not any(fault.stops for fault in found):
            rows.append(_made(sheet.name, row.number, values, found))
    others = [one for one in table.sheets if one is not sheet and one.rows]
    return RegisterResult(
        rows=tuple(rows),
        faults=tuple(faults),
        read=read,
        hidden_sheets=tuple(one.name for one in others if one.is_hidden),
        other_sheets=tuple(one.name for one in others if not one.is_hidden),
    )


def _remembered(state_of: StateOf) -> StateOf:
    known: dict[str, str | None] = {}

    def remembered(text: str) -> str | None:
        if text not in known:
            known[text] = state_of(text)
        return known[text]

    return remembered


def _headings(sheet: Sheet, number: int) -> tuple[str, ...]:
    found = [row for row in sheet.rows if row.number == number]
    return tuple(folded(cell.text) for cell in found[0].cells) if found else ()


def columns_of(sheet: Sheet, mapping: RegisterMapping) -> dict[str, int]:
    """Return field to column, from 0.

    Raises:
        RegisterColumnError: a heading is not there, or twice; the message names the field.
    """
    headings = _headings(sheet, mapping.heading_row)
    places = {}
    for field, heading in mapping.columns.items():
        if heading.startswith("#") and heading[1:].isascii() and heading[1:].isdigit():
            places[field] = int(heading[1:]) - 1
            if not 0 <= places[field] < max(len(headings), 1):
                raise RegisterColumnError(f"columns.{field}: there is no such column")
            continue
        count = headings.count(folded(heading))
        if count != 1:
            raise RegisterColumnError(
                f"columns.{field}: {count} columns have this heading in row {mapping.heading_row}"
            )
        places[field] = headings.index(folded(heading))
    return places


class _Reader:
    """Reads one row after the other."""

    def __init__(
        self, mapping: RegisterMapping, places: Mapping[str, int], state_of: StateOf, width: int
    ) -> None:
        self._mapping = mapping
        self._places = places
        self._state_of = state_of
        self._width = width

    def read(self, sheet: str, row: Row) -> tuple[dict[str, str], list[RowFault]]:
        """Return the values of a row, and what is wrong in it."""
        values, faults = {}, []
        for field, place in self._places.items():
            cell = row.cells[place] if place < len(row.cells) else Cell("")
            values[field], codes = self._value(field, cell)
            column = self._mapping.columns[field]
            faults += [
                RowFault(sheet=sheet, row=row.number, column=column, code=code) for code in codes
            ]
        if len(row.cells) > self._width:
            faults.append(RowFault(sheet=sheet, row=row.number, column="", code="row-short"))
        begun = [values[name][:10] for name in ("received", "sent") if values.get(name)]
        ended = [values[name][:10] for name in ("due", "closed") if values.get(name)]
        if begun and ended and min(ended) < min(begun):
            faults.append(RowFault(sheet=sheet, row=row.number, column="", code="date-order"))
        return values, faults

    def _value(self, field: str, cell: Cell) -> tuple[str, list[str]]:
        if cell.flag == "error":
            return "", ["cell-error"]
        codes = [f"cell-{cell.flag}"] if cell.flag in {"formula", "merged"} else []
        codes += _letters(cell.text)
        if not cell.text:
            return "", codes
        if field in DATES:
            return self._date(cell, codes)
        if field in CODED:
            code = self._code(field, cell.text)
            return (code or ""), codes + ([] if code else ["value-unmapped"])
        if field == "state":
            return self._state(cell.text, codes)
        most = MAX_FIELD_CHARS.get(field, _MAX_CHARS)
        return cell.text[:most], codes + (["cell-too-long"] if len(cell.text) > most else [])

    def _date(self, cell: Cell, codes: list[str]) -> tuple[str, list[str]]:
        is_iso = cell.flag == "date"
        try:
            zone = self._mapping.zone
            return date_of(cell.text, self._mapping.dates, zone=zone, is_iso=is_iso), codes
        except DateFaultError as fault:
            return "", [*codes, str(fault)]

    def _code(self, field: str, text: str) -> str | None:
        plain = folded(text)
        if plain in CODED[field]:
            return plain
        return self._mapping.values.get(field, {}).get(plain)

    def _state(self, text: str, codes: list[str]) -> tuple[str, list[str]]:
        code = self._mapping.values.get("state", {}).get(folded(text)) or self._state_of(text)
        return (code or ""), codes + ([] if code else ["state-unknown"])


def _letters(text: str) -> Iterator[str]:
    if "\ufffd" in text:
        yield "text-undecoded"
    if not text.isascii() and any(is_hidden(char) for char in set(text) - _QUIET):
        yield "text-hidden"


def _reference_faults(
    sheet: str, row: int, reference: str, first: dict[str, int], mapping: RegisterMapping
) -> list[RowFault]:
    column = mapping.columns["reference"]
    if not reference:
        return [RowFault(sheet=sheet, row=row, column=column, code="reference-missing")]
    other = first.setdefault(folded(reference), row)
    if other == row:
        return []
    return [RowFault(sheet=sheet, row=row, column=column, code="reference-twice", other_row=other)]


def _made(sheet: str, row: int, values: Mapping[str, str], found: list[RowFault]) -> RegisterRow:
    told: dict[str, Any] = {name.replace("-", "_"): value for name, value in values.items()}
    warnings = tuple(sorted({fault.code for fault in found}))
    return RegisterRow(sheet=sheet, row=row, warnings=warnings, **told)
