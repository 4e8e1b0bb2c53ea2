"""A case by the pages alone: asked in one State, answered in the other, in two languages."""

import base64
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.api.nodes import Office, Pair, eventually, preservation_request, text
from tests.desk.moving import choose
from tests.walks import sampled

from comity.canonical import encode


def approve_and_send(office: Office, page: Page) -> None:
    """Let the officers sign on the command line what the page shows, then send it by the page."""
    draft = office.ok("author", "GET", f"/drafts/{page.url.rpartition('/')[2]}")
    for role in ("author", "approver"):
        if draft["needs"][role]:
            path = f"/drafts/{draft['id']}/approvals"
            office.ok(role, "POST", path, json=office.approval(role, draft))
    page.reload()
    page.click("form[action$='/send'] button")
    page.wait_for_url("**/cases/*")


def reload_until(page: Page, selector: str) -> None:
    def there() -> bool:
        page.reload()
        return page.locator(selector).count() > 0

    eventually(there)


def fill_request(page: Page, pair: Pair) -> None:
    page.select_option("#id_request-to", pair.asked.party)
    page.fill("#id_request-reference", "VN-2026-0099")
    page.fill("#id_request-article", "18")
    page.fill("#id_subject-description", "Logs of one mailbox")
    page.fill("#id_subject-row_paste", "j.doe@example.za")
    page.fill("#id_subject-row_holder", "mail.example.za")
    page.fill("#id_grounds-offence", "Fraud by computer")
    page.fill("#id_grounds-facts", "Payments were redirected.")
    page.fill("#id_grounds-necessity", "Logs expire after ninety days.")


@pytest.mark.parametrize("lang", sampled(["en", "ar"], ["ar"]))
def test_a_preservation_is_asked_acknowledged_and_confirmed(
    visit: Callable[..., Page], pair: Pair, lang: str
) -> None:
    ours = visit("author", lang=lang)
    ours.goto(f"{pair.asking.url}/new/preservation")
    fill_request(ours, pair)
    ours.click("main form[novalidate] button:not([name])")
    ours.wait_for_url("**/drafts/*")
    approve_and_send(pair.asking, ours)
    number = ours.url.rpartition("/")[2]
    (conversation,) = pair.asking.ok("approver", "GET", f"/cases/{number}")["conversations"]
    digest = conversation["conversation"]

    theirs = visit("author", lang=lang, asked=True)
    answer = eventually(
        lambda: (
            (found := pair.asked.call("approver", "GET", f"/conversations/{digest}")).is_success
            and found.json()
        )
    )
    theirs.goto(f"{pair.asked.url}/cases/{answer['case']}")
    choose(theirs, "a[href$='/request.acknowledged']")
    theirs.fill("#id_acknowledgement-reference", "ZA-99")
    theirs.click("main form[novalidate] button:not([name])")
    theirs.wait_for_url("**/drafts/*")
    approve_and_send(pair.asked, theirs)
    choose(theirs, "a[href$='/preservation.confirmed']")
    theirs.fill("#id_preservation-until", "2027-03-01T00:00")
    theirs.select_option("#id_preservation-until_zone", "UTC")
    theirs.fill("#id_preservation-domestic_order", "Order 99")
    theirs.fill("#id_preservation-holder", "mail.example.za")
    theirs.click("main form[novalidate] button:not([name])")
    theirs.wait_for_url("**/drafts/*")
    approve_and_send(pair.asked, theirs)

    reload_until(ours, "time[datetime='2027-03-01T00:00:00Z']")
    expect(ours.locator(".entry:has([href$='#msg'])")).to_have_count(3)
    reload_until(ours, ".mark.proved")
    choose(ours, "a[href*='/new/stored-data?from=']")
    assert ours.input_value("#id_request-reference") == "VN-2026-0099"
    assert ours.input_value("#id_subject-row_identifier_1") == "j.doe@example.za"
    ours.fill("#id_request-article", "18")  # nothing else is typed again
    ours.click("#group-delivery > summary")
    ours.fill("#id_delivery-recipient", "age1 not a key")
    ours.click("main form[novalidate] button:not([name])")
    assert ours.locator("#id_delivery-recipient_error").count() == 1
    assert ours.input_value("#id_grounds-facts") == "Payments were redirected."
    ours.fill("#id_delivery-recipient", "")
    ours.click("main form[novalidate] button:not([name])")
    ours.wait_for_url("**/drafts/*")
    approve_and_send(pair.asking, ours)
    assert ours.url.endswith(number), "what grows out of a preservation stands in its case"
    expect(ours.locator("section[aria-labelledby=requests] > ul > li")).to_have_count(2)


def accepted_request(pair: Pair) -> str:
    """Return a conversation whose request for stored data is accepted, by the API."""
    wanted = preservation_request()
    wanted["sections"]["request"]["measure"] = "stored-data"
    digest: str = pair.asking.say(wanted)["conversation"]
    eventually(lambda: pair.asked.call("approver", "GET", f"/conversations/{digest}").is_success)
    decision: dict[str, Any] = {"reasons": text("As asked."), "grounds": [], "domestic_order": None}
    for kind, sections in (
        ("request.acknowledged", {"acknowledgement": {"reference": "ZA-5", "note": None}}),
        ("request.accepted", {"decision": {**decision, "review_by": None}}),
    ):
        pair.asked.say({"type": kind, "conversation": digest, "sections": sections})
    return digest


def sealed(pair: Pair, folder: Path, digest: str) -> tuple[dict[str, Any], Path]:
    """Seal a file by the command, as the examiner does; return offer and package."""
    source, target = folder / "mail.txt", folder / "sealed.age"
    source.write_text("From: a forged address\n", "utf-8")
    keys = pair.world.places[pair.asking.party].config.keys / "sealing.txt"
    recipient = next(
        line.partition("public key: ")[2]
        for line in keys.read_text("ascii").splitlines()
        if "public key" in line
    )
    code = "from comity.cli.evidence.seal import seal; seal()"
    command = [sys.executable, "-c", code, str(source), "-r", recipient, "-o", str(target)]
    command += ["--conversation", digest, "--from", pair.asked.party, "--to", pair.asking.party]
    command += ["--mode", "exercise", "--description", "Mail of one account"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    return json.loads((folder / "sealed.age.offer.json").read_text("utf-8")), target


def upload(office: Office, digest: str, offer: dict[str, Any], data: bytes) -> int:
    """Hand a package in by the API, in one part; return the status of the step that ends it."""
    version = {"Tus-Resumable": "1.0.0"}
    told = {"Upload-Length": str(len(data)), "Upload-Metadata": "offer " + padded(encode(offer))}
    path = f"/conversations/{digest}/uploads"
    begun = office.call("author", "POST", path, headers=version | told)
    if begun.status_code != 201:
        return begun.status_code
    place = "/uploads/" + begun.headers["Location"].rpartition("/")[2]
    part = {"Content-Type": "application/offset+octet-stream", "Upload-Offset": "0"}
    return office.call("author", "PATCH", place, content=data, headers=version | part).status_code


def padded(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


@pytest.mark.full
def test_evidence_goes_from_one_state_to_the_other_by_the_pages(
    visit: Callable[..., Page], pair: Pair, tmp_path: Path
) -> None:
    digest = accepted_request(pair)
    offer, package = sealed(pair, tmp_path, digest)
    data = package.read_bytes()
    assert upload(pair.asked, digest, offer, data[:-1] + bytes((data[-1] ^ 1,))) == 422
    assert upload(pair.asked, digest, offer, data[:-1]) == 422
    assert upload(pair.asked, digest, offer, data) == 204

    theirs = visit("author", asked=True)
    case = pair.asked.ok("author", "GET", f"/conversations/{digest}")["case"]
    theirs.goto(f"{pair.asked.url}/cases/{case}")
    choose(theirs, "a[href$='/evidence.offered']")
    theirs.fill("#id_package-reason", "As requested.")
    theirs.click("main form[novalidate] button:not([name])")
    theirs.wait_for_url("**/drafts/*")
    approve_and_send(pair.asked, theirs)

    ours = visit("author")
    ours.goto(f"{pair.asking.url}/evidence")
    row = (
        f".item:has([href='/exhibits/{offer['exhibit']}'])"  # earlier tests left others in the list
    )
    reload_until(ours, f"{row} .state:has-text('every block verified')")
    ours.click(f"main a[href='/exhibits/{offer['exhibit']}']")
    with ours.expect_download() as download:
        ours.click("text=Download sealed package")
    assert download.value.path().read_bytes() == data
    case = pair.asking.ok("author", "GET", f"/conversations/{digest}")["case"]
    ours.goto(f"{pair.asking.url}/cases/{case}")
    choose(ours, "a[href*='/evidence.received?about=']")
    ours.fill("#id_package-reason", "Whole and unchanged.")
    ours.click("main form[novalidate] button:not([name])")
    ours.wait_for_url("**/drafts/*")
    approve_and_send(pair.asking, ours)
    ours.goto(f"{pair.asking.url}/evidence")
    ours.click("main a[href^='/exhibits/']")
    chain = ours.locator("#life ~ .timeline > li")
    assert chain.count() == 3  # sealed, offered, received; nobody said how it was acquired
    (stored,) = pair.asking.ok("approver", "GET", f"/packages?conversation={digest}")["packages"]
    assert [event["event"] for event in stored["custody"]][-1] == "received"


def test_a_message_nobody_receipts_is_a_dead_letter_that_every_page_shows(
    visit: Callable[..., Page], pair: Pair
) -> None:
    import sqlite3

    pair.asked.process.stop()
    try:
        sent = pair.asking.say(preservation_request())
        page = visit("author")
        page.goto(f"{pair.asking.url}/outbox")
        reload_until(page, ".item:has-text('does not respond')")
        with sqlite3.connect(pair.asking.process.config.database_file, timeout=20) as database:
            database.execute("UPDATE node_outboxrow SET stage='dead' WHERE stage='queued'")
        database.close()
        case = pair.asking.ok("author", "GET", f"/conversations/{sent['conversation']}")["case"]
        page.goto(f"{pair.asking.url}/cases/{case}")
        told = page.locator(".entry .meta .late")
        assert "Not delivered to" in told.inner_text()
        assert "The partner authority's node does not respond." in told.inner_text()
        assert told.locator("a[href='/outbox']").count() == 1
        assert page.locator("text=No receipt yet").count() == 0
        page.goto(pair.asking.url)
        assert page.locator(".strip").count() == 1
        page.click(".strip a >> nth=0")
    finally:
        pair.asked.process.start()
        pair.asked.process.wait_ready()
    page.click("form[action$='/retry'] button")
    page.goto(f"{pair.asking.url}/outbox")
    reload_until(page, "text=No pending deliveries")
    assert page.locator(".strip").count() == 0


def test_two_logs_that_disagree_are_said_in_plain_words(
    visit: Callable[..., Page], pair: Pair
) -> None:
    import sqlite3

    with sqlite3.connect(pair.asking.process.config.database_file, timeout=20) as database:
        database.execute(
            "INSERT INTO node_receiptrow (record, party, jws, outcome, linked, fault, kept_at)"
            " VALUES ('sha256:x', ?, x'00', '', 0, 'receipt-unproved', '2026-01-01 00:00:00')",
            (pair.asked.party,),
        )
    try:
        page = visit("author")
        assert page.locator(".strip").count() == 1
        page.goto(f"{pair.asking.url}/health")
        assert page.locator("text=The two logs disagree.").count() == 1
        assert "fork" not in page.content()
        assert pair.asking.ok("approver", "GET", "/health")["good"] is False
    finally:
        with database:
            database.execute("DELETE FROM node_receiptrow WHERE record = 'sha256:x'")
        database.close()
