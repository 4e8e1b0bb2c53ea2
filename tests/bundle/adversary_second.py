"""Second signatures in a random case: good ones, lies, and what a node makes of either."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Final

from tests.bundle.parties import MODE, officer
from tests.bundle.stories import MemoryNode
from tests.exchange.makers import seed

from comity.bundle.known import Listed
from comity.exchange import Draft, Message, Replay, Section
from comity.exchange.approvals import SECTION, TYPE, read_countersignature
from comity.exchange.errors import CountersignatureError

COUNTS: Final = ("applied", "overtaken", "held")
_LIES: Final = 4


def is_late(draft: Draft) -> bool:
    """Tell whether a message may go with one signature of two."""
    return draft.move.floor.late_hours is not None


def waits(message: Message, author: str) -> bool:
    """Tell whether a message of an author went with one signature of two."""
    own = message.draft.author == author and message.draft.known
    return own and is_late(message.draft) and len(message.approvals) == 1


def signed(
    side: MemoryNode, about: str | None, at: datetime, label: str, *, lies: Random | None
) -> dict[str, Section] | None:
    """Return the section of a second signature, or None if what it is for is not here.

    Args:
        side: whose officer signs.
        about: content of the message that it is for.
        at: the party's clock.
        label: for its salt.
        lies: how to lie: by the officer who signed first, or for something else; None for none.
    """
    earlier = next((m for m in side.messages if m.content == about), None)
    if earlier is None:
        return None
    draft, role = earlier.draft, "approver"
    lie = lies.randrange(_LIES) if lies is not None else None
    if lie == 0:
        role = "author"
    if lie == 1:
        draft = replace(draft, sequence=draft.sequence + 1)
    expires = at + timedelta(days=5)
    approval = officer(side.party, role).approve(draft, mode=MODE, role=role, expires_at=expires)
    return {SECTION: Section(seed(f"second {label}"), {"approval": approval})}


def check(
    messages: Sequence[Message],
    now: Replay,
    message: Message,
    sections: Mapping[str, Section],
    registry: Listed,
) -> None:
    """Raise for a second signature that does not hold, if what it is for is here."""
    if message.draft.type != TYPE:
        return
    earlier = next((m for m in messages if m.content == message.draft.about), None)
    if earlier is None and message.draft.about is None:
        raise CountersignatureError("it names no message that is here")
    if earlier is not None:
        value, at = sections[SECTION].value, message.draft.sent_at
        read_countersignature(value, earlier, registry, by=message.draft, proved_at=at)
        if now.standing[earlier.content] not in COUNTS:
            raise CountersignatureError("the message it is for has no effect")
