"""Counts and marks of what is folded follow what is fetched; nothing folds, opens or moves."""

from collections.abc import Callable

from playwright.sync_api import Page, expect
from tests.api.nodes import Pair
from tests.desk.test_access import case_path
from tests.desk.test_watch_pages import LOOK, fill_call, keep

SIGN = "link => link.querySelector('.vh').textContent"
type Visit = Callable[..., Page]


def test_the_counts_of_the_menu_follow_the_list_of_the_duty_desk(visit: Visit, pair: Pair) -> None:
    """Another officer notes a call; the menu of whoever is on duty is open and stays so."""
    mine, other = visit("duty", width=390), visit("author")
    mine.goto(f"{pair.asking.url}/watch")
    fold = mine.locator("nav.rail details")
    fold.locator("summary").click()
    fold.locator("summary").focus()
    counts = [mine.locator(one) for one in ("#waits-menu", "#waits-1")]
    before = [one.inner_text() for one in counts]
    other.goto(f"{pair.asking.url}/calls/new")
    fill_call(other, caller="Somebody at the door")
    other.check("input[value=not-yet]")
    other.fill("#id_back-why", "No one else is here.")
    keep(other)
    other.wait_for_selector("text=The call is on record.")
    with mine.expect_response("**/watch/list*"):
        mine.evaluate(LOOK)
    for one, was in zip(counts, before, strict=True):
        expect(one).not_to_have_text(was, use_inner_text=True)
    expect(fold).to_have_attribute("open", "")
    expect(fold.locator("summary")).to_be_focused()


def test_what_was_opened_in_a_fetched_part_stays_open(visit: Visit, pair: Pair) -> None:
    page = visit("duty")
    body = '<details id="one"><summary>One</summary>Two</details>'
    page.route("**/watch/list*", lambda route: route.fulfill(body=body, content_type="text/html"))
    page.goto(f"{pair.asking.url}/watch")
    page.evaluate(LOOK)
    part = page.locator("#one")
    expect(part).not_to_have_attribute("open", "")
    part.locator("summary").click()
    part.evaluate("part => { part.dataset.old = '1'; }")
    page.evaluate(LOOK)
    expect(part).not_to_have_attribute("data-old", "1")
    expect(part).to_have_attribute("open", "")


def test_the_marks_of_groups_follow_what_is_typed_in_a_request(visit: Visit, pair: Pair) -> None:
    page = visit("author")
    page.goto(f"{pair.asking.url}/new/preservation")
    tab = page.locator(".groups [href='#group-authority']")
    folded = page.locator("#group-authority")
    assert tab.evaluate(SIGN) == "Optional:"
    folded.locator("summary").click()
    fields = folded.locator("input[type=text], textarea")
    for number in range(fields.count()):
        fields.nth(number).fill("Court 1")
    fields.first.focus()
    expect(tab.locator(".vh")).to_have_text("Complete:")
    expect(folded.locator(".mark")).not_to_have_text("Optional")
    expect(folded.locator(".sum")).to_contain_text("Court 1")
    expect(folded).to_have_attribute("open", "")
    expect(fields.first).to_be_focused()
    for number in range(fields.count()):
        fields.nth(number).fill("")
    expect(tab.locator(".vh")).to_have_text("Optional:")
    expect(folded.locator(".mark")).to_have_text("Optional")


def test_the_marks_of_groups_follow_what_is_typed_in_a_reply(visit: Visit, pair: Pair) -> None:
    page = visit("author")
    case = pair.asking.ok("author", "GET", f"/cases/{case_path(pair)}")
    digest = case["conversations"][0]["conversation"]
    page.goto(f"{pair.asking.url}/conversations/{digest}/request.amended")
    tab = page.locator(".groups [href='#group-grounds']")
    assert tab.evaluate(SIGN) == "Complete:", "it begins with the request as it stands"
    texts = page.locator("#group-grounds textarea, #group-grounds input[type=text]")
    for number in range(texts.count()):
        texts.nth(number).fill("")
    expect(tab.locator(".vh")).not_to_have_text("Complete:")
    assert "/request.amended" in page.url, "nothing was made of it"
