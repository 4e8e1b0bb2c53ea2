"""The head of a case: how much it presses, by when, and the first thing to do, at one glance."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, ViewportSize, expect
from tests.api.nodes import Pair, eventually, preservation_request

SIZES: tuple[ViewportSize, ...] = ({"width": 1280, "height": 800}, {"width": 390, "height": 844})


def emergency(pair: Pair) -> dict[str, Any]:
    """Ask for data in an emergency, and return how the requested State's office sees it."""
    wanted = preservation_request()
    wanted["sections"]["request"] |= {"measure": "emergency", "urgency": "emergency"}
    digest = pair.asking.say(wanted)["conversation"]
    found = eventually(
        lambda: (
            (answer := pair.asked.call("author", "GET", f"/conversations/{digest}")).is_success
            and answer.json()
        )
    )
    return dict(found)


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_an_emergency_is_named_and_its_first_step_seen_without_scrolling(
    visit: Callable[..., Page], pair: Pair, lang: str
) -> None:
    asked = emergency(pair)
    page = visit("author", lang=lang, asked=True)
    page.goto(f"{pair.asked.url}/watch")
    critical = page.locator(".summary").first.inner_text()
    for size in SIZES:
        page.set_viewport_size(size)
        page.goto(f"{pair.asked.url}/cases/{asked['case']}")
        head = page.locator(".case-head")
        assert head.locator(".tag-late").count() == 2, "an emergency, and critical"
        if lang == "en":
            assert head.locator(".tag-late").all_inner_texts() == ["Emergency", "Critical"]
            assert "critical" in critical, "the watch says the same"
        first = page.locator("#case-first")
        assert str(first.get_attribute("href")).endswith("/request.acknowledged")
        expect(first).to_be_in_viewport(ratio=1)
