"""The frame around every page: menu, way back, appearance, the list of errors."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.api.nodes import PASSWORD, Pair, preservation_request

from comity.node.web.menu import Entry, section

pytestmark = pytest.mark.full

PAPER = "getComputedStyle(document.body).backgroundColor"


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("/", "cases"),
        ("/cases/2026-000001", "cases"),
        ("/mail", "mail"),
        ("/mail/take-in", "mail"),
        ("/mailboxes", ""),
        ("/new", "cases"),
        ("/originals/x", "mail"),
        ("/me", ""),
        ("/me/sign-in", ""),
        ("/notices", "cases"),
    ],
)
def test_a_page_lies_under_the_longest_address_of_the_menu(path: str, wanted: str) -> None:
    entry = Entry("Cases", (("cases", "Cases", "/"), ("mail", "Mail", "/mail")))
    found = section([entry], path)
    assert (found[0] if found else "") == wanted


def test_a_page_under_nothing_one_may_see_has_no_way_back() -> None:
    assert section([Entry("Mail", (("mail", "Mail", "/mail"),))], "/cases/2026-000001") is None


def test_the_page_one_is_on_is_marked_and_a_page_below_leads_back(
    visit: Callable[..., Page], pair: Pair
) -> None:
    page = visit("author")
    page.goto(f"{pair.asking.url}/mail")
    assert page.locator(".rail [aria-current='page']").inner_text() == "Mail"
    assert page.locator(".crumbs").count() == 0
    page.goto(f"{pair.asking.url}/mail/take-in")
    assert page.locator(".rail [aria-current='true']").inner_text() == "Mail"
    page.click(".crumbs a")
    page.wait_for_url(f"{pair.asking.url}/mail")


def test_light_and_dark_follow_the_system_until_a_person_chooses(
    visit: Callable[..., Page], pair: Pair
) -> None:
    page = visit("author")
    page.emulate_media(color_scheme="dark")
    dark = page.evaluate(PAPER)
    page.emulate_media(color_scheme="light")
    light = page.evaluate(PAPER)
    assert light == "rgb(255, 255, 255)"
    assert dark != light
    page.goto(f"{pair.asking.url}/drafts")
    for choice, wanted in (("dark", dark), ("light", light)):
        page.emulate_media(color_scheme="light" if choice == "dark" else "dark")
        page.click(".account > summary")
        page.click(f".account [name=appearance][value={choice}]")
        page.wait_for_url(f"{pair.asking.url}/drafts")
        assert page.evaluate(PAPER) == wanted
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate(PAPER) == light


def test_an_appearance_that_nobody_offers_is_not_kept(
    visit: Callable[..., Page], pair: Pair
) -> None:
    page = visit("author")
    page.click(".account > summary")
    page.eval_on_selector("[name=appearance][value=dark]", "(one) => { one.value = '\"><b>' }")
    page.click(".account [name=appearance]:nth-of-type(3)")
    page.wait_for_load_state()
    assert page.locator("html[data-theme]").count() == 0
    names = {cookie.get("name") for cookie in page.context.cookies()}
    assert "comity-appearance" not in names


def test_the_menu_folds_on_a_phone_and_opens_without_a_script(browser: Browser, pair: Pair) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 800}, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{pair.asking.url}/sign-in")
    page.fill("#id_name", "author")
    page.fill("#id_password", PASSWORD)
    page.click("main button")
    assert not page.locator(".rail a").first.is_visible()
    page.click(".fold > summary")
    page.click(".rail a:has-text('Office')")
    page.click(".tabs a:has-text('Outbox')")
    page.wait_for_url(f"{pair.asking.url}/outbox")
    context.close()


def test_a_page_without_scripts_says_that_the_language_clears_its_form(
    browser: Browser, pair: Pair
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    told = page.locator("noscript > .clears")
    page.goto(f"{pair.asking.url}/sign-in")
    expect(told).to_be_visible()
    assert told.inner_text().startswith("Changing the language clears what you typed")
    page.fill("#id_name", "author")
    page.fill("#id_password", PASSWORD)
    page.click("main button")
    page.goto(f"{pair.asking.url}/health")
    page.click(".account > summary")
    expect(told).to_be_hidden()
    page.goto(f"{pair.asking.url}/new/stored-data")
    page.click(".account > summary")
    expect(told).to_be_visible()
    context.close()


def test_escape_closes_ones_own_menu_and_gives_the_focus_back(visit: Callable[..., Page]) -> None:
    page = visit("author")
    page.focus(".account > summary")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.account .menu-list') !== null")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.matches('.account > summary')")
    assert page.locator(".account .menu-list").is_hidden()


def test_a_refused_form_begins_with_its_errors_and_each_leads_to_its_field(
    visit: Callable[..., Page], pair: Pair
) -> None:
    page = visit("author")
    page.goto(f"{pair.asking.url}/new/preservation")
    page.click("main form[novalidate] button:not([name])")
    # an alarm that an earlier test left stands before it, as a number
    assert re.match(r"(\(\d+\) )?Error: ", page.title())
    assert page.evaluate("document.activeElement.matches('.errors')")
    links = page.locator(".errors a")
    assert links.count() == page.locator(".field .wrong").count()
    for link in links.all():
        field = str(link.get_attribute("href"))
        link.click()
        assert page.evaluate("document.activeElement.id") == field.removeprefix("#")


REFUSED = """() => document.querySelector("main .help").insertAdjacentHTML(
  "afterend", '<div class="note note-bad" role="alert">This was not saved.</div>')"""
OVERLAPS = """() => {
  const boxes = [...document.querySelectorAll("main :is(.note,.errors)")].filter(
    (one) => one.checkVisibility() && !one.closest(".help"));
  const help = document.querySelector("main .help");
  const { top, bottom, left, right } = help.getBoundingClientRect();
  return [boxes.length, boxes.filter((one) => {
    const box = one.getBoundingClientRect();
    return box.top < bottom && top < box.bottom && box.left < right && left < box.right;
  }).map((one) => one.textContent)];
}"""


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_what_is_this_page_lies_over_no_message(
    visit: Callable[..., Page], pair: Pair, lang: str
) -> None:
    page, made = visit("author", lang=lang), preservation_request()
    for width in (390, 1366):
        page.set_viewport_size({"width": width, "height": 844})
        draft = pair.asking.ok("author", "POST", "/drafts", json=made)["id"]
        page.goto(f"{pair.asking.url}/drafts/{draft}/discard")
        page.locator("main form button").first.click()
        page.wait_for_url(f"{pair.asking.url}/drafts")
        assert page.evaluate(OVERLAPS) == [1, []]
        for path in ("/watch", "/duty", "/mail", "/docket", "/evidence", "/outbox", "/privacy"):
            page.goto(pair.asking.url + path)
            page.evaluate(REFUSED)  # as a page has it that says it of its own form
            found, over = page.evaluate(OVERLAPS)
            assert found >= 1
            assert over == [], path
