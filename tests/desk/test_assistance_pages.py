"""The board and the catalogue as pages: what is wrong is said, and who reads it is shown first."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from tests.api.nodes import PASSWORD, Pair, eventually
from tests.exchange.makers import BODIES, ahead

from comity.demo.world import ASKED, ASKING

pytestmark = pytest.mark.full  # real nodes

GOOD = {
    "lang": "en",
    "to-to": ASKED,
    "need-matter": "Reading seized telephones",
    "need-description": "Two models that our tools do not open.",
    "need-topics": "electronic-evidence",
    "need-form": "expertise",
    "need-reference": "A-7",
    "need-review_by": "2031-01-01T00:00",
}


@pytest.fixture(scope="module")
def officer(pair: Pair) -> Iterator[httpx.Client]:
    with signed_in(pair.asking.url, "author") as client:
        yield client


@contextmanager
def signed_in(url: str, who: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=url, timeout=60) as client:
        data = {"csrfmiddlewaretoken": token(client.get("/sign-in").text)}
        answer = client.post("/sign-in", data=data | {"name": who, "password": PASSWORD})
        assert answer.status_code == 302
        yield client


def token(page: str) -> str:
    return page.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]


def post(client: httpx.Client, path: str, data: dict[str, Any]) -> httpx.Response:
    mark = token(client.get("/me", follow_redirects=True).text)
    return client.post(path, data={"csrfmiddlewaretoken": mark, **data})


# ------------------------------------------------------------------ what is wrong is said


def test_nothing_goes_to_everybody_because_nobody_was_ticked(officer: httpx.Client) -> None:
    fresh = officer.get("/assistance/new/need").text
    assert "checked" not in fresh.partition('name="to-to"')[2].partition("</fieldset>")[0]
    told = {name: value for name, value in GOOD.items() if name != "to-to"}
    answer = post(officer, "/assistance/new/need", told)
    assert answer.status_code == 422
    assert "Select the readers" in answer.text
    assert "Two models that our tools do not open." in answer.text  # what was typed stays


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"need-topics": "wizardry"}, "wizardry"),
        ({"need-matter": " "}, "This field is required"),
        ({"need-review_by": "soon"}, "Enter a valid date"),
        ({"to-to": "xx/nobody"}, "xx/nobody"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(
    officer: httpx.Client, changed: dict[str, str], told: str
) -> None:
    answer = post(officer, "/assistance/new/need", GOOD | changed)
    assert answer.status_code == 422
    assert told in answer.text


def test_places_go_to_one_authority_and_end_after_they_begin(officer: httpx.Client) -> None:
    said = {
        "lang": "en",
        "to-to": ASKED,
        "places-matter": "Disk images",
        "places-description": "Five days.",
        "places-topics": "electronic-evidence",
        "places-places": "6",
        "places-where": "Ha Noi",
        "places-languages": "en",
        "places-begins": "2031-02-01T00:00",
        "places-ends": "2031-01-01T00:00",
        "places-nominate_by": "2030-12-01T00:00",
        "places-reference": "T-1",
    }
    answer = post(officer, "/assistance/new/places", said)
    assert answer.status_code == 422
    assert "The end is before the begin." in answer.text


@pytest.mark.parametrize("path", ["/assistance/new/weapon", "/assistance/file/exe", "/solutions/x"])
def test_what_is_not_there_is_not_there(officer: httpx.Client, path: str) -> None:
    assert officer.get(path).status_code == 404


def test_an_address_that_no_page_gave_leads_to_the_board(officer: httpx.Client) -> None:
    for asked in ("?stands=asleep", "?after=x", "?state=z%27"):
        answer = officer.get(f"/assistance{asked}")
        assert (answer.status_code, answer.headers.get("location")) == (302, "/assistance")


# ------------------------------------------------------------------ what is done


def test_a_need_becomes_a_draft_that_shows_who_will_read_it(officer: httpx.Client) -> None:
    answer = post(officer, "/assistance/new/need", GOOD)
    assert answer.status_code == 302
    draft = officer.get(answer.headers["location"]).text
    shared = draft.partition("With whom it is shared")[2].partition("</ul>")[0]
    assert ASKED in shared
    assert "Electronic evidence, chain of custody and forensics" in draft
    assert "2031-01-01 00:00 UTC" in draft


def test_what_came_stands_on_the_board_and_is_answered_on_its_case(pair: Pair) -> None:
    need = {"need": {**ahead("need"), "matter": "Training of prosecutors"}}
    sent = pair.asking.say({"type": "assistance.needed", "to": [ASKED], "sections": need})
    path = f"/assistance/{sent['conversation']}"
    eventually(lambda: pair.asked.call("author", "GET", path).is_success)
    with signed_in(pair.asked.url, "author") as client:
        board = client.get("/assistance?side=theirs").text
        assert "Training of prosecutors" in board
        assert ASKING in board
        link = re.search(r'href="(/cases/[^"]+)">(?:<[^>]+>)*Training of prosecutors', board)
        assert link is not None
        case = client.get(link[1]).text
        assert "Offer assistance" in case
        assert "Accept request" not in case
        name = re.search(r'href="(/conversations/[^"]+/assistance.offered)"', case)
        assert name is not None
        form = client.get(name[1])
        assert form.status_code == 200
        assert "Assistance offered" in form.text
    with signed_in(pair.asked.url, "auditor") as client:
        assert client.get("/assistance").status_code == 403


def test_both_sides_see_whose_note_settled_a_complaint(pair: Pair) -> None:
    """The protocol does not judge complaints: who reads that one is settled has to see by whom."""
    sent = pair.asking.say(
        {"type": "assistance.needed", "to": [ASKED], "sections": {"need": ahead("need")}}
    )
    digest = sent["conversation"]
    path = f"/assistance/{digest}"
    eventually(lambda: pair.asked.call("author", "GET", path).is_success)
    complaint = pair.asking.say(
        {
            "type": "assistance.complained",
            "conversation": digest,
            "sections": {"complaint": ahead("complaint")},
        }
    )
    eventually(lambda: pair.asked.ok("author", "GET", path)["line"]["stands"] == "complaint")
    pair.asked.say(
        {
            "type": "assistance.complaint-settled",
            "conversation": digest,
            "about": complaint["content"],
            "sections": {"note": BODIES["note"]},
        }
    )
    eventually(lambda: pair.asking.ok("author", "GET", path)["line"]["stands"] == "open")
    for office in (pair.asked, pair.asking):
        case = office.ok("author", "GET", path)["line"]["case"]
        with signed_in(office.url, "author") as client:
            page = client.get(f"/cases/{case}").text
        (line,) = re.findall(r'<span class="say">.*?: Settlement of complaint', page)
        assert "<bdi>South Africa</bdi>" in line


def test_the_register_of_agreements_lists_what_is_in_force(
    officer: httpx.Client, pair: Pair
) -> None:
    assert "No entries." in officer.get("/docket/register/agreement").text
    entered = {
        "matter": "Training of examiners",
        "party": ASKED,
        "form": "memorandum",
        "signed_at": "2026-01-01T00:00:00Z",
        "commitments": [{"side": "theirs", "promised": "six places a year", "until": None}],
        "kept_at": "Treaty section",
        "review_by": "2026-02-01T00:00:00Z",
    }
    body = {"act": "agreement.entered", "said": entered}
    item = pair.asking.ok("author", "POST", "/docket", json=body)["item"]
    page = officer.get("/docket/register/agreement").text
    assert "Training of examiners" in page
    assert "six places a year" in page
    assert f"/docket/{item}" in officer.get("/watch").text  # its day is over: somebody must look


def test_the_catalogue_says_how_something_comes_into_it(officer: httpx.Client) -> None:
    page = officer.get("/solutions").text
    assert "No solutions." in page
    assert "comity solution pack" in page
