"""The number of a draft is everybody's who signs it, and that of no other draft."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tests.exchange.approving import OTHER
from tests.exchange.makers import T0, VN, ZA, World, text

from comity.exchange import Draft, Section
from comity.exchange.approvals import number_of


@pytest.fixture
def draft() -> Draft:
    return World(VN, ZA).open()


def test_the_number_is_sixty_digits_to_read_aloud(draft: Draft) -> None:
    groups = number_of(draft, mode="live").split(" ")
    assert [len(group) for group in groups] == [5] * 12
    assert "".join(groups).isdecimal()


def test_it_does_not_depend_on_when_the_draft_is_sent(draft: Draft) -> None:
    later = replace(draft, sent_at=T0 + timedelta(hours=30))
    assert number_of(later, mode="live") == number_of(draft, mode="live")


CHANGES: dict[str, Callable[[Draft], Any]] = {
    "a section less": lambda draft: replace(draft, body=dict(list(draft.body.items())[1:])),
    "another message": lambda draft: replace(draft, id="01890a5d-ac96-774b-bcce-b302099a8057"),
    "another type": lambda draft: replace(draft, type="request.withdrawn"),
    "another conversation": lambda draft: replace(draft, conversation=OTHER),
    "another answer": lambda draft: replace(draft, about=OTHER),
    "other members": lambda draft: replace(draft, members=(VN, "za/police")),
    "another edition of the law": lambda draft: replace(draft, instrument=OTHER),
}


@pytest.mark.parametrize("name", CHANGES)
def test_whatever_is_changed_changes_it(draft: Draft, name: str) -> None:
    assert number_of(CHANGES[name](draft), mode="live") != number_of(draft, mode="live")


def test_one_letter_changes_it(draft: Draft) -> None:
    told: dict[str, Any] = {"description": text("Daten der Kundin."), "accounts": []}
    other = told | {"description": text("Daten der Kundim.")}

    def saying(value: Any) -> Draft:
        section = Section(bytes(32), value)
        return replace(draft, body=dict(draft.body) | {"subject": section.commitment})

    assert number_of(saying(told), mode="live") == number_of(saying(dict(told)), mode="live")
    assert number_of(saying(told), mode="live") != number_of(saying(other), mode="live")


def test_an_exercise_has_no_number_of_the_real_thing(draft: Draft) -> None:
    assert number_of(draft, mode="exercise") != number_of(draft, mode="live")


def test_what_was_seen_when_it_was_decided_changes_it() -> None:
    world = World(VN, ZA)
    known = [world.unsigned(world.open())]
    answer = world.reply("request.not-competent", author=ZA, known=known)
    mark = replace(answer.seen[VN], sequence=2)
    seen = replace(answer, seen={VN: mark})
    assert number_of(seen, mode="live") != number_of(answer, mode="live")
