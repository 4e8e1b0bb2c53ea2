"""The watch at night: one officer, a telephone, and a screen that never lies."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page
from tests.api.nodes import PASSWORD, Pair, eventually, preservation_request
from tests.desk.test_access import violations
from tests.desk.test_passkeys import add_authenticator, enrol

from comity.demo.world import ASKED, PHONES

type Visit = Callable[..., Page]
LOOK = """htmx.ajax("GET", "/watch/list", {source: "#watch-list", target: "#watch-list"})
    .catch(() => 0)"""
FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"


def on_watch(visit: Visit, pair: Pair, who: str = "duty", **more: Any) -> Page:
    """Sign in a person and go to the watch."""
    office = pair.asked if more.get("asked") else pair.asking
    page = visit(None, **more)
    page.fill("#id_name", who)
    page.fill("#id_password", PASSWORD)
    page.click("main button")
    page.wait_for_url(re.compile(r"/my-work$"))
    page.goto(f"{office.url}/watch")
    return page


def fill_call(page: Page, **told: str) -> None:
    """Fill in the form of a call."""
    page.fill("#id_call-caller", told.get("caller", "Inspector Le"))
    page.select_option("#id_call-measure", told.get("measure", "preservation"))
    page.fill("#id_call-asked", told.get("asked", "Keep the mailbox j.doe@example.za."))


def keep(page: Page) -> None:
    page.click("button[name=keep]")


def took(pair: Pair, **told: Any) -> dict[str, Any]:
    """Note a call by the API; return it."""
    said = {
        "caller": "A. Nkosi",
        "office": None,
        "party": ASKED,
        "number_shown": "+27 99",
        "at": "2026-11-24T03:00:00Z",
        "urgency": "urgent",
        "measure": "preservation",
        "asked": {"lang": "en", "text": "Keep one mailbox."},
        "accounts": [],
        "not_called_back": "The line was busy.",
        "confirm_by": "2026-11-24T04:00:00Z",
        **told,
    }
    body = {"act": "call.taken", "said": said}
    return dict(pair.asking.ok("author", "POST", "/docket", json=body))


def test_an_officer_begins_on_my_work_and_it_is_first_in_the_menu(visit: Visit, pair: Pair) -> None:
    page = visit(None)
    page.fill("#id_name", "duty")
    page.fill("#id_password", PASSWORD)
    page.click("main button")
    page.wait_for_url(f"{pair.asking.url}/my-work")
    first = page.locator("nav.rail a").first
    assert first.inner_text() == "My work"
    assert first.get_attribute("href") == "/my-work"
    assert page.title().partition(" – ")[0].endswith("My work")  # alarms are counted before it


@pytest.mark.long
def test_the_number_to_call_is_the_directorys_and_shown_when_the_authority_is_chosen(
    visit: Visit, pair: Pair
) -> None:
    page = on_watch(visit, pair)
    page.goto(f"{pair.asking.url}/calls/new")
    page.select_option("#id_call-party", ASKED)
    page.wait_for_selector(".call-number")
    assert page.locator(".call-number").inner_text() == PHONES[ASKED]
    fill_call(page, caller="A. Nkosi")
    page.fill("#id_call-number_shown", "+27 99 1")
    page.check("input[value=called-back]")
    keep(page)
    assert page.locator("#id_back-spoke_with_error").count() == 1
    assert page.input_value("#id_call-caller") == "A. Nkosi", "nothing is lost"
    page.fill("#id_back-spoke_with", "A. Nkosi")
    keep(page)
    page.wait_for_selector("text=The call is on record.")
    words = page.locator("main").inner_text()
    assert "Called back, not confirmed in writing" in words
    assert PHONES[ASKED] in words


@pytest.mark.long
def test_without_scripts_the_number_shows_by_a_button(visit: Visit, pair: Pair) -> None:
    browser = visit(None).context.browser
    assert browser is not None
    context = browser.new_context(java_script_enabled=False)
    try:
        page = context.new_page()
        page.goto(f"{pair.asking.url}/sign-in")
        page.fill("#id_name", "duty")
        page.fill("#id_password", PASSWORD)
        page.click("main button")
        page.goto(f"{pair.asking.url}/calls/new")
        page.fill("#id_call-caller", "A. Nkosi")
        page.select_option("#id_call-party", ASKED)
        page.click("button[name=look]")
        assert page.locator(".call-number").inner_text() == PHONES[ASKED]
        assert page.input_value("#id_call-caller") == "A. Nkosi"
        page.goto(f"{pair.asking.url}/watch")
        page.get_by_role("link", name="Refresh", exact=True).click()
        assert page.locator("#watch-list .summary").count() == 1
    finally:
        context.close()


@pytest.mark.long
def test_the_call_form_is_filled_in_by_keyboard_alone(visit: Visit, pair: Pair) -> None:
    page = on_watch(visit, pair)
    page.goto(f"{pair.asking.url}/calls/new")
    page.focus("#id_call-caller")
    page.keyboard.type("Inspector Le")
    typed = {"id_call-asked": "Keep it.", "id_back-why": "Own unit.", "id_back-case": ""}
    for _ in range(60):
        page.keyboard.press("Tab")
        here = page.evaluate("document.activeElement.id || document.activeElement.name")
        if here in typed:
            page.keyboard.type(typed[here])
        elif here == "id_back-back_0":
            page.keyboard.press("ArrowUp")  # from the first, round to the last: not called back
            assert page.locator("input[value=not-yet]").is_checked()
        elif here == "keep":
            page.keyboard.press("Enter")
            break
    page.wait_for_selector("text=The call is on record.")


@pytest.mark.long
def test_a_session_that_ends_keeps_what_was_typed_of_a_call(visit: Visit, pair: Pair) -> None:
    page = on_watch(visit, pair)
    page.goto(f"{pair.asking.url}/calls/new")
    fill_call(page, caller="Inspector Le", asked="Keep it until Monday.")
    page.check("input[value=not-yet]")
    page.context.clear_cookies(name=re.compile("session"))
    keep(page)
    page.fill("#id_name", "duty")
    page.fill("#id_password", PASSWORD)
    page.click("main button")
    page.wait_for_url("**/calls/new")
    assert page.input_value("#id_call-asked") == "Keep it until Monday."
    assert page.locator("input[value=not-yet]").is_checked()


@pytest.mark.long
def test_a_false_call_is_closed_loudly(visit: Visit, pair: Pair) -> None:
    item = took(pair)["item"]
    page = on_watch(visit, pair)
    page.goto(f"{pair.asking.url}/calls/{item}")
    page.click("text=Record denial of the call")
    beside = page.locator("section", has=page.get_by_role("heading", name="Consequence"))
    assert "The caller used the name" in beside.inner_text()
    page.select_option("#id_said-number", PHONES[ASKED])
    page.fill("#id_said-spoke_with", "Duty officer, Pretoria")
    page.click("main form[novalidate] button")
    page.wait_for_selector("text=someone used its name")
    assert page.locator("text=Ask another State for it now").count() == 0


# ------------------------------------------------------------------ the list


def test_the_list_stays_live_says_what_changed_and_keeps_the_focus(
    visit: Visit, pair: Pair
) -> None:
    took(pair)
    page = on_watch(visit, pair)
    link = page.locator("#watch-list .item a[id]").first
    link.focus()
    anchor = link.get_attribute("id")
    before = page.locator("#watch-list .summary").inner_text()
    took(pair, caller="B. Nkosi")
    page.evaluate("htmx.ajax('GET', '/watch/list', '#watch-list')")
    page.wait_for_function(
        "(old) => !document.querySelector('#watch-list .summary').innerText.startsWith(old)",
        arg=before.partition(".")[0],
    )
    assert page.evaluate("document.activeElement.id") == anchor
    page.wait_for_function("document.getElementById('watch-said').textContent !== ''")
    assert page.locator("#watch-said").get_attribute("role") == "status"


def test_a_list_whose_session_ended_says_so_and_asks_no_more(visit: Visit, pair: Pair) -> None:
    page = on_watch(visit, pair)
    kept = page.locator("#watch-list").inner_text()
    page.context.clear_cookies(name=re.compile("session"))
    page.evaluate(LOOK)
    page.wait_for_selector("#watch-ended:visible")
    assert page.locator("#watch-list").inner_text() == kept
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.evaluate("htmx.trigger('#watch-list', 'poll')")
    assert asked == []


@pytest.mark.long
def test_a_lost_line_says_so(visit: Visit, pair: Pair) -> None:
    page = on_watch(visit, pair)
    page.route("**/watch/list", lambda route: route.abort())
    page.evaluate(LOOK)
    page.wait_for_selector("#watch-lost:visible")
    page.unroute("**/watch/list")
    page.evaluate(LOOK)
    page.wait_for_selector("#watch-lost", state="hidden")


@pytest.mark.long
def test_a_request_that_came_leads_to_its_acknowledgement(visit: Visit, pair: Pair) -> None:
    sent = pair.asking.say(preservation_request())["conversation"]
    eventually(lambda: pair.asked.call("auditor", "GET", f"/conversations/{sent}").is_success)
    page = on_watch(visit, pair, asked=True)
    line = page.locator("#watch-list .item", has_text="Unacknowledged request").last
    assert "Viet Nam" in line.inner_text()
    line.locator("a.btn").click()
    page.wait_for_url("**/request.acknowledged")


# ------------------------------------------------------------------ shifts


@pytest.mark.long
def test_a_shift_is_handed_over_and_both_confirm(visit: Visit, pair: Pair) -> None:
    reasons = {"lang": "en", "text": "Another test began it."}
    for who in ("duty", "author"):  # other files' tests at this pair begin shifts too
        if begun := pair.asking.ok(who, "GET", "/watch")["shift"]:
            pair.asking.ok(who, "POST", f"/shifts/{begun}/end", json={"reasons": reasons})
    page = on_watch(visit, pair)
    page.click("text=Start shift")
    page.wait_for_selector("text=Your shift has begun.")
    page.click("text=Hand over shift")
    page.click("main form[novalidate] button")
    assert page.locator(".field .wrong").count() == 1
    page.select_option("#id_to", label="author")
    page.fill("#id_notes", "Pretoria calls back at six.")
    page.click("main form[novalidate] button")
    page.fill("#password", "not the password")
    page.click("text=Confirm with my password")
    page.wait_for_selector("text=Incorrect password.")
    page.fill("#password", PASSWORD)
    page.click("text=Confirm with my password")
    page.wait_for_selector("text=Confirmed.")
    assert "Own password, given once more" in page.locator("main").inner_text()
    relief = visit("author")
    add_authenticator(relief)
    enrol(relief, pair)
    relief.goto(f"{pair.asking.url}/watch")
    relief.click("text=Read it, and take over")
    assert "Pretoria calls back at six." in relief.locator("main").inner_text()
    relief.click("form[data-passkey] button")
    relief.wait_for_selector("text=You are now on duty.")
    assert "author" in relief.locator(".shift").inner_text()
    relief.click("text=Shifts")
    row = relief.locator("tbody tr", has_text="Taken over").first
    row.locator("a").click()
    assert "Signature" in relief.locator("main").inner_text()
    relief.goto(f"{pair.asking.url}/shifts?day=2001-01-01")
    assert relief.locator("text=No shift is on record here.").count() == 1
    relief.goto(f"{pair.asking.url}/watch")
    relief.click("a:text-is('My shift')")
    relief.click("text=End the shift without a successor")
    relief.fill("#id_reasons", "The office closes.")
    relief.click("form[action$='/end'] button")
    relief.wait_for_selector("text=The shift is over.")


@pytest.mark.long
@pytest.mark.parametrize(("lang", "width"), [("en", 1280), ("ar", 390)])
def test_axe_finds_nothing_on_the_pages_of_the_watch(
    visit: Visit, pair: Pair, lang: str, width: int
) -> None:
    item = took(pair)["item"]
    begun = pair.asking.call("author", "POST", "/shifts", json={})
    shift = begun.json()["item"] if begun.is_success else ""
    page = on_watch(visit, pair, "author", lang=lang, width=width)
    shift = (
        shift
        or str(page.locator(".shift a[href*='/shifts/']").first.get_attribute("href")).rpartition(
            "/"
        )[2]
    )
    paths = ["watch", "watch/sheet", "calls", "calls/new", f"calls/{item}", "shifts"]
    paths += [f"shifts/{shift}", "shifts/hand-over", f"docket/{item}/do/call.called-back"]
    for path in paths:
        page.goto(f"{pair.asking.url}/{path}")
        assert page.locator("html").get_attribute("dir") == ("rtl" if lang == "ar" else "ltr")
        assert violations(page) == [], path
        assert page.evaluate(FITS), f"{path} scrolls sideways"
    page.goto(f"{pair.asking.url}/calls/new")
    keep(page)
    assert page.locator(".wrong").count() >= 3
    assert violations(page) == []
