"""What waits for somebody here or there, with or without a clock."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from comity.node.access.circle import Circle
from comity.node.models import Conversation, DocketEntry, DraftRow
from comity.node.node import Node
from comity.node.watch.alert import Alert, Kind, Severity, pressing
from comity.node.watch.due import other

UNREAD_LATE: Final = timedelta(hours=1)
"""After which a request that nobody here acknowledged presses."""
UNANSWERED_LATE: Final = timedelta(hours=24)
"""After which a request of ours that nobody there acknowledged presses."""


def waiting(node: Node, circle: Circle, *, most: int) -> Iterator[Alert]:
    """Yield what waits, of each sort the oldest first.

    Args:
        node: this node.
        circle: of whoever asks; its moment is the one asked about.
        most: rows of each sort that are read.
    """
    yield from _unacknowledged(node, circle, most=most)
    yield from _second_signatures(node, circle, most=most)
    yield from _calls(circle, most=most)
    yield from _mail(circle, most=most)
    yield from _drafts(circle, most=most)


def _unacknowledged(node: Node, circle: Circle, *, most: int) -> Iterator[Alert]:
    submitted = circle.conversations().filter(main="submitted").order_by("opened_at")
    ours = submitted.filter(opener=node.party)
    theirs = submitted.exclude(opener=node.party)
    sorts = (
        (Kind.UNREAD, theirs, UNREAD_LATE, Severity.NOW),
        (Kind.UNANSWERED, ours, UNANSWERED_LATE, Severity.SOON),
    )
    for kind, rows, late, severity in sorts:
        for row in rows[:most]:
            pressed = circle.at - row.opened_at >= late
            before = Severity.SOON if kind is Kind.UNREAD else Severity.NOTE
            yield Alert(
                kind=kind,
                subject=row.digest,
                severity=severity if pressed else before,
                since=row.opened_at,
                party=other(node, row),
                case=row.case,
                detail=row.measure or row.type,
            )


def _second_signatures(node: Node, circle: Circle, *, most: int) -> Iterator[Alert]:
    at = circle.at
    rows = list(
        circle.messages().filter(second_due_at__isnull=False).order_by("second_due_at")[:most]
    )
    found = Conversation.objects.in_bulk([row.conversation for row in rows])
    for row in rows:
        asked = found.get(row.conversation)
        if not row.outgoing and pressing(row.second_due_at, at=at) is not Severity.NOW:
            continue  # theirs, and not late
        yield Alert(
            kind=Kind.SECOND if row.outgoing else Kind.THEIR_SECOND,
            subject=row.record,
            severity=max(pressing(row.second_due_at, at=at), Severity.SOON, key=_rank),
            since=row.recorded_at,
            due_at=row.second_due_at,
            party=other(node, asked) if asked else row.author,
            case=asked.case if asked else "",
            detail=row.type,
        )


def _rank(severity: Severity) -> int:
    return -list(Severity).index(severity)


def _calls(circle: Circle, *, most: int) -> Iterator[Alert]:
    rows = list(circle.items().filter(kind="call", state="noted").order_by("due_at")[:most])
    begun = DocketEntry.objects.filter(item__in=[row.item for row in rows], number=1)
    said = dict(begun.values_list("item", "value"))
    for row in rows:
        yield Alert(
            kind=Kind.CALL,
            subject=row.item,
            severity=Severity.NOW,
            since=row.changed_at,
            due_at=row.due_at,
            party=(said.get(row.item) or {}).get("party") or "",
            case=row.case,
            detail=row.state,
        )


def _mail(circle: Circle, *, most: int) -> Iterator[Alert]:
    rows = circle.items().filter(kind="mail", state="received").order_by("item")[:most]
    for row in rows:
        late = circle.at - row.changed_at >= UNREAD_LATE
        yield Alert(
            kind=Kind.MAIL,
            subject=row.item,
            severity=Severity.SOON if late else Severity.NOTE,
            since=row.changed_at,
            case=row.case,
        )


def _drafts(circle: Circle, *, most: int) -> Iterator[Alert]:
    rows = circle.drafts().filter(stage=DraftRow.Stage.AWAITING).order_by("made_at")[:most]
    for row in rows.only("id", "made_at", "case", "type"):
        yield Alert(
            kind=Kind.DRAFT,
            subject=row.id,
            severity=Severity.NOTE,
            since=row.made_at,
            case=row.case,
            detail=row.type,
        )
