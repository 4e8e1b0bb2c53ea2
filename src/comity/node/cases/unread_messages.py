"""Messages of the other side that wait to be read by whoever has the case.

A message waits from its receipt until an officer reads the case, or answers in the conversation. A
case that has an owner waits for the owner, so that nobody takes its news away by looking in.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import transaction

from comity.node.core.signals import work_changed
from comity.node.models import Conversation, WorkItem

_TEST: Final = "contact.ping"
"""Opens a test of a partner's watch, which has a list and an alarm of its own."""


def came(conversation: Conversation, *, at: datetime) -> None:
    """Let a message that was received wait to be read; the caller stores the conversation.

    Args:
        conversation: of the message.
        at: this node's clock.
    """
    if conversation.type != _TEST:
        conversation.unread_at = conversation.unread_at or at


@transaction.atomic
def read(shown: Sequence[Conversation], *, officer: str) -> None:
    """Take what an officer was shown as read, unless it is for somebody else to read.

    Args:
        shown: conversations as they were read to be shown; what came later still waits.
        officer: identifier of whoever reads.
    """
    waiting = [row for row in shown if row.unread_at]
    if not waiting:
        return
    owned = WorkItem.objects.filter(incident__in=[f"request:{row.digest}" for row in waiting])
    others = owned.exclude(owner__in=("", officer)).values_list("conversation", flat=True)
    theirs = set(others)
    found = [row.digest for row in waiting if row.digest not in theirs and _is_read(row)]
    if found:
        work_changed.send(None, conversations=found)


def _is_read(row: Conversation) -> bool:
    same = Conversation.objects.filter(
        digest=row.digest, moved_at=row.moved_at, unread_at=row.unread_at
    )
    return bool(same.update(unread_at=None))
