"""Who read what was written in a case: a row of the audit for each page or answer that shows it."""

from comity.node.core.clock import now
from comity.node.log import audit
from comity.node.models import DraftRow


def note_case(case: str, *, by: str, way: str) -> None:
    """Write down who read a case, or what is sent in it.

    Args:
        case: its number.
        by: user name.
        way: a word of docs/reference/audit.md, as ``api`` or ``desk``.
    """
    audit.note(at=now(), actor=by, action="case.read", subject=case, detail=way)


def note_draft(row: DraftRow, *, by: str) -> None:
    """Write down who read a draft; one that opens a case has no number yet."""
    note_case(row.case or row.id, by=by, way="draft")
