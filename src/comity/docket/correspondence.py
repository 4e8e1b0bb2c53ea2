"""Conversations with whoever writes on paper: the same table, walked in the order of recording.

One office alone records such a conversation, so there is one order, and nothing to merge. The
other side skips steps that the protocol has: an answer without a receipt, a disk without an
acceptance. What such an act presupposes is taken as done with it, along `IMPLIED` and no further.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from comity.docket.errors import TranscriptError
from comity.exchange.bodies import check_body
from comity.exchange.conversation import APPLIED, ILLEGAL, State, after
from comity.exchange.types import ACTIVE, MOVES, NEW, Move, Role
from comity.exchange.values import Model

IMPLIED: Final = ("request.acknowledged", "request.accepted")
_NEEDED: Final = frozenset(
    {"request", "information", "preservation", "extension", "need", "help", "places"}
)
"""Sections without which a transcript says nothing that a clock or a rule could go by."""
_CARRIED: Final = frozenset(
    {"offer", "custody", "countersignature", "delivery", "solution", "withdrawal"}
)
"""Sections that only a program can write."""
_ANY_BASIS: Final = {"instrument": "-", "article": "-", "status": "domestic-law"}
_CLOSED: Final = "request.closed"


@dataclass(frozen=True)
class Turn:
    """One message of such a conversation, signed or written down.

    Attributes:
        author: party.
        type: of the message.
        about: content of the message it answers, or None.
        content: digest text by which later ones name it.
    """

    author: str
    type: str
    about: str | None
    content: str


@dataclass(frozen=True)
class Walked:
    """Where the conversation stands, and what each turn amounted to."""

    state: State
    standing: Mapping[str, str]
    order: tuple[str, ...]


def step(state: State, turn: Turn, *, opener: str) -> State | None:
    """Return the state after a turn, or None if it is no move there even with what it implies."""
    role = Role.REQUESTER if turn.author == opener else Role.REQUESTED
    move = MOVES[turn.type]
    reached = after(state, move, role, about=turn.about, content=turn.content)
    for implied in IMPLIED:
        if reached is not None or role is not Role.REQUESTED or implied == turn.type:
            break
        onward = after(state, MOVES[implied], role, about=None, content="")
        state = onward or state
        reached = after(state, move, role, about=turn.about, content=turn.content)
    if reached is None and turn.type == _CLOSED and state.main in ACTIVE:
        return replace(state, main="closed")  # paper need not say how it was decided
    return reached


def walk(turns: Sequence[Turn], *, opener: str) -> Walked:
    """Return where a conversation stands after its turns.

    Args:
        turns: in the order in which this office recorded them.
        opener: party that opened it.
    """
    state, standing = State(), {}
    for turn in turns:
        reached = step(state, turn, opener=opener)
        standing[turn.content] = ILLEGAL if reached is None else APPLIED
        state = reached or state
    return Walked(state, standing, tuple(turn.content for turn in turns))


def opening_types() -> tuple[str, ...]:
    """Return the types that open a conversation and that a person can write down."""
    return tuple(name for name, move in MOVES.items() if NEW in move.main and _on_paper(move))


def written_types(state: State, *, author: str, opener: str) -> dict[str, tuple[str | None, ...]]:
    """Return what an author may have written on paper next, and which messages it may answer.

    Args:
        state: of the conversation.
        author: who wrote it.
        opener: party that opened the conversation.

    Returns:
        type to content digests; None among them where it may answer none.
    """
    found = {}
    for name, move in MOVES.items():
        if NEW in move.main or not _on_paper(move):
            continue
        abouts: list[str | None] = [
            digest
            for digest, (track, stage) in state.instances.items()
            if track == move.track and stage in move.sources
        ]
        if move.about_optional or not move.sources:
            abouts.append(None)
        possible = tuple(
            about
            for about in abouts
            if step(state, Turn(author, name, about, ""), opener=opener) is not None
        )
        if possible:
            found[name] = possible
    return found


def _on_paper(move: Move) -> bool:
    return not {name for name, required in move.sections.items() if required} & _CARRIED


def paper_sections(message_type: str) -> dict[str, bool]:
    """Return the sections of a type that a person can write down, and whether one has to be."""
    listed = MOVES[message_type].sections
    return {
        name: required and name in _NEEDED
        for name, required in listed.items()
        if name not in _CARRIED
    }


def check_transcript(value: Mapping[str, Any], *, opens: bool) -> Move:
    """Return the row of a transcript's type, once its sections can be taken.

    Args:
        value: checked by `bodies.Transcript`.
        opens: whether it begins the conversation.

    Raises:
        TranscriptError: no such type, one that only programs send, or a section that says too
            little to go on.
        BodyMalformedError: a section breaks its schema.
    """
    move = MOVES.get(value["type"])
    if move is None:
        raise TranscriptError("no such type of message")
    needed = {name for name, required in move.sections.items() if required}
    if not _on_paper(move):
        raise TranscriptError("a program writes such a message; on paper it proves nothing")
    if opens != (NEW in move.main):
        raise TranscriptError("the first message opens a conversation, and no other does")
    if value["author"] not in value["members"]:
        raise TranscriptError("the author is one of the two")
    foreign = value["sections"].keys() - (move.sections.keys() - _CARRIED)
    if foreign:
        raise TranscriptError("a section that such a message does not have on paper")
    if missing := (needed & _NEEDED) - value["sections"].keys():
        raise TranscriptError(f"section {min(missing)} is needed to go on", missing=sorted(missing))
    checked_sections(value["sections"])
    return move


def checked_sections(sections: Mapping[str, Any]) -> dict[str, Model]:
    """Return the models of sections, as on paper.

    Raises:
        BodyMalformedError: one breaks its schema.
    """
    return {name: _checked(name, section) for name, section in sections.items()}


def _checked(name: str, section: Any) -> Model:
    """Return a section's model; a letter may ask without naming what entitles it to."""
    if name != "request" or not isinstance(section, Mapping) or section.get("basis") != []:
        return check_body(name, section)
    whole = check_body(name, {**section, "basis": [_ANY_BASIS]})
    return whole.model_copy(update={"basis": []})


def missing_sections(value: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what the protocol would have asked for and the paper does not say."""
    listed = MOVES[value["type"]].sections
    return tuple(
        name
        for name, required in listed.items()
        if required and name not in value["sections"] and name not in _CARRIED
    )
