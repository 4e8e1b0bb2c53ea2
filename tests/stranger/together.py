"""Bundles of one case by two parties, judged together (spec 16, Two bundles)."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from tests.stranger.bundle import Case, Said
from tests.stranger.claims import CLOCKS, Claim, contradicted, seen_by
from tests.stranger.epochs import read_origin
from tests.stranger.values import time_of
from tests.stranger.verdict import (
    DAMAGED,
    DISPUTED,
    INTACT,
    UNPINNED,
    UNREADABLE,
    Verdict,
    verify_case,
)

SEVEREST = (DAMAGED, UNPINNED, DISPUTED, INTACT)


@dataclass(frozen=True)
class Together:
    """The verdict on both: each by itself, and what they show only together."""

    exit: int
    each: tuple[Verdict, Verdict]
    claims: tuple[Claim, ...] = ()


def compare(one: dict[str, bytes], other: dict[str, bytes], trust: bytes | None) -> Together:
    """Judge two bundles by themselves, then both together; of two cases, that is misuse."""
    judged = [verify_case(files, trust) for files in (one, other)]
    each = (judged[0][0], judged[1][0])
    if any(verdict.step for verdict in each):
        return Together(DAMAGED, each)
    cases = (judged[0][1], judged[1][1])
    if one == other or not set.intersection(*(set(case.outcomes) for case in cases)):
        return Together(UNREADABLE, each)
    claims = (
        *_held(*cases),
        *_left_out(*cases),
        *_left_out(*reversed(cases)),
        *_twice(*cases),
        *_states(*cases),
        Claim("nothing-later", "unknown", _both(*cases)),
        Claim("not-invented-together", "unknown"),
    )
    exporters = {case.exporter for case in cases}
    own = [c for c in claims if c.word == "contradicted" and exporters & set(c.by)]
    together = INTACT
    if any(claim.name not in CLOCKS for claim in own):
        together = DAMAGED
    elif own or any(claim.word == "disputed" for claim in claims):
        together = DISPUTED
    statuses = {*(verdict.exit for verdict in each), together}
    return Together(next(s for s in SEVEREST if s in statuses), each, claims)


def _both(one: Case, other: Case) -> tuple[str, ...]:
    return tuple(sorted({one.exporter, other.exporter}))


def _word(one: Case, other: Case) -> str:
    """Return how sure is what both exporters say."""
    apart = one.exporter[:2] != other.exporter[:2]
    pinned = one.pinned(one.exporter) and one.pinned(other.exporter)
    return "proved" if apart and pinned else "attested"


def _held(one: Case, other: Case) -> Iterator[Claim]:
    for content in sorted(one.by_content().keys() & other.by_content().keys()):
        yield Claim("held-by-both", _word(one, other), _both(one, other), content)


def _left_out(one: Case, other: Case) -> Iterator[Claim]:
    """Say of each message in the first bundle alone whether the second exporter left it out."""
    there = other.by_content()
    for said in one.said:
        if said.content not in there:
            if _knew(one, other, said):
                yield contradicted("left-out", other.exporter, said.content)
            else:
                yield Claim("only-in-one", "unknown", (one.exporter,), said.content)


def _knew(one: Case, other: Case, said: Said) -> bool:
    """Tell whether an exporter wrote, answered or saw a message before its export."""
    party, until = other.exporter, time_of(other.statement["exported_at"])
    if said.author == party and time_of(said.value["sent_at"]) <= until:
        return True
    for told in one.receipts_of(said):
        if told.value["to"] == party and time_of(told.value["received_at"]) <= until:
            return True
    for case in (one, other):
        held = [s for s in case.said if s.message.conversation == said.message.conversation]
        for own in held:
            before = own.author == party and time_of(own.value["sent_at"]) <= until
            if before and said.content in seen_by(own, held):
                return True
    return False


def _twice(one: Case, other: Case) -> Iterator[Claim]:
    """Yield what a party says in one way in one bundle and in another way in the other."""
    answers: dict[tuple[str, str], set[tuple[str, str]]] = defaultdict(set)
    places: dict[tuple[str, str, int], set[str]] = defaultdict(set)
    trees: dict[tuple[str, int], set[bytes]] = defaultdict(set)
    for case in (one, other):
        for told in case.told:
            value = told.value
            answers[value["to"], value["content"]].add((value["outcome"], value["received_at"]))
            trees[told.tree.origin, told.tree.size].add(told.tree.root)
        for said in case.said:
            key = (said.message.conversation, said.author, said.value["sequence"])
            places[key].add(said.content)
        for tree in case.trees.values():
            trees[tree.origin, tree.size].add(tree.root)
    for (party, content), ways in answers.items():
        if len(ways) > 1:
            yield contradicted("receipt", party, content)
    for (_, party, sequence), contents in places.items():
        if len(contents) > 1:
            yield contradicted("one-message-a-place", party, str(sequence))
    for (origin, size), roots in trees.items():
        if len(roots) > 1:
            yield contradicted("log-single", read_origin(origin).party, str(size))


def _states(one: Case, other: Case) -> Iterator[Claim]:
    for name, stated in one.statement["state"].items():
        if name not in other.statement["state"]:
            continue
        if other.statement["state"][name] == stated:
            yield Claim("state-agreed", _word(one, other), _both(one, other), name)
        elif _messages(one, name) == _messages(other, name):
            yield Claim("state-agreed", "disputed", _both(one, other), name)


def _messages(case: Case, conversation: str) -> set[str]:
    return {one.content for one in case.said if one.message.conversation == conversation}
