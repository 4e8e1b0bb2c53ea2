"""Tables as an Excel workbook whose cells are text, and nothing a program would compute.

Imported only where the extra ``intake`` is installed.
"""

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Final

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

_WIDE: Final = 60
_NARROW: Final = 16


def write_workbook(sheets: Mapping[str, Sequence[Sequence[str]]]) -> bytes:
    """Return a workbook with a sheet for each table; the first row of each is its header.

    Every cell is stored as text and marked as typed with an apostrophe before it, so that ``=cmd``
    stays what it is, also when somebody opens the cell and leaves it again.

    Args:
        sheets: name to rows.

    Source: ISO/IEC 29500-1 section 18.8.45 (quotePrefix).
    """
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        sheet.freeze_panes = "B2"
        for number, cells in enumerate(rows, 1):
            for column, text in enumerate(cells, 1):
                if not text:
                    continue
                cell = sheet.cell(row=number, column=column)
                cell.value = text
                cell.data_type = "s"
                cell.quotePrefix = True
                cell.number_format = "@"
                cell.alignment = Alignment(wrap_text=True, vertical="top")
                if number == 1:
                    cell.font = Font(bold=True)
        for column, title in enumerate(rows[0] if rows else (), 1):
            wide = name == "texts" and title != "key"
            sheet.column_dimensions[get_column_letter(column)].width = _WIDE if wide else _NARROW
    out = BytesIO()
    book.save(out)
    return out.getvalue()
