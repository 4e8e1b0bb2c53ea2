"""A case shows its exhibits, its conditions in force, and who looked at it."""

import os
import re
import shlex
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.docket.conftest import SENEGAL, DeskOffice, asks, recorded, text
from tests.lists.test_offering_choices import exhibit, sealed

from comity.cli.evidence.seal import seal
from comity.evidence import age_keys
from comity.node.case_file import sidebar
from comity.node.cases.queries import case_threads
from comity.node.core.clock import now
from comity.node.log import audit
from comity.node.messages import drafts
from comity.node.models import (
    AuditRow,
    Conversation,
    CourtExport,
    Mark,
    MessageRow,
    Officer,
    Package,
    SectionRow,
)
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
    found = re.search(rf'<section aria-labelledby="{name}">.*?</section>', page.text, re.DOTALL)
    return found.group() if found else ""


def read(who: str, number: str, *, hour: int, way: str = "desk", action: str = "case.read") -> None:
    at = now() - timedelta(hours=24 - hour)
    audit.note(at=at, actor=who, action=action, subject=number, detail=way)


def access(client: Client, case: str) -> str:
    """Return the readings on the timeline of a case."""
    page = client.get(f"/cases/{case}?show=access")
    assert page.status_code == 200
    found: str = page.text.partition('id="timeline"')[2].partition("<aside>")[0]
    return found


def test_who_alone_read_it_is_said_to_have_no_company(
    office: DeskOffice, desk: As, row: Conversation
) -> None:
    shown = access(desk(office.people["approver"]), row.case)
    (said,) = re.findall('<span class="say">(.*?)</span>', shown, re.DOTALL)
    assert re.sub("<[^>]*>", "", said) == "approver: Read a case"


def test_who_read_it_on_a_day_is_one_line_each_by_the_last_time(
    office: DeskOffice, desk: As, row: Conversation
) -> None:
    today = now().replace(hour=0, minute=0, second=0, microsecond=0)
    for who, way, minute, days in (
        ("ngozi", "desk", 1, 1),
        ("thandi", "api", 2, 1),
        ("ngozi", "letter", 3, 1),
        ("ngozi", "desk", 0, 0),
    ):
        at = today - timedelta(days=days) + timedelta(minutes=minute)
        audit.note(at=at, actor=who, action="case.read", subject=row.case, detail=way)
    read("pieter", row.case, hour=4, action="case.closed")
    read("sipho", "2026-999999", hour=4)
    found = [(one.by, one.way) for one in sidebar.readings(row.case)]
    assert found == [("ngozi", "desk"), ("ngozi", "letter"), ("thandi", "api")]
    shown = access(desk(office.people["approver"]), row.case)
    assert shown.count('class="entry"') == 2, "one line a day"
    assert "sipho" not in shown
    assert "pieter" not in shown
    assert "for a letter" in shown


@pytest.mark.parametrize("way", ["api", "desk", "draft", "letter", "second"])
def test_how_somebody_read_it_is_said_in_words(
    office: DeskOffice, desk: As, row: Conversation, way: str
) -> None:
    read("ngozi", row.case, hour=1, way=way)
    shown = access(desk(office.people["approver"]), row.case)
    assert f">{way}<" not in shown
    assert str(DETAIL["case.read"][way]) in shown


def test_who_read_it_is_shown_to_who_may_read_content_as_for_an_exhibit(
    office: DeskOffice, desk: As, row: Conversation
) -> None:
    read("ngozi", row.case, hour=1)
    assert "ngozi" not in access(desk(office.people["auditor"]), row.case)


def test_who_comes_back_all_day_hides_nobody_and_the_list_ends(row: Conversation) -> None:
    for number in range(sidebar.MOST_READERS + 5):
        read(f"reader{number}", row.case, hour=1)
    for _ in range(50):
        read("busy", row.case, hour=1)
    found = [one.by for one in sidebar.readings(row.case)]
    assert len(found) == sidebar.MOST_READERS
    assert found[:2] == ["busy", f"reader{sidebar.MOST_READERS + 4}"]


def test_readers_are_found_by_the_index_of_the_subject(row: Conversation) -> None:
    read("ngozi", row.case, hour=1)
    with CaptureQueriesContext(connection) as asked:
        sidebar.readings(row.case)
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
    assert "No evidence" in shown


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
    lines = re.findall(r'<a href="\?entry=[^"#]*#(sha256:[0-9a-f]{64})">([^<]*)</a>', page)
    assert [name for _, name in lines] == ["Confidentiality", "Use limitation"]
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
    lines = re.findall(r'<a href="\?entry=[^"#]*#sha256:[0-9a-f]{64}">([^<]*)</a>', page)
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


def test_both_sides_show_one_end_of_a_preservation_and_the_order_by_its_own_name(
    office: DeskOffice, desk: As
) -> None:
    until = "2035-01-31T00:00:00Z"
    kept = {"until": until, "domestic_order": "40/2026", "holder": "A provider", "note": None}
    asking = asks(office)
    ack = {"acknowledgement": {"reference": "SN-1", "note": None}}
    office.written("request.acknowledged", ack, conversation=asking.digest)
    office.written("preservation.confirmed", {"preservation": kept}, conversation=asking.digest)
    asked = office.written()
    for kind, said in (
        ("request.acknowledged", ack),
        ("preservation.confirmed", {"preservation": kept}),
    ):
        recorded(
            office,
            drafts.prepare(
                office.node, message_type=kind, values=said, by="case", conversation=asked.digest
            ),
        )
    sooner = now() + timedelta(days=89)  # as the clocks say under a law that limits orders
    order = Conversation.objects.filter(digest=asked.digest)
    order.update(due_at=sooner, due_clock="order-end", due_rule="25(2)")
    client = desk(office.people["case"])
    pages = [
        client.get(f"/cases/{one.case}").text.partition("<aside>")[2] for one in (asking, asked)
    ]
    ends = [
        re.findall(r"Preservation ends: [^<]*<time [^>]*datetime=\"([^\"]*)\"", one)
        for one in pages
    ]
    assert ends == [[until], [until]]
    assert "Preservation order ends" not in pages[0]
    assert "Preservation order ends" in pages[1]


def test_the_documents_of_a_case_say_what_they_are_whose_and_where_to_download(
    office: DeskOffice, desk: As, row: Conversation
) -> None:
    made = CourtExport.objects.create(
        id="e" * 32, case=row.case, papers="fr", reason="r", officer="o", by="thandi",
        at=office.at, stage="ready", expires_at=office.at + timedelta(days=7),
    )  # fmt: skip
    digest = office.received(case=row.case).said("mail.received")["original"]
    shown = section(desk(office.people["approver"]), row.case, "documents")
    message = MessageRow.objects.get(content=row.digest)
    for href in (
        f"/messages/{message.record}/letter",
        f"/exports/{made.id}",
        f"/originals/{digest}",
    ):
        assert f'href="{href}' in shown, href
    for said in ("Court bundle, ZIP", "French", "thandi", "Letter, PDF", "Original received"):
        assert said in shown, said
    CourtExport.objects.update(stage="waiting", expires_at=None)
    shown = section(desk(office.people["approver"]), row.case, "documents")
    assert f"/exports/{made.id}" not in shown
    assert "No file yet" in shown
    hidden = section(desk(office.people["auditor"]), row.case, "documents")
    assert "href" not in hidden


def test_a_message_is_downloaded_as_a_letter_by_who_may_read_it(
    office: DeskOffice, desk: As, row: Conversation
) -> None:
    message = MessageRow.objects.get(content=row.digest)
    path = f"/messages/{message.record}/letter"
    answer = desk(office.people["case"]).get(path)
    assert answer.status_code == 200
    assert answer.content.startswith(b"%PDF")
    assert AuditRow.objects.filter(subject=row.case, detail="letter").exists()
    assert desk(office.people["auditor"]).get(path).status_code == 403
    assert desk(office.people["case"]).get("/messages/none/letter").status_code == 404


def test_the_form_of_an_answer_shows_the_request_as_the_case_does(
    office: DeskOffice, desk: As
) -> None:
    row = office.written()
    client = desk(office.people["case"])
    page = client.get(f"/conversations/{row.digest}/request.acknowledged").text
    asked = page.partition('<section class="asked"')[2].partition("</section>")[0]
    case = client.get(f"/cases/{row.case}?open=all").text
    assert "Les courriels" in asked
    assert "Les courriels" in case
    assert AuditRow.objects.filter(action="case.read", subject=row.case, actor="case").count() == 2


def test_the_upload_page_says_the_command_that_seals_for_the_partner(
    office: DeskOffice, desk: As, row: Conversation
) -> None:
    client = desk(office.people["case"])
    ours = client.get(f"/conversations/{row.digest}/hand-in").text
    assert "comity seal EVIDENCE -r RECIPIENT -o evidence.age" in ours
    assert "states no recipient" in ours
    Conversation.objects.filter(digest=row.digest).update(opener=SENEGAL, ours=False)
    record = MessageRow.objects.get(content=row.digest).record
    recipient = str(age_keys.generate(os.urandom).recipient)
    SectionRow.objects.create(
        record=record, name="delivery", salt=b"s" * 32, value={"recipient": recipient}
    )
    theirs = client.get(f"/conversations/{row.digest}/hand-in").text
    command = unescape(re.findall(r'id="seal-command">(.*?)</code>', theirs)[0])
    assert "states no recipient" not in theirs
    told = seal.make_context("seal", shlex.split(command)[2:]).params
    assert told["sources"] == (Path("EVIDENCE"),)
    assert (str(told["receiver"]), recipient in command) == (SENEGAL, True)


def test_the_name_of_the_product_leads_from_a_case_to_the_first_page(
    office: DeskOffice, desk: Callable[[Officer], Client]
) -> None:
    thread = office.written()
    words = desk(office.people["case"]).get(f"/cases/{thread.case}").text
    assert '<a class="brand" href="/my-work">' in words


def test_the_terms_explain_the_very_marks_of_the_timeline(office: DeskOffice, desk: As) -> None:
    case = asks(office).case
    for language in ("en", "ar", "ru"):
        client = desk(office.people["case"])
        client.cookies["django_language"] = language
        page = client.get(f"/cases/{case}").text
        terms = page.rpartition('<section class="quiet small"')[2].partition("</section>")[0]
        for kind in ("proved", "attested", "claimed"):
            badges = re.findall(rf'<span class="mark {kind}">.*?<span>(.*?)</span></span>', page)
            assert len(set(badges)) == 1, (language, kind)
            assert f"<span>{badges[0]}</span></span>: " in terms, (language, kind)
