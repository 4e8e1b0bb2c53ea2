"""What the page "My work" shows: sections or a filtered list, with the rows as lines."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse

from comity.node.core.node import Node
from comity.node.models import Alarm, Officer, WorkFilter, WorkItem
from comity.node.my_work.criteria import ME, Criteria, narrow
from comity.node.my_work.pages import labels
from comity.node.my_work.pages.forms import criteria_in
from comity.node.my_work.sections import (
    CRITICAL,
    DUE,
    MINE,
    UNASSIGNED,
    WAITING,
    count,
    sections,
)
from comity.node.people.access.visible_cases import Circle
from comity.node.watch.alert import Alert, is_held, of_row
from comity.node.watch.alert_rows import Line, lines_of
from comity.node.work.queries import COUNTED, visible

DAYS: Final = 7
ALL: Final = "all"
_WHOLE: Final = {
    CRITICAL: {"severity": "critical"},
    MINE: {"owner": ME, "waits": "us"},
    UNASSIGNED: {"owner": "none", "waits": "us"},
    WAITING: {"waits": "them"},
    DUE: {"due": "week", "sort": "deadline"},
}
"""The filter that shows a section whole, or a little more."""
_ALL: Final = Criteria(sort="deadline")


@dataclass(frozen=True)
class Chip:
    """A filter at the top of the page.

    Attributes:
        words: what it is called; of a saved one its name.
        query: of its address.
        count: how many work items it shows.
        saved: the saved filter, or None.
        current: whether it is the one that is shown.
    """

    words: Any
    query: str
    count: str
    saved: WorkFilter | None = None
    current: bool = False


@dataclass(frozen=True)
class Group:
    """A section as the page shows it.

    Attributes:
        code: which.
        title: its heading.
        empty: what stands where there is nothing.
        lines: the first work items.
        count: how many there are.
        query: of the address that shows all, or empty where all are here.
    """

    code: str
    title: Any
    empty: Any
    lines: list[Line]
    count: str
    query: str


@dataclass(frozen=True)
class Overview:
    """The sections, the week, and the chips above them."""

    groups: list[Group]
    week: list[tuple[date, list[Line]]]
    chips: list[Chip]


def overview(node: Node, circle: Circle, saved: Sequence[WorkFilter]) -> Overview:
    """Return the sections of an officer's work.

    Args:
        node: this node.
        circle: of whoever asks.
        saved: filters that the officer sees.
    """
    counts, chips = _counts(circle, saved, Criteria())
    found = sections(circle, counts)
    rows = {row.incident: row for one in found for row in one.rows}
    lines = lines_by_incident(node, circle, rows.values())
    groups = [
        Group(
            one.code,
            labels.SECTION[one.code],
            labels.EMPTY[one.code],
            _in_order(one.code, [lines[row.incident] for row in one.rows]),
            _number(one.count),
            urlencode(_WHOLE[one.code]) if one.count > len(one.rows) else "",
        )
        for one in found
    ]
    *shown, due = groups
    return Overview(shown, _week(due.lines, circle.at), chips)


def _in_order(code: str, lines: list[Line]) -> list[Line]:
    """Return the lines of a section; of what is critical, first what nobody has acknowledged."""
    return sorted(lines, key=lambda line: not line.acknowledges) if code == CRITICAL else lines


def _week(lines: Iterable[Line], at: datetime) -> list[tuple[date, list[Line]]]:
    """Return the next days with what falls due on each; what is over stands at the first."""
    first = at.date()
    days: dict[date, list[Line]] = {first + timedelta(days=n): [] for n in range(DAYS)}
    for line in lines:
        if line.alert.due_at is not None:
            days.setdefault(max(first, line.alert.due_at.date()), []).append(line)
    return sorted(days.items())


def chips_of(circle: Circle, saved: Sequence[WorkFilter], shown: Criteria) -> list[Chip]:
    """Return the filters at the top of a filtered list.

    Args:
        circle: of whoever asks.
        saved: filters that the officer sees.
        shown: what the list is narrowed to.
    """
    return _counts(circle, saved, shown)[1]


def _counts(
    circle: Circle, saved: Sequence[WorkFilter], shown: Criteria
) -> tuple[dict[str, int], list[Chip]]:
    """Return how many work items each section has, and the chips; one statement counts all."""
    wanted = {str(one.pk): criteria_in(one.criteria)[0] for one in saved}
    lists = [(ALL, listed(circle, _ALL))]
    lists += [(pk, listed(circle, one)) for pk, one in wanted.items()]
    counts = count(circle, lists)
    of_mine = min(COUNTED, sum(counts[one] for one in (CRITICAL, MINE, UNASSIGNED, WAITING)))
    asked = shown.told()
    chips = [
        Chip(None, "", _number(of_mine), current=not asked),
        Chip(labels.ALL, urlencode(_ALL.told()), _number(counts[ALL])),
        Chip(labels.SECTION[MINE], urlencode(_WHOLE[MINE]), _number(counts[MINE])),
        Chip(labels.SECTION[DUE], urlencode(_WHOLE[DUE]), _number(counts[DUE])),
    ]
    chips += [
        Chip(one.name, urlencode(wanted[str(one.pk)].told()), _number(counts[str(one.pk)]), one)
        for one in saved
    ]
    query = urlencode(asked)
    return counts, [replace(one, current=one.query == query) for one in chips]


def _number(found: int) -> str:
    return f"{found}+" if found >= COUNTED else str(found)


def listed(circle: Circle, wanted: Criteria) -> QuerySet[WorkItem]:
    """Return the work items of a filter that an officer sees."""
    return narrow(visible(circle), wanted, officer=circle.officer, at=circle.at)


def lines_by_incident(node: Node, circle: Circle, rows: Iterable[WorkItem]) -> dict[str, Line]:
    """Return work items as lines, by incident, in their order.

    Args:
        node: this node.
        circle: of whoever asks.
        rows: work items that the officer may see.
    """
    found = list(rows)
    alerts = list(_with_alarms(found))
    lines = lines_of(node, alerts, circle.officer)
    return {row.incident: line for row, line in zip(found, lines, strict=True)}


def _with_alarms(rows: Sequence[WorkItem]) -> Iterable[Alert]:
    raised = Alarm.objects.filter(ended_at=None, incident__in=[row.incident for row in rows])
    alarms = {one.incident: one for one in raised.order_by("pk")} if rows else {}
    people = Officer.objects.filter(identifier__in={row.owner for row in rows} - {""})
    names = dict(people.values_list("identifier", "user__username")) if rows else {}
    for row in rows:
        alert = of_row(row, owner=names.get(row.owner, row.owner))
        alarm = alarms.get(row.incident)
        if alarm is not None:
            seen = alarm.acknowledged_at is not None
            alert = replace(alert, alarm=alarm.pk, acknowledged=seen, held=is_held(alarm))
        yield alert


def address_of(shown: Criteria, **more: str) -> str:
    """Return the address of the page with a filter."""
    query = urlencode({**shown.told(), **more})
    return f"{reverse('my-work')}?{query}" if query else reverse("my-work")
