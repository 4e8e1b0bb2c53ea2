"""The one message to write first in a conversation, of all that may be written now.

Made from the conversation as it is stored, so that a work item, the page of the case and a program
name the same message.
"""

from collections.abc import Collection, Mapping
from typing import Final

from comity.exchange import KNOWN, Move, legal_types
from comity.exchange.conversation_state import State
from comity.exchange.types import Role
from comity.node.models import Conversation

EXTENDED: Final = "request.extended"
"""What answers a partner that asks for an extension."""
_ASKED: Final = (
    "request.acknowledged",
    "preservation.confirmed",
    EXTENDED,
    "request.accepted",
    "use.consent-given",
    "request.status-given",
    "evidence.offered",
    "request.executed",
    "contact.answered",
)
_ASKING: Final = (
    "request.clarified",
    "evidence.received",
    "conditions.accepted",
    "costs.agreed",
)
_WAITING: Final = frozenset({"asked", "offered", "set", "estimated", "made"})
"""Stages of a side track in which somebody still has to answer."""
_CLOSED: Final = "request.closed"
_CONFIRMED, _OFFERED = "preservation.confirmed", "evidence.offered"


def next_move(row: Conversation, *, sealed: bool) -> str:
    """Return the type of the message to write first, or an empty text where none is due from us.

    Args:
        row: the conversation.
        sealed: whether a sealed package of ours waits in it to be offered.
    """
    moves = _moves(row)
    possible = _possible(row, moves)
    for name in _ASKING if row.ours else _ASKED:
        if name not in possible or not _answers(row, moves[name]):
            continue
        if name == _CONFIRMED and row.measure != "preservation":
            continue
        if name == _OFFERED and not sealed:
            continue
        return name
    open_tracks = any(stage in _WAITING for _track, stage in row.tracks.values())
    return _CLOSED if _CLOSED in possible and not open_tracks else ""


def waits_for_extension(row: Conversation) -> bool:
    """Tell whether the partner asked for an extension that we may grant and have not.

    Args:
        row: the conversation.
    """
    moves = _moves(row)
    return EXTENDED in _possible(row, moves) and _answers(row, moves[EXTENDED])


def _moves(row: Conversation) -> Mapping[str, Move]:
    """Return the rows of the edition in force in a conversation; none where it is not known."""
    edition = KNOWN.get(row.edition or None)
    return edition.moves if edition else {}


def _possible(row: Conversation, moves: Mapping[str, Move]) -> Collection[str]:
    """Return the types of all messages that we may write in a conversation now."""
    state = State(
        main=row.main,
        instances={digest: (track, stage) for digest, (track, stage) in row.tracks.items()},
    )
    return legal_types(state, Role.REQUESTER if row.ours else Role.REQUESTED, moves)


def _answers(row: Conversation, move: Move) -> bool:
    """Tell whether a message of a type has something to answer, where it answers anything."""
    return not move.sources or bool(_answered(row, move))


def answered(row: Conversation, name: str) -> str:
    """Return the digest of the message that one of a type answers first, or an empty text.

    Args:
        row: the conversation.
        name: type of the message to write.
    """
    move = _moves(row).get(name)
    return _answered(row, move) if move else ""


def _answered(row: Conversation, move: Move) -> str:
    found = (
        digest
        for digest, (track, stage) in row.tracks.items()
        if track == move.track and stage in move.sources
    )
    return next(found, "")
