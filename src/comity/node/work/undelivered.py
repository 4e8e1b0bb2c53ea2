"""An emergency or urgent request whose message does not reach the partner: somebody has to call.

Without this an officer believes a request is on its way while the node of the partner is down.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from comity.node.cases.late_deliveries import UNTRIED
from comity.node.cases.severity import URGENT, Facts, Kind
from comity.node.models import Conversation, MessageRow, OutboxRow, WorkItem
from comity.node.models.work import LATER

_LEFT: Final = frozenset({"closed", "withdrawn"})
"""Main states in which nobody has to call the partner any more."""
FAILED: Final = Q(stage=OutboxRow.Stage.DEAD) | Q(stage=OutboxRow.Stage.QUEUED) & ~Q(last_fault="")
"""Deliveries of which an attempt failed and that have no receipt since."""


def _since(message: Q, delivery: Q) -> Subquery:
    """Return the expression of when the first such delivery of a conversation was queued."""
    sent = MessageRow.objects.filter(
        message, conversation=OuterRef(OuterRef("digest")), outgoing=True
    )
    rows = OutboxRow.objects.filter(delivery, record__in=sent.values("record"))
    return Subquery(rows.order_by("queued_at").values("queued_at")[:1])


def failed_since() -> Subquery:
    """Return the expression of since when a message of a conversation fails to be delivered."""
    return _since(Q(), FAILED)


def untried_since() -> Subquery:
    """Return the expression of since when the opening of a conversation waits untried."""
    waits = Q(stage=OutboxRow.Stage.QUEUED, last_fault="")
    return _since(Q(content=OuterRef(OuterRef("digest"))), waits)


def fails() -> Exists:
    """Return the condition that a message of a conversation fails to be delivered."""
    sent = MessageRow.objects.filter(conversation=OuterRef(OuterRef("digest")), outgoing=True)
    return Exists(OutboxRow.objects.filter(FAILED, record__in=sent.values("record")))


def of_delivery(
    row: Conversation, *, urgency: str, failed: datetime | None, untried: datetime | None
) -> Iterator[tuple[Facts, dict[str, Any]]]:
    """Yield the facts that a message of ours does not reach the partner, with when they count.

    Args:
        row: the conversation.
        urgency: what its opening says.
        failed: since when a message waits of which an attempt failed, or None.
        untried: since when its opening waits for the first attempt, or None.
    """
    if row.paper or row.main in _LEFT:
        return
    since = failed or untried
    if since is None:
        return
    facts = Facts(
        kind=Kind.UNDELIVERED,
        urgency=urgency,
        measure=row.measure,
        since=since,
        begun_at=since,
    )
    if failed is not None and (facts.emergency or urgency == URGENT):
        yield facts, {}
    elif facts.emergency and row.ours:
        yield facts, {"listed_from": since + UNTRIED}


def without_own_item(rows: QuerySet[OutboxRow]) -> QuerySet[OutboxRow]:
    """Return the deliveries without those that have a work item of their own.

    Args:
        rows: deliveries.
    """
    told = WorkItem.objects.filter(kind=Kind.UNDELIVERED, rank__lt=LATER).values("conversation")
    return rows.exclude(
        record__in=MessageRow.objects.filter(conversation__in=told).values("record")
    )
