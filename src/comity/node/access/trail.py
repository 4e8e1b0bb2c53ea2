"""Reading the audit: narrowed, by the number of the row, and taken out as a table."""

import csv
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

from django.db.models import QuerySet

from comity.node import audit
from comity.node.models import AuditRow

MOST: Final = 1_000_000
"""Rows of one export; narrow it, or begin with an older row, for more."""
_COLUMNS: Final = ("number", "at", "who", "act", "subject", "detail", "epoch", "index")
_DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r")
"""First characters by which a spreadsheet takes a cell for a formula."""


@dataclass(frozen=True)
class Wanted:
    """What the audit is narrowed to; empty members do not narrow.

    Attributes:
        actor: who.
        action: a word of docs/reference/audit.md.
        subject: exactly, as a case number or a digest.
    """

    actor: str = ""
    action: str = ""
    subject: str = ""

    def narrowing(self) -> dict[str, str]:
        """Return the members that narrow."""
        return {name: value for name, value in asdict(self).items() if value}


def rows(wanted: Wanted, *, before: int = 0) -> QuerySet[AuditRow]:
    """Return rows, the newest first.

    Args:
        wanted: which.
        before: only rows with a lower number; 0 for all.
    """
    found = AuditRow.objects.filter(**wanted.narrowing()).order_by("-pk")
    return found.filter(pk__lt=before) if before else found


def export(wanted: Wanted, *, by: str, at: datetime, before: int = 0) -> Iterator[str]:
    """Return the rows as lines of CSV (RFC 4180), the newest first; the export itself is audited.

    Args:
        wanted: which.
        by: who takes them out.
        at: this moment.
        before: only rows with a lower number; 0 for all.
    """
    narrowed = " ".join(sorted(wanted.narrowing()))
    audit.note(at=at, actor=by, action="audit.exported", subject="audit", detail=narrowed)
    return _lines(rows(wanted, before=before)[:MOST])


def _lines(found: QuerySet[AuditRow]) -> Iterator[str]:
    yield _line(_COLUMNS)
    for row in found.iterator():
        place = ("", "") if row.index is None else (str(row.epoch), str(row.index))
        said = (row.actor, row.action, row.subject, row.detail)
        yield _line((str(row.pk), row.at.isoformat(), *said, *place))


class _Echo:
    def write(self, line: str) -> str:
        return line


def _line(cells: tuple[str, ...]) -> str:
    safe = [f"'{cell}" if cell.startswith(_DANGEROUS) else cell for cell in cells]
    line: str = csv.writer(_Echo()).writerow(safe)
    return line
