"""What falls due: clocks of requests, and tasks of our own with a day."""

from collections.abc import Iterator

from comity.node.access.circle import Circle
from comity.node.assistance import board
from comity.node.localclocks import first_notice
from comity.node.models import Conversation
from comity.node.node import Node
from comity.node.watch.alert import Alert, Kind, Severity, pressing


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
    for line in board.due(circle, until=until, most=most):
        yield Alert(
            kind=Kind.REVIEW,
            subject=line.conversation,
            severity=min(pressing(line.review_at, at=at), Severity.SOON, key=_calm),
            since=line.changed_at,
            due_at=line.review_at,
            party=line.party,
            case=line.case,
            detail=line.kind,
        )


def _calm(severity: Severity) -> int:
    """Order by how little it presses: nobody is woken for a review of assistance."""
    return -list(Severity).index(severity)


def other(node: Node, row: Conversation) -> str:
    """Return the other side of a conversation, the first where there are more."""
    return next((party for party in row.members if party != node.party), "")
