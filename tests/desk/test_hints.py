"""A template beside the form of a new request: hints and first values, in the page's language."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from tests.api.nodes import Pair
from tests.desk.test_access import violations


def test_a_kind_of_case_fills_in_and_reminds(visit: Callable[..., Page], pair: Pair) -> None:
    page = visit("author")
    page.goto(f"{pair.asking.url}/new/preservation")
    assert page.input_value("[name=request-urgency]") == "urgent"
    page.select_option("#template", "hospital-ransomware")
    page.get_by_role("button", name="Show hints").click()
    expect(page.get_by_role("heading", name="Ransomware on a hospital")).to_be_visible()
    expect(page.get_by_text("Was a narrower measure considered")).to_be_visible()
    assert page.input_value("[name=request-urgency]") == "emergency"
    assert violations(page) == []


@pytest.mark.parametrize(
    ("path", "urgency"),
    [
        ("emergency", "emergency"),
        ("emergency?template=payment-recall", "emergency"),  # the template says: urgent
        ("preservation", "urgent"),
        ("preservation?template=illegal-access", "normal"),
        ("extradition", "normal"),
    ],
)
def test_a_form_begins_with_the_urgency_of_its_kind(
    visit: Callable[..., Page], pair: Pair, path: str, urgency: str
) -> None:
    page = visit("author")
    page.goto(f"{pair.asking.url}/new/{path}")
    assert page.input_value("[name=request-urgency]") == urgency


def test_the_hints_are_in_the_language_of_the_page(visit: Callable[..., Page], pair: Pair) -> None:
    page = visit("author", lang="ar")
    page.goto(f"{pair.asking.url}/new/preservation?template=payment-recall")
    expect(page.get_by_role("heading", name="استرجاع دفعة مالية")).to_be_visible()
    expect(page.get_by_text("يطلب مصرف الضحية")).to_contain_text("خلال 72 ساعة")


def test_an_unknown_template_shows_the_form_without_hints(
    visit: Callable[..., Page], pair: Pair
) -> None:
    page = visit("author")
    page.goto(f"{pair.asking.url}/new/preservation?template=%3Cscript%3E")
    expect(page.locator("#hints")).to_have_count(0)
    assert page.input_value("#template") == ""
