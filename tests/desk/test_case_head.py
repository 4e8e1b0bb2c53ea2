"""The first screen of a case: subject, deadline, status and what to do first, without scrolling."""

from collections.abc import Callable
from typing import Any, Final, cast

import pytest
from playwright.sync_api import Page, ViewportSize, expect
from tests.api.nodes import Pair, eventually, preservation_request
from tests.desk.moving import MENU
from tests.walks import sampled

SIZES: Final[tuple[ViewportSize, ...]] = (
    {"width": 1366, "height": 768},
    {"width": 390, "height": 844},
)
LANGUAGES: Final = ["en", "ar", "es", "fr", "ru", "vi", "zh-hans"]


def emergency(pair: Pair) -> dict[str, Any]:
    """Ask for data in an emergency, and return how the requested State's office sees it."""
    return asked_for(pair, measure="emergency", urgency="emergency")


def asked_for(pair: Pair, **request: str) -> dict[str, Any]:
    """Send a request, and return how the requested State's office sees it."""
    wanted = preservation_request()
    wanted["sections"]["request"] |= request
    digest = pair.asking.say(wanted)["conversation"]
    found = eventually(
        lambda: (
            (answer := pair.asked.call("author", "GET", f"/conversations/{digest}")).is_success
            and answer.json()
        )
    )
    return dict(found)


@pytest.mark.parametrize("lang", sampled(LANGUAGES, ["en", "ar"]))
def test_an_emergency_says_what_by_when_and_what_to_do_on_the_first_screen(
    visit: Callable[..., Page], pair: Pair, lang: str
) -> None:
    asked = emergency(pair)
    page = visit("author", lang=lang, asked=True)
    for size in SIZES:
        page.set_viewport_size(size)
        page.goto(f"{pair.asked.url}/cases/{asked['case']}")
        head = page.locator(".identity.critical")
        for seen in (
            head.locator("h1"),
            head.locator(".tag.emergency"),
            head.locator(".facts .wide dd > span").first,
            page.locator(".steps .now b"),
            page.locator("#case-first.crit"),
            page.locator(MENU),
        ):
            expect(seen).to_be_in_viewport(ratio=1)
        assert page.locator(".primary").count() == 1
        if lang == "en":
            assert "Viet Nam" in head.locator("h1").inner_text()
            assert asked["case"] not in head.locator("h1").inner_text()
            assert "Unassigned" in head.inner_text()
            assert "UTC" in head.locator(".facts .wide").inner_text()


def test_a_request_of_normal_urgency_is_called_as_on_its_form(
    visit: Callable[..., Page], pair: Pair
) -> None:
    asked = asked_for(pair, urgency="normal")
    page = visit("author", asked=True)
    page.goto(f"{pair.asked.url}/cases/{asked['case']}")
    expect(page.locator(".identity .tag")).to_have_text("Normal")
    expect(page.get_by_role("main")).to_contain_text("Urgency")


def test_from_the_alarm_to_the_told_partner_it_takes_three_presses(
    visit: Callable[..., Page], pair: Pair
) -> None:
    """One acknowledges the alarm, one saves the filled form, one sends it."""
    asked = emergency(pair)
    page = visit("author", asked=True)
    page.goto(f"{pair.asked.url}/cases/{asked['case']}")
    page.click("#case-first")
    page.wait_for_url("**/request.acknowledged*")
    page.click("main .primary")
    page.wait_for_url("**/drafts/*")
    page.click("main .primary")
    told = eventually(
        lambda: (
            (answer := pair.asked.ok("author", "GET", f"/conversations/{asked['conversation']}"))[
                "state"
            ]
            == "acknowledged"
            and answer
        )
    )
    assert told
    page.goto(f"{pair.asked.url}/cases/{asked['case']}")
    assert "Unassigned" not in page.locator(".identity").inner_text()


def test_the_menu_of_a_case_holds_what_is_not_the_first_thing_and_works_by_keyboard(
    visit: Callable[..., Page], pair: Pair
) -> None:
    asked = emergency(pair)
    page = visit("author", asked=True)
    page.goto(f"{pair.asked.url}/cases/{asked['case']}")
    links = page.locator("#case-menu a")
    assert not links.first.is_visible()
    page.locator(MENU).focus()
    page.keyboard.press("Enter")
    expect(links.first).to_be_visible()
    places = [str(one.get_attribute("href")) for one in links.all()]
    assert any(one.endswith("/hand-in") for one in places)
    assert any(one.endswith("/subject") for one in places)
    page.goto(f"{pair.asked.url}{next(one for one in places if one.endswith('/subject'))}")
    assert page.locator("main h1").inner_text() == "Subject of the case"


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("lang", ["en", "ar"])
def test_on_a_phone_one_part_of_a_case_is_shown_at_a_time(
    visit: Callable[..., Page], pair: Pair, lang: str, scripts: bool
) -> None:
    """Links without a script; with it tabs that the arrow keys turn, the way the text reads."""
    opened = visit("author", lang=lang, asked=True)
    rows = pair.asked.ok("author", "GET", "/cases")["cases"]
    number = next(row["case"] for row in rows if row["measures"])
    browser = opened.context.browser
    assert browser is not None
    context = browser.new_context(
        locale=lang, viewport={"width": 390, "height": 844}, java_script_enabled=scripts
    )
    context.add_cookies(cast("Any", opened.context.cookies()))
    page = context.new_page()
    page.goto(f"{pair.asked.url}/cases/{number}")
    timeline, evidence = page.locator("#timeline"), page.locator("#exhibits")
    expect(timeline).to_be_visible()
    expect(evidence).to_be_hidden()
    page.click(".parts [href='#exhibits']")
    expect(evidence).to_be_visible()
    expect(timeline).to_be_hidden()
    if scripts:
        expect(page.get_by_role("tab", selected=True)).to_have_attribute("href", "#exhibits")
        page.keyboard.press("ArrowLeft" if lang == "ar" else "ArrowRight")
        expect(page.get_by_role("tab", selected=True)).to_be_focused()
        expect(page.locator("#documents")).to_be_visible()
        expect(evidence).to_be_hidden()
        page.set_viewport_size({"width": 1366, "height": 768})
        expect(evidence).to_be_visible()
        expect(page.get_by_role("tab")).to_have_count(0)
    context.close()
