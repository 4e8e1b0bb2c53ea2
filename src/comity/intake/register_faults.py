"""What can be wrong in a row of an office's register: stable codes, each with its place."""

from dataclasses import dataclass
from typing import Any, Final

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
