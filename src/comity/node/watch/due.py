"""What falls due: clocks of requests, tasks of our own with a day, the retention of exhibits."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from comity.node.assistance import board
from comity.node.cases.office_deadlines import first_notice
from comity.node.cases.severity import Facts, Kind
from comity.node.cases.urgency import said
from comity.node.core.node import Node
from comity.node.models import Conversation, Exhibit, Package
from comity.node.people.access.visible_cases import Circle
from comity.node.watch.alert import Alert, alert_of


def due(
    node: Node, circle: Circle, *, most: int, ahead: timedelta | None = None
) -> Iterator[Alert]:
    """Yield what is overdue or falls due before people are first told of it, nearest first.

    Args:
        node: this node.
        circle: of whoever asks; its moment is the one asked about.
        most: rows of each sort that are read.
        ahead: how far to look; None: as far as people are told.
    """
    at = circle.at
    until = at + (first_notice() if ahead is None else ahead)
    rows = circle.conversations().filter(due_at__lte=until).exclude(main="closed")
    rows = rows.exclude(main="submitted", beyond_quota=True).annotate(urgency=said())
    for row in rows.order_by("due_at")[:most]:
        yield of_clock(node, row, at)
    yield from _tasks(circle, until, most=most)
    yield from _retention(circle, until, most=most)
    for line in board.due(circle, until=until, most=most):
        yield alert_of(
            Facts(kind=Kind.REVIEW, since=line.changed_at, due_at=line.review_at),
            at=at,
            subject=line.conversation,
            party=line.party,
            case=line.case,
            conversation=line.conversation,
            detail=line.kind,
        )


def of_clock(node: Node, row: Any, at: datetime) -> Alert:
    """Return the alert of a conversation's deadline.

    Args:
        node: this node.
        row: the conversation, annotated with the ``urgency`` that `said` gives.
        at: aware UTC.
    """
    facts = Facts(
        kind=Kind.CLOCK,
        urgency=row.urgency,
        measure=row.measure,
        acknowledged=row.main != "submitted",
        on_paper=row.paper,
        since=row.moved_at,
        begun_at=row.opened_at,
        due_at=row.due_at,
    )
    return alert_of(
        facts,
        at=at,
        subject=row.digest,
        party=other(node, row),
        case=row.case,
        conversation=row.digest,
        detail=row.measure or row.type,
    )


def _tasks(circle: Circle, until: datetime, *, most: int) -> Iterator[Alert]:
    for item in circle.items().filter(due_at__lte=until).order_by("due_at")[:most]:
        yield alert_of(
            Facts(
                kind=Kind.TASK,
                since=item.changed_at,
                begun_at=begun_at(item.item),
                due_at=item.due_at,
            ),
            at=circle.at,
            subject=item.item,
            case=item.case,
            detail=item.kind,
        )


def _retention(circle: Circle, until: datetime, *, most: int) -> Iterator[Alert]:
    """Yield the exhibits here whose retention ends."""
    stages = (Package.Stage.SEALED, Package.Stage.STORED)
    here = circle.packages().filter(stage__in=stages).values("exhibit")
    rows = Exhibit.objects.filter(retain_until__lte=until, exhibit__in=here)
    for row in rows.order_by("retain_until")[:most]:
        yield alert_of(
            Facts(kind=Kind.RETENTION, due_at=row.retain_until), at=circle.at, subject=row.exhibit
        )


def begun_at(item: str) -> datetime:
    """Return when an item was begun: its identifier says so (RFC 9562, version 7)."""
    return datetime.fromtimestamp((UUID(item).int >> 80) / 1000, UTC)


def other(node: Node, row: Conversation) -> str:
    """Return the other side of a conversation, the first where there are more."""
    return next((party for party in row.members if party != node.party), "")
