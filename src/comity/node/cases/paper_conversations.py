"""Conversations on paper as the rest of the node needs them: turns in the order of the log."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from comity.canonical import parse_time
from comity.docket import Turn, Walked, walk
from comity.exchange import Replay
from comity.exchange.message import Message, Seen
from comity.node.models import DocketEntry, MessageRow

ACT = "correspondence.transcribed"


@dataclass(frozen=True)
class Written:
    """What an officer wrote down of a message that came on paper.

    Attributes:
        row: of the docket.
        value: of the transcript; empty where it was erased.
    """

    row: DocketEntry
    value: dict[str, Any]

    @property
    def turn(self) -> Turn:
        """Return it as a step of the conversation."""
        value = self.value
        return Turn(value["author"], value["type"], value["about"], self.row.digest)

    @property
    def dated(self) -> datetime:
        """Return the date on it, or else when it came; both are what somebody says."""
        return parse_time(self.value["dated"] or self.value["received_at"])


def transcripts(*conversations: str) -> list[Written]:
    """Return the transcripts of conversations in the order of the log; erased ones are left out."""
    rows = DocketEntry.objects.filter(conversation__in=conversations, act=ACT, salt__isnull=False)
    return [Written(row, row.value or {}) for row in rows.order_by("epoch", "index")]


def is_led_on_paper(conversation: str) -> bool:
    """Tell whether something of a conversation was written down from paper."""
    return DocketEntry.objects.filter(conversation=conversation, act=ACT).exists()


def walked(
    written: Sequence[Written], messages: Sequence[tuple[MessageRow, Message]]
) -> Walked | None:
    """Return where a conversation on paper stands; None if nothing opens it here."""
    turns = [((one.row.epoch, one.row.index), one.turn) for one in written]
    turns += [((row.epoch, row.index), _turn(row, message)) for row, message in messages]
    ordered = [turn for _, turn in sorted(turns, key=lambda pair: pair[0])]
    return walk(ordered, opener=ordered[0].author) if ordered else None


def _turn(row: MessageRow, message: Message) -> Turn:
    return Turn(row.author, row.type, message.draft.about, row.content)


def replayed(
    written: Sequence[Written], messages: Sequence[tuple[MessageRow, Message]]
) -> Replay | None:
    """Return a conversation on paper as a replay, so that it is answered like any other."""
    found = walked(written, messages)
    if found is None:
        return None
    own = max((m for _, m in messages), key=lambda m: m.draft.sequence, default=None)
    author = own.draft.author if own else ""
    return Replay(
        state=found.state,
        order=found.order,
        standing=found.standing,
        heads={author: own} if own else {},
        doubles=(),
        last={author: own.draft.sequence} if own else {},
        written=_last_written(written),
    )


def _last_written(written: Sequence[Written]) -> dict[str, Seen]:
    """Return, by author, how many papers were written down and which entry is the last."""
    found: dict[str, Seen] = {}
    for one in written:
        author = one.value["author"]
        count = found[author].sequence + 1 if author in found else 1
        found[author] = Seen(count, one.row.digest)
    return found
