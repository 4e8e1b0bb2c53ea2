"""Messages of the other side that wait to be read by whoever has the case.

A message waits from its receipt until an officer reads the case (`comity.node.work.reading`) or
answers in the conversation.
"""

from typing import Final

from comity.node.cases.second_signature import COUNTS
from comity.node.models import Conversation, MessageRow

_TEST: Final = "contact.ping"
"""Opens a test of a partner's watch, which has a list and an alarm of its own."""
_UNACKNOWLEDGED: Final = "submitted"


def came(conversation: Conversation, message: MessageRow, *, main: str) -> None:
    """Let a message that was received wait to be read; the caller stores the conversation.

    A request that opens a conversation waits to be acknowledged instead; a message that was refused
    says nothing that counts.

    Args:
        conversation: of the message.
        message: as it is recorded.
        main: main state of the conversation with the message.
    """
    waits_otherwise = message.content == conversation.digest and main == _UNACKNOWLEDGED
    if message.standing in COUNTS and not waits_otherwise and conversation.type != _TEST:
        conversation.unread_at = conversation.unread_at or message.recorded_at


def answered(conversation: Conversation) -> None:
    """Take what came as read, since this office writes; the caller stores the conversation.

    Args:
        conversation: in which a message of ours is recorded.
    """
    conversation.unread_at = None
