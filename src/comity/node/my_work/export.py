"""Work items as a table that leaves the office; that it did is audited."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from comity.canonical import time_text
from comity.instruments.csv_text import csv_text
from comity.node.log import audit
from comity.node.models import Officer, WorkItem
from comity.node.work.queries import severity_of_row

MOST: Final = 5000
HEAD: Final = (
    "incident", "severity", "emergency", "kind", "what", "party", "case", "owner", "waits_for",
    "deadline", "rule", "due_at", "since", "action",
)  # fmt: skip


def as_csv(rows: Iterable[WorkItem], *, officer: Officer, at: datetime) -> str:
    """Return work items as CSV that no spreadsheet runs, in the caller's transaction.

    Args:
        rows: those that the officer may see, at most `MOST`.
        officer: who takes them out.
        at: this node's clock.
    """
    lines = [_line(row) for row in rows]
    by = officer.user.get_username()
    audit.note(
        at=at,
        actor=by,
        action="work.exported",
        subject=officer.identifier,
        detail=str(len(lines)),
    )
    return csv_text(HEAD, lines)


def _line(row: WorkItem) -> list[str]:
    return [
        row.incident,
        severity_of_row(row),
        "yes" if row.emergency else "no",
        row.kind,
        row.what,
        row.party,
        row.case,
        row.owner,
        row.waits_for,
        row.deadline,
        row.rule,
        _moment(row.due_at),
        _moment(row.since),
        row.action,
    ]


def _moment(at: datetime | None) -> str:
    return time_text(at.replace(microsecond=0)) if at else ""
