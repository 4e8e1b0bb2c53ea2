"""What is marked is on no page and in no answer to a browser until somebody said why."""

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page
from tests.api.nodes import Pair
from tests.desk.home import act, translation
from tests.desk.test_case import accepted_request
from tests.desk.test_inspection_page import inspected
from tests.desk.test_sensitive import browser_client, mark
from tests.nodes.moving import Sealed, made_package
from tests.paper.papers import enter_authority, letter, taken_in

from comity.client.api import Api

pytestmark = pytest.mark.full

NAME, SENDER, SAID = "Anna Maria.eml", "Mother of Anna Maria", "Anna Maria was seven"
CALLED = "Statement of the girl Anna Maria"
REASON = "I take the statement again"
PAGE_OF_ALL = ("/mail?all=1", "/docket?all=yes", "/evidence", "/search?q=Anna")


@dataclass(frozen=True)
class Known:
    """Things of one case, and all that may not be seen of them."""

    conversation: str
    case: str
    package: Sealed
    original: str
    mail: str
    data: bytes
    export: str
    tag: str

    @property
    def exhibit(self) -> str:
        return str(self.package.offer["exhibit"])

    def read_in(self, answer: httpx.Response) -> list[str]:
        """Return what an answer lets out of the exhibit and the original."""
        body = answer.content
        bytes_of = {"sealed": self.package.data[:64], "original": self.data[:64]}
        own = [f"{self.tag} {text}" for text in (CALLED, NAME, SENDER, SAID)]
        texts = {text: text.encode() for text in (*own, "disk.E01")}
        return [name for name, needle in (bytes_of | texts).items() if needle in body]


@pytest.fixture(scope="module")
def inspection(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return inspected(tmp_path_factory.mktemp("inspected"))


@pytest.fixture
def known(pair: Pair, tmp_path: Path, inspection: dict[str, Any]) -> Known:
    """An exhibit that was offered in a message and inspected, and mail with a text."""
    digest, tag = accepted_request(pair), os.urandom(4).hex()
    made = made_package(tmp_path, 9000, seed=int.from_bytes(os.urandom(4)))
    offer = {**made.offer, "description": {"lang": "en", "text": f"{tag} {CALLED}"}}
    package = Sealed(made.path, offer, made.data)
    session = Api(pair.asked.url, pair.asked.tokens["author"])
    session.upload(digest, offer, package.path, acquired="By order")
    session.close()
    seen = {"inspection": inspection}
    pair.asked.ok("author", "POST", f"/exhibits/{package.root}/inspections", json=seen)
    told = {"event": "offered", "reason": "As ordered"}
    handed = pair.asked.ok("author", "GET", f"/packages/{package.root}/handover", params=told)
    offered = {"type": "evidence.offered", "conversation": digest, "sections": handed}
    pair.asked.say(offered)
    case = pair.asked.ok("author", "GET", f"/conversations/{digest}")["case"]
    data = letter(f"{tag} {SAID}.", subject="Statement")
    mail = taken_in(pair.asked, data, name=f"{tag} {NAME}", sender=f"{tag} {SENDER}")
    asked = {"case": case, "reason": "For the court"}
    export = pair.asked.ok("approver", "POST", "/exports", json=asked)["id"]
    return Known(digest, case, package, mail["original"], mail["item"], data, export, tag)


def marked(pair: Pair, known: Known, marker: str) -> None:
    mark(pair.asked, "exhibit", known.exhibit, marker)
    mark(pair.asked, "original", known.original, marker)


def say_why(client: httpx.Client, path: str, reason: str = REASON) -> httpx.Response:
    """Send the form of a page that asks for a reason."""
    token = re.findall('csrfmiddlewaretoken" value="([^"]+)', client.get(path).text)[0]
    return client.post(path, data={"csrfmiddlewaretoken": token, "reason": reason})


PAGES: dict[str, Callable[[Known], str]] = {
    "mail": lambda known: f"/mail/{known.mail}",
    "writing down": lambda known: f"/write-down?mail={known.mail}",
    "its form": lambda known: (
        f"/write-down?mail={known.mail}&conversation=new&type=request.submitted"
    ),
    "docket item": lambda known: f"/docket/{known.mail}",
    "exhibit": lambda known: f"/exhibits/{known.exhibit}",
    "inspections": lambda known: f"/evidence/{known.package.root}/inspections",
}
"""Pages of the one thing, which show it to who said why."""


@pytest.mark.parametrize("marker", ["victim-data", "media", "abuse-material"])
def test_pages_of_one_thing_hide_it_until_this_person_says_why(
    pair: Pair, known: Known, marker: str
) -> None:
    enter_authority(pair.asked, f"sn/office-{os.urandom(4).hex()}")
    with (
        browser_client(pair.asked, "author") as client,
        browser_client(pair.asked, "duty") as other,
    ):
        before = {name: known.read_in(client.get(at(known))) for name, at in PAGES.items()}
        assert all(before.values()), before  # or the test tells nothing
        marked(pair, known, marker)
        for name, at in PAGES.items():
            answer = client.get(at(known))
            assert answer.status_code == 200, name
            assert known.read_in(answer) == [], name
            assert "labelled:" in answer.text, name
        for path in (f"/sensitive/exhibit/{known.exhibit}/show",
                     f"/sensitive/original/{known.original}/show"):  # fmt: skip
            assert say_why(client, path, "").status_code == 422
            assert known.read_in(client.get(path)) == []
            assert say_why(client, path).status_code == 200
        for name, at in PAGES.items():
            found = known.read_in(client.get(at(known)))
            assert bool(found) == (marker != "abuse-material"), name
            assert known.read_in(other.get(at(known))) == [], name  # who gave no reason
        for path in (*PAGE_OF_ALL, f"/cases/{known.case}"):  # lists hide it from everybody
            assert known.read_in(client.get(path)) == [], path


def test_a_form_names_what_is_marked_by_its_number(pair: Pair, tmp_path: Path) -> None:
    digest, made = accepted_request(pair), made_package(tmp_path, 900, seed=877)
    offer = {**made.offer, "description": {"lang": "en", "text": CALLED}}
    session = Api(pair.asked.url, pair.asked.tokens["author"])
    session.upload(digest, offer, made.path, acquired="By order")
    session.close()
    path = f"/conversations/{digest}/evidence.offered"
    with browser_client(pair.asked, "author") as client:
        assert CALLED in client.get(path).text
        mark(pair.asked, "exhibit", str(offer["exhibit"]), "victim-data")
        page = client.get(path).text
        assert CALLED not in page
        assert f"{offer['exhibit']} · labelled: Data of victims" in page


@pytest.mark.parametrize("marker", ["victim-data", "media"])
def test_a_marked_original_is_taken_out_with_a_reason(
    pair: Pair, known: Known, marker: str
) -> None:
    path = f"/originals/{known.original}"
    with browser_client(pair.asked, "author") as client:
        assert client.get(path).content == known.data
        mark(pair.asked, "original", known.original, marker)
        for answer in (client.get(path), say_why(client, path, "")):
            assert known.read_in(answer) == []
            assert "Content-Disposition" not in answer.headers
        refused = client.get(f"/api/v1{path}")
        assert (refused.status_code, refused.json()["code"]) == (403, "reason-needed")
        answer = say_why(client, path)
        assert answer.content == known.data
        assert answer.headers["content-disposition"].startswith("attachment;")
        assert known.read_in(client.get(path)) == []  # each time anew
    with browser_client(pair.asked, "auditor") as auditor:
        rows = auditor.get(f"/audit?action=sensitive.shown&subject={known.original}").text
        assert known.original in rows
        assert REASON not in rows
    assert pair.asked.call("author", "GET", path).content == known.data  # a program, audited


def test_a_court_bundle_with_abuse_material_is_given_to_no_browser(
    pair: Pair, known: Known
) -> None:
    mark(pair.asked, "exhibit", known.exhibit, "abuse-material")
    with browser_client(pair.asked, "approver") as client:
        page = client.get(f"/exports/{known.export}/file")
        assert (page.status_code, "Only metadata" in page.text) == (403, True)
        answer = client.get(f"/api/v1/exports/{known.export}/file")
        assert (answer.status_code, answer.json()["code"]) == (403, "abuse-material")


def routes(client: httpx.Client, known: Known, office_forms: tuple[str, ...]) -> Iterator[str]:
    """Yield each address of the API and the pages that names an exhibit, original or mail."""
    words = {
        "root": known.package.root, "name": known.exhibit, "item": known.mail,
        "item_id": known.mail, "case": known.case, "number": known.case,
    }  # fmt: skip
    told = client.get("/api/v1/openapi.json").json()["paths"]
    for path, ways in told.items():
        if "get" not in ways or "/exercise" in path or "/scenarios" in path:
            continue
        original = path.startswith("/api/v1/originals")
        words["digest"] = known.original if original else known.conversation
        for kind, subject in (("exhibit", known.exhibit), ("original", known.original)):
            named = {**words, "kind": kind, "subject": subject}
            try:
                yield path.format_map(named)
            except KeyError:
                break
    yield f"/api/v1/packages/{known.package.root}/handover?event=offered&reason=x"
    yield f"/api/v1/packages?conversation={known.conversation}"
    yield f"/api/v1/exhibits/{known.package.root}/passport"
    yield "/api/v1/mail?all=true"
    yield f"/api/v1/docket?kind=mail&about={known.original}"
    yield "/api/v1/search?q=Anna"
    for form in office_forms:
        yield f"/exhibits/{known.exhibit}/passport/{form}"
    yield from (at(known) for at in PAGES.values())
    yield from PAGE_OF_ALL
    yield f"/cases/{known.case}"
    yield f"/exhibits/{known.exhibit}/destroy"
    yield f"/originals/{known.original}"
    yield f"/originals/{known.original}/preview"
    for kind, subject in (("exhibit", known.exhibit), ("original", known.original)):
        yield f"/sensitive/{kind}/{subject}"
        yield f"/sensitive/{kind}/{subject}/show"


def test_no_route_gives_a_browser_bytes_or_names_of_abuse_material(
    pair: Pair, known: Known
) -> None:
    forms = ("json", "case", "en")
    record = _record(pair, known)
    with browser_client(pair.asked, "author") as client:
        every = [*routes(client, known, forms), f"/api/v1/messages/{record}/record"]
        before = {path for path in every if known.read_in(client.get(path))}
        for part in ("/api/v1/packages/", "/handover", "/offer", "/passport", "/inspections",
                     "/api/v1/mail", "/api/v1/originals/", "/api/v1/docket", "/record",
                     "/api/v1/conversations/", "/api/v1/cases/"):  # fmt: skip
            assert any(part in path for path in before), part  # or the test tells nothing
        marked(pair, known, "abuse-material")
        after = {path: known.read_in(client.get(path)) for path in every}
        assert {path: found for path, found in after.items() if found} == {}
        root = known.package.root
        for path in (f"/packages/{root}", f"/packages/{root}/offer",
                     f"/packages/{root}/handover?event=offered&reason=x",
                     f"/exhibits/{root}/passport", f"/exhibits/{root}/inspections",
                     f"/originals/{known.original}"):  # fmt: skip
            answer = client.get(f"/api/v1{path}")
            assert (answer.status_code, answer.json()["code"]) == (403, "abuse-material"), path
    sealed = pair.asked.call("author", "GET", f"/packages/{root}")
    assert sealed.content == known.package.data  # an examiner's program opens it elsewhere


def test_a_browser_reads_no_more_by_json_than_on_the_pages(pair: Pair, known: Known) -> None:
    marked(pair, known, "victim-data")
    root, record = known.package.root, _record(pair, known)
    asking = (f"/packages/{root}/offer", f"/exhibits/{root}/passport",
              f"/exhibits/{root}/inspections", f"/messages/{record}/record")  # fmt: skip
    quiet = ("/packages", "/mail?all=true", f"/mail/{known.mail}", f"/docket/{known.mail}",
             "/docket?open=false", f"/conversations/{known.conversation}")  # fmt: skip
    with browser_client(pair.asked, "author") as client:
        for path in asking:
            answer = client.get(f"/api/v1{path}")
            assert (answer.status_code, answer.json()["code"]) == (403, "reason-needed"), path
        for path in quiet:
            answer = client.get(f"/api/v1{path}")
            assert (answer.status_code, known.read_in(answer)) == (200, []), path
        say_why(client, f"/sensitive/exhibit/{known.exhibit}/show")
        assert CALLED in client.get(f"/api/v1/exhibits/{root}/passport").text
    told = pair.asked.call("author", "GET", f"/mail/{known.mail}").text
    assert NAME in told  # a program with a token, audited
    assert SAID in told


def _record(pair: Pair, known: Known) -> str:
    thread = pair.asked.ok("author", "GET", f"/conversations/{known.conversation}")
    (found,) = [one for one in thread["timeline"] if one["type"] == "evidence.offered"]
    return str(found["content"])


@pytest.mark.full
def test_a_marked_letter_is_written_down_after_a_reason(
    visit: Callable[..., Page], pair: Pair, known: Known
) -> None:
    mark(pair.asked, "original", known.original, "victim-data")
    page = visit("author", asked=True)
    page.goto(f"{pair.asked.url}/mail/{known.mail}")
    assert SAID not in page.content()
    page.click("main .marked + a")
    page.fill("#id_reason", REASON)
    page.click("main button:has-text('Show names')")
    assert NAME in page.inner_text("main")
    page.click("main a:has-text('Incoming mail')")
    page.click("main a:has-text('Transcribe')")
    assert SAID in page.inner_text("main")


def test_a_translator_is_asked_why_a_marked_paper_is_taken(pair: Pair, known: Known) -> None:
    mail = taken_in(pair.asked, letter(f"{known.tag} {SAID}, so far."), name=NAME, case=known.case)
    mark(pair.asked, "original", mail["original"], "victim-data")
    who = pair.asked.ok("translator", "GET", "/me")["officer"]
    told = translation(mail["original"], who, "whole")
    job = act(pair, "translation.asked", told, case=known.case)["item"]
    with browser_client(pair.asked, "translator") as client:
        assert NAME not in client.get(f"/translations/{job}").text
        path = f"/translations/{job}/paper"
        for answer in (client.get(path), say_why(client, path, " ")):
            assert SAID not in answer.text
        assert SAID in say_why(client, path).text
        seen = client.get(f"/api/v1/translations/{job}").json()
        assert (seen["original"], seen["original_name"]) == (None, "")
    with browser_client(pair.asked, "author") as client:
        assert NAME not in client.get(f"/docket/new/translation.asked?case={known.case}").text
        assert NAME not in client.get(f"/docket/{job}").text


def test_what_is_held_on_a_person_is_found_and_not_named(pair: Pair, known: Known) -> None:
    mark(pair.asked, "original", known.original, "victim-data")
    with browser_client(pair.asked, "author") as client:
        page = client.get("/privacy/held").text
        token = re.findall('csrfmiddlewaretoken" value="([^"]+)', page)[0]
        data = {"csrfmiddlewaretoken": token, "words": f"{known.tag} Anna seven"}
        found = client.post("/privacy/held", data=data)
    assert known.original in found.text
    assert known.read_in(found) == []
