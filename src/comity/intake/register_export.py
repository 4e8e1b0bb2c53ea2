"""Rows of a register as CSV, for another program or office: what `register_rows` reads again."""

from collections.abc import Iterable
from typing import Final

from comity.instruments.csv_text import csv_text
from comity.intake.register_table import FIELDS, RegisterRow

BOM: Final = "\ufeff"


def export_csv(rows: Iterable[RegisterRow]) -> str:
    """Return rows as CSV with codes, commas and CRLF.

    A cell that a spreadsheet would take for a formula gets an apostrophe before it, which is read
    back as part of the text. Encode as UTF-8; `BOM` before it lets Excel know.
    """
    return csv_text(
        FIELDS, ([getattr(row, name.replace("-", "_")) for name in FIELDS] for row in rows)
    )
