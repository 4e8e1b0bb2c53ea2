"""Composing a draft that continues a conversation as its author has seen it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from comity.canonical import MisuseError
from comity.exchange.conversation import Replay, after
from comity.exchange.message import MAX_SEQUENCE, Draft, Message
from comity.exchange.sections import Section
from comity.exchange.types import MOVES, Role


class MoveIllegalError(MisuseError):
    """Our own side asks for a move that the conversation's state does not allow."""

    code = "move-illegal"


class ConversationHeldError(MisuseError):
    """Our own last message does not count any more: people decide before we may say more."""

    code = "conversation-held"


@dataclass(frozen=True)
class Opening:
    """What a conversation's first message fixes for all that follow.

    Attributes:
        author: party that opened it.
        content: digest text that names the conversation.
        members: all parties, sorted.
        instrument: digest text of the law's edition, or None.
    """

    author: str
    content: str
    members: tuple[str, ...]
    instrument: str | None

    @classmethod
    def of(cls, message: Message) -> "Opening":
        """Return what a message fixes that opens a conversation."""
        draft = message.draft
        return cls(draft.author, message.content, draft.members, draft.instrument)


def open_draft(
    *,
    message_type: str,
    author: str,
    members: tuple[str, ...],
    instrument: str | None,
    sections: Mapping[str, Section],
    message_id: str,
    now: datetime,
) -> Draft:
    """Return a draft that opens a conversation."""
    return Draft(
        id=message_id,
        conversation=None,
        author=author,
        members=tuple(sorted(members)),
        instrument=instrument,
        sequence=1,
        previous=None,
        seen={},
        sent_at=now,
        type=message_type,
        about=None,
        body={name: section.commitment for name, section in sections.items()},
    )


def next_draft(
    *,
    message_type: str,
    author: str,
    opening: Opening,
    replay: Replay,
    about: str | None,
    sections: Mapping[str, Section],
    message_id: str,
    now: datetime,
) -> Draft:
    """Return a draft that continues a conversation.

    Raises:
        MoveIllegalError: the type, or what it answers, is no legal move for this author in the
            replay's state.
        ConversationHeldError: the author signed messages that the replay does not count (a partner
            whose message they had seen was cut for double-speak); one more would use a sequence
            twice.
    """
    role = Role.REQUESTER if author == opening.author else Role.REQUESTED
    move = MOVES.get(message_type)
    if move is None or after(replay.state, move, role, about=about, content="") is None:
        raise MoveIllegalError(f"{message_type} is not possible in state {replay.state.main}")
    if not move.members[0] <= len(opening.members) <= move.members[1]:
        raise MoveIllegalError(f"{message_type} does not go with so many members")
    own = replay.heads.get(author)
    if own and own.draft.sequence >= MAX_SEQUENCE:
        raise MoveIllegalError("this conversation is full: open another one that links to it")
    if replay.last.get(author, 0) != (own.draft.sequence if own else 0):
        raise ConversationHeldError("an earlier message of ours does not count")
    return Draft(
        id=message_id,
        conversation=opening.content,
        author=author,
        members=opening.members,
        instrument=opening.instrument,
        sequence=own.draft.sequence + 1 if own else 1,
        previous=own.content if own else None,
        seen=replay.seen_by(author),
        sent_at=now,
        type=message_type,
        about=about,
        body={name: section.commitment for name, section in sections.items()},
    )
