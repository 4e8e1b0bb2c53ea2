"""Where each item stands, whatever messages a conversation has, and in whatever order they came."""

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.exchange.makers import BODIES, VN, ZA, World
from tests.spec.vectors_items import ASKED, asks, decides, does, outcomes, said
from tests.stranger import items as stranger

from comity.canonical import PeerError
from comity.exchange import replay
from comity.exchange.bodies import check_body
from comity.exchange.conversation import APPLIED
from comity.exchange.items import OPEN, Items, Said, items_of

TEXTS = ("Logs", "Mailbox")
NUMBERS = st.integers(1, 3)


def listed(draw: Any, outcome: tuple[str, ...]) -> dict[int, str]:
    found: dict[int, str] = draw(st.dictionaries(NUMBERS, st.sampled_from(outcome), max_size=3))
    return dict(sorted(found.items()))


@st.composite
def told(draw: Any) -> tuple[str, dict[str, Any]]:
    kind = draw(st.integers(0, 3))
    if kind == 0:
        wanted = listed(draw, TEXTS)
        return asks("request.amended", **{f"_{n}": text for n, text in wanted.items()})
    if kind == 1:
        type_ = draw(st.sampled_from(("accepted", "accepted-in-part", "refused", "postponed")))
        return decides(f"request.{type_}", listed(draw, ("accepted", "refused", "postponed")))
    if kind == 2:
        return does(listed(draw, ("done", "nothing-found", "refused")))
    return draw(st.sampled_from(("request.withdrawn", "request.released"))), {}


def run(messages: list[tuple[str, dict[str, Any]]]) -> Any:
    return items_of(Said(f"m{n}", type_, parts) for n, (type_, parts) in enumerate(messages))


@given(st.lists(told(), max_size=6))
def test_a_second_implementation_says_the_same(messages: list[tuple[str, dict[str, Any]]]) -> None:
    found = run([ASKED, *messages])
    other = stranger.run(
        [
            {"content": f"m{n}", "type": type_, "sections": parts}
            for n, (type_, parts) in enumerate([ASKED, *messages])
        ]
    )
    assert [
        {"number": i.number, "description": i.description, "standing": i.standing, "by": i.by}
        for i in found.items
    ] == other["items"]
    assert [vars(misfit) for misfit in found.misfits] == other["misfits"]


@given(st.lists(told(), max_size=6))
def test_no_item_is_ever_forgotten_and_what_ended_stays_ended(
    messages: list[tuple[str, dict[str, Any]]],
) -> None:
    every = [ASKED, *messages]
    steps = [run(every[: n + 1]) for n in range(len(every))]
    for before, after in itertools.pairwise(steps):
        now = {item.number: item for item in after.items}
        for item in before.items:
            assert item.number in now
            if not item.open and item.standing != "withdrawn":
                assert now[item.number] == item
            if item.judged:
                assert now[item.number].description == item.description
        assert after.misfits[: len(before.misfits)] == before.misfits
    assert all(item.standing in OPEN for item in steps[-1].open)


def test_both_sides_of_crossing_messages_find_the_same() -> None:
    """An amendment crosses a refusal: the merged order decides, not the order of arrival."""
    world = World(VN, ZA)
    opening = world.unsigned(world.open(sections={}))
    seen = [opening]
    got = world.unsigned(world.reply("request.acknowledged", author=ZA, known=seen, sections={}))
    seen.append(got)
    amended = world.unsigned(world.reply("request.amended", author=VN, known=seen, sections={}))
    refused = world.unsigned(world.reply("request.refused", author=ZA, known=seen, sections={}))
    parts = {
        opening.content: ASKED[1],
        got.content: {},
        amended.content: asks("request.amended", _1="Logs of May", _4="Invoices")[1],
        refused.content: decides("request.refused")[1],
    }
    results: list[Items] = []
    for order in itertools.permutations([opening, got, amended, refused]):
        found = replay(order)
        kinds = {message.content: message.draft.type for message in order}
        result = items_of(
            Said(content, kinds[content], parts[content])
            for content in found.order
            if found.standing[content] == APPLIED
        )
        results.append(result)
    assert all(result == results[0] for result in results)
    assert {item.standing for item in results[0].items} == {"refused"}
    assert not results[0].misfits


MALFORMED: dict[str, tuple[str, Any]] = {
    "null": ("subject", None),
    "no list": ("subject", {}),
    "an empty list": ("subject", []),
    "a number twice": ("subject", [(1, "Logs"), (1, "Mail")]),
    "numbers that descend": ("subject", [(2, "Logs"), (1, "Mail")]),
    "number zero": ("subject", [(0, "Logs")]),
    "a number too large": ("subject", [(10_001, "Logs")]),
    "a number as text": ("subject", [("1", "Logs")]),
    "one item too many": ("subject", [(n, "Logs") for n in range(1, 202)]),
    "an outcome that is none": ("decision", {1: "done"}),
    "an outcome of a decision": ("execution", {1: "accepted"}),
    "an outcome twice": ("execution", [{"number": 1, "outcome": "done"}] * 2),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_items_of_another_shape_are_refused(name: str) -> None:
    part, rows = MALFORMED[name]
    if part == "subject" and rows:
        rows = [{"number": number, "description": said(text)} for number, text in rows]
    elif isinstance(rows, dict) and rows:
        rows = outcomes(rows)["items"]
    with pytest.raises(PeerError) as caught:
        check_body(part, BODIES[part] | {"items": rows})
    assert caught.value.code == "body-malformed"


def test_two_hundred_items_are_taken() -> None:
    rows = [{"number": number, "description": said("Logs")} for number in range(1, 201)]
    check_body("subject", BODIES["subject"] | {"items": rows})
