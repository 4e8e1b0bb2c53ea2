"""The data-protection desk in a browser: who waits, what is due, and nothing destroyed by one."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.api.nodes import Pair, text
from tests.desk.test_access import case_path, violations
from tests.desk.test_passkeys import add_authenticator, enrol
from tests.privacy import said as entered

type Visit = Callable[..., Page]
FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"


def do(pair: Pair, act: str, said: dict[str, Any], who: str = "author", **more: Any) -> Any:
    item = more.pop("item", "")
    path = f"/docket/{item}" if item else "/docket"
    return pair.asking.ok(who, "POST", path, json={"act": act, "said": said, **more})


def call_over(pair: Pair, caller: str = "A. Nkosi") -> str:
    """Leave a closed call; return its item."""
    said: dict[str, Any] = {
        "caller": caller,
        "office": None,
        "party": None,
        "number_shown": None,
        "at": "2026-11-24T03:00:00Z",
        "urgency": "normal",
        "measure": "other",
        "asked": text("A question."),
        "accounts": [],
        "not_called_back": "No number.",
        "confirm_by": None,
    }
    item = str(do(pair, "call.taken", said)["item"])
    do(pair, "call.closed", {"reasons": text("Nothing follows.")}, item=item)
    return item


def person(pair: Pair) -> str:
    return str(do(pair, "subject-request.received", entered.person())["item"])


def breach(pair: Pair) -> str:
    return str(do(pair, "breach.found", entered.breach(pair.asked.party))["item"])


def release(pair: Pair) -> str:
    return str(do(pair, "release.begun", entered.release(), case=case_path(pair))["item"])


@pytest.fixture(scope="module")
def made(pair: Pair) -> dict[str, str]:
    """Return one thing of each kind."""
    found = {
        "call": call_over(pair),
        "person": person(pair),
        "breach": breach(pair),
        "release": release(pair),
    }
    said = {"record_class": "call", "days": 30, "rule": "Rule 4", "remark": None}
    found["period"] = str(do(pair, "retention.set", said, "approver")["item"])
    return found


@pytest.mark.long
@pytest.mark.parametrize(("lang", "width"), [("en", 1280), ("ar", 390)])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    visit: Visit, pair: Pair, made: dict[str, str], lang: str, width: int
) -> None:
    page = visit("approver", lang=lang, width=width)
    faults: list[str] = []
    page.on("console", lambda m: faults.append(m.text) if "Security Policy" in m.text else None)
    for path in (
        "privacy",
        "privacy/due?on=2100-01-01",
        "privacy/register/subject-request",
        "privacy/register/breach?all=yes",
        "privacy/codes",
        "privacy/held",
        f"privacy/records/item/{made['call']}",
        f"privacy/breaches/{made['breach']}/draft",
        f"privacy/releases/{made['release']}/list",
        f"docket/{made['person']}",
        f"docket/{made['person']}/do/subject-request.decided",
        "docket/new/breach.found",
        "docket/new/subject-request.received",
        "docket/new/retention.set",
    ):
        answer = page.goto(f"{pair.asking.url}/{path}")
        assert answer is not None
        assert answer.status == 200, path
        assert page.locator("h1").count() == 1, path
        assert violations(page) == [], path
        assert page.evaluate(FITS), f"{path} scrolls sideways"
    assert faults == []


def test_the_desk_says_what_has_no_period_and_who_waits_longest(
    visit: Visit, pair: Pair, made: dict[str, str]
) -> None:
    page = visit("approver")
    page.click("nav.rail a:has-text('Office')")
    page.click("nav.tabs a:has-text('Data protection')")
    assert page.locator("text=are never due").count() == 1
    first = page.locator("section[aria-labelledby=waits] .item").first
    assert "Personal data breach" in first.inner_text()
    page.goto(f"{pair.asking.url}/privacy/due?on=2100-01-01")
    assert page.locator("text=Preview of the records").count() == 1
    assert page.locator(f"a[href$='{made['call']}']").count() == 1


@pytest.mark.long
def test_one_orders_a_destruction_and_another_confirms_it(visit: Visit, pair: Pair) -> None:
    item = call_over(pair, "To be forgotten")
    second = visit("author")
    add_authenticator(second)
    enrol(second, pair)  # the approver may have certified the author in a test before this one
    first = visit("approver")
    first.goto(f"{pair.asking.url}/privacy/records/item/{item}")
    first.fill("#id_order-reasons", "Rule 4: the period is over.")
    first.click("section[aria-labelledby=order] button")
    assert first.locator("text=You ordered the destruction").count() == 1
    assert first.locator("section[aria-labelledby=confirm]").count() == 0
    second.goto(f"{pair.asking.url}/privacy/records/item/{item}")
    second.click("section[aria-labelledby=confirm] button")
    assert second.locator(".errors").count() == 1, "what follows is ticked first"
    second.check("#id_confirm-read")
    second.click("section[aria-labelledby=confirm] button")
    second.wait_for_selector("text=Erased. Retained parts")
    second.goto(f"{pair.asking.url}/calls/{item}")
    assert "To be forgotten" not in second.content()
    second.goto(f"{pair.asking.url}/calls")
    assert second.locator("h1").count() == 1


def test_a_request_is_decided_and_its_answer_is_a_paper(visit: Visit, pair: Pair) -> None:
    item = person(pair)
    page = visit("approver")
    page.goto(f"{pair.asking.url}/docket/{item}/do/subject-request.decided")
    page.select_option("#id_said-decision", "refuse")
    page.fill("#id_said-reasons", "For us.")
    page.fill("#id_said-answer", "We hold nothing that we may tell you.")
    page.click("main form button[type=submit]")
    assert "The ground is missing or is not for this decision" in page.inner_text(
        "main [role=alert]"
    )
    page.check("input[value=investigation]")
    page.click("main form button[type=submit]")
    page.wait_for_url(re.compile(rf"/docket/{item}$"))
    with page.expect_download() as got:
        page.click(".identity .menu > summary")
        page.click("a:has-text('The answer as a paper')")
    assert got.value.path().read_bytes().startswith(b"%PDF")


@pytest.mark.long
def test_a_release_is_listed_by_rows_and_a_wrong_row_keeps_what_was_typed(
    visit: Visit, pair: Pair
) -> None:
    item = release(pair)
    page = visit("author")
    page.goto(f"{pair.asking.url}/privacy/releases/{item}/list")
    first = page.locator("main tbody tr").first
    assert "Request · " in first.locator("[name=description]").input_value(), "proposed"
    assert not first.locator("[name=standing]").input_value(), "a person says what is released"
    rows = page.locator("main tbody tr").count()
    for number in range(rows - 2):
        page.locator("[name=standing]").nth(number).select_option("off")
    first.locator("[name=remark]").fill("names")
    first.locator("[name=standing]").select_option("")
    page.click("main form button[type=submit]")
    assert "Line 1" in page.inner_text("main [role=alert]")
    assert first.locator("[name=remark]").input_value() == "names"
    first.locator("[name=standing]").select_option("part")
    first.locator("[name=codes]").fill("E4, E6")
    page.click("main form button[type=submit]")
    page.wait_for_url(re.compile(rf"/docket/{item}$"))
    other = visit("approver")
    other.goto(f"{pair.asking.url}/docket/{item}/do/release.approved")
    other.click("main form button[type=submit]")
    expect(other.locator("text=Approved, not released")).to_have_count(1)
    with other.expect_download() as got:
        other.click(".identity .menu > summary")
        other.click("a:has-text('Index as PDF')")
    assert got.value.path().read_bytes().startswith(b"%PDF")


@pytest.mark.long
def test_what_is_held_is_found_without_its_marks_and_the_words_are_in_no_address(
    visit: Visit, pair: Pair, made: dict[str, str]
) -> None:
    del made
    page = visit("author")
    page.goto(f"{pair.asking.url}/privacy/held")
    page.fill("#id_words", "nguyen lan")
    page.click("main form button[type=submit]")
    assert page.locator(".items > .item").count() >= 1
    assert page.url == f"{pair.asking.url}/privacy/held"
    rows = pair.asking.call("auditor", "GET", "/me")
    assert rows.is_success


@pytest.mark.long
def test_an_auditor_sees_that_somebody_waits_and_not_who(
    visit: Visit, pair: Pair, made: dict[str, str]
) -> None:
    page = visit("auditor")
    for path in ("privacy", "privacy/register/subject-request", "privacy/register/breach"):
        page.goto(f"{pair.asking.url}/{path}")
        assert "Nguyễn" not in page.content(), path
    page.goto(f"{pair.asking.url}/privacy/records/item/{made['call']}")
    assert page.locator("main form").count() == 0
