"""Reading the audit: narrowed, by the number of the row, and taken out as a table."""

import csv
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time
from typing import Final

from django.db.models import QuerySet

from comity.node.log import audit
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
        since: first day, in UTC.
        until: last day, in UTC.
    """

    actor: str = ""
    action: str = ""
    subject: str = ""
    since: date | None = None
    until: date | None = None

    def narrowing(self) -> dict[str, str]:
        """Return the members that narrow, as an address says them."""
        return {name: str(value) for name, value in asdict(self).items() if value}


def rows(wanted: Wanted, *, before: int = 0) -> QuerySet[AuditRow]:
    """Return rows, the newest first.

    Rows are numbered in order of time, so days are found as numbers: that of the first row of the
    first day, and of the last row of the last, each by the index of moments. Where the node's clock
    was set back, rows as far from midnight as it was set back can stand on the wrong side of it;
    where a day has no row at all, a row of a wrong clock can stand in for its border.

    Args:
        wanted: which.
        before: only rows with a lower number; 0 for all.
    """
    named = {"actor": wanted.actor, "action": wanted.action, "subject": wanted.subject}
    found = AuditRow.objects.filter(**{name: value for name, value in named.items() if value})
    if before:
        found = found.filter(pk__lt=before)
    if wanted.since is not None:
        begun = datetime.combine(wanted.since, time.min, tzinfo=UTC)
        first = AuditRow.objects.filter(at__gte=begun).order_by("at", "pk").first()
        found = found.filter(pk__gte=first.pk) if first else found.none()
    if wanted.until is not None:
        over = datetime.combine(wanted.until, time.max, tzinfo=UTC)
        last = AuditRow.objects.filter(at__lte=over).order_by("-at", "-pk").first()
        found = found.filter(pk__lte=last.pk) if last else found.none()
    return found.order_by("-pk")


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
