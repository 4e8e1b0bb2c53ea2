"""What other States wrote since a moment."""

from collections.abc import Iterator
from datetime import datetime

from comity.node.cases.severity import Facts, Kind
from comity.node.people.access.visible_cases import Circle
from comity.node.watch.alert import Alert, of_message


def fresh(circle: Circle, since: datetime, *, most: int) -> Iterator[Alert]:
    """Yield the messages that came since a moment, the newest first.

    Args:
        circle: of whoever asks.
        since: usually the beginning of the shift.
        most: conversations, and messages, that are read.
    """
    moved = circle.conversations().filter(moved_at__gte=since).order_by("-moved_at")[:most]
    cases = {row.digest: row.case for row in moved}
    rows = circle.messages().filter(
        conversation__in=list(cases), outgoing=False, recorded_at__gte=since
    )
    for row in rows.order_by("-recorded_at")[:most]:
        yield of_message(
            Facts(kind=Kind.NEW, since=row.recorded_at),
            at=circle.at,
            subject=row.record,
            conversation=row.conversation,
            party=row.author,
            case=cases[row.conversation],
            detail=row.type,
        )
