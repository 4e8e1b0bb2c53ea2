"""Keys in a browser: they lead, show their list, and leave fields alone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from tests.api.nodes import Pair
from tests.desk.test_access import violations

pytestmark = pytest.mark.full


def test_keys_lead_and_do_nothing_in_a_field(visit: Callable[..., Page], pair: Pair) -> None:
    page = visit("author")
    page.goto(f"{pair.asking.url}/new")
    page.keyboard.press("j")
    expect(page.locator(".choices dt a").first).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(page.locator(".choices dt a").first).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/new/preservation")
    page.focus("#id_request-reference")
    page.keyboard.type("gd?n/")
    assert page.input_value("#id_request-reference") == "gd?n/"
    assert page.url.endswith("/new/preservation")
    page.locator("h1").click()
    page.keyboard.press("/")
    expect(page.locator("#find")).to_be_focused()
    page.locator("h1").click()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("g")
    page.keyboard.press("d")
    page.wait_for_url("**/watch")
