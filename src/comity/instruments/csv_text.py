"""CSV that a spreadsheet reads as text and never runs."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What makes a spreadsheet take a cell for a formula, the full-width forms included."""


def csv_text(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a header and rows as CSV with CRLF line ends.

    A cell that a spreadsheet would take for a formula gets an apostrophe before it, after blanks
    are looked through.

    Source: RFC 4180 section 2.
    """
    return "".join(csv_lines(header, rows))


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield the same CSV row by row, for tables that do not fit into memory."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([_plain(cell) for cell in header])
    yield out.getvalue()
    for row in rows:
        out.seek(0)
        out.truncate()
        writer.writerow([_plain(cell) for cell in row])
        yield out.getvalue()


def _plain(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_STARTS) or cell.lstrip().startswith(_STARTS) else cell
