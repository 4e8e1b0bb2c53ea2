"""The pages of a request in a browser: headings follow corrections, no box lies on another."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.api.nodes import Pair, preservation_request
from tests.desk.test_case import fill_request
from tests.walks import sampled

OVERLAP = """() => {
    const boxes = [...document.querySelectorAll("main .note-good, main .help, main .identity")];
    const places = boxes.filter((one) => one.checkVisibility())
        .map((one) => one.getBoundingClientRect());
    return places.some((one, n) => places.slice(n + 1).some((other) =>
        one.left < other.right - 1 && other.left < one.right - 1
        && one.top < other.bottom - 1 && other.top < one.bottom - 1));
}"""


def signed_once(pair: Pair) -> dict[str, Any]:
    """Return an emergency of the asking office that its author has signed, and not sent."""
    author, wanted = pair.asking, preservation_request()
    wanted["sections"]["request"] |= {"urgency": "emergency"}
    draft: dict[str, Any] = author.ok("author", "POST", "/drafts", json=wanted)
    told = author.approval("author", draft)
    author.ok("author", "POST", f"/drafts/{draft['id']}/approvals", json=told)
    return draft


def test_headings_follow_what_is_corrected_below_them(
    visit: Callable[..., Page], pair: Pair
) -> None:
    page = visit("author")
    page.goto(f"{pair.asking.url}/new/preservation")
    fill_request(page, pair)
    page.click("button[name='look']")
    group = page.locator("#group-subject")
    expect(group.locator("> summary .sum")).to_contain_text("Logs of one mailbox")
    group.locator("> summary").click()
    group.locator(".idchip > summary").click()
    page.fill("#id_subject-row_identifier_1", "jane.doe@example.za")
    expect(group.locator(".idchip > summary")).to_contain_text("jane.doe@example.za")
    page.fill("#id_subject-description", "Logs of two mailboxes")
    expect(group.locator("> summary .sum")).to_have_text("Changed")


@pytest.mark.parametrize("lang", sampled(["en", "ar"], ["en", "ar"]))
def test_no_box_lies_on_another_on_a_draft_after_signing(
    visit: Callable[..., Page], pair: Pair, lang: str
) -> None:
    draft = signed_once(pair)
    page = visit("author", lang=lang)
    page.goto(f"{pair.asking.url}/drafts/{draft['id']}")
    page.click(".identity details.menu > summary")
    page.click("form[action$='withdraw'] button")
    expect(page.locator("main .note-good")).to_be_visible()
    for width, height in ((1366, 768), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate("scrollTo(0, 0)")
        assert not page.evaluate(OVERLAP), width


def test_the_author_is_told_who_countersigns_and_gets_no_button_for_it(
    visit: Callable[..., Page], pair: Pair
) -> None:
    sent = pair.asking.ok("author", "POST", f"/drafts/{signed_once(pair)['id']}/send")
    page = visit("author")
    page.goto(f"{pair.asking.url}/cases/{sent['case']}")
    head = page.locator(".identity")
    expect(head).to_contain_text("Countersignature by an approver, due")
    assert head.locator("a", has_text="Countersign").count() == 0
    page.goto(f"{pair.asking.url}/my-work")
    assert page.locator("main a[href*='/messages/']", has_text="Countersign").count() == 0
    page = visit("approver")
    page.goto(f"{pair.asking.url}/cases/{sent['case']}")
    expect(page.locator("#case-first")).to_have_text("Countersign")
