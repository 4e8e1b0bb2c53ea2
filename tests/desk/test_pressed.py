"""Nothing that comes by itself moves what is under a pressed pointer: the click would be lost."""

import json
import re
from collections.abc import Callable

from playwright.sync_api import Page, Route, expect
from tests.api.nodes import Pair
from tests.desk.test_access import case_path

FRAME = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


def test_requirements_stay_as_they_are(visit: Callable[..., Page], pair: Pair) -> None:
    page = visit("author")
    page.goto(f"{pair.asking.url}/new/preservation")
    page.select_option("#id_request-to", pair.asked.party)
    need = page.locator("#group-addressee .need")
    expect(need.locator("h3")).to_contain_text("South Africa")
    page.evaluate("document.querySelector('#group-addressee .need h3').textContent = 'before'")
    with page.expect_response(lambda one: "look" in (one.request.post_data or "")) as told:
        page.locator("#id_subject-description").press_sequentially("Logs")
        page.mouse.move(5, 5)
        page.mouse.down()
    told.value.finished()
    page.evaluate("() => new Promise(requestAnimationFrame)")
    expect(need.locator("h3")).to_have_text("before")
    page.mouse.up()
    expect(need.locator("h3")).to_contain_text("South Africa")


def test_the_bell_does_not_ring_before_the_release(visit: Callable[..., Page], pair: Pair) -> None:
    page = visit("duty")
    told = {"waiting": 0, "since": "", "severity": ""}
    page.route("**/duty/waiting", lambda route: route.fulfill(body=json.dumps(told)))
    page.goto(f"{pair.asking.url}/duty/roster")
    bell = page.locator("#bell")
    expect(bell).to_be_hidden()
    page.mouse.move(5, 5)
    page.mouse.down()
    told |= {"waiting": 3, "since": "2026-12-02T03:00:00Z", "severity": "critical"}
    with page.expect_response("**/duty/waiting") as answer:
        pass
    answer.value.finished()
    page.evaluate(FRAME)
    expect(bell).to_be_hidden()
    page.mouse.up()
    expect(bell).to_contain_text("Open alarms: 3")


def test_a_list_that_is_fetched_again_stays_as_it_is(
    visit: Callable[..., Page], pair: Pair
) -> None:
    page = visit("duty")
    page.goto(f"{pair.asking.url}/watch")
    page.mouse.move(5, 5)
    page.mouse.down()
    page.evaluate("document.querySelector('#watch-list').innerHTML = '<p>before</p>'")
    with page.expect_response("**/watch/list*") as answer:
        page.evaluate("document.body.dispatchEvent(new CustomEvent('comity:alarm'))")
    answer.value.finished()
    page.evaluate(FRAME)
    expect(page.locator("#watch-list")).to_have_text("before")
    page.mouse.up()
    expect(page.locator("#watch-list")).not_to_have_text("before")


def test_a_form_says_that_it_is_saved_after_the_release(
    visit: Callable[..., Page], pair: Pair
) -> None:
    page = visit("author")
    page.goto(f"{pair.asking.url}/new/preservation")
    said = page.locator("[data-saves]")
    before = said.inner_text()
    with page.expect_response(
        lambda one: 'name="saving"' in (one.request.post_data or "")
    ) as answer:
        page.locator("#id_subject-description").press_sequentially("Logs")
        page.mouse.move(5, 5)
        page.mouse.down()
    answer.value.finished()
    page.evaluate(FRAME)
    expect(said).to_have_text(before)
    page.mouse.up()
    expect(said).to_contain_text("Saved")


def test_the_list_of_errors_takes_no_focus_from_who_began_to_correct(
    visit: Callable[..., Page], pair: Pair
) -> None:
    page = visit("author")
    late: list[Route] = []
    page.goto(f"{pair.asking.url}/new/preservation")
    page.click("main form[novalidate] button:not([name])")
    expect(page.locator(".errors")).to_be_focused()

    def hold(route: Route) -> None:
        late.append(route)

    page.route("**/desk/frame.js*", hold)
    page.click("main form[novalidate] button:not([name])")
    field = page.locator("#id_subject-description")
    field.focus()
    assert late, "the script of the page is still on its way"
    with page.expect_response("**/desk/frame.js*"):
        late[-1].continue_()
    page.wait_for_load_state("load")
    page.evaluate(FRAME)
    expect(field).to_be_focused()


def test_a_menu_is_not_fitted_before_the_release(visit: Callable[..., Page], pair: Pair) -> None:
    page = visit("author")
    page.goto(f"{pair.asking.url}/cases/{case_path(pair)}")
    menu = page.locator(".identity details.menu")
    menu.locator("summary").click()
    room = "menu => menu.querySelector('.menu-list').style.getPropertyValue('--room')"
    page.wait_for_function("() => document.querySelector('.menu[open] .menu-list[style]')")
    menu.evaluate("menu => menu.querySelector('.menu-list').style.setProperty('--room', '1px')")
    menu.locator(".menu-list").hover(position={"x": 3, "y": 4})  # beside its entries
    page.mouse.down()
    menu.evaluate("menu => menu.dispatchEvent(new Event('toggle'))")
    page.evaluate(FRAME)
    assert menu.evaluate(room) == "1px"
    page.mouse.up()
    expect(menu.locator(".menu-list")).not_to_have_attribute("style", re.compile("room: 1px"))


def test_a_press_on_a_heading_of_a_menu_leaves_it_open(
    visit: Callable[..., Page], pair: Pair
) -> None:
    """The focus goes to what lies around it; Tab closes it still."""
    page = visit("author")
    page.goto(f"{pair.asking.url}/cases/{case_path(pair)}")
    menu = page.locator(".identity details.menu")
    menu.locator("summary").click()
    menu.get_by_role("heading").first.click()
    expect(menu).to_have_attribute("open", "")
    menu.get_by_role("link").last.focus()
    page.keyboard.press("Tab")
    expect(menu).not_to_have_attribute("open", "")
