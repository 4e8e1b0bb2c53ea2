"""The pages of the duty: roster, alarms with sound, ladders, call-out list, tests of watches."""

from collections.abc import Callable
from typing import Any, cast

import pytest
from playwright.sync_api import Page, expect
from tests.api.nodes import Pair, eventually
from tests.desk.test_access import violations

pytestmark = pytest.mark.long

PAGES = (
    "duty", "duty/alarms", "duty/roster", "duty/roster/weekly", "duty/roster/change",
    "duty/roster/swap", "duty/call-list", "duty/ladders", "duty/ladders/clock", "duty/test",
    "duty/reach", "duty/reach/ask",
)  # fmt: skip


@pytest.fixture(scope="module")
def rostered(pair: Pair) -> dict[str, str]:
    """A roster of the asking office, with a gap every Sunday; officer by role."""
    known = {who: pair.asking.ok(who, "GET", "/me")["officer"] for who in pair.asking.tokens}
    days = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
    rows = [
        f"weekly,{day},00:00,00:00,Asia/Ho_Chi_Minh,,,{known['duty']},{known['author']},"
        f"{known['approver']}"
        for day in days
    ]
    head = "kind,weekday,begins,ends,zone,first,last,officer,second,deputy"
    csv = "\n".join([head, *rows]) + "\n"
    assert pair.asking.ok("duty", "POST", "/duty/roster", json={"csv": csv})["rows"] == 6
    return known


def gap_alarm(pair: Pair) -> dict[str, Any] | None:
    found = pair.asking.ok("duty", "GET", "/duty/alarms")["alarms"]
    return next((one for one in found if one["kind"] == "roster-gap"), None)


@pytest.mark.long
@pytest.mark.parametrize(("lang", "width"), [("en", 1280), ("ar", 390), ("en", 320)])
def test_axe_finds_nothing_on_the_pages_of_the_duty(
    visit: Callable[..., Page], pair: Pair, rostered: dict[str, str], lang: str, width: int
) -> None:
    page = visit("duty", lang=lang, width=width)
    faults: list[str] = []
    page.on("console", lambda m: faults.append(m.text) if "Security Policy" in m.text else None)
    alarm = eventually(lambda: gap_alarm(pair))
    paths = [*PAGES, f"duty/alarms/{alarm['number']}", f"duty/contacts/{rostered['duty']}"]
    for path in paths:
        page.goto(f"{pair.asking.url}/{path}")
        assert violations(page) == [], path
        fits = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        assert page.evaluate(fits), f"{path} scrolls sideways"
    assert faults == []


def test_a_gap_stands_on_the_page_and_is_an_alarm_until_somebody_has_it(
    visit: Callable[..., Page], pair: Pair, rostered: dict[str, str]
) -> None:
    alarm = eventually(lambda: gap_alarm(pair))
    page = visit("duty")
    page.goto(f"{pair.asking.url}/duty")
    assert "gap in the next seven days" in page.inner_text("main") or "gaps in the next" in (
        page.inner_text("main")
    )
    if alarm["acknowledged_at"] is None:
        button = page.locator(f"form[action$='/alarms/{alarm['number']}/acknowledge'] button")
        of_button, of_column = button.bounding_box(), page.locator(".split > div").bounding_box()
        assert of_button is not None
        assert of_column is not None
        end = of_column["x"] + of_column["width"]
        assert of_button["x"] + of_button["width"] <= end + 1, "beside a narrow list it is seen"
        button.click()
        assert "Alarm acknowledged." in page.inner_text("main")
    found = gap_alarm(pair)
    assert found is not None
    assert found["acknowledged_by"] == "duty"
    assert found["ended_at"] is None, "the gap is still there"


def test_the_bell_shows_without_sound_and_sounds_after_a_click(
    visit: Callable[..., Page], pair: Pair, rostered: dict[str, str]
) -> None:
    pair.asked.ok("author", "POST", "/duty/reach", json={"party": pair.asking.party})
    eventually(lambda: waits(pair, "reach-asked"))
    page = visit("duty")
    assert page.locator("#bell").is_visible()
    assert page.locator("#bell [data-part=count]").inner_text() != "0"
    assert "Sound is off" in page.inner_text("#bell")
    assert page.locator("#bell").get_attribute("data-sounded") is None
    page.click("#bell [data-part=allow]")
    page.wait_for_function("document.getElementById('bell').dataset.sounded > 0")
    assert "Sound is on" in page.inner_text("#bell")
    page.goto(f"{pair.asking.url}/duty/reach")
    page.locator("form[action$='/answer'] button").first.click()
    expect(page.locator("main")).to_contain_text("Availability confirmed.")
    record = eventually(lambda: answered(pair))
    assert record["ours"] is True
    eventually(lambda: not waits(pair, "reach-asked"))


def waits(pair: Pair, kind: str) -> bool:
    found = pair.asking.ok("duty", "GET", "/duty/alarms")["alarms"]
    return any(one["kind"] == kind and one["ended_at"] is None for one in found)


def answered(pair: Pair) -> dict[str, Any] | None:
    found = pair.asked.ok("author", "GET", "/duty/reach")["tests"]
    return next((one for one in found if one["answered_at"] and one["ours"]), None)


def test_a_bell_says_when_the_node_does_not_answer(visit: Callable[..., Page], pair: Pair) -> None:
    page = visit("duty")
    page.clock.install()
    page.route("**/duty/waiting", lambda route: route.abort())
    page.goto(f"{pair.asking.url}/duty")
    page.clock.run_for(12_000)
    page.wait_for_selector("#bell [data-part=lost]:not([hidden])")


def test_a_bell_says_when_the_session_has_ended_and_rings_again_after_signing_in(
    visit: Callable[..., Page], pair: Pair
) -> None:
    page = visit("duty")
    page.clock.install()
    page.goto(f"{pair.asking.url}/duty")
    kept = page.context.cookies()
    page.context.clear_cookies()
    page.clock.run_for(6_000)
    page.wait_for_selector("#bell [data-part=ended]:not([hidden])")
    page.clock.run_for(12_000)
    assert not page.is_visible("#bell [data-part=lost]")
    page.context.add_cookies(cast("Any", kept))
    page.clock.run_for(6_000)
    page.wait_for_selector("#bell [data-part=ended][hidden]", state="attached")


@pytest.mark.long
def test_a_shift_is_entered_by_form_and_nothing_typed_is_lost(
    visit: Callable[..., Page], pair: Pair, rostered: dict[str, str]
) -> None:
    page = visit("duty")
    page.goto(f"{pair.asking.url}/duty/roster/weekly")
    page.select_option("#id_weekday", "6")
    page.fill("#id_begins", "00:00")
    page.fill("#id_ends", "12:00")
    page.fill("#id_zone", "Mars/Olympus")
    page.select_option("#id_officer", label="duty")
    page.click("main form button")
    assert "No time zone has this name." in page.inner_text("main")
    assert page.input_value("#id_ends") == "12:00"
    page.fill("#id_zone", "Asia/Ho_Chi_Minh")
    page.click("main form button")
    assert "Shift added." in page.inner_text("main")
    page.click("main details.disclose summary")
    page.locator("main a[href*='/weekly/']").last.click()
    assert "No one is on duty at these hours" in page.inner_text("main")
    page.click("main form button")
    assert "Shift removed." in page.inner_text("main")


@pytest.mark.long
def test_numbers_are_for_whoever_may_be_woken_and_reading_them_is_audited(
    visit: Callable[..., Page], pair: Pair, rostered: dict[str, str]
) -> None:
    page = visit("duty")
    page.goto(f"{pair.asking.url}/duty/contacts/{rostered['duty']}")
    page.fill("#id_email", "no address")
    page.click("main form button")
    assert "This is no e-mail address." in page.inner_text("main")
    page.fill("#id_email", "duty@office.example")
    page.fill("#id_phone", "+84 24 3825 0001")
    page.click("main form button")
    assert "+842438250001" in page.inner_text("main")
    for who in ("auditor", "operator", "examiner"):
        other = visit(who)
        other.goto(f"{pair.asking.url}/duty/call-list")
        assert "+84" not in other.inner_text("body")
        other.goto(f"{pair.asking.url}/duty/roster")
        assert "+84" not in other.inner_text("body")
    other = visit("auditor")
    other.goto(f"{pair.asking.url}/audit?action=duty.contacts-read")
    assert "call-list" in other.inner_text("main")
    other.goto(f"{pair.asking.url}/audit")
    assert "duty@office" not in other.inner_text("main")


@pytest.mark.long
def test_a_ladder_is_changed_and_given_back(
    visit: Callable[..., Page], pair: Pair, rostered: dict[str, str]
) -> None:
    page = visit("duty")
    page.goto(f"{pair.asking.url}/duty/ladders/clock")
    page.fill("#id_minutes_1", "0")
    page.fill("#id_minutes_0", "3")
    page.locator("main form button").first.click()
    assert "The first step is at once" in page.locator("main .note-bad").inner_text()
    assert page.input_value("#id_minutes_0") == "3"
    page.fill("#id_minutes_0", "0")
    page.fill("#id_minutes_1", "2")
    page.locator("main form button").first.click()
    assert "After 2 minutes" in page.inner_text("main")
    page.goto(f"{pair.asking.url}/duty/ladders/clock")
    page.click("button[name=shipped]")
    assert "After 2 minutes" not in page.inner_text("main")
