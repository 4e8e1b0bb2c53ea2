"""Work items as they are read: those that an officer may see, what presses most first."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Final

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from comity.node.cases.severity import RANK, Kind, Severity, raises_alarm
from comity.node.models import Alarm, OutboxRow, WorkItem
from comity.node.models.work_item import LATER
from comity.node.people.access.visible_cases import Circle
from comity.node.people.permissions import Right, may
from comity.node.work import rows as stored
from comity.node.work.requests import QUOTA

ORDER: Final = ("rank", "sorts_at", F("since").asc(nulls_last=True), "incident")
MOST_ALARMS: Final = 2000
"""Items among which causes of alarms are looked for, those that press most first."""
_MOST_CHANGED: Final = 400
_ITEMS: Final = (Kind.TASK, Kind.CALL, Kind.MAIL)
_EVIDENCE: Final = (Kind.RETENTION, Kind.PACKAGE, Kind.SPACE)
_WAITING: Final = (Kind.PARTNER, Kind.LETTER)
SEVERITIES: Final = {rank: severity for severity, rank in RANK.items()}


def visible(circle: Circle) -> QuerySet[WorkItem]:
    """Return the work items that an officer may see.

    Args:
        circle: of whoever asks.
    """
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


def listed(circle: Circle, *, most: int) -> list[WorkItem]:
    """Return the first items of each kind as they stand at the circle's moment.

    Rows that time alone has changed since are judged again; the number of statements and of rows
    read does not grow with what is stored.

    Args:
        circle: of whoever asks; its moment is the one asked about.
        most: of each kind.
    """
    at = circle.at
    told = visible(circle).filter(rank__lt=LATER)
    first = [Q(pk__in=told.filter(kind=kind).order_by(*ORDER).values("pk")[:most]) for kind in Kind]
    changed = visible(circle).filter(changes_at__lte=at).exclude(kind__in=stored.FOUND_BY_LOOPS)
    first.append(Q(pk__in=changed.order_by("changes_at").values("pk")[:_MOST_CHANGED]))
    found = _as_now(WorkItem.objects.filter(reduce(or_, first)), at)
    beyond_quota = {row.subject for row in found if row.incident.startswith(QUOTA)}
    rows = [
        row
        for row in found
        if row.rank < LATER
        and not (row.incident.startswith(stored.FLOODING) and row.subject in beyond_quota)
    ]
    _count_seen(rows, circle)
    return sorted(rows, key=_order)


def _as_now(rows: Iterable[WorkItem], at: datetime) -> list[WorkItem]:
    """Return rows, those that time alone has changed by a moment as they are now."""
    found = list(rows)
    old = {
        row.incident
        for row in found
        if row.changes_at and row.changes_at <= at and row.kind not in stored.FOUND_BY_LOOPS
    }
    if not old:
        return found
    made = stored.computed(old, at=at)
    return [row for row in found if row.incident not in old] + [
        stored.row_of(item) for item in made.values()
    ]


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


def _order(row: WorkItem) -> tuple[int, datetime, bool, str, str]:
    since = row.since.isoformat() if row.since else ""
    return row.rank, row.sorts_at, not since, since, row.incident


def raising(*, most: int = MOST_ALARMS) -> list[WorkItem]:
    """Return the items that a person must acknowledge, whoever may see them."""
    now = [RANK[one] for one in Severity if raises_alarm(Kind.NEW, one)]
    patient = [kind for kind in Kind if raises_alarm(kind, Severity.NORMAL)]
    told = Q(rank__in=now) | Q(rank=RANK[Severity.NORMAL], kind__in=patient)
    return list(WorkItem.objects.filter(told).order_by(*ORDER)[:most])


def unraised() -> QuerySet[WorkItem]:
    """Return the critical emergencies for which no alarm was raised yet."""
    raised = Alarm.objects.filter(incident=OuterRef("incident"), ended_at=None)
    critical = WorkItem.objects.filter(rank=RANK[Severity.CRITICAL], emergency=True)
    return critical.filter(~Exists(raised))


def of_cases(cases: Iterable[str], *, at: datetime) -> list[WorkItem]:
    """Return the items of cases, those not told yet too, what presses most first.

    Args:
        cases: numbers.
        at: the moment asked about.
    """
    rows = WorkItem.objects.filter(case__in=list(cases)).order_by(*ORDER)[:MOST_ALARMS]
    return sorted(_as_now(rows, at), key=_order)


def mine(circle: Circle) -> QuerySet[WorkItem]:
    """Return what waits for this officer."""
    rows = visible(circle).filter(rank__lt=LATER, owner=circle.officer.identifier)
    return rows.order_by(*ORDER)


def unassigned(circle: Circle) -> QuerySet[WorkItem]:
    """Return what waits for this office and has no owner."""
    rows = visible(circle).filter(rank__lt=LATER, owner="", waits_for="us")
    return rows.order_by(*ORDER)


def due_before(circle: Circle, until: datetime) -> QuerySet[WorkItem]:
    """Return what falls due before a moment, nearest first; what is not told yet too."""
    return visible(circle).filter(sorts_at__lt=until).order_by("sorts_at", "rank", "incident")


def severity_of_row(row: WorkItem) -> Severity:
    """Return how much a row presses; low before people are told of it."""
    return SEVERITIES.get(row.rank, Severity.LOW)


__all__ = [
    "due_before",
    "listed",
    "mine",
    "of_cases",
    "raising",
    "severity_of_row",
    "unassigned",
    "unraised",
    "visible",
]
