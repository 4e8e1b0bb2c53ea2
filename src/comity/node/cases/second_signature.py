"""The second signature: it takes away the clock of a message that went with one (spec 9)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Exists, Min, OuterRef, QuerySet

from comity.canonical import PeerError, parse_time
from comity.exchange import Message, Registry
from comity.exchange.approvals import SECTION, TYPE, check_approvals, read_countersignature
from comity.exchange.bodies import Countersignature
from comity.exchange.errors import CountersignatureError
from comity.exchange.values import Model
from comity.node.cases import closed_cases
from comity.node.cases.conversations import due_after, message_of, sections_of
from comity.node.core.signals import cases_changed
from comity.node.models import Conversation, MessageRow, SectionRow

COUNTS: Final = ("applied", "overtaken", "held")
"""Standings of a message that may be countersigned, or may countersign."""
OVER: Final = frozenset({"closed", "refused", "withdrawn"})
"""Main states of a request that nobody is asked to countersign any more: nothing comes of it."""


def lacking(messages: QuerySet[MessageRow]) -> QuerySet[MessageRow]:
    """Return those of some messages that are ours and wait for the countersignature of an approver.

    Args:
        messages: that may be seen, or all.
    """
    over = Conversation.objects.filter(digest=OuterRef("conversation"), main__in=OVER)
    return messages.filter(~Exists(over), outgoing=True, second_due_at__isnull=False)


def take(
    message: Message, body: Countersignature, registry: Registry, *, ours: bool, at: datetime
) -> None:
    """Let a second signature count for the message it is for, in the transaction of its own.

    Args:
        message: of type ``request.countersigned``.
        body: its checked section.
        registry: who knows the author's officer-ca.
        ours: whether this node sends it; then the earlier message must be here. One that is
            received may overtake the earlier message, which then finds it by `came_before`.
        at: this node's clock, which is the proved time.

    Raises:
        CountersignatureError: it is for no message of its author that waits for it.
        PeerError: by code, why the approval is not good.
    """
    row = MessageRow.objects.filter(
        content=message.draft.about, conversation=message.conversation
    ).first()
    if row is None:
        if ours or message.draft.about is None:
            raise CountersignatureError("it names no message that is here")
        return
    read_countersignature(
        body.model_dump(), message_of(row), registry, by=message.draft, proved_at=at
    )
    if row.standing not in COUNTS:
        raise CountersignatureError("the message it is for has no effect")
    row.second_due_at = None
    row.save(update_fields=["second_due_at"])


def came_before(message: Message, registry: Registry) -> bool:
    """Tell whether a good second signature for a message is here although it came first."""
    return countersignature_of(message, registry) is not None


def countersignature_of(message: Message, registry: Registry) -> MessageRow | None:
    """Return the message that brought the second signature for another, or None.

    Args:
        message: that went with one signature.
        registry: who knows whose keys.
    """
    rows = MessageRow.objects.filter(
        conversation=message.conversation, type=TYPE, standing__in=COUNTS
    )
    return next((row for row in rows if _good(row, message, registry)), None)


def give_back(row: MessageRow, registry: Registry) -> None:
    """Let a message of ours wait again, once its second signature was refused by the other side.

    Args:
        row: the refused message, its standing stored already.
        registry: who knows whose keys.
    """
    about = message_of(row).draft.about if row.type == TYPE else None
    earlier = MessageRow.objects.filter(content=about, conversation=row.conversation).first()
    if about is None or earlier is None:
        return
    message = message_of(earlier)
    found = check_approvals(
        message.approvals,
        message.draft,
        registry,
        proved_at=earlier.recorded_at,
        late_allowed=True,  # as it was when the message went
    )
    if found.second_due_hours is None or came_before(message, registry):
        return
    earlier.second_due_at = earlier.recorded_at + timedelta(hours=found.second_due_hours)
    earlier.save(update_fields=["second_due_at"])
    threads = Conversation.objects.filter(digest=row.conversation)
    threads.update(due_at=next_due(row.conversation), due_clock="", due_rule="")
    cases = list(threads.values_list("case", flat=True))
    cases_changed.send(None, cases=cases)
    closed_cases.remember(cases)


def _good(row: MessageRow, earlier: Message, registry: Registry) -> bool:
    section = sections_of(row.record).get(SECTION)
    if section is None:
        return False
    by = message_of(row).draft
    try:
        read_countersignature(section.value, earlier, registry, by=by, proved_at=row.recorded_at)
    except PeerError:
        return False
    return True


def due_with(
    conversation: Conversation,
    message: Message,
    bodies: Mapping[str, Model],
    *,
    second_due: timedelta | None,
    at: datetime,
) -> datetime | None:
    """Return by when a person must act in a conversation, once a message is recorded.

    Args:
        conversation: as stored.
        message: just recorded.
        bodies: its checked sections.
        second_due: until when a message of ours is to be countersigned; None of a received one,
            which its author has to countersign.
        at: this node's clock.
    """
    if message.draft.type == TYPE:
        return next_due(conversation.digest)
    due = due_after(bodies, second_due, at)
    return min(filter(None, (conversation.due_at, due)), default=None)


def next_due(conversation: str) -> datetime | None:
    """Return the earliest moment by which a person must act, from all that is stored."""
    rows = MessageRow.objects.filter(conversation=conversation)
    ours = rows.filter(standing__in=COUNTS, outgoing=True)
    second = ours.aggregate(first=Min("second_due_at"))["first"]
    kept = SectionRow.objects.filter(
        record__in=rows.filter(standing="applied").values("record"), name="preservation"
    )
    ends = [parse_time(row.value["until"]) for row in kept if row.value is not None]
    return min(filter(None, (second, *ends)), default=None)
