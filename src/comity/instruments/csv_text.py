"""CSV that a spreadsheet reads as text and never runs."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What makes a spreadsheet take a cell for a formula, the full-width forms included."""


def csv_text(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a header and rows as CSV with CRLF line ends.

    A cell that a spreadsheet would take for a formula gets an apostrophe before it, after blanks
    are looked through.

    Source: RFC 4180 section 2.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([_plain(cell) for cell in header])
    for row in rows:
        writer.writerow([_plain(cell) for cell in row])
    return out.getvalue()


def _plain(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_STARTS) or cell.lstrip().startswith(_STARTS) else cell
