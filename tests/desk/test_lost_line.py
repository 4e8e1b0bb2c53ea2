"""A form that is sent while the line is down stays, with what was typed."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from tests.api.nodes import Pair

FACTS = "#id_grounds-facts"
SUBMIT = "main form[novalidate] button:not([name])"


@pytest.fixture
def filled(visit: Callable[..., Page], pair: Pair) -> Page:
    page = visit("author")
    page.goto(f"{pair.asking.url}/new/preservation")
    page.fill(FACTS, "Three hours of work.")
    return page


def test_what_was_typed_stays_and_goes_when_the_line_is_back(filled: Page) -> None:
    filled.context.set_offline(True)
    for _ in range(2):
        filled.click(SUBMIT)
        expect(filled.locator("#line-lost")).to_be_focused()
        assert filled.input_value(FACTS) == "Three hours of work."
    filled.context.set_offline(False)
    expect(filled.locator("#line-lost")).to_be_hidden()
    expect(filled.locator("#bell [data-part=lost]")).to_be_hidden()  # it hears the node again
    filled.click(SUBMIT)
    filled.wait_for_selector(".errors")  # the node answers: other fields are missing
    assert filled.input_value(FACTS) == "Three hours of work."


@pytest.mark.full
def test_while_the_bell_hears_nothing_a_form_waits_for_a_second_press(filled: Page) -> None:
    # An answer that came after the mark was set would take it away again.
    address = filled.locator("#bell").get_attribute("data-address")
    filled.route(f"**{address}", lambda route: route.abort())
    filled.reload()
    filled.fill(FACTS, "Three hours of work.")
    filled.evaluate("document.querySelector('#bell [data-part=\"lost\"]').hidden = false")
    filled.click(SUBMIT)
    expect(filled.locator("#line-lost")).to_be_visible()
    assert filled.input_value(FACTS) == "Three hours of work."
    filled.click(SUBMIT)
    filled.wait_for_selector(".errors")


def test_a_bell_that_errs_costs_no_press(filled: Page) -> None:
    filled.evaluate("document.querySelector('#bell [data-part=\"lost\"]').hidden = false")
    filled.locator(SUBMIT).dblclick()
    filled.wait_for_selector(".errors")  # sent once: other fields are missing
    expect(filled.locator("#line-lost")).to_be_hidden()
    assert filled.input_value(FACTS) == "Three hours of work."
