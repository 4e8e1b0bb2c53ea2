"""A replay costs as much a message in a long conversation as in a short one: lines, counted."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Final

import pytest
from tests.exchange.makers import T0, UN, VN, ZA, World

from comity.exchange import Message, Seen, replay
from comity.exchange.conversation import APPLIED

_TOOL: Final = sys.monitoring.PROFILER_ID
_MANY: Final = 160


def order(pattern: str, members: Sequence[str], many: int) -> list[str]:
    """Return who speaks when, each member so many times."""
    if pattern == "late":
        return Random(many).sample(members, many * len(members), counts=[many] * len(members))
    if pattern == "in turn":
        return [party for _ in range(many) for party in members]
    if pattern == "in blocks":
        return [party for _ in range(many // 20) for party in members for _ in range(20)]
    return [party for party in members for _ in range(many)]


def talk(pattern: str, members: Sequence[str], many: int) -> list[Message]:
    """Return a conversation in which each member has written so many messages."""
    world, random = World(*members), Random(pattern)
    opening = world.unsigned(world.open("consultation.note", author=members[0], sections={}))
    chains: dict[str, list[Message]] = {party: [] for party in members}
    chains[members[0]].append(opening)
    known = {party: dict.fromkeys(members, 0) | {members[0]: 1} for party in members}
    for count, author in enumerate(order(pattern, members, many)):
        if len(chains[author]) == many:
            continue
        for party in set(members) - {author} if pattern != "apart" else ():
            there, had = len(chains[party]), known[author][party]
            if pattern == "late":  # some of what was said has arrived, or nothing more
                there = random.randint(had, there) if random.random() < 0.5 else had
            known[author][party] = there
        own = chains[author]
        draft = replace(
            opening.draft,
            id=world.new_id(),
            conversation=opening.content,
            author=author,
            sequence=len(own) + 1,
            previous=own[-1].content if own else None,
            seen={
                party: Seen(had, chains[party][had - 1].content)
                for party, had in known[author].items()
                if had and party != author
            },
            sent_at=T0 + timedelta(seconds=count),
            edition=None,
        )
        own.append(world.unsigned(draft))
    return [message for chain in chains.values() for message in chain]


@contextmanager
def lines() -> Iterator[list[int]]:
    """Count the lines of Python that run until the end of the block."""
    count = [0]

    def line(*_: object) -> None:
        count[0] += 1

    events = sys.monitoring.events
    sys.monitoring.use_tool_id(_TOOL, "comity-lines")
    sys.monitoring.register_callback(_TOOL, events.LINE, line)
    sys.monitoring.set_events(_TOOL, events.LINE)
    try:
        yield count
    finally:
        sys.monitoring.set_events(_TOOL, 0)
        sys.monitoring.register_callback(_TOOL, events.LINE, None)
        sys.monitoring.free_tool_id(_TOOL)


def cost(pattern: str, members: Sequence[str], many: int) -> int:
    """Return how many lines the replay of a conversation takes."""
    messages = talk(pattern, members, many)
    with lines() as count:
        found = replay(messages)
    assert set(found.standing.values()) == {APPLIED}
    return count[0]


@pytest.mark.parametrize("members", [(VN, ZA), (UN, VN, ZA)], ids=["two", "three"])
@pytest.mark.parametrize("pattern", ["in turn", "in blocks", "late", "apart"])
def test_a_replay_grows_with_the_number_of_messages(pattern: str, members: Sequence[str]) -> None:
    short, long = (cost(pattern, members, many) for many in (_MANY // 2, _MANY))
    grown = 2.6 if pattern == "apart" and len(members) > 2 else 2.3
    assert long < grown * short, f"{long} lines for twice as many messages, {short} before"
    assert long < 400 * _MANY * len(members), f"{long} lines"
