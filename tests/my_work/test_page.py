"""The page "My work": sections, filters, many at once, and an emergency that is seen at once."""

import csv
import io
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from tests.docket.conftest import DeskOffice
from tests.speed.test_budget import signed_in
from tests.work.test_walk import Asked, world_of

from comity.node.core.clock import now
from comity.node.models import Alarm, AuditRow, CaseOfficer, WorkFilter, WorkItem, WorkOwner
from comity.node.people.access import case_access

pytestmark = pytest.mark.django_db


def arrived(office: DeskOffice, urgency: str = "normal", measure: str = "stored-data") -> WorkItem:
    """Let a partner ask; return the work item."""
    talk = Asked(office, world_of(office))
    talk._at = now()
    talk.ask(urgency, measure)
    return WorkItem.objects.get(conversation=talk._known[0].content)


def shown(client: Client, address: str = "/my-work") -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def form_of(row: WorkItem) -> str:
    """Return the address of the form that acknowledges a request to its State."""
    return reverse("move", args=[row.conversation, "request.acknowledged"])


def test_an_emergency_is_acknowledged_from_its_first_second_and_owned(office: DeskOffice) -> None:
    client, row = signed_in(office, "case"), arrived(office, urgency="emergency")
    assert not Alarm.objects.exists()
    words = shown(client)
    assert words.count('class="primary') == 1
    assert ">Acknowledge<span" in words
    assert "> Not acknowledged for less than a minute<" in words
    answer = client.post("/duty/work-items/acknowledge", {"item": row.pk})
    assert answer.headers["Location"] == form_of(row)
    alarm, officer = Alarm.objects.get(), office.people["case"]
    assert (alarm.incident, alarm.acknowledged_by) == (row.pk, "case")
    row.refresh_from_db()
    assert (row.owner, row.rank) == (officer.identifier, 0)
    assert CaseOfficer.objects.get().officer == officer
    assert "Acknowledge request" in shown(client)
    client.post("/duty/work-items/acknowledge", {"item": row.pk})
    assert "acknowledged this alarm on" in shown(client), "a second time it waits for nobody"


def test_an_emergency_that_nobody_acknowledged_stands_above_those_in_hand(
    office: DeskOffice,
) -> None:
    client, first = signed_in(office, "case"), arrived(office, urgency="emergency")
    client.post("/duty/work-items/acknowledge", {"item": first.pk})
    second = arrived(office, urgency="emergency")
    row, *others = shown(client).split('<li class="item critical')[1:]
    assert second.case in row
    assert 'class="primary' in row
    assert first.case in "".join(others)


def test_sections_hold_what_they_say_and_a_case_that_is_closed_is_nowhere(
    office: DeskOffice,
) -> None:
    client = signed_in(office, "case")
    assert "No unassigned work items." in shown(client)
    first, second = arrived(office), arrived(office, urgency="urgent")
    assert shown(client).count('name="item" value="request:') == 2
    client.post("/my-work/do", {"do": "mine", "item": [first.pk]})
    mine = shown(client, "/my-work?owner=me")
    assert first.case in mine
    assert second.case not in mine
    case_access.set_openness(
        first.case, "restricted", officer=office.people["case"], at=now(), by="case"
    )
    other = signed_in(office, "approver")
    assert first.case not in shown(other, "/my-work?sort=deadline")
    assert second.case in shown(other, "/my-work?sort=deadline")


def test_many_are_assigned_at_once_with_and_without_a_case_or_none(office: DeskOffice) -> None:
    client, row = signed_in(office, "case"), arrived(office)
    office.received()
    mail, approver = WorkItem.objects.get(kind="mail"), office.people["approver"]
    told = {"do": "assign", "item": [row.pk, mail.pk], "to": approver.identifier}
    client.post("/my-work/do", {**told, "item": [row.pk, "request:sha256:gone"]})
    assert not WorkOwner.objects.exists()
    client.post("/my-work/do", told)
    assert set(WorkItem.objects.values_list("owner", flat=True)) == {approver.identifier}
    assert AuditRow.objects.filter(action="work.assigned").count() == 2
    client.post("/my-work/do", {**told, "to": office.people["case"].identifier})
    row.refresh_from_db()
    assert row.owner == office.people["case"].identifier, "given on, the owner is the new one"


def test_filters_are_saved_shared_and_removed(office: DeskOffice) -> None:
    client, other = signed_in(office, "case"), signed_in(office, "approver")
    row = arrived(office)
    told = {"kind": "unread", "state": "vn", "name": "From <Hanoi>", "shared": "on"}
    assert client.post("/my-work/filters", told).status_code == 302
    assert client.post("/my-work/filters", told).status_code == 422, "the name is taken"
    assert client.post("/my-work/filters", {**told, "name": " "}).status_code == 422
    words = shown(other, "/my-work?kind=unread&state=vn")
    assert "From &lt;Hanoi&gt;" in words
    assert row.case in words
    assert "Remove filter" not in words
    assert row.case not in shown(other, "/my-work?kind=mail")
    assert row.case not in shown(other, "/my-work?due=overdue")
    assert row.case in shown(other, "/my-work?severity=nonsense"), "said, and passed over"
    number = WorkFilter.objects.get().pk
    other.post(f"/my-work/filters/{number}/remove")
    assert WorkFilter.objects.exists()
    client.post(f"/my-work/filters/{number}/remove")
    assert not WorkFilter.objects.exists()


def test_an_export_holds_the_list_and_no_formula(office: DeskOffice) -> None:
    client, row = signed_in(office, "case"), arrived(office)
    WorkItem.objects.filter(pk=row.pk).update(what="=HYPERLINK(1)")
    answer = client.post("/my-work/do", {"do": "export"})
    lines = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [line["what"] for line in lines] == ["'=HYPERLINK(1)"]
    assert lines[0]["incident"] == row.pk
    assert AuditRow.objects.get(action="work.exported").detail == "1"


def test_an_owner_who_left_owns_nothing(office: DeskOffice) -> None:
    client, row = signed_in(office, "case"), arrived(office)
    client.post("/my-work/do", {"do": "assign", "item": row.pk, "to": "approver"})
    row.refresh_from_db()
    approver = office.people["approver"]
    assert row.owner == approver.identifier
    case_access.unassign(row.case, approver, at=now() + timedelta(seconds=1), by="case")
    row.refresh_from_db()
    assert row.owner == ""
