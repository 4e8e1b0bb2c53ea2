"""Round tables as pages: what is wrong is said, and what waits for whom stands first."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from tests.api.nodes import Pair, eventually
from tests.desk.test_assistance_pages import post, signed_in
from tests.exchange.makers import TABLES

from comity.canonical import time_text
from comity.demo.world import ASKED, ASKING
from comity.node.core.clock import now

GOOD = {
    "lang": "en",
    "to-to": ASKED,
    "table-matter": "How we ask each other for logs",
    "table-topics": "electronic-evidence",
    "table-begins": "2031-01-01T08:00",
    "table-where": "Ha Noi",
    "table-answer_by": "2030-12-01T00:00",
    "table-agenda": "Points of contact | 20\nForms | and marks | 40",
    "table-documents": "Model form | " + "AB" * 32,
    "table-reference": "T-1",
}


@pytest.fixture(scope="module")
def officer(pair: Pair) -> Iterator[httpx.Client]:
    with signed_in(pair.asking.url, "author") as client:
        yield client


@pytest.fixture(scope="module")
def digest(pair: Pair) -> str:
    """A table that came to the asked office."""
    ahead = {"answer_by": "2030-12-01T00:00:00Z", "begins": "2031-01-01T08:00:00Z"}
    table = {**TABLES["table"], **ahead, "ends": None, "matter": "Logs <b>and</b> hours"}
    sent = pair.asking.say({"type": "table.called", "to": [ASKED], "sections": {"table": table}})
    found: str = sent["conversation"]
    path = f"/round-tables/{found}"
    eventually(lambda: pair.asked.call("author", "GET", path).is_success)
    return found


# ------------------------------------------------------------------ what is wrong is said


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"table-agenda": "Points of contact"}, "Line 1: title | minutes, from 1 to 1440."),
        ({"table-agenda": "A | 5\nB | 0"}, "Line 2: title | minutes, from 1 to 1440."),
        ({"table-agenda": "A | ٥"}, "Line 1: title | minutes"),
        ({"table-documents": "Model form | ab"}, "Line 1: title | the 64 signs"),
        ({"table-ends": "2030-01-01T00:00"}, "The end is before the begin."),
    ],
)
def test_a_call_that_cannot_be_is_said_beside_its_field(
    officer: httpx.Client, changed: dict[str, str], told: str
) -> None:
    answer = post(officer, "/assistance/new/table", GOOD | changed)
    assert answer.status_code == 422
    assert told in answer.text


def test_what_is_not_there_is_not_there(officer: httpx.Client, digest: str) -> None:
    nobody = "sha256:" + "00" * 32
    for path in (f"/{nobody}", f"/{nobody}/minutes/md", f"/{digest}/minutes/exe"):
        assert officer.get(f"/round-tables{path}").status_code == 404
    answer = officer.get("/round-tables?after=x")
    assert (answer.status_code, answer.headers.get("location")) == (302, "/round-tables")


def answer_form(client: httpx.Client, digest: str, **changed: Any) -> httpx.Response:
    said = {"lang": "en", "table-answer-answer": "comes", "table-answer-people": "2"}
    return post(client, f"/conversations/{digest}/table.answered", said | changed)


def test_whoever_comes_sends_somebody(pair: Pair, digest: str) -> None:
    with signed_in(pair.asked.url, "author") as client:
        answer = answer_form(client, digest, **{"table-answer-people": "0"})
        assert answer.status_code == 422
        assert "An authority that comes sends at least one person." in answer.text


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"minutes-item_1": " "}, "Write what was said to at least one item."),
        ({"minutes-actions": "Send it | 2031-01-01"}, "Line 1: what | an authority at the table"),
        ({"minutes-actions": "Send it | fj/police | 2031-01-01"}, "Line 1: what | an authority"),
        ({"minutes-actions": f"Send it | {ASKED} | soon"}, "Line 1: the due day is"),
    ],
)
def test_minutes_that_cannot_be_are_said(
    officer: httpx.Client, digest: str, changed: dict[str, str], told: str
) -> None:
    said = {"lang": "en", "minutes-item_1": "Both named a point of contact."}
    path = f"/conversations/{digest}/table.minutes-proposed"
    answer = post(officer, path, said | changed)
    assert answer.status_code == 422
    assert told in answer.text


# ------------------------------------------------------------------ what is done


def test_a_call_becomes_a_draft_that_shows_who_will_read_it(officer: httpx.Client) -> None:
    answer = post(officer, "/assistance/new/table", GOOD)
    assert answer.status_code == 302
    draft = officer.get(answer.headers["location"]).text
    assert ASKED in draft.partition("With whom it is shared")[2].partition("</ul>")[0]
    assert "sha256:" + "ab" * 32 in draft
    assert "Forms | and marks" in draft


def test_what_came_waits_for_an_answer_and_its_page_leads_to_it(pair: Pair, digest: str) -> None:
    with signed_in(pair.asked.url, "author") as client:
        listed = client.get("/round-tables").text
        waiting = listed.partition("Open actions of your office")[2].partition("<h2>")[0]
        assert f"/round-tables/{digest}" in waiting
        assert "Reply to invitation" in waiting
        page = client.get(f"/round-tables/{digest}").text
        assert "Logs &lt;b&gt;and&lt;/b&gt; hours" in page  # what another State wrote is text
        assert "Points of contact" in page
        assert "no reply" in page
        assert "None were proposed yet" in page
        assert ASKING in page
        link = re.search(r'href="(/conversations/[^"]+/table.answered)"', page)
        assert link is not None
        assert "No names" in client.get(link[1]).text
        answer = answer_form(client, digest, **{"table-answer-functions": "Prosecutor"})
        assert answer.status_code == 302
        assert "Prosecutor" in client.get(answer.headers["location"]).text
    with signed_in(pair.asked.url, "auditor") as client:
        assert client.get("/round-tables").status_code == 403


def test_minutes_are_drafted_by_item_of_the_agenda(officer: httpx.Client, digest: str) -> None:
    path = f"/conversations/{digest}/table.minutes-proposed"
    form = officer.get(path).text
    assert "1 · Points of contact" in form
    assert "2 · Forms" in form
    said = {
        "lang": "en",
        "minutes-item_2": "The model form is tried.",
        "minutes-actions": f"Send it | {ASKED} | 2031-01-01",
    }
    answer = post(officer, path, said)
    assert answer.status_code == 302
    draft = officer.get(answer.headers["location"]).text
    assert "The model form is tried." in draft
    assert "2031-01-01 23:59 UTC" in draft


def test_the_watch_leads_to_the_table_that_is_due(officer: httpx.Client, pair: Pair) -> None:
    soon = time_text(now() + timedelta(seconds=2))
    table = {**TABLES["table"], "answer_by": soon, "begins": soon, "ends": None}
    sent = pair.asking.say({"type": "table.called", "to": [ASKED], "sections": {"table": table}})
    path = f"/round-tables/{sent['conversation']}"

    def waits() -> list[str]:
        return [one["what"] for one in pair.asking.ok("author", "GET", path)["table"]["waits"]]

    eventually(lambda: waits() == ["propose"])
    eventually(lambda: path in officer.get("/watch").text)
