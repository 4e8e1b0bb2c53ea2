"""Whoever has just signed in acknowledges an emergency by what the pages say, in few actions.

The form that tells the other State opens by itself.

An action is one click, one tap, or one key that presses what has the focus. Everything is found by
its accessible name; no address and no identifier is known.
"""

from collections.abc import Callable
from typing import Any, Final

import pytest
from django.utils.translation import gettext, override
from playwright.sync_api import Browser, Locator, Page, expect
from tests.api.nodes import PASSWORD, Pair
from tests.desk.test_case_head import emergency

MOST: Final = 3
NAMES: Final = ("Open and acknowledge", "Acknowledge", "Acknowledge request")
PHONE: Final[dict[str, Any]] = {
    "viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True,
}  # fmt: skip
DESK: Final[dict[str, Any]] = {"viewport": {"width": 1366, "height": 768}}


class Walker:
    """Somebody who knows names and nothing else; each action counts."""

    def __init__(self, page: Page, press: Callable[[Locator], None]) -> None:
        self.page, self._press, self.actions = page, press, 0

    def press(self, role: Any, name: str) -> None:
        """Press what has a role and a name, seen without scrolling."""
        found = self.page.get_by_role(role, name=name).first
        expect(found).to_be_in_viewport()
        self._press(found)
        self.actions += 1


def by_keyboard(found: Locator) -> None:
    found.focus()
    found.page.keyboard.press("Enter")


def signed_in(context: Any, pair: Pair) -> Page:
    """Sign in the duty officer of the requested State."""
    page: Page = context.new_page()
    page.goto(f"{pair.asked.url}/sign-in")
    page.fill("#id_name", "duty")
    page.fill("#id_password", PASSWORD)
    page.click("main button")
    page.wait_for_url(lambda url: not url.startswith(f"{pair.asked.url}/sign-in"))
    return page


@pytest.mark.parametrize("begin", ["list", "bell"])
@pytest.mark.parametrize(
    ("lang", "press"),
    [
        pytest.param("en", by_keyboard, id="keyboard-desk-en"),
        pytest.param("ar", Locator.tap, id="touch-phone-ar", marks=pytest.mark.full),
    ],
)
def test_an_emergency_is_acknowledged_in_three_actions(
    browser: Browser,
    pair: Pair,
    lang: str,
    press: Callable[[Locator], None],
    begin: str,
) -> None:
    asked = emergency(pair)
    context = browser.new_context(locale=lang, **(PHONE if press is Locator.tap else DESK))
    try:
        walker = Walker(signed_in(context, pair), press)
        with override(lang):
            bell, acknowledge, answer = map(gettext, NAMES)
            critical = gettext("Critical")
        expect(walker.page.get_by_role("alert").filter(has_text=critical)).to_be_in_viewport()
        if begin == "bell":
            walker.press("link", bell)
        walker.press("button", acknowledge)
        expect(walker.page.get_by_role("heading", level=1, name=answer)).to_be_visible()
        assert walker.actions <= MOST
        told = pair.asked.ok("duty", "GET", "/duty/alarms")["alarms"]
        mine = [one for one in told if one["acknowledged_by"] == "duty"]
        assert mine, asked["case"]
    finally:
        context.close()
