"""The merged order of a conversation while it grows, and the state of any past in it.

The merge takes, at each step, the candidate of the lowest precedence (spec 8.3). What it takes of a
closed part of a set is what it takes of the whole set, the rest left out. So all messages stand in
one line: a new one comes behind its past and before the first of a higher precedence, and a past is
the beginning of the line up to the first message that it lacks, and some of what follows.
"""

from collections.abc import Callable
from typing import Final

from comity.exchange.conversation_state import State
from comity.exchange.message import Message

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
