"""What falls due: clocks of requests, and tasks of our own with a day."""

from collections.abc import Iterator

from comity.node.access.circle import Circle
from comity.node.localclocks import first_notice
from comity.node.models import Conversation
from comity.node.node import Node
from comity.node.watch.alert import Alert, Kind, pressing


def due(node: Node, circle: Circle, *, most: int) -> Iterator[Alert]:
    """Yield what is overdue or falls due before people are first told of it, nearest first.

    Args:
        node: this node.
        circle: of whoever asks; its moment is the one asked about.
        most: rows of each sort that are read.
    """
    at = circle.at
    until = at + first_notice()
    rows = circle.conversations().filter(due_at__lte=until).exclude(main="closed")
    for row in rows.order_by("due_at")[:most]:
        yield Alert(
            kind=Kind.CLOCK,
            subject=row.digest,
            severity=pressing(row.due_at, at=at),
            since=row.moved_at,
            due_at=row.due_at,
            party=other(node, row),
            case=row.case,
            detail=row.measure or row.type,
        )
    for item in circle.items().filter(due_at__lte=until).order_by("due_at")[:most]:
        yield Alert(
            kind=Kind.TASK,
            subject=item.item,
            severity=pressing(item.due_at, at=at),
            since=item.changed_at,
            due_at=item.due_at,
            case=item.case,
            detail=item.kind,
        )


def other(node: Node, row: Conversation) -> str:
    """Return the other side of a conversation, the first where there are more."""
    return next((party for party in row.members if party != node.party), "")
