"""The state of a conversation, what a move makes of it, and what a replay comes to.

Source: spec/08-conversations.md.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from comity.exchange.message import Message, Seen
from comity.exchange.moves import RAISES
from comity.exchange.types import MOVES, NEW, Move, Role

APPLIED: Final = "applied"
OVERTAKEN: Final = "overtaken"
HELD: Final = "held"
DOUBLE_SPEAK: Final = "held:double-speak"
ILLEGAL: Final = "refused:illegal-move"


@dataclass(frozen=True)
class Raised:
    """An edition of the registry that was proposed: its digest, and who agreed so far."""

    edition: str
    by: frozenset[str]


@dataclass(frozen=True)
class State:
    """Where a conversation stands.

    Attributes:
        main: a member of `types.MAIN_STATES`.
        instances: content digest of an opening of a side track -> (track, its state).
        edition: digest of the edition of the registry in force, or None before the opening.
        raised: content digest of a proposal of another edition -> what became of it.
    """

    main: str = NEW
    instances: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    edition: str | None = None
    raised: Mapping[str, Raised] = field(default_factory=dict)

    def to_value(self) -> dict[str, object]:
        """Return the state as JSON, sorted, for comparison between parties."""
        return {
            "main": self.main,
            "tracks": {key: f"{track}:{now}" for key, (track, now) in self.instances.items()},
        }


def after(state: State, move: Move, role: Role, *, about: str | None, content: str) -> State | None:
    """Return the state a move leads to, or None if it is no legal move there.

    Source: spec/08-conversations.md section 8.4; the rows of `types.MOVES`.
    """
    if role not in move.roles or state.main not in move.main:
        return None
    main = move.target or state.main
    if move.track is None:
        return state if main == state.main else replace(state, main=main)
    if not move.sources:
        if about is not None:
            return None
        opened = {**state.instances, content: (move.track, move.becomes)}
        return replace(state, main=main, instances=opened)
    if about is None:
        return replace(state, main=main) if move.about_optional else None
    track, now = state.instances.get(about, ("", ""))
    if track != move.track or now not in move.sources:
        return None
    moved = {**state.instances, about: (track, move.becomes)}
    return replace(state, main=main, instances=moved)


def after_edition(
    state: State,
    move: Move,
    author: str,
    members: Iterable[str],
    *,
    about: str | None,
    edition: str | None,
    content: str,
) -> State | None:
    """Return the state after a legal move that proposes an edition or agrees to one, or None.

    An edition is in force once every member has agreed to it; its proposer has.

    Source: spec/08-conversations.md section 8.7.
    """
    if move.edition == RAISES:
        if edition is None:
            return None
        return replace(
            state, raised={**state.raised, content: Raised(edition, frozenset({author}))}
        )
    found = state.raised.get(about or "")
    if found is None or author in found.by:
        return None
    by = found.by | {author}
    if by.issuperset(members):
        left = {name: one for name, one in state.raised.items() if name != about}
        return replace(state, edition=found.edition, raised=left)
    return replace(state, raised={**state.raised, about or "": Raised(found.edition, by)})


def legal_types(state: State, role: Role, moves: Mapping[str, Move] = MOVES) -> tuple[str, ...]:
    """Return the types a role may send now, in table order; side tracks included.

    Args:
        state: of the conversation.
        role: whose.
        moves: the rows of the edition in force; its proposals of editions are left out.
    """
    found = []
    for move in moves.values():
        if move.edition or role not in move.roles or state.main not in move.main:
            continue
        waiting = any(
            track == move.track and now in move.sources for track, now in state.instances.values()
        )
        if not move.sources or waiting or move.about_optional:
            found.append(move.type)
    return tuple(found)


@dataclass(frozen=True)
class Doubles:
    """Proof of misbehaviour: two different contents by one party under one name."""

    party: str
    one: Message
    other: Message


@dataclass(frozen=True)
class Replay:
    """What all the messages of a conversation amount to.

    Attributes:
        state: after the merge.
        order: content digests in merged order.
        standing: content digest -> one of the five words above.
        heads: member -> the last message of its unbroken chain that can be seen.
        doubles: proofs of double-speak.
        last: member -> highest sequence it has signed, whether or not it can be seen.
        written: member without a node -> the last of what was written down of its papers.
        lacking: digests of editions that are in force here and are not known: what they judge is
            held.
        editions: content digest of a message -> the edition in force in its own past.
        outside: content digests of messages whose type is outside that edition.
    """

    state: State
    order: tuple[str, ...]
    standing: Mapping[str, str]
    heads: Mapping[str, Message]
    doubles: tuple[Doubles, ...]
    last: Mapping[str, int] = field(default_factory=dict)
    written: Mapping[str, Seen] = field(default_factory=dict)
    lacking: frozenset[str] = frozenset()
    editions: Mapping[str, str] = field(default_factory=dict)
    outside: frozenset[str] = frozenset()

    def seen_by(self, author: str) -> dict[str, Seen]:
        """Return what a message says that its author has seen, if it is written now."""
        return {party: seen for party, seen in self._newest().items() if party != author}

    def head_of(self, party: str) -> Seen | None:
        """Return the newest message of a party that keeps its place, or None if it said nothing."""
        return self._newest().get(party)

    def _newest(self) -> dict[str, Seen]:
        heads = {p: Seen(m.draft.sequence, m.content) for p, m in self.heads.items()}
        return {**self.written, **heads}


# The merged order of a conversation while it grows, and the state of any past in it.
#
# The merge takes, at each step, the candidate of the lowest precedence (spec 8.3). What it takes of
# a closed part of a set is what it takes of the whole set, the rest left out. So all messages stand
# in one line: a new one comes behind its past and before the first of a higher precedence, and a
# past is the beginning of the line up to the first message that it lacks, and some of what follows.


type Clock = tuple[int, ...]
type Precedence = tuple[str, bool, str]
type Step = Callable[[State, Message], State | None]
type Place = tuple[int, int, Precedence, Message]

STRIDE: Final = 16  # messages between two states that are remembered


class Line:
    """Messages in merged order, each with its member's seat and its number in the chain."""

    def __init__(self) -> None:
        self._waiting: list[tuple[Place, Clock]] = []
        self._places: list[Place] = []
        self._states: list[State] = []

    def add(self, seat: int, message: Message, past: Clock, precedence: Precedence) -> None:
        """Put a message in, after all of its past was; most conversations never ask for its place.

        Args:
            seat: of its author.
            message: the message.
            past: how many messages of each member are in its past.
            precedence: which of two concurrent messages goes first.
        """
        self._waiting.append(((seat, message.draft.sequence, precedence, message), past))

    def state_at(self, limit: Clock, fresh: State, step: Step) -> State:
        """Return the state of the set that a clock names.

        Args:
            limit: how many messages of each member are in it.
            fresh: the state before the first message.
            step: the state after a message, or None if it is no legal move there.
        """
        self._settle()
        places = self._places
        lacking, begin = len(places) - sum(limit), len(places)
        while lacking:
            begin -= 1
            seat, number, _, _ = places[begin]
            lacking -= number > limit[seat]
        state = self._beginning(begin, fresh, step)
        for seat, number, _, message in places[begin:]:
            if number <= limit[seat]:
                state = step(state, message) or state
        return state

    def _settle(self) -> None:
        for place, past in self._waiting:
            self._insert(place, past)
        self._waiting.clear()

    def _insert(self, place: Place, past: Clock) -> None:
        places = self._places
        at, precedence = len(places), place[2]
        while at and places[at - 1][1] > past[places[at - 1][0]]:
            at -= 1
        while at < len(places) and places[at][2] < precedence:
            at += 1
        places.insert(at, place)
        del self._states[at // STRIDE + 1 :]

    def _beginning(self, count: int, fresh: State, step: Step) -> State:
        """Return the state after the first messages of the line."""
        states = self._states or [fresh]
        self._states = states
        known = min(len(states) - 1, count // STRIDE)
        state = states[known]
        for number, (_, _, _, message) in enumerate(
            self._places[known * STRIDE : count], known * STRIDE + 1
        ):
            state = step(state, message) or state
            if number == len(states) * STRIDE:
                states.append(state)
        return state
