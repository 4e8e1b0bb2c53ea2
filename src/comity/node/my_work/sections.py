"""The sections of "My work", and how many work items each has; two statements in all.

Each is read off an index in its order. What is of nobody or of the officer is read twice, once for
each: a database reads two owners at once only by sorting all that they have.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import attrgetter, or_
from typing import Final

from django.db.models import Q, QuerySet

from comity.node.cases.severity import CRITICAL_RANK, Kind
from comity.node.messages.send_second_signature import may_countersign
from comity.node.models import Alarm, Officer, WorkItem
from comity.node.models.work import LATER
from comity.node.my_work.criteria import NEAREST, WEEK
from comity.node.people.access.visible_cases import Circle
from comity.node.work.queries import COUNTED, ORDER, as_now, capped, visible

MOST: Final = 20
"""Rows of one section; the rest is a page of its own."""
CRITICAL, MINE, UNASSIGNED, WAITING, DUE = "critical", "mine", "unassigned", "waiting", "due"
SECTIONS: Final = (CRITICAL, MINE, UNASSIGNED, WAITING, DUE)


@dataclass(frozen=True)
class Section:
    """One section.

    Attributes:
        code: which.
        rows: the first of its work items.
        count: how many there are, at most `COUNTED`.
    """

    code: str
    rows: list[WorkItem]
    count: int


def section(code: str, circle: Circle) -> list[QuerySet[WorkItem]]:
    """Return the work items of a section as lists that have none in common, each in its order.

    Args:
        code: one of `SECTIONS`.
        circle: of whoever asks.
    """
    order = NEAREST if code == DUE else ORDER
    return [visible(circle).filter(one).order_by(*order) for one in _of(code, circle)]


def _of(code: str, circle: Circle) -> list[Q]:
    mine, unowned = Q(owner=circle.officer.identifier), Q(owner="")
    told = Q(rank__gt=CRITICAL_RANK, rank__lt=LATER)
    ours, theirs = told & Q(waits_for="us"), told & Q(waits_for="them")
    due = Q(sorts_at__lt=circle.at + WEEK)
    return {
        CRITICAL: [Q(rank=CRITICAL_RANK)],
        MINE: [ours & mine],
        UNASSIGNED: [ours & unowned, ours & ~mine & ~unowned & _held(circle)],
        WAITING: [theirs & mine, theirs & unowned],
        DUE: [due & mine, due & unowned],
    }[code]


def _has(code: str, row: WorkItem, circle: Circle) -> bool:
    """Tell whether a row belongs to a section: the same rule, for rows that were read.

    One of somebody else was read for its section alone: whoever has it may not do what is next.
    """
    me = circle.officer.identifier
    if code == CRITICAL:
        return row.rank == CRITICAL_RANK
    if code == DUE:
        return row.sorts_at < circle.at + WEEK and row.owner in ("", me)
    if not CRITICAL_RANK < row.rank < LATER:
        return False
    if code == WAITING:
        return row.waits_for == "them" and row.owner in ("", me)
    return row.waits_for == "us" and (row.owner == me) is (code == MINE)


def _held(circle: Circle) -> Q:
    """Tell of which work items the owner may not do what is next; they are few.

    A message that is to be countersigned stands with its author, who has signed it already.
    """
    held = Alarm.objects.filter(ended_at=None, acknowledged_at=None).exclude(owner="")
    found = Q(incident__in=held.values("incident"))
    return found | Q(kind=Kind.SECOND) if may_countersign(circle.officer) else found


def sections(circle: Circle, counts: Mapping[str, int]) -> list[Section]:
    """Return every section with its first rows, by one statement.

    Args:
        circle: of whoever asks.
        counts: from `count`, by section.
    """
    wanted = [code for code in SECTIONS if counts[code]]
    if not wanted:
        return [Section(code, [], 0) for code in SECTIONS]
    lists = (one for code in wanted for one in section(code, circle))
    parts = (Q(pk__in=one.values("pk")[:MOST]) for one in lists)
    rows = as_now(WorkItem.objects.filter(reduce(or_, parts)), circle.at)
    found = sorted(rows, key=attrgetter(*ORDER))
    nearest = sorted(found, key=attrgetter(*NEAREST))
    return [
        Section(
            code,
            [row for row in (nearest if code == DUE else found) if _has(code, row, circle)][:MOST],
            counts[code],
        )
        for code in SECTIONS
    ]


def count(circle: Circle, further: Iterable[tuple[str, QuerySet[WorkItem]]] = ()) -> dict[str, int]:
    """Return how many work items each section and each further list has, by one statement.

    Args:
        circle: of whoever asks.
        further: names and lists besides.
    """
    lists = [(code, rows) for code in SECTIONS for rows in section(code, circle)]
    lists += further
    asked = Officer.objects.filter(pk=circle.officer.pk)
    (numbers,) = asked.values_list(*(capped(rows) for _, rows in lists))
    counts = Counter[str]()
    for (name, _), number in zip(lists, numbers, strict=True):
        counts[name] += number
    return {name: min(COUNTED, number) for name, number in counts.items()}
