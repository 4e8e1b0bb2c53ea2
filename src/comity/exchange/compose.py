"""Composing a draft that continues a conversation as its author has seen it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from comity.canonical import MisuseError
from comity.exchange.conversation import Replay, after, after_edition
from comity.exchange.editions import KNOWN, Editions
from comity.exchange.message import MAX_SEQUENCE, Draft, Message
from comity.exchange.moves import PRIVATE, RAISES, Move
from comity.exchange.sections import Section
from comity.exchange.types import Role


class MoveIllegalError(MisuseError, code="move-illegal"):
    """Our own side asks for a move that the conversation's state does not allow."""


class TypeNotSharedError(MisuseError, code="type-not-shared"):
    """Our own side asks for a type that the conversation's edition does not have."""


class ConversationHeldError(MisuseError, code="conversation-held"):
    """Our own last message does not count any more: people decide before we may say more."""


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
    edition: str | None = None,
    editions: Editions = KNOWN,
) -> Draft:
    """Return a draft that opens a conversation.

    Args:
        message_type: its type.
        author: its author.
        members: all parties.
        instrument: digest of the law's edition, or None.
        sections: its sections.
        message_id: a new identifier.
        now: when it is made.
        edition: digest of the edition of the registry that all members list, as
            `Editions.shared` finds it; the newest that is known if None.
        editions: those that we know.

    Raises:
        TypeNotSharedError: the type is outside that edition.
    """
    pinned = editions.newest if edition is None else editions.get(edition)
    if pinned is None or pinned.row(message_type) is None:
        raise TypeNotSharedError(_not_shared(message_type))
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
        edition=pinned.digest,
        editions=editions,
    )


def _not_shared(message_type: str) -> str:
    return (
        f"the edition of the registry that the parties share has no {message_type}: say it in a "
        "note, or go on to a newer edition by edition.raised once all parties list one"
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
    edition: str | None = None,
    editions: Editions = KNOWN,
) -> Draft:
    """Return a draft that continues a conversation.

    Args:
        message_type: its type.
        author: its author.
        opening: of the conversation.
        replay: what the conversation amounts to now.
        about: content digest of the message it answers, or None.
        sections: its sections.
        message_id: a new identifier.
        now: when it is made.
        edition: digest of the edition that it proposes, or None.
        editions: those that we know.

    Raises:
        TypeNotSharedError: the type is outside the edition in force.
        MoveIllegalError: the type, or what it answers, is no legal move for this author in the
            replay's state; or it proposes or accepts an edition that we do not know.
        ConversationHeldError: the author signed messages that the replay does not count (a partner
            whose message they had seen was cut for double-speak); one more would use a sequence
            twice.
    """
    role = Role.REQUESTER if author == opening.author else Role.REQUESTED
    in_force = editions.get(replay.state.edition)
    if in_force is None:
        raise MoveIllegalError("this system does not know the edition that is in force")
    move = in_force.row(message_type)
    if move is None and editions.row(message_type) is not None:
        raise TypeNotSharedError(_not_shared(message_type))
    legal = move and _after(
        replay,
        move,
        role,
        about=about,
        author=author,
        opening=opening,
        edition=edition,
        editions=editions,
    )
    if move is None or not legal:
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
        edition=edition if move.edition == RAISES else None,
        editions=editions,
    )


def _after(
    replay: Replay,
    move: Move,
    role: Role,
    *,
    about: str | None,
    author: str,
    opening: Opening,
    edition: str | None,
    editions: Editions,
) -> bool:
    """Tell whether a move is legal for an author now."""
    if move is PRIVATE:
        return True
    state = after(replay.state, move, role, about=about, content="")
    if state is None or not move.edition:
        return state is not None
    proposed = replay.state.raised.get(about or "")
    named = edition if move.edition == RAISES else proposed and proposed.edition
    if named is None or named not in editions:
        return False
    following = after_edition(
        state, move, author, opening.members, about=about, edition=edition, content=""
    )
    return following is not None
