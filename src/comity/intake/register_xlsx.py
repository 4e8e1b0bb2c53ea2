"""An Excel workbook as rows of cells: values as stored, formulas never evaluated.

Imported only where the extra ``intake`` is installed. The XML is read once by our own strict reader
before the library sees it: no document type, bounded, and it tells formulas and merged cells.

Source: ISO/IEC 29500-1 sections 18.3.1.40 (formulas), 18.3.1.55 (merged cells).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any, Final

from openpyxl import load_workbook
from openpyxl.utils.cell import coordinate_to_tuple, range_boundaries

from comity.canonical import ComityError
from comity.intake.errors import (
    OriginalEncryptedError,
    OriginalMalformedError,
    RegisterTooLargeError,
    RegisterUnreadableError,
)
from comity.intake.register_table import (
    MAX_CELL_CHARS,
    MAX_COLUMNS,
    MAX_ROWS,
    MAX_SHEETS,
    Cell,
    Room,
)
from comity.intake.safe_text import Budget, clean
from comity.intake.safe_zip import Archive, read_xml

_MAX_MARKS: Final = 500_000
_SHEET: Final = re.compile(r"xl/worksheets/[^/]{1,100}\.xml")


@dataclass
class _Marks:
    """Places, row and column from 1, of one sheet."""

    formulas: set[tuple[int, int]] = field(default_factory=set)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)


def read_xlsx(data: bytes) -> dict[str, Any]:
    """Return a table as JSON.

    Args:
        data: untrusted.

    Raises:
        RegisterUnreadableError: no workbook, or one under a password.
        RegisterTooLargeError: more than is read.
    """
    try:
        marks = _looked_over(data)
        book = load_workbook(BytesIO(data), read_only=True, data_only=True, keep_links=False)
        sheets = [one for one in book.worksheets if hasattr(one, "iter_rows")]
        if len(sheets) > MAX_SHEETS:
            raise RegisterTooLargeError("the workbook has more sheets than are read")
        room = Room()
        told = [_sheet(one, marks, room) for one in sheets]
    except (OriginalEncryptedError, OriginalMalformedError):
        raise RegisterUnreadableError("the workbook cannot be read") from None
    except (ComityError, ImportError, MemoryError):
        raise
    except Exception:  # noqa: BLE001 - openpyxl has no one error for hostile bytes
        raise RegisterUnreadableError("the workbook cannot be read") from None
    return {
        "encoding": "",
        "has_undecoded": False,
        "kind": "xlsx",
        "separator": "",
        "sheets": told,
    }


def _looked_over(data: bytes) -> dict[str, _Marks]:
    """Read all XML strictly; return the marks of each sheet by its member's name."""
    archive, budget, marks = Archive(data), Budget(), {}
    for name in archive.names:
        if not name.lower().endswith((".xml", ".rels")):
            continue
        found = _Marks()
        read_xml(archive.read(name, budget), start=_Marker(found).start)
        if _SHEET.fullmatch(name):
            marks[name] = found
    return marks


class _Marker:
    """Takes the elements of one sheet."""

    def __init__(self, marks: _Marks) -> None:
        self._marks = marks
        self._cell = ""

    def start(self, tag: str, told: Mapping[str, str]) -> None:
        try:
            if tag == "c":
                self._cell = told.get("r", "")
            elif tag == "row" and int(told.get("r", 0)) > MAX_ROWS:
                # else the library would make each row above it first
                raise RegisterTooLargeError("a sheet has more rows than are read")
            elif tag == "f" and self._cell:
                self._marks.formulas.add(coordinate_to_tuple(self._cell))
            elif tag == "mergeCell":
                first, top, last, bottom = range_boundaries(told.get("ref", ""))
                self._marks.merged.append((top or 1, first or 1, bottom or 1, last or 1))
        except (TypeError, ValueError):
            raise OriginalMalformedError("a cell has no place") from None
        if len(self._marks.formulas) + len(self._marks.merged) > _MAX_MARKS:
            raise RegisterTooLargeError("the workbook has more formulas than are read")


def _sheet(sheet: Any, marks: Mapping[str, _Marks], room: Room) -> dict[str, Any]:
    own = marks.get(str(sheet._worksheet_path).lstrip("/"), _Marks())  # noqa: SLF001 - as it is
    sheet.reset_dimensions()  # what it claims is not believed
    rows = []
    for number, cells in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS + 1), 1):
        if number > MAX_ROWS:
            raise RegisterTooLargeError("a sheet has more rows than are read")
        told = list(_cells(number, cells, own))
        while told and not told[-1].text and not told[-1].flag:
            told.pop()
        if any(cell.text for cell in told):
            rows.append(room.take(number, told))
    return {
        "is_hidden": sheet.sheet_state != "visible",
        "merged": len(own.merged),
        "name": clean(str(sheet.title))[0][:200],
        "rows": rows,
    }


def _cells(row: int, cells: Any, marks: _Marks) -> Iterator[Cell]:
    here = [one for one in marks.merged if one[0] <= row <= one[2]][:MAX_COLUMNS]
    for column, cell in enumerate(cells, 1):
        text, flag = _said(cell.value)
        if cell.data_type == "e":
            flag = "error"
        elif (row, column) in marks.formulas:
            flag = "formula"
        elif not text and any(first <= column <= last for _top, first, _end, last in here):
            flag = "merged"
        if len(text) > MAX_CELL_CHARS:
            raise RegisterTooLargeError("a cell has more letters than are read")
        yield Cell(text, flag)


def _said(value: Any) -> tuple[str, str]:
    """Return the text of a stored value, and ``date`` where it is one."""
    if value is None:
        return "", ""
    if isinstance(value, datetime):
        whole = value.time() == time()
        return (value.date().isoformat() if whole else value.strftime("%Y-%m-%dT%H:%M:%S")), "date"
    if isinstance(value, date):
        return value.isoformat(), "date"
    if isinstance(value, float) and value.is_integer():
        return str(int(value)), ""
    if isinstance(value, time | timedelta | bool | int | float):
        return str(value), ""
    return clean(str(value))[0].strip(), ""
