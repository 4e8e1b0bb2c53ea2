"""A case shows its exhibits, its conditions in force, and who looked at it."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.docket.conftest import DeskOffice, asks, recorded, text
from tests.lists.test_offering_choices import exhibit, sealed

from comity.node.case_file import sidebar
from comity.node.cases.queries import case_threads
from comity.node.core.clock import now
from comity.node.log import audit
from comity.node.messages import drafts
from comity.node.models import Conversation, Mark, MessageRow, Officer, Package
from comity.node.people.access import case_access
from comity.node.sensitive import marks
from comity.node.web.audit_labels import DETAIL

pytestmark = pytest.mark.django_db
type As = Callable[[Officer], Client]
SAID = "Pour cette procédure seulement"


@pytest.fixture
def row(office: DeskOffice) -> Conversation:
    """Return a conversation that we opened."""
    return asks(office)


def section(client: Client, case: str, name: str) -> str:
    """Return a section of the page of a case, or nothing."""
    page = client.get(f"/cases/{case}")
    assert page.status_code == 200
    found = re.search(
        rf'<section class="inside" aria-labelledby="{name}">.*?</section>', page.text, re.DOTALL
    )
    return found.group() if found else ""


def read(who: str, number: str, *, hour: int, way: str = "desk", action: str = "case.read") -> None:
    at = now() - timedelta(hours=24 - hour)
    audit.note(at=at, actor=who, action=action, subject=number, detail=way)


def test_who_looked_at_it_stands_once_by_the_last_time(
    office: DeskOffice, desk: As, row: Conversation
) -> None:
    read("ngozi", row.case, hour=1)
    read("thandi", row.case, hour=2, way="api")
    read("ngozi", row.case, hour=3, way="letter")
    read("pieter", row.case, hour=4, action="case.closed")
    read("sipho", "2026-999999", hour=4)
    found = [(one.by, one.way) for one in sidebar.readers(row.case)]
    assert found == [("ngozi", "letter"), ("thandi", "api")]
    shown = section(desk(office.people["approver"]), row.case, "readings")
    assert shown.count("<tr>") == 1 + 3  # the reader is one of them
    assert re.findall(r"<bdi>(\w+)</bdi>", shown) == ["approver", "ngozi", "thandi"]
    assert "for a letter" in shown
    assert "sipho" not in shown


@pytest.mark.parametrize("way", ["api", "desk", "draft", "letter", "second"])
def test_how_somebody_read_it_is_said_in_words(
    office: DeskOffice, desk: As, row: Conversation, way: str
) -> None:
    read("ngozi", row.case, hour=1, way=way)
    shown = section(desk(office.people["approver"]), row.case, "readings")
    assert f">{way}<" not in shown
    assert str(DETAIL["case.read"][way]) in shown


def test_who_looked_at_it_is_shown_to_who_may_read_content_as_for_an_exhibit(
    office: DeskOffice, desk: As, row: Conversation
) -> None:
    read("ngozi", row.case, hour=1)
    assert section(desk(office.people["auditor"]), row.case, "readings") == ""


def test_who_comes_back_all_day_hides_nobody_and_the_list_ends(row: Conversation) -> None:
    for number in range(sidebar.MOST_READERS + 5):
        read(f"reader{number}", row.case, hour=1)
    for _ in range(50):
        read("busy", row.case, hour=2)
    found = [one.by for one in sidebar.readers(row.case)]
    assert len(found) == sidebar.MOST_READERS
    assert found[:2] == ["busy", f"reader{sidebar.MOST_READERS + 4}"]


def test_readers_are_found_by_the_index_of_the_subject(row: Conversation) -> None:
    read("ngozi", row.case, hour=1)
    with CaptureQueriesContext(connection) as asked:
        sidebar.readers(row.case)
    (sql,) = [one["sql"] for one in asked]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        plan = " ".join(str(line) for line in cursor.fetchall())
    assert "audit_subject" in plan
    assert "TEMP B-TREE" not in plan


def test_an_exhibit_is_named_with_a_link_and_what_became_of_it(
    office: DeskOffice, desk: As, row: Conversation
) -> None:
    sealed(1, row.digest, at=now() - timedelta(minutes=50))
    sealed(2, "sha256:" + "0" * 64, at=now())
    shown = section(desk(office.people["case"]), row.case, "exhibits")
    assert f'<a href="/exhibits/{exhibit(1)}">' in shown
    assert "Mailbox 1" in shown
    assert exhibit(2) not in shown


def test_what_is_marked_is_not_named(office: DeskOffice, desk: As, row: Conversation) -> None:
    sealed(1, row.digest, at=now() - timedelta(minutes=50))
    marks.put(
        office.committer, Mark.Kind.EXHIBIT, exhibit(1), Mark.Marker.VICTIM,
        reason="x", user="case", at=now(),
    )  # fmt: skip
    shown = section(desk(office.people["case"]), row.case, "exhibits")
    assert f'<a href="/exhibits/{exhibit(1)}">' in shown
    assert "Mailbox 1" not in shown


def test_who_may_not_read_content_sees_neither_name_nor_link(
    office: DeskOffice, desk: As, row: Conversation
) -> None:
    sealed(1, row.digest, at=now() - timedelta(minutes=50))
    shown = section(desk(office.people["auditor"]), row.case, "exhibits")
    assert exhibit(1) in shown
    assert "/exhibits/" not in shown
    assert "Mailbox 1" not in shown


def test_evidence_that_went_on_in_a_closed_case_is_not_listed(
    office: DeskOffice, desk: As, row: Conversation
) -> None:
    other = asks(office)
    package = sealed(1, other.digest, at=now() - timedelta(minutes=50))
    Package.objects.filter(pk=package.pk).update(handed_in_for=row.digest)
    owner, stranger = office.people["case"], office.people["approver"]
    case_access.set_openness(other.case, "restricted", officer=owner, at=now(), by="case")
    assert exhibit(1) in section(desk(owner), row.case, "exhibits")
    assert exhibit(1) not in section(desk(stranger), row.case, "exhibits")


def test_a_case_without_evidence_says_so(office: DeskOffice, desk: As, row: Conversation) -> None:
    shown = section(desk(office.people["case"]), row.case, "exhibits")
    assert "No evidence has come in or gone out." in shown


def test_more_than_fit_lead_to_the_list(office: DeskOffice, desk: As, row: Conversation) -> None:
    for number in range(1, sidebar.MOST_EXHIBITS + 2):
        sealed(number, row.digest, at=now() - timedelta(minutes=number))
    shown = section(desk(office.people["case"]), row.case, "exhibits")
    assert shown.count("/exhibits/") == sidebar.MOST_EXHIBITS
    assert f'href="/evidence?case={row.case}"' in shown


@pytest.fixture
def condition(office: DeskOffice, row: Conversation) -> MessageRow | Any:
    """Return what the other side wrote: a condition of use."""
    said = {"conditions": [{"kind": "use-limitation", "text": text(SAID)}]}
    office.written("conditions.set", {"conditions": said}, conversation=row.digest)
    return said


def test_conditions_in_force_are_named_with_a_link_to_who_set_them(
    office: DeskOffice, desk: As, row: Conversation, condition: Any
) -> None:
    page = desk(office.people["case"]).get(f"/cases/{row.case}").text
    lines = re.findall(r'<li><a href="#(sha256:[0-9a-f]{64})">([^<]*)</a>', page)
    assert [name for _, name in lines] == ["Confidentiality", "Limit on use"]
    for content, _ in lines:
        assert page.count(f'<li id="{content}"') == 1
    assert f"{SAID}</bdi></span>" in page
    hidden = desk(office.people["auditor"]).get(f"/cases/{row.case}").text
    assert SAID not in hidden


def test_a_condition_that_we_refused_is_not_in_force(
    office: DeskOffice, desk: As, row: Conversation, condition: Any
) -> None:
    (thread,) = case_threads(office.node, row.case)
    (said,) = [one.row.content for one in thread.events if one.row.type == "conditions.set"]
    refusal = drafts.prepare(
        office.node,
        message_type="conditions.refused",
        values={"note": {"text": text("Non.")}},
        by="case",
        conversation=row.digest,
        about=said,
    )
    recorded(office, refusal)
    page = desk(office.people["case"]).get(f"/cases/{row.case}").text
    lines = re.findall(r'<li><a href="#sha256:[0-9a-f]{64}">([^<]*)</a>', page)
    assert lines == ["Confidentiality"]


def test_more_of_each_asks_for_no_more_queries(
    office: DeskOffice, desk: As, row: Conversation
) -> None:
    client = desk(office.people["case"])

    def asked() -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get(f"/cases/{row.case}").status_code == 200
        return len(found)

    sealed(1, row.digest, at=now())
    read("ngozi", row.case, hour=1)
    asked()  # what is read once by a process is read now
    few = asked()
    for number in range(2, 40):
        sealed(number, row.digest, at=now())
        read(f"reader{number}", row.case, hour=2)
    assert asked() == few
