"""The state of a conversation: one function of the set of its messages.

Rule 1: legality is judged in the author's past. Rule 2: effect is given in the merged order, which
depends on the set alone. So arrival order, doubles and delays change nothing (spec section 8).

A *clock* here is a vector clock: for each member, how many of its messages are in a past. Pasts
are closed, so a clock names one set of messages; merges are remembered by clock.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from comity.exchange.message import Message
from comity.exchange.types import MOVES, NEW, Move, Role

APPLIED: Final = "applied"
OVERTAKEN: Final = "overtaken"
HELD: Final = "held"
DOUBLE_SPEAK: Final = "held:double-speak"
ILLEGAL: Final = "refused:illegal-move"

type Clock = tuple[int, ...]


@dataclass(frozen=True)
class State:
    """Where a conversation stands.

    Attributes:
        main: a member of `types.MAIN_STATES`.
        instances: content digest of an opening of a side track -> (track, its state).
    """

    main: str = NEW
    instances: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def to_value(self) -> dict[str, object]:
        """Return the state as JSON, sorted, for comparison between parties."""
        return {
            "main": self.main,
            "tracks": {key: f"{track}:{now}" for key, (track, now) in self.instances.items()},
        }


def after(state: State, move: Move, role: Role, *, about: str | None, content: str) -> State | None:
    """Return the state a move leads to, or None if it is no legal move there.

    Source: spec/comity-1.md section 8.4; the rows of `types.MOVES`.
    """
    if role not in move.roles or state.main not in move.main:
        return None
    main = move.target or state.main
    if move.track is None:
        return replace(state, main=main)
    if not move.sources:
        if about is not None:
            return None
        return State(main, {**state.instances, content: (move.track, move.becomes)})
    if about is None:
        return replace(state, main=main) if move.about_optional else None
    track, now = state.instances.get(about, ("", ""))
    if track != move.track or now not in move.sources:
        return None
    return State(main, {**state.instances, about: (track, move.becomes)})


def legal_types(state: State, role: Role) -> tuple[str, ...]:
    """Return the types a role may send now, in table order; side tracks included."""
    found = []
    for move in MOVES.values():
        if role not in move.roles or state.main not in move.main:
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
    """

    state: State
    order: tuple[str, ...]
    standing: Mapping[str, str]
    heads: Mapping[str, Message]
    doubles: tuple[Doubles, ...]


def replay(messages: Iterable[Message]) -> Replay:
    """Return what the messages of one conversation amount to.

    Args:
        messages: verified messages of one conversation in any order; the same one twice is one.

    Returns:
        The state both sides reach from this set. It proves nothing about messages not in it.

    Source: spec/comity-1.md sections 8.1 to 8.6.
    """
    return _Merge({m.content: m for m in messages}).result()


class _Merge:
    """One replay's working memory; lives only inside `replay`."""

    def __init__(self, found: Mapping[str, Message]) -> None:
        self.found = found
        self.standing: dict[str, str] = dict.fromkeys(found, HELD)
        self.opening = self._opening()
        members = self.opening.draft.members if self.opening else ()
        self.members: tuple[str, ...] = members
        self.doubles: list[Doubles] = []
        self.chains: dict[str, list[Message]] = {p: self._chain(p) for p in members}
        self.clocks: dict[str, Clock] = {}
        self.memo: dict[Clock, tuple[State, tuple[str, ...], frozenset[str]]] = {}

    def _opening(self) -> Message | None:
        openings = [m for m in self.found.values() if m.draft.conversation is None]
        return openings[0] if len(openings) == 1 else None

    def _chain(self, party: str) -> list[Message]:
        """Return the party's messages 1, 2, 3 ... up to the first gap, double or break."""
        by_sequence: dict[int, Message] = {}
        by_id: dict[str, Message] = {}
        cut: set[int] = set()
        mine = sorted(
            (m for m in self.found.values() if m.draft.author == party),
            key=lambda m: (m.draft.sequence, m.content),
        )
        for message in mine:
            draft = message.draft
            twin = by_sequence.get(draft.sequence) or by_id.get(draft.id)
            if twin is not None:
                self.doubles.append(Doubles(party, twin, message))
                cut |= {draft.sequence, twin.draft.sequence}
                self.standing[message.content] = self.standing[twin.content] = DOUBLE_SPEAK
            by_sequence.setdefault(draft.sequence, message)
            by_id.setdefault(draft.id, message)
        chain: list[Message] = []
        previous: str | None = None
        while (following := by_sequence.get(len(chain) + 1)) and len(chain) + 1 not in cut:
            if following.draft.previous != previous or not self._fits(following, chain):
                break
            chain.append(following)
            previous = following.content
        return chain

    def _fits(self, message: Message, chain: list[Message]) -> bool:
        """Tell whether a message keeps what its conversation and its author's chain fixed."""
        opening = self.opening
        if opening is None:
            return False
        draft, first = message.draft, opening.draft
        if message is not opening and draft.conversation != opening.content:
            return False
        if draft.members != first.members or draft.instrument != first.instrument:
            return False
        before = chain[-1].draft.seen if chain else {}
        return all(
            party in draft.seen and draft.seen[party].sequence >= mark.sequence
            for party, mark in before.items()
        )

    def clock(self, message: Message) -> Clock | None:
        """Return the past of a message, or None while part of it is missing."""
        known = self.clocks.get(message.content)
        if known is not None:
            return known
        draft = message.draft
        position = self.members.index(draft.author)
        parts: list[Message] = []
        if draft.sequence > 1:
            parts.append(self.chains[draft.author][draft.sequence - 2])
        for party, mark in draft.seen.items():
            chain = self.chains[party]
            if len(chain) < mark.sequence or chain[mark.sequence - 1].content != mark.content:
                return None
            parts.append(chain[mark.sequence - 1])
        counts = [0] * len(self.members)
        for part in parts:
            past = self.clocks.get(part.content)
            if past is None:
                return None
            counts = [max(pair) for pair in zip(counts, past, strict=True)]
            seat = self.members.index(part.draft.author)
            counts[seat] = max(counts[seat], part.draft.sequence)
        if counts[position] != draft.sequence - 1:
            return None
        clock = tuple(counts)
        self.clocks[message.content] = clock
        return clock

    def settle(self) -> None:
        """Give each chain's messages their clocks, cutting chains at what is missing or illegal."""
        ready = dict.fromkeys(self.members, 0)
        moved = True
        while moved:
            moved = False
            for party in self.members:
                while ready[party] < len(self.chains[party]):
                    message = self.chains[party][ready[party]]
                    clock = self.clock(message)
                    if clock is None:
                        break
                    if not self.legal(message, clock):
                        for later in self.chains[party][ready[party] :]:
                            self.standing[later.content] = ILLEGAL
                        del self.chains[party][ready[party] :]
                        break
                    ready[party] += 1
                    moved = True
        for party, count in ready.items():
            del self.chains[party][count:]

    def role(self, message: Message) -> Role:
        """Return the author's role: requester if it opened the conversation."""
        opener = self.opening.draft.author if self.opening else ""
        return Role.REQUESTER if message.draft.author == opener else Role.REQUESTED

    def step(self, state: State, message: Message) -> State | None:
        """Return the state after a message, or None if it is no legal move there."""
        draft = message.draft
        return after(
            state, draft.move, self.role(message), about=draft.about, content=message.content
        )

    def legal(self, message: Message, clock: Clock) -> bool:
        """Judge a message in its author's past."""
        return self.step(self.merge(clock)[0], message) is not None

    def merge(self, limit: Clock) -> tuple[State, tuple[str, ...], frozenset[str]]:
        """Return state, merged order and overtaken messages of the set a clock names."""
        known = self.memo.get(limit)
        if known is not None:
            return known
        state, order, overtaken = State(), [], set()
        at = [0] * len(self.members)
        while tuple(at) != limit:
            ready = [
                self.chains[party][at[seat]]
                for seat, party in enumerate(self.members)
                if at[seat] < limit[seat] and self._within(self.chains[party][at[seat]], at)
            ]
            chosen = min(ready, key=self._precedence)
            following = self.step(state, chosen)
            if following is None:
                overtaken.add(chosen.content)
            else:
                state = following
            order.append(chosen.content)
            at[self.members.index(chosen.draft.author)] += 1
        found = state, tuple(order), frozenset(overtaken)
        self.memo[limit] = found
        return found

    def _within(self, message: Message, at: list[int]) -> bool:
        past = self.clocks[message.content]
        return all(had <= now for had, now in zip(past, at, strict=True))

    def _precedence(self, message: Message) -> tuple[str, bool, str]:
        draft = message.draft
        return draft.move.rank, self.role(message) is Role.REQUESTER, draft.author

    def result(self) -> Replay:
        """Merge everything whose past is complete."""
        self.settle()
        full = tuple(len(self.chains[party]) for party in self.members)
        state, order, overtaken = self.merge(full)
        for content in order:
            self.standing[content] = OVERTAKEN if content in overtaken else APPLIED
        heads = {party: chain[-1] for party, chain in self.chains.items() if chain}
        return Replay(state, order, self.standing, heads, tuple(self.doubles))
