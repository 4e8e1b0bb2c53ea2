"""The replay agrees with the shortest possible reading of spec 8, which remembers nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.exchange.makers import UN, VN, ZA
from tests.exchange.test_orders import play

from comity.exchange import MOVES, Message, Role, State, replay
from comity.exchange.conversation import APPLIED, HELD, ILLEGAL, OVERTAKEN, after

STEPS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 10_000)), min_size=10, max_size=60)
TYPES = sorted(one for one in MOVES if not one.startswith("edition."))  # those of 8.7 are not here


class Oracle:
    """Spec 8.1 to 8.3 by sets of content digests; for messages without double-speak."""

    def __init__(self, messages: Sequence[Message]) -> None:
        self.by = {m.content: m for m in messages}
        self.opener = next(m.draft.author for m in messages if m.draft.conversation is None)
        self.counted: dict[str, frozenset[str]] = {}  # content -> past, of those that count
        self.standing: dict[str, str] = dict.fromkeys(self.by, HELD)
        self.settle()

    def needs(self, message: Message) -> list[str]:
        draft = message.draft
        return [c for c in (draft.previous, *(s.content for s in draft.seen.values())) if c]

    def settle(self) -> None:
        moved = True
        while moved:
            moved = False
            for content, message in self.by.items():
                previous = message.draft.previous or ""
                if content in self.counted or self.standing[content] == ILLEGAL:
                    continue
                if self.standing.get(previous) == ILLEGAL:
                    self.standing[content], moved = ILLEGAL, True
                elif all(need in self.counted for need in self.needs(message)):
                    past = frozenset(self.needs(message)).union(
                        *(self.counted[need] for need in self.needs(message))
                    )
                    if self.step(self.merge(past)[0], message) is None:
                        self.standing[content] = ILLEGAL
                    else:
                        self.counted[content] = past
                    moved = True

    def step(self, state: State, message: Message) -> State | None:
        draft = message.draft
        role = Role.REQUESTER if draft.author == self.opener else Role.REQUESTED
        return after(state, draft.move, role, about=draft.about, content=message.content)

    def merge(self, some: frozenset[str]) -> tuple[State, list[str]]:
        state = State()
        order: list[str] = []
        while len(order) < len(some):
            ready = [self.by[c] for c in some - set(order) if self.counted[c] & some <= set(order)]
            chosen = min(
                ready,
                key=lambda m: (m.draft.move.rank, m.draft.author == self.opener, m.draft.author),
            )
            following = self.step(state, chosen)
            state = state if following is None else following
            self.standing[chosen.content] = OVERTAKEN if following is None else APPLIED
            order.append(chosen.content)
        return state, order

    def result(self) -> tuple[dict[str, object], list[str], Mapping[str, str]]:
        for content in self.counted:
            self.standing[content] = HELD
        state, order = self.merge(frozenset(self.counted))
        return state.to_value(), order, self.standing


def agree(messages: Sequence[Message]) -> None:
    found = replay(messages)
    state, order, standing = Oracle(messages).result()
    assert found.state.to_value() == state
    assert list(found.order) == order
    assert dict(found.standing) == dict(standing)


@settings(max_examples=60, deadline=None)
@given(STEPS, st.booleans(), st.data())
def test_the_replay_is_what_the_specification_says_of_any_part_of_a_conversation(
    steps: list[tuple[int, int]], three: bool, data: Any
) -> None:
    members = (UN, VN, ZA) if three else (VN, ZA)
    opening = "information.shared" if three else "request.submitted"
    network = play(members, opening, steps, most=24)
    agree(network.sent)
    lost = data.draw(st.sets(st.integers(1, 24), max_size=4))
    agree([m for i, m in enumerate(network.sent) if i not in lost])


@settings(max_examples=60, deadline=None)
@given(STEPS, st.integers(1, 23), st.sampled_from(TYPES))
def test_and_so_it_is_when_a_side_signs_what_its_past_does_not_allow(
    steps: list[tuple[int, int]], place: int, move_type: str
) -> None:
    network = play((VN, ZA), "request.submitted", steps, most=24)
    if place >= len(network.sent):
        return
    victim = network.sent[place]
    changed = network.world.unsigned(replace(victim.draft, type=move_type))
    known = [m for m in network.sent if m is not victim]
    agree([*known, changed])
