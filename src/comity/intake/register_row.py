"""One row of an office's register, as it would be taken over; a node stores it, a person saw it."""

from dataclasses import dataclass, field, fields
from typing import Any, Final

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
        warnings: codes of `comity.intake.register_faults.FAULTS` that do not stop it.
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
