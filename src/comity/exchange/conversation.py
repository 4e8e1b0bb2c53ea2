"""The state of a conversation: one function of the set of its messages.

Rule 1: legality is judged in the author's past. Rule 2: effect is given in the merged order, which
depends on the set alone. So arrival order, doubles and delays change nothing (spec section 8).

A *clock* here is a vector clock: for each member, how many of its messages are in a past. Pasts
are closed, so a clock names one set of messages; states are remembered by clock.
"""

from collections.abc import Iterable, Mapping
from heapq import heappop, heappush
from operator import le
from typing import Final

from comity.exchange.conversation_state import (
    APPLIED,
    DOUBLE_SPEAK,
    HELD,
    ILLEGAL,
    OVERTAKEN,
    Clock,
    Doubles,
    Line,
    Raised,
    Replay,
    State,
    after,
    after_edition,
    legal_types,
)
from comity.exchange.editions import KNOWN, Editions
from comity.exchange.message import Message, Seen
from comity.exchange.moves import PRIVATE, UNKNOWN, UNKNOWN_TYPE
from comity.exchange.types import Move, Role

__all__ = [
    "APPLIED",
    "DOUBLE_SPEAK",
    "HELD",
    "ILLEGAL",
    "OVERTAKEN",
    "Doubles",
    "Raised",
    "Replay",
    "State",
    "after",
    "after_edition",
    "legal_types",
    "replay",
]

MEMO: Final = 64  # states remembered in one replay; more saves no time in conversations of two


def replay(
    messages: Iterable[Message],
    refused: Mapping[str, str] | None = None,
    editions: Editions = KNOWN,
) -> Replay:
    """Return what the messages of one conversation amount to.

    Args:
        messages: verified messages of one conversation in any order; the same one twice is one.
        refused: content digest -> outcome, of messages whose addressee refused them for what they
            say; they keep their place in the chain and have no effect (spec 8.2).
        editions: those of the registry that are known.

    Returns:
        The state both sides reach from this set. It proves nothing about messages not in it.

    Source: spec/08-conversations.md sections 8.1 to 8.7.
    """
    return _Merge({m.content: m for m in messages}, refused or {}, editions).result()


class _Merge:
    """One replay's working memory; lives only inside `replay`."""

    def __init__(
        self,
        found: Mapping[str, Message],
        refused: Mapping[str, str],
        editions: Editions,
        judged: dict[str, State] | None = None,
    ) -> None:
        self.found = found
        self.judged: dict[str, State] = {} if judged is None else judged
        self.refused = refused
        self.editions = editions
        self.standing: dict[str, str] = dict.fromkeys(found, HELD)
        self.opening = self._opening()
        self.fresh = State(edition=self.opening.draft.edition if self.opening else None)
        self.rows: dict[str, Move] = {}
        self.in_force: dict[str, str] = {}
        self.lacking: set[str] = set()
        self.members: tuple[str, ...] = self.opening.draft.members if self.opening else ()
        self.seat = {party: seat for seat, party in enumerate(self.members)}
        self.doubles: list[Doubles] = []
        self.cuts: dict[str, int] = {}
        self.strays: set[str] = set()
        self.chains: list[list[Message]] = [self._chain(party) for party in self.members]
        self.clocks: dict[str, Clock] = {}
        self.memo: dict[Clock, State] = {}
        self.line = Line()

    def _opening(self) -> Message | None:
        openings = [m for m in self.found.values() if m.draft.conversation is None]
        return openings[0] if len(openings) == 1 else None

    def _chain(self, party: str) -> list[Message]:
        """Return the party's messages 1, 2, 3 ... up to the first gap or break.

        From its first double on, only what stands in the past of another member's message.
        """
        mine = sorted(
            (m for m in self.found.values() if m.draft.author == party),
            key=lambda m: (m.draft.sequence, m.content),
        )
        cut = self._find_doubles(party, mine)
        by_sequence: dict[int, list[Message]] = {}
        for message in mine:
            by_sequence.setdefault(message.draft.sequence, []).append(message)
        first = min(cut, default=len(mine) + 1)
        if cut:
            self.cuts[party] = first
        witnessed = self._witnessed(party) if cut else frozenset()
        chain: list[Message] = []
        previous: str | None = None
        broken = len(mine) + 1
        while True:
            place = len(chain) + 1
            ready = [m for m in by_sequence.get(place, ()) if m.draft.previous == previous]
            if place >= first:
                ids = {m.draft.id for m in chain}
                ready = [m for m in ready if m.content in witnessed and m.draft.id not in ids]
            if not ready:
                self._refuse(chain[broken:])
                return chain[:broken]
            following = ready[0]  # the lower digest, if other members saw different twins
            if not self._fits(following, chain):
                broken = min(broken, len(chain))
            chain.append(following)
            previous = following.content

    def _witnessed(self, party: str) -> frozenset[str]:
        """Return the party's messages in the past of another member's message."""
        waiting = [
            mark.content
            for m in self.found.values()
            if m.draft.author != party and (mark := m.draft.seen.get(party)) is not None
        ]
        seen: set[str] = set()
        while waiting:
            message = self.found.get(waiting.pop())
            if message is None or message.content in seen or message.draft.author != party:
                continue
            seen.add(message.content)
            waiting += [] if message.draft.previous is None else [message.draft.previous]
        return frozenset(seen)

    def _find_doubles(self, party: str, mine: list[Message]) -> set[int]:
        """Note every pair under one sequence or one id; return the sequences that are spoilt."""
        first: dict[int | str, Message] = {}
        cut: set[int] = set()
        for message in mine:
            draft = message.draft
            twins = {t.content: t for k in (draft.sequence, draft.id) if (t := first.get(k))}
            for twin in twins.values():
                self.doubles.append(Doubles(party, twin, message))
                cut |= {draft.sequence, twin.draft.sequence}
                self.standing[message.content] = self.standing[twin.content] = DOUBLE_SPEAK
            first.setdefault(draft.sequence, message)
            first.setdefault(draft.id, message)
        return cut

    def _refuse(self, chain: Iterable[Message]) -> None:
        """Give no effect to an illegal message, nor to any that stands on it."""
        for message in chain:
            self.standing[message.content] = ILLEGAL

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
        draft = message.draft
        seat = self.seat[draft.author]
        parts = [self.chains[seat][draft.sequence - 2]] if draft.sequence > 1 else []
        for party, mark in draft.seen.items():
            chain = self.chains[self.seat[party]]
            if len(chain) >= mark.sequence and chain[mark.sequence - 1].content == mark.content:
                parts.append(chain[mark.sequence - 1])
                continue
            if not self._beside(party, mark):
                return None
            self.strays.add(message.content)
            parts += chain[: self.cuts[party]][-1:]
        if any(part.content in self.strays for part in parts):
            self.strays.add(message.content)
        counts = [0] * len(self.members)
        for part in parts:
            past = self.clocks.get(part.content)
            if past is None:
                return None
            counts = list(map(max, counts, past))
            other = self.seat[part.draft.author]
            counts[other] = max(counts[other], part.draft.sequence)
        if counts[seat] != draft.sequence - 1:
            return None
        return tuple(counts)

    def _beside(self, party: str, mark: Seen) -> bool:
        """Tell whether a mark names a twin that does not count, or what its author said on it.

        A member that saw it could know no better: what it says keeps its effect.
        """
        first = self.cuts.get(party)
        message = self.found.get(mark.content)
        while first is not None and message is not None and message.draft.author == party:
            if self.standing[message.content] == ILLEGAL:
                return False  # what was refused is never seen
            if message.draft.sequence <= first:
                return True
            message = self.found.get(message.draft.previous or "")
        return False

    def _before(self, message: Message, clock: Clock) -> State:
        """Return the state of a message's own past, as its author saw it."""
        if message.content not in self.strays:
            return self.state_at(clock)
        if message.content not in self.judged:
            past = self._past(message)
            found = _Merge(past, self.refused, self.editions, self.judged).result()
            self.judged[message.content] = found.state
        return self.judged[message.content]

    def _find_row(self, message: Message, state: State) -> bool:
        """Note the row of a message in the edition in force in its past; False if not known."""
        edition = self.editions.get(state.edition)
        if edition is None:
            self.lacking.add(state.edition or "")
            return False
        self.rows[message.content] = edition.row(message.draft.type) or UNKNOWN
        self.in_force[message.content] = edition.digest
        return True

    def _past(self, message: Message) -> dict[str, Message]:
        found: dict[str, Message] = {}
        waiting = [message]
        while waiting:
            draft = waiting.pop().draft
            for content in (draft.previous, *(mark.content for mark in draft.seen.values())):
                before = self.found.get(content or "")
                if before is not None and before.content not in found:
                    found[before.content] = before
                    waiting.append(before)
        return found

    def settle(self) -> None:
        """Give each chain's messages their clocks, cutting chains at what is missing or illegal."""
        ready = [0] * len(self.members)
        moved = True
        while moved:
            moved = False
            for seat, chain in enumerate(self.chains):
                while ready[seat] < len(chain):
                    message = chain[ready[seat]]
                    clock = self.clock(message)
                    if clock is None:
                        break
                    before = self._before(message, clock)
                    if not self._find_row(message, before):
                        break
                    if self.step(before, message) is None:
                        self._refuse(chain[ready[seat] :])
                        del chain[ready[seat] :]
                        break
                    self.clocks[message.content] = clock
                    self.line.add(seat, message, clock, self._precedence(message))
                    ready[seat] += 1
                    moved = True
        for seat, count in enumerate(ready):
            del self.chains[seat][count:]

    def role(self, party: str) -> Role:
        """Return a member's role: requester if it opened the conversation."""
        opener = self.opening.draft.author if self.opening else ""
        return Role.REQUESTER if party == opener else Role.REQUESTED

    def step(self, state: State, message: Message) -> State | None:
        """Return the state after a message, or None if it is no legal move there."""
        move = self.rows[message.content]
        if message.content in self.refused or move is UNKNOWN or move is PRIVATE:
            return state
        draft = message.draft
        least, most = move.members
        if not least <= len(self.members) <= most:
            return None
        moved = after(
            state, move, self.role(draft.author), about=draft.about, content=message.content
        )
        if moved is None or not move.edition:
            return moved
        return after_edition(
            moved,
            move,
            draft.author,
            self.members,
            about=draft.about,
            edition=draft.edition,
            content=message.content,
        )

    def state_at(self, limit: Clock) -> State:
        """Return the state of the set a clock names, going on from a set remembered if one fits."""
        state = self.memo.get(limit)
        if state is None:
            top = self._top(limit)
            before = None if top is None else self.memo.get(self.clocks[top.content])
            if top is None or before is None:
                state = self.line.state_at(limit, self.fresh, self.step)
            else:
                state = self.step(before, top) or before
        self.memo[limit] = state
        if len(self.memo) > MEMO:
            del self.memo[next(iter(self.memo))]
        return state

    def _top(self, limit: Clock) -> Message | None:
        """Return the message that has seen all others of a set, or None; it is merged last."""
        for chain, n in zip(self.chains, limit, strict=True):
            if n and sum(self.clocks[chain[n - 1].content]) + 1 == sum(limit):
                return chain[n - 1]
        return None

    def walk(self, state: State, start: Clock, limit: Clock) -> tuple[State, list[str], set[str]]:
        """Merge from one set to a larger one: new state, merged order, what was overtaken."""
        at = list(start)
        order: list[str] = []
        overtaken: set[str] = set()
        ready: list[tuple[str, bool, str, int]] = []
        blocked = [seat for seat, n in enumerate(limit) if at[seat] < n]
        while blocked or ready:
            still = []
            for seat in blocked:
                message = self.chains[seat][at[seat]]
                if all(map(le, self.clocks[message.content], at)):
                    heappush(ready, (*self._precedence(message), seat))
                else:
                    still.append(seat)
            blocked = still
            seat = heappop(ready)[-1]
            chosen = self.chains[seat][at[seat]]
            following = self.step(state, chosen)
            if following is None:
                overtaken.add(chosen.content)
            else:
                state = following
            order.append(chosen.content)
            at[seat] += 1
            if at[seat] < limit[seat]:
                blocked.append(seat)
        return state, order, overtaken

    def _precedence(self, message: Message) -> tuple[str, bool, str]:
        draft, unknown = message.draft, self.refused.get(message.content) == UNKNOWN_TYPE
        # its author knows the type, its addressee does not, and both merge in one order
        rank = UNKNOWN.rank if unknown else self.rows[message.content].rank
        return rank, self.role(draft.author) is Role.REQUESTER, draft.author

    def result(self) -> Replay:
        """Merge everything whose past is complete."""
        self.settle()
        full = tuple(map(len, self.chains))
        state, order, overtaken = self.walk(self.fresh, (0,) * len(full), full)
        for content in order:
            self.standing[content] = OVERTAKEN if content in overtaken else APPLIED
            if content in self.refused:
                self.standing[content] = self.refused[content]
            if self.rows[content] is UNKNOWN:
                self.standing[content] = UNKNOWN_TYPE
        heads = {chain[-1].draft.author: chain[-1] for chain in self.chains if chain}
        last: dict[str, int] = {}
        for message in self.found.values():
            author = message.draft.author
            last[author] = max(last.get(author, 0), message.draft.sequence)
        return Replay(
            state,
            tuple(order),
            self.standing,
            heads,
            tuple(self.doubles),
            last,
            lacking=frozenset(self.lacking),
            editions=self.in_force,
            outside=frozenset(c for c, row in self.rows.items() if row is UNKNOWN),
        )
