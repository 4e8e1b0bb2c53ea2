"""Messages of the other side that wait to be read by whoever has the case.

A message waits from its receipt until an officer reads the case (`comity.node.work.reading`) or
answers in the conversation.
"""

from datetime import datetime
from typing import Final

from comity.node.cases.second_signature import COUNTS
from comity.node.models import Conversation

_TEST: Final = "contact.ping"
"""Opens a test of a partner's watch, which has a list and an alarm of its own."""
_UNACKNOWLEDGED: Final = "submitted"


def came(
    conversation: Conversation, *, opens: bool, main: str, standing: str, at: datetime
) -> None:
    """Let a message that was received wait to be read; the caller stores the conversation.

    A request that opens a conversation waits to be acknowledged instead.

    Args:
        conversation: of the message.
        opens: whether the message opens it.
        main: main state of the conversation with the message.
        standing: of the message; one that was refused says nothing that counts.
        at: this node's clock.
    """
    waits_otherwise = opens and main == _UNACKNOWLEDGED
    if standing in COUNTS and not waits_otherwise and conversation.type != _TEST:
        conversation.unread_at = conversation.unread_at or at


def answered(conversation: Conversation) -> None:
    """Take what came as read, since this office writes; the caller stores the conversation.

    Args:
        conversation: in which a message of ours is recorded.
    """
    conversation.unread_at = None
