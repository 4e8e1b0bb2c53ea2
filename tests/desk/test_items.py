"""A request of several things, by the pages: each is decided, done and shown on its own."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.api.nodes import Pair, eventually, preservation_request, text
from tests.desk.moving import choose
from tests.desk.test_access import violations
from tests.desk.test_case import approve_and_send, fill_request

from comity.node.compose.item_forms import read_items

MAKE = "main form[novalidate] .lead button.primary"
THREE = "Logs of May\nThe mailbox\nBackups"


def asked(pair: Pair, items: list[str]) -> str:
    """Ask by the API; return the conversation once the other side has acknowledged it."""
    wanted = preservation_request()
    wanted["sections"]["request"]["measure"] = "stored-data"
    rows = [{"number": n, "description": text(item)} for n, item in enumerate(items, start=1)]
    wanted["sections"]["subject"]["items"] = rows
    digest: str = pair.asking.say(wanted)["conversation"]
    eventually(lambda: pair.asked.call("approver", "GET", f"/conversations/{digest}").is_success)
    sections = {"acknowledgement": {"reference": "ZA-8", "note": None}}
    pair.asked.say({"type": "request.acknowledged", "conversation": digest, "sections": sections})
    return digest


def case_of(pair: Pair, digest: str) -> str:
    found: str = pair.asked.ok("approver", "GET", f"/conversations/{digest}")["case"]
    return found


def standings(pair: Pair, digest: str) -> list[str]:
    found = pair.asked.ok("approver", "GET", f"/conversations/{digest}")
    return [item["standing"] for item in found["items"]]


def test_items_are_written_one_a_line(visit: Callable[..., Page], pair: Pair) -> None:
    page = visit("author")
    page.goto(f"{pair.asking.url}/new/stored-data")
    fill_request(page, pair)
    page.fill("#id_subject-items", "1. Logs\n1. Mail")
    page.click(MAKE)
    assert page.locator("#id_subject-items_error").count() == 1
    assert page.input_value("#id_subject-items") == "1. Logs\n1. Mail", "nothing typed is lost"
    page.fill("#id_subject-items", THREE)
    page.click(MAKE)
    page.wait_for_url("**/drafts/*")
    draft = pair.asking.ok("author", "GET", f"/drafts/{page.url.rpartition('/')[2]}")
    rows = draft["sections"]["subject"]["value"]["items"]
    assert [(row["number"], row["description"]["text"]) for row in rows] == list(
        enumerate(THREE.splitlines(), start=1)
    )
    expect(page.locator("dd:has-text('2 · The mailbox')")).to_have_count(1)


@pytest.mark.long
def test_each_item_is_decided_done_and_shown(visit: Callable[..., Page], pair: Pair) -> None:
    digest = asked(pair, THREE.splitlines())
    page = visit("author", asked=True)
    page.goto(f"{pair.asked.url}/cases/{case_of(pair, digest)}")
    expect(page.locator("dd:has-text('2 · The mailbox')")).to_have_count(1)
    choose(page, "a[href*='/request.accepted-in-part']")
    page.fill("#id_decision-reasons", "As the law has it.")
    page.select_option("#id_decision-item_1", "accepted")
    page.select_option("#id_decision-item_2", "refused")
    page.click(MAKE)
    page.wait_for_url("**/drafts/*")
    approve_and_send(pair.asked, page)
    assert standings(pair, digest) == ["accepted", "refused", "asked"]
    expect(page.locator("table .soon")).to_have_count(2)
    assert violations(page) == []

    choose(page, "a[href$='/request.executed']")
    assert page.locator("#id_execution-item_2").count() == 0, "it was refused"
    page.fill("#id_execution-summary", "The logs were copied.")
    page.select_option("#id_execution-item_1", "done")
    page.click(MAKE)
    expect(page.locator("#id_remaining-anyway_error")).to_contain_text("3")
    page.check("#id_remaining-anyway")
    page.click(MAKE)
    page.wait_for_url("**/drafts/*")
    approve_and_send(pair.asked, page)
    assert standings(pair, digest) == ["done", "refused", "asked"]
    expect(page.locator("text=Remaining:")).to_have_count(1)

    choose(page, "a[href$='/request.closed']")
    page.click(MAKE)
    expect(page.locator("#id_remaining-anyway_error")).to_contain_text("3")


def test_what_was_settled_needs_no_confirmation(visit: Callable[..., Page], pair: Pair) -> None:
    digest = asked(pair, ["Logs"])
    bare = {"domestic_order": None, "review_by": None}
    decision: dict[str, Any] = {"reasons": text("Yes."), "grounds": [], **bare}
    pair.asked.say(
        {"type": "request.accepted", "conversation": digest, "sections": {"decision": decision}}
    )
    page = visit("author", asked=True)
    page.goto(f"{pair.asked.url}/conversations/{digest}/request.executed")
    page.fill("#id_execution-summary", "The logs were copied.")
    page.select_option("#id_execution-item_1", "nothing-found")
    page.click(MAKE)
    page.wait_for_url("**/drafts/*")


@pytest.mark.long
def test_an_amendment_begins_with_what_was_asked(visit: Callable[..., Page], pair: Pair) -> None:
    digest = asked(pair, THREE.splitlines())
    page = visit("author")
    eventually(
        lambda: (
            pair.asking.ok("approver", "GET", f"/conversations/{digest}")["state"] == "acknowledged"
        )
    )
    page.goto(f"{pair.asking.url}/conversations/{digest}/request.amended")
    assert page.input_value("#id_subject-items") == "1. Logs of May\n2. The mailbox\n3. Backups"
    page.fill("#id_subject-items", "1. Logs of May\n3. Backups\nInvoices")
    page.fill("#id_note-text", "The mailbox is no longer needed.")
    page.click(MAKE)
    page.wait_for_url("**/drafts/*")
    draft = pair.asking.ok("author", "GET", f"/drafts/{page.url.rpartition('/')[2]}")
    assert set(draft["sections"]) == {"note", "subject"}, "the grounds stay as they were"
    rows = draft["sections"]["subject"]["value"]["items"]
    assert [row["number"] for row in rows] == [1, 3, 4]
    approve_and_send(pair.asking, page)
    eventually(lambda: standings(pair, digest) == ["asked", "withdrawn", "asked", "asked"])


def test_a_line_keeps_its_number_in_any_digits() -> None:
    rows = read_items(["٣. سجلات", "new"], (), "ar")
    assert [row["number"] for row in rows] == [3, 4]
    assert read_items(["12 boxes of paper"], (), "en")[0]["description"]["text"].startswith("12")
