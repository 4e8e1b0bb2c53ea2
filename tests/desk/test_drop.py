"""Files dragged onto a form: an error loses neither file nor word, each finds its field."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.api.nodes import Pair
from tests.desk.test_access import violations

pytestmark = pytest.mark.full
DROP = """(zone, [name, text]) => {
  const data = new DataTransfer();
  data.items.add(new File([text], name, { type: "text/plain" }));
  for (const kind of ["dragover", "drop"]) {
    const told = { dataTransfer: data, bubbles: true, cancelable: true };
    zone.dispatchEvent(new DragEvent(kind, told));
  }
}"""


def drop(page: Page, name: str, text: str) -> None:
    """Drag a file onto the page's zone."""
    page.locator("[data-drop]").evaluate(DROP, [name, text])


def test_a_dropped_letter_survives_an_error_and_arrives(
    visit: Callable[..., Page], pair: Pair
) -> None:
    page = visit("author")
    page.goto(f"{pair.asking.url}/mail/take-in")
    drop(page, "letter.txt", "Dear colleague")
    expect(page.locator("[data-part=drop-chosen]")).to_contain_text("letter.txt")
    page.click("main button.primary")
    expect(page.locator(".errors")).to_be_focused()
    expect(page.locator("[data-part=drop-chosen]")).to_contain_text("letter.txt")
    assert page.locator("#id_file").evaluate("(one) => one.files.length") == 1
    assert violations(page) == []
    page.fill("#id_sender", "Office of the prosecutor")
    page.click("main button.primary")
    page.wait_for_url(re.compile(r"/mail/(?!take-in)"))
    expect(page.locator("main")).to_contain_text("letter.txt")


def test_a_file_that_is_too_large_is_refused_as_that_and_not_as_a_lost_line(
    visit: Callable[..., Page], pair: Pair
) -> None:
    page = visit("author")
    page.goto(f"{pair.asking.url}/mail/take-in")
    told = {"status": 413, "content_type": "text/plain; charset=utf-8", "body": "Too large."}
    page.route(
        "**/mail/take-in",
        lambda one: one.fulfill(**told) if one.request.method == "POST" else one.fallback(),
    )
    drop(page, "disk.img", "as large as a disk")
    page.fill("#id_sender", "Office of the prosecutor")
    page.click("main button.primary")
    expect(page.get_by_role("status")).to_have_text("Too large.")
    assert page.input_value("#id_sender") == "Office of the prosecutor"


def test_a_chosen_file_can_be_taken_back_by_keyboard(
    visit: Callable[..., Page], pair: Pair
) -> None:
    page = visit("author")
    page.goto(f"{pair.asking.url}/mail/take-in")
    drop(page, "wrong.txt", "x")
    page.get_by_role("button", name="Remove: wrong.txt").press("Enter")
    expect(page.locator("[data-part=drop-chosen]")).to_be_hidden()
    expect(page.locator("#id_file")).to_be_focused()


def test_a_package_and_its_offer_find_their_fields(
    visit: Callable[..., Page], pair: Pair, tmp_path: Path
) -> None:
    page = visit("author", asked=True)
    *_newer, case = pair.asked.ok("author", "GET", "/cases")["cases"]
    page.goto(f"{pair.asked.url}/conversations/{case['conversations'][0]}/hand-in")
    drop(page, "mail.age.offer.json", "{}")
    drop(page, "mail.age", "sealed")
    named = "(one) => one.files[0].name"
    assert page.locator("#offer").evaluate(named) == "mail.age.offer.json"
    assert page.locator("#package").evaluate(named) == "mail.age"
