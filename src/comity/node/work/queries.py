"""Work items as they are read: those that an officer may see, what presses most first."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any, Final

from django.db.models import (
    Count,
    Exists,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)

from comity.node.cases.severity import CRITICAL_RANK, RANK, Kind, Severity, raises_alarm
from comity.node.models import Alarm, Officer, OutboxRow, WorkItem
from comity.node.models.work import LATER
from comity.node.people.access.visible_cases import Circle
from comity.node.people.permissions import Right, may
from comity.node.work import rows as stored
from comity.node.work.requests import QUOTA

ORDER: Final = ("rank", "sorts_at", "oldest_at", "incident")
MOST_ALARMS: Final = 2000
"""Items among which causes of alarms are looked for, those that press most first."""
COUNTED: Final = 100
"""No list is counted beyond this: the number is a hint, and a count reads every row."""
_MOST_CHANGED: Final = 400
_ITEMS: Final = (Kind.TASK, Kind.CALL, Kind.MAIL, Kind.SHIFT)
_EVIDENCE: Final = (Kind.RETENTION, Kind.PACKAGE, Kind.SPACE)
_WAITING: Final = (Kind.PARTNER, Kind.LETTER)
SEVERITIES: Final = {rank: severity for severity, rank in RANK.items()}


class Capped(Subquery):
    """How many rows there are, as far as they are counted."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS capped)"
    output_field = IntegerField()


def capped(rows: QuerySet[Any]) -> Capped:
    """Return the expression of how many rows there are, at most `COUNTED`.

    Args:
        rows: in any order.
    """
    return Capped(rows.order_by().values(one=Value(1))[:COUNTED])


def visible(circle: Circle) -> QuerySet[WorkItem]:
    """Return the work items that an officer may see.

    Args:
        circle: of whoever asks.
    """
    return _of_circle(circle).exclude(_closed_to(circle.officer))


def _of_circle(circle: Circle) -> QuerySet[WorkItem]:
    """Return the same with every officer's certificate."""
    rows = WorkItem.objects.all()
    if circle.open:
        return rows
    queued = circle.outbox().filter(stage=OutboxRow.Stage.QUEUED).values("addressee")
    beyond = circle.conversations().filter(main="submitted", beyond_quota=True).values("opener")
    rest = ~Q(kind__in=(Kind.DRAFT, Kind.QUOTA, *_WAITING))
    hidden = Q(kind__in=_EVIDENCE, conversation="")
    seen = rest & ~hidden & circle.of_case()
    seen |= Q(kind__in=_ITEMS, owner=circle.officer.identifier)
    seen |= Q(kind=Kind.DRAFT, subject__in=circle.drafts().values("id"))
    seen |= Q(kind__in=_WAITING, subject__in=queued)
    seen |= Q(kind=Kind.QUOTA, subject__in=beyond)
    if not may(circle.officer, Right.READ_CASES):  # who runs the queue sees it whole
        seen |= Q(kind__in=(Kind.DEAD, *_WAITING))
    return rows.filter(seen)


def certificates_of_others(identifier: Any, *, certifies: bool) -> Q:
    """Return which certificates are no work of an officer.

    Each officer is told of the own one, and whoever may have officers certified of the rest.

    Args:
        identifier: of the officer, or an expression of it.
        certifies: whether the officer may have others certified.
    """
    own = Q(subject=identifier)
    rest = Q(kind=Kind.CERTIFICATE) & own if certifies else Q(kind=Kind.CERTIFICATE)
    return Q(kind=Kind.OWN_CERTIFICATE) & ~own | rest


def _closed_to(officer: Officer) -> Q:
    certifies = may(officer, Right.PEOPLE)
    return certificates_of_others(officer.identifier, certifies=certifies)


def listed(circle: Circle, *, most: int) -> list[WorkItem]:
    """Return the first items of each kind as they stand at the circle's moment.

    Rows that time alone has changed since are judged again; the number of statements and of rows
    read does not grow with what is stored.

    Args:
        circle: of whoever asks; its moment is the one asked about.
        most: of each kind.
    """
    at = circle.at
    told = _of_circle(circle).filter(rank__lt=LATER)
    rows_of = dict.fromkeys(Kind, told)  # a rule for two kinds is not written into all of them
    certificates = told.exclude(_closed_to(circle.officer))
    rows_of |= dict.fromkeys((Kind.OWN_CERTIFICATE, Kind.CERTIFICATE), certificates)
    first = [
        Q(pk__in=rows.filter(kind=kind).order_by(*ORDER).values("pk")[:most])
        for kind, rows in rows_of.items()
    ]
    changed = _of_circle(circle).filter(changes_at__lte=at).exclude(kind__in=stored.FOUND_BY_LOOPS)
    first.append(Q(pk__in=changed.order_by("changes_at").values("pk")[:_MOST_CHANGED]))
    found = as_now(WorkItem.objects.filter(reduce(or_, first)), at)
    beyond_quota = {row.subject for row in found if row.incident.startswith(QUOTA)}
    rows = [
        row
        for row in found
        if row.rank < LATER
        and not (row.incident.startswith(stored.FLOODING) and row.subject in beyond_quota)
    ]
    _count_seen(rows, circle)
    return sorted(rows, key=_order)


def as_now(rows: Iterable[WorkItem], at: datetime) -> list[WorkItem]:
    """Return rows, those that time alone has changed by a moment as they are now.

    Args:
        rows: as stored.
        at: the moment asked about.
    """
    found = list(rows)
    old = {
        row.incident
        for row in found
        if row.changes_at and row.changes_at <= at and row.kind not in stored.FOUND_BY_LOOPS
    }
    if not old:
        return found
    made = stored.computed(old, at=at)
    kept = [row for row in found if row.incident not in old or row.incident in made]
    return [stored.row_of(made[row.incident]) if row.incident in old else row for row in kept]


def _count_seen(rows: Sequence[WorkItem], circle: Circle) -> None:
    """Let items that stand for several things count those alone that may be seen."""
    waiting = [row for row in rows if row.kind in _WAITING]
    if circle.open or not waiting or not may(circle.officer, Right.READ_CASES):
        return
    queued = circle.outbox().filter(
        stage=OutboxRow.Stage.QUEUED, addressee__in=[row.subject for row in waiting]
    )
    counted = dict(queued.values_list("addressee").annotate(n=Count("id")))
    for row in waiting:
        row.count = counted.get(row.subject, row.count)


def _order(row: WorkItem) -> tuple[int, datetime, datetime, str]:
    return row.rank, row.sorts_at, row.oldest_at, row.incident


def raising(*, most: int = MOST_ALARMS) -> list[WorkItem]:
    """Return the items that a person must acknowledge, whoever may see them."""
    now = [RANK[one] for one in Severity if raises_alarm(Kind.NEW, one)]
    patient = [kind for kind in Kind if raises_alarm(kind, Severity.NORMAL)]
    told = Q(rank__in=now) | Q(rank=RANK[Severity.NORMAL], kind__in=patient)
    return list(WorkItem.objects.filter(told).order_by(*ORDER)[:most])


def unraised() -> QuerySet[WorkItem]:
    """Return the critical emergencies for which no alarm was raised yet."""
    raised = Alarm.objects.filter(incident=OuterRef("incident"), ended_at=None)
    critical = WorkItem.objects.filter(rank=CRITICAL_RANK, emergency=True)
    return critical.filter(~Exists(raised))


def of_cases(cases: Iterable[str], *, at: datetime) -> list[WorkItem]:
    """Return the items of cases, those not told yet too, what presses most first.

    Args:
        cases: numbers.
        at: the moment asked about.
    """
    rows = WorkItem.objects.filter(case__in=list(cases)).order_by(*ORDER)[:MOST_ALARMS]
    return sorted(as_now(rows, at), key=_order)


def waiting_here() -> QuerySet[WorkItem]:
    """Return all items that wait for this office, whoever may see them: to be counted.

    A certificate that is to be renewed counts once.
    """
    waiting = WorkItem.objects.filter(rank__lt=LATER, waits_for="us")
    return waiting.exclude(kind=Kind.OWN_CERTIFICATE)


def severity_of_row(row: WorkItem) -> Severity:
    """Return how much a row presses; low before people are told of it."""
    return SEVERITIES.get(row.rank, Severity.LOW)


__all__ = [
    "COUNTED",
    "as_now",
    "capped",
    "certificates_of_others",
    "listed",
    "of_cases",
    "raising",
    "severity_of_row",
    "unraised",
    "visible",
    "waiting_here",
]
