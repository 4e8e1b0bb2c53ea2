"""A whole case by the pages, by mouse and by keyboard alone, in two languages."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page
from tests.api.nodes import Pair
from tests.desk import whole_case
from tests.desk.hands import Hand, Keyboard, Mouse
from tests.desk.whole_case import Case, take_seat

WAYS = pytest.mark.parametrize(
    ("hand", "lang"),
    [
        pytest.param(Keyboard(), "ar", id="keyboard-ar", marks=pytest.mark.full),
        pytest.param(Keyboard(), "en", id="keyboard-en", marks=pytest.mark.long),
        pytest.param(Mouse(), "ar", id="mouse-ar", marks=pytest.mark.long),
        pytest.param(Mouse(), "en", id="mouse-en", marks=pytest.mark.long),
    ],
)


@WAYS
def test_a_request_goes_from_asking_to_closing(
    visit: Callable[..., Page], pair: Pair, tmp_path: Path, hand: Hand, lang: str
) -> None:
    case = Case(
        pair,
        take_seat(visit, pair, "author", hand, lang=lang),
        take_seat(visit, pair, "approver", hand, lang=lang),
        take_seat(visit, pair, "author", hand, lang=lang, asked=True),
        take_seat(visit, pair, "approver", hand, lang=lang, asked=True),
    )
    for desk in case.desks():
        desk.make_passkey(pair)
    digest = whole_case.ask(case)
    whole_case.accept(case, digest)
    sealed = whole_case.hand_in(case, tmp_path)
    whole_case.hand_over(case, digest, sealed)
    whole_case.close(case)
    whole_case.both_agree(case, digest)
