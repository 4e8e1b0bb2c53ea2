"""Two officers at once on one request: the second is told, and nothing is overwritten."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page
from tests.api.nodes import Pair
from tests.desk.hands import Hand, Keyboard, Mouse
from tests.desk.home import asked_case
from tests.desk.whole_case import SEND, SUBMIT, Desk, take_seat

ACKNOWLEDGED = "request.acknowledged"
REFERENCE = "#id_acknowledgement-reference"
TOLD = "main .note-bad[role=alert]"
BOTH = pytest.mark.parametrize(
    ("hand", "lang"),
    [
        pytest.param(Mouse(), "ar", id="mouse-ar", marks=pytest.mark.long),
        pytest.param(Keyboard(), "en", id="keyboard-en", marks=pytest.mark.long),
    ],
)
type Visit = Callable[..., Page]


@pytest.fixture
def case(pair: Pair) -> dict[str, str]:
    """A request that has just come in."""
    return asked_case(pair)


def colleagues(visit: Visit, pair: Pair, hand: Hand, lang: str) -> tuple[Desk, Desk]:
    first = take_seat(visit, pair, "author", hand, asked=True, lang=lang)
    return first, take_seat(visit, pair, "duty", hand, asked=True, lang=lang)


def references(pair: Pair, case: dict[str, str]) -> list[str]:
    """Return the references under which the request was acknowledged, as sent."""
    path = f"/conversations/{case['conversation']}"
    timeline = pair.asked.ok("author", "GET", path)["timeline"]
    return [
        row["sections"]["acknowledgement"]["reference"]
        for row in timeline
        if row["type"] == ACKNOWLEDGED
    ]


@BOTH
def test_of_two_drafts_of_one_answer_the_second_is_held_back(
    visit: Visit, pair: Pair, case: dict[str, str], hand: Hand, lang: str
) -> None:
    first, second = colleagues(visit, pair, hand, lang)
    for desk, reference in ((first, "ZA-FIRST"), (second, "ZA-SECOND")):
        desk.go(f"/cases/{case['case']}")
        desk.begin(ACKNOWLEDGED, {REFERENCE: reference})
    first.send()
    second.press(SEND)
    second.page.wait_for_selector(TOLD)
    assert "ZA-SECOND" in second.page.locator("main").inner_text(), "it can still be read"
    assert second.page.locator(SEND).count() == 0
    assert references(pair, case) == ["ZA-FIRST"]


@BOTH
def test_a_form_that_a_colleague_was_quicker_with_keeps_what_was_typed(
    visit: Visit, pair: Pair, case: dict[str, str], hand: Hand, lang: str
) -> None:
    first, second = colleagues(visit, pair, hand, lang)
    second.go(f"/cases/{case['case']}")
    second.press(f".identity a[href$='/{ACKNOWLEDGED}']")
    second.write(REFERENCE, "ZA-SECOND")
    first.go(f"/cases/{case['case']}")
    first.answer(ACKNOWLEDGED, {REFERENCE: "ZA-FIRST"}, signed=False)
    second.press(SUBMIT)
    second.page.wait_for_selector(TOLD)
    assert second.page.input_value(REFERENCE) == "ZA-SECOND"
    assert references(pair, case) == ["ZA-FIRST"]


@BOTH
def test_a_draft_that_a_colleague_gave_up_is_not_sent(
    visit: Visit, pair: Pair, case: dict[str, str], hand: Hand, lang: str
) -> None:
    first, second = colleagues(visit, pair, hand, lang)
    first.go(f"/cases/{case['case']}")
    draft = first.begin(ACKNOWLEDGED, {REFERENCE: "ZA-FIRST"})
    second.go(f"/drafts/{draft}")
    first.press(".identity details.menu > summary")
    first.press(".identity a[href$='/discard']")
    first.press("form[action$='/discard'] button")
    first.page.wait_for_url(re.compile(r"/drafts(#|$)"))
    second.press(SEND)
    second.page.wait_for_selector(TOLD)
    assert references(pair, case) == []
