"""Sealed bytes that were handed in for one conversation, offered in another."""

import csv
import io
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.api.nodes import Pair
from tests.desk.test_case import accepted_request, padded, sealed, upload

from comity.canonical import encode
from comity.demo.world import ASKED


def handed_in(pair: Pair, folder: Path) -> tuple[dict[str, Any], bytes, str, str]:
    """Return an offer, its package, the conversation it is handed in for, and another one."""
    first, second = accepted_request(pair), accepted_request(pair)
    offer, path = sealed(pair, folder, first)
    data = path.read_bytes()
    assert upload(pair.asked, first, offer, data) < 300
    return offer, data, first, second


def held(pair: Pair, root: str) -> dict[str, Any]:
    rows = pair.asked.ok("author", "GET", "/packages")["packages"]
    (found,) = [row for row in rows if row["root"] == root]
    return dict(found)


def send_offer(pair: Pair, root: str, conversation: str) -> None:
    """Offer a package in a conversation by the API, signed by who has to."""
    bare = root.removeprefix("sha256:")
    told = pair.asked.ok(
        "author", "GET", f"/packages/{bare}/handover?event=offered&reason=As+asked+here"
    )
    pair.asked.say({"type": "evidence.offered", "conversation": conversation, "sections": told})


@pytest.fixture
def nothing_waits(pair: Pair) -> Iterator[None]:
    """Hide for one test what other tests sealed and left."""
    path = pair.asked.process.config.database_file
    hide = "UPDATE node_package SET outgoing = 0 WHERE root = ?"
    with closing(sqlite3.connect(path, timeout=20, autocommit=True)) as rows:
        waits = "SELECT root FROM node_package WHERE outgoing AND offered_in = ''"
        left = rows.execute(waits).fetchall()
        rows.executemany(hide, left)
        yield
        rows.executemany(hide.replace("= 0", "= 1"), left)


def test_the_form_says_what_to_do_where_nothing_can_be_offered(
    visit: Callable[..., Page], pair: Pair, nothing_waits: None
) -> None:
    digest = accepted_request(pair)
    page = visit("author", asked=True)
    page.goto(f"{pair.asked.url}/conversations/{digest}/evidence.offered")
    note = page.locator("main .note-warn")
    expect(note).to_contain_text("Nothing that is sealed here can be offered")
    expect(note).to_contain_text("seal it as an exhibit of its own")
    assert note.locator(f"a[href$='/conversations/{digest}/hand-in']").count() == 1


@pytest.mark.full
def test_what_waits_in_another_case_is_offered_here_and_belongs_here_from_then_on(
    visit: Callable[..., Page], pair: Pair, tmp_path: Path
) -> None:
    offer, data, first, second = handed_in(pair, tmp_path)
    root = offer["root"]
    assert upload(pair.asked, second, offer, data) < 300  # it is here: nothing is refused or lost
    assert held(pair, root)["conversation"] == first
    case = pair.asked.ok("author", "GET", f"/conversations/{first}")["case"]
    page = visit("author", asked=True)
    page.goto(f"{pair.asked.url}/conversations/{second}/evidence.offered")
    note = page.locator("main .note-warn")
    expect(note).to_contain_text("cannot open a package that names another conversation, or none")
    choice = page.locator(f"#id_package-package option[value='{root}']")
    expect(choice).to_contain_text(f"uploaded for case {case}")
    expect(choice).to_contain_text(root.removeprefix("sha256:")[:8])  # told from others like it
    page.select_option("#id_package-package", root)
    page.fill("#id_package-reason", "The same mailbox is asked for here.")
    page.click("main form[novalidate] button:not([name])")
    page.wait_for_url("**/drafts/*")
    assert held(pair, root)["conversation"] == first  # nothing is offered yet
    send_offer(pair, root, second)
    after = held(pair, root)
    assert (after["conversation"], bool(after["offered_in"])) == (second, True)
    last = after["custody"][-1]
    assert (last["event"], last["reason"], last["party"]) == ("offered", "As asked here", ASKED)
    trail = pair.asked.call("auditor", "GET", "/audit?action=evidence.moved").text
    (moved,) = [row for row in csv.DictReader(io.StringIO(trail)) if row["subject"] == root]
    assert (moved["act"], moved["detail"]) == ("evidence.moved", second)


def test_what_was_offered_elsewhere_is_refused_at_hand_in_by_code(
    pair: Pair, tmp_path: Path
) -> None:
    offer, data, first, second = handed_in(pair, tmp_path)
    send_offer(pair, offer["root"], first)
    assert upload(pair.asked, first, offer, data) < 300  # once more for its own: as before
    path = f"/conversations/{second}/uploads"
    fields = tus_fields(offer, data)
    answer = pair.asked.call("author", "POST", path, headers=fields)
    assert (answer.status_code, answer.json()["code"]) == (422, "package-elsewhere")
    assert held(pair, offer["root"])["stage"] == "sealed"


def tus_fields(offer: dict[str, Any], data: bytes) -> dict[str, str]:
    told = "offer " + padded(encode(offer))
    return {
        "Tus-Resumable": "1.0.0",
        "Upload-Length": str(len(data)),
        "Upload-Metadata": told,
    }


@pytest.mark.full
def test_a_closed_case_keeps_its_evidence_from_the_forms_of_others(
    visit: Callable[..., Page], pair: Pair, tmp_path: Path
) -> None:
    offer, data, first, second = handed_in(pair, tmp_path)
    case = pair.asked.ok("author", "GET", f"/conversations/{first}")["case"]
    pair.asked.ok("approver", "POST", f"/cases/{case}/access", json={"openness": "restricted"})
    page = visit("duty", asked=True)
    page.goto(f"{pair.asked.url}/conversations/{second}/evidence.offered")
    assert page.locator(f"option[value='{offer['root']}']").count() == 0
    answer = pair.asked.call(
        "duty", "POST", f"/conversations/{second}/uploads", headers=tus_fields(offer, data)
    )
    assert answer.status_code == 422
    assert answer.json()["code"] == "package-elsewhere"
