"""The search page, and how much the pages of lists ask of the database."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.docket.conftest import DeskOffice, asks, text

from comity.node.cases.subjects import subjects
from comity.node.core.clock import now
from comity.node.core.config import VARIABLE
from comity.node.core.node import this_node
from comity.node.models import AuditRow, CaseAccess, OutboxRow, Package
from comity.node.models.people import SIGNED
from comity.node.people.access import case_access
from comity.node.people.signin.sessions import PASSKEY
from comity.node.search import index
from comity.node.service.handle import this_service


@pytest.fixture(autouse=True)
def this_office(
    office: DeskOffice, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> Iterator[None]:
    """Let this process be the office's node."""
    monkeypatch.setenv(VARIABLE, str(office.node.config.folder))
    settings.CONFIG = office.node.config
    office.at = now() - timedelta(hours=1)
    this_node.cache_clear()
    this_service.cache_clear()
    yield
    this_node.cache_clear()
    this_service.cache_clear()


def signed_in(office: DeskOffice, who: str = "case") -> Client:
    client, stamp = Client(headers={"host": "localhost"}), now().timestamp()
    client.force_login(office.people[who].user)
    session = client.session
    role = office.people[who].role
    session[SIGNED] = {"at": stamp, "seen": stamp, "role": role, "way": PASSKEY, "client": ""}
    session.save()
    return client


def test_an_empty_search_shows_examples(office: DeskOffice) -> None:
    answer = signed_in(office).get("/search")
    assert answer.status_code == 200
    assert "王芳" in answer.text
    assert not AuditRow.objects.filter(action="search.made").exists()


def test_what_is_found_is_shown_with_where_it_lies(office: DeskOffice) -> None:
    thread = office.written()
    note = office.do("note.written", {"text": text("Appel de 王芳")}, case=thread.case)
    page = signed_in(office).get("/search", {"q": "王芳"}).text
    assert f'href="/docket/{note.id}"' in page
    assert f'href="/cases/{thread.case}"' in page
    assert "Note" in page


def test_nothing_found_says_what_to_do_next(office: DeskOffice) -> None:
    page = signed_in(office).get("/search", {"q": "王芳", "kind": "mail"}).text
    assert "No results." in page
    assert "Search everywhere" in page


def test_a_closed_case_is_answered_as_one_that_is_not_here(office: DeskOffice) -> None:
    thread = office.written()
    told: dict[str, Any] = {"officer": office.people["case"], "at": office.at, "by": "case"}
    case_access.set_openness(thread.case, CaseAccess.Openness.RESTRICTED, **told)
    client = signed_in(office, "approver")
    closed, absent = (client.get("/search", {"q": q}) for q in (thread.case, "2031-000001"))
    assert (closed.status_code, absent.status_code) == (200, 200)
    assert closed.text.replace(thread.case, "2031-000001").count("No results.") == 1
    assert absent.text.count("No results.") == 1


@pytest.mark.parametrize(
    "words", ["...", "a b c d e f g h i j k l m", "x" * 201, "\u0327", "\xb8\x1b,"]
)
def test_what_is_no_question_is_told_so(office: DeskOffice, words: str) -> None:
    answer = signed_in(office).get("/search", {"q": words})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


def test_a_case_is_found_under_its_subject_with_its_reference_below(office: DeskOffice) -> None:
    thread = office.written()
    named = subjects([thread.case], reader=office.people["case"])[thread.case]
    page = signed_in(office).get("/search", {"q": thread.case}).text
    assert f"<bdi>{named}</bdi></a><p" in page
    assert f'<p class="plain"><bdi>{thread.reference}</bdi></p>' in page


def test_a_place_that_no_page_gave_begins_the_list_anew(office: DeskOffice) -> None:
    client = signed_in(office)
    for path in ("/?after=x", "/docket?after=x", "/mail?after=x", "/outbox?after=x",
                 "/drafts?after=x", "/evidence?after=x", "/search?q=a&after=x"):  # fmt: skip
        answer = client.get(path)
        assert answer.status_code == 302, path
        assert "after" not in answer.headers["location"]


def test_words_that_look_like_markup_are_shown_as_text(office: DeskOffice) -> None:
    page = signed_in(office).get("/search", {"q": '"><script>alert(1)</script>'}).text
    assert "<script>alert" not in page


# ------------------------------------------------------------------ queries


def one_more(office: DeskOffice) -> None:
    """Add to every list one line of each kind."""
    thread, own = office.written(), asks(office)
    office.do("note.written", {"text": text("王芳")}, case=thread.case)
    office.do("referral.sent", {"to": "Unit", "task": text("王芳"), "due": None}, case=own.case)
    entry = thread.digest
    asked = {
        "source": entry,
        "what": "subject/description",
        "source_language": "fr",
        "target_language": "en",
        "due": "2027-01-01T00:00:00Z",
        "cost": None,
        "assigned": office.people["translator"].identifier,
    }
    office.do("translation.asked", asked, case=thread.case)
    office.received(data=str(office.at).encode(), name="王芳.eml")
    number = Package.objects.count()
    row = Package.objects.create(
        root=f"sha256:{number:064x}",
        exhibit=f"018f0000-0000-7000-8000-{number:012x}",
        conversation=thread.digest,
        offer={"description": {"lang": "zh", "text": "王芳"}, "sealed_size_bytes": 1, "files": 1},
        outgoing=True,
        stage=Package.Stage.SEALED,
        changed_at=office.at,
    )
    index.packages([row])


LISTS = {
    "register": "/",
    "register narrowed": "/?partner=sn/prosecutor-dakar",
    "register by words": "/?text=DKR",
    "docket": "/docket?all=yes",
    "mail": "/mail?all=1",
    "evidence": "/evidence",
    "drafts": "/drafts",
    "outbox": "/outbox",
    "search": "/search?q=王芳",
}


def test_a_list_of_many_asks_no_more_of_the_database_than_one_of_few(office: DeskOffice) -> None:
    client = signed_in(office)

    def queries(path: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(path).status_code == 200
        return len(asked)

    grow(office, 3)
    for path in LISTS.values():
        queries(path)  # what is read once by a process is read now
    few = {name: queries(path) for name, path in LISTS.items()}
    grow(office, 47)
    many = {name: queries(path) for name, path in LISTS.items()}
    assert {name: many[name] for name in LISTS if many[name] > few[name]} == {}


def grow(office: DeskOffice, number: int) -> None:
    for _ in range(number):
        one_more(office)


def test_no_list_counts_over_what_it_leaves_out_or_looks_inside_words(office: DeskOffice) -> None:
    grow(office, 2)
    client = signed_in(office)
    with CaptureQueriesContext(connection) as asked:
        for path in LISTS.values():
            client.get(path)
    assert not [one["sql"] for one in asked if " OFFSET " in one["sql"] or "LIKE '%" in one["sql"]]


def test_the_outbox_is_paged_to_its_end(office: DeskOffice) -> None:
    at = now()
    for number in range(60):
        OutboxRow.objects.create(
            record=f"sha256:{number:064x}",
            addressee="sn/prosecutor-dakar",
            stage=OutboxRow.Stage.DEAD if number < 5 else OutboxRow.Stage.QUEUED,
            due_at=at + timedelta(minutes=number),
            queued_at=at,
            expires_at=at,
        )
    client, seen, path = signed_in(office), list[int](), "/outbox"
    while path:
        page = client.get(path).text
        seen += [n for n in range(60) if f'title="sha256:{n:064x}"' in page]
        further = page.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
        path = f"/outbox{further}" if further else ""
    assert seen == list(range(60))
