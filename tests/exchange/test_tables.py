"""When minutes count as agreed: never by silence, never by one side, never by whom nobody sees."""

from typing import Any

import pytest
from tests.exchange.makers import UN, VN, ZA, World
from tests.spec.vectors_tables import BOTH, CALLED, ONE, agrees, answer, case, objects, proposed

from comity.exchange import Message, MoveIllegalError, Role, legal_types, replay
from comity.exchange.compose import ConversationHeldError


def standing(*told: Any) -> str:
    found: str = case("", "ok", *told)["result"]["minutes"][-1]["standing"]
    return found


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ((CALLED, proposed()), "open"),  # the caller alone agrees with nobody
        ((CALLED, answer(ZA, "does-not-come"), proposed(), agrees(ZA, 3)), "open"),
        ((*BOTH, agrees(ZA, 4)), "open"),
        ((*BOTH, agrees(ZA, 4), agrees(ZA, 4)), "open"),  # nobody's word counts for two
        ((*BOTH, agrees(ZA, 4), objects(UN, 4)), "objected"),
        ((*ONE, agrees(ZA, 4), objects(ZA, 4)), "objected"),
        ((CALLED, ("answered", UN, None, {}), answer(ZA), proposed(), agrees(ZA, 4)), "unknown"),
        ((*BOTH, agrees(ZA, 4), agrees(UN, 4)), "agreed"),
        ((*ONE, agrees(ZA, 4)), "agreed"),
    ],
)
def test_minutes_are_agreed_once_everybody_who_comes_has_said_so(told: Any, expected: str) -> None:
    assert standing(*told) == expected


def test_a_word_about_replaced_minutes_agrees_to_nothing() -> None:
    found = case("", "ok", *ONE, proposed(), agrees(ZA, 4))["result"]
    assert [one["standing"] for one in found["minutes"]] == ["open", "open"]
    assert found["agreed"] is None


def test_minutes_that_are_agreed_are_not_undone_by_new_ones() -> None:
    found = case("", "ok", *ONE, agrees(ZA, 4), proposed(actions=None))["result"]
    assert found["agreed"] == found["minutes"][0]["by"]


def meeting() -> tuple[World, list[Message]]:
    world = World(UN, VN, ZA)
    known = [world.unsigned(world.open("table.called", author=VN, sections={}))]
    known.append(world.unsigned(world.reply("table.answered", author=ZA, known=known, sections={})))
    known.append(
        world.unsigned(world.reply("table.minutes-proposed", author=VN, known=known, sections={}))
    )
    return world, known


@pytest.mark.parametrize(
    ("move_type", "author"),
    [
        ("table.answered", VN),  # whoever calls does not answer itself
        ("table.minutes-proposed", ZA),
        ("table.minutes-agreed", VN),  # nor agrees twice
        ("table.minutes-objected", VN),
        ("table.closed", ZA),
        ("assistance.noted", ZA),  # nothing of the board, and no request
        ("request.accepted", ZA),
        ("consultation.note", ZA),
    ],
)
def test_what_is_not_of_a_round_table_or_not_of_that_side_is_refused(
    move_type: str, author: str
) -> None:
    world, known = meeting()
    with pytest.raises((MoveIllegalError, ConversationHeldError)):
        world.reply(move_type, author=author, known=known, about=known[2].content, sections={})


def test_after_the_end_only_actions_and_notes_are_said() -> None:
    world, known = meeting()
    known.append(world.unsigned(world.reply("table.closed", author=VN, known=known, sections={})))
    state = replay(known).state
    assert state.main == "over"
    assert {one for role in Role for one in legal_types(state, role)} == {
        "table.action-reported",
        "table.noted",
    }
