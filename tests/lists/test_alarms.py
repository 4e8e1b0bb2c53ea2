"""Alarms lead to what they are about, and a long list asks no more often than a short one."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape
from tests.docket.conftest import SENEGAL, DeskOffice, text
from tests.watch.test_calls import took
from tests.work.bringing import bring

from comity.node.actions.action import ActionCall
from comity.node.actions.perform import perform
from comity.node.core.clock import now
from comity.node.duty import alarm_causes, escalation
from comity.node.messages import draft_changes
from comity.node.models import (
    Alarm,
    AuditRow,
    CaseAccess,
    CaseOfficer,
    Conversation,
    DocketItem,
    Officer,
    OutboxRow,
)
from comity.node.operations.actions import RETRY_DELIVERY
from comity.node.service.handle import this_service
from comity.node.watch import alert_list

pytestmark = pytest.mark.django_db
type SignedIn = Callable[[Officer], Client]


def alarms(office: DeskOffice, *subjects: str, kind: str = "clock") -> None:
    for one in subjects:
        Alarm.objects.create(kind=kind, subject=one, raised_at=office.at, due_at=office.at)


def test_each_leads_to_what_it_is_about(office: DeskOffice, desk: SignedIn) -> None:
    thread, mail = office.written(), office.received(name="a.eml")
    alarms(office, f"{thread.digest} 7", mail.id, "sha256:gone")
    alarms(office, "sha256:gone", kind="second-signature")
    page = desk(office.people["case"]).get("/duty/alarms").text
    assert f'href="/cases/{escape(thread.case)}"' in page
    assert f'href="/docket/{mail.id}"' in page or f'href="/mail/{mail.id}"' in page
    assert "sha256:gone/" not in page


def test_a_long_list_asks_no_more_often(office: DeskOffice, desk: SignedIn) -> None:
    client = desk(office.people["case"])
    asked = []
    for some in range(3), range(3, 45):
        alarms(office, *(office.received(name=f"{n}.eml").id for n in some))
        client.get("/duty/alarms")
        with CaptureQueriesContext(connection) as found:
            assert client.get("/duty/alarms").status_code == 200
        asked.append(len(found))
    assert asked[0] == asked[1]


def emergency(office: DeskOffice) -> tuple[Conversation, Alarm]:
    """Let an emergency come, with a deadline tomorrow; return it, and the one alarm that it is."""
    thread = office.written()
    due = office.at + timedelta(hours=24)
    Conversation.objects.update(measure="emergency", opened_at=office.at, due_at=due)
    bring(office.node, office.at)
    escalation.settle(alarm_causes.causes(office.node, office.at), at=office.at)
    (alarm,) = Alarm.objects.exclude(kind="directory")  # the office's own is of long ago
    return thread, alarm


def test_one_emergency_is_one_alarm_that_names_it_and_acknowledging_takes_the_case(
    office: DeskOffice, desk: SignedIn
) -> None:
    thread, alarm = emergency(office)
    officer = office.people["case"]
    client = desk(officer)
    for address in ("/duty", f"/duty/alarms/{alarm.pk}", "/duty/alarms"):
        page = client.get(address).text
        for told in ("Emergency", "Emergency disclosure of data", "Senegal", thread.case):
            assert told in page, (address, told)
    assert 'class="summary late"' in client.get("/watch").text
    assert "Unassigned" in client.get(f"/cases/{thread.case}").text
    done = client.post(f"/duty/alarms/{alarm.pk}/acknowledge", follow=True)
    assert "Unassigned" not in client.get(f"/cases/{thread.case}").text
    assert f"You are assigned to case {thread.case}." in re.sub("</?bdi[^>]*>", "", done.text)
    assert CaseOfficer.objects.get(case=thread.case).officer == officer
    noted = AuditRow.objects.filter(
        actor="case", action__in=("alarm.acknowledged", "case.assigned")
    )
    assert sorted(noted.values_list("action", "subject")) == [
        ("alarm.acknowledged", str(alarm.pk)), ("case.assigned", thread.case),
    ]  # fmt: skip
    watch = client.get("/watch").text
    assert 'class="summary late"' in watch, "it is still not acknowledged to its State"
    assert "Acknowledge request" in watch


def said(page: str) -> str:
    """Return what the boxes above a page say, links included."""
    return " ".join(
        re.findall(r'<div class="note note-(?:good|bad)" role="status">.*?</div>', page)
    )


def test_an_acknowledged_alarm_says_that_the_other_state_knows_nothing_and_leads_to_its_answer(
    office: DeskOffice, desk: SignedIn
) -> None:
    thread, alarm = emergency(office)
    client = desk(office.people["case"])
    done = client.post(f"/duty/alarms/{alarm.pk}/acknowledge", follow=True)
    assert done.status_code == 200
    form = reverse("move", args=[thread.digest, "request.acknowledged"])
    assert done.redirect_chain == [(form, 302)]
    assert "Senegal has not been told yet." in said(done.text)


def test_who_may_not_answer_is_led_from_an_acknowledged_alarm_to_who_may(
    office: DeskOffice, desk: SignedIn
) -> None:
    _, alarm = emergency(office)
    client = desk(office.people["approver"])
    told = said(client.post(f"/duty/alarms/{alarm.pk}/acknowledge", follow=True).text)
    assert "Senegal has not been told yet. You cannot answer the request." in told
    assert "Acknowledge request" not in told
    assert "Alarm acknowledged" not in told, "it waits on"
    (link,) = re.findall(r'until one acknowledges. <a href="([^"]*)">Call-out list</a>', told)
    assert client.get(link).status_code == 200


def test_who_comes_second_to_an_alarm_reads_who_was_first_and_that_nothing_is_to_be_done(
    office: DeskOffice, desk: SignedIn
) -> None:
    _, alarm = emergency(office)
    address = f"/duty/alarms/{alarm.pk}/acknowledge"
    desk(office.people["case"]).post(address)
    second = desk(office.people["approver"])
    item = ("/duty/work-items/acknowledge", {"item": alarm.incident})
    for done in (second.post(address, follow=True), second.post(*item, follow=True)):
        told = said(done.text)
        assert "note-good" in told
        assert "<bdi>case</bdi> acknowledged this alarm on <time" in told
        assert "You need not do anything." in told
    Alarm.objects.update(acknowledged_at=None, acknowledged_by="", ended_at=now())
    told = said(second.post(address, follow=True).text)
    assert "This alarm was resolved on <time" in told


def test_an_alarm_of_a_closed_case_says_nothing_of_it_and_gives_nobody_a_way_in(
    office: DeskOffice, desk: SignedIn
) -> None:
    thread, alarm = emergency(office)
    CaseAccess.objects.create(case=thread.case, openness=CaseAccess.Openness.RESTRICTED)
    CaseOfficer.objects.create(case=thread.case, officer=office.people["case"], at=office.at)
    client = desk(office.people["approver"])
    pages = [client.get(address).text for address in ("/duty", f"/duty/alarms/{alarm.pk}")]
    assert not any(thread.case in page or "Senegal" in page for page in pages)
    watch = client.get("/watch").text
    assert 'class="summary late"' in watch, "the list is never calmer than the bell"
    assert f'href="/duty/alarms/{alarm.pk}"' in watch
    assert thread.case not in watch
    client.post(f"/duty/alarms/{alarm.pk}/acknowledge")
    assert Alarm.objects.get(pk=alarm.pk).owner == office.people["approver"].identifier
    assert CaseOfficer.objects.count() == 1
    assert client.get(f"/cases/{thread.case}").status_code == 404


def acknowledged(office: DeskOffice, thread: Conversation) -> None:
    """Acknowledge a request to the State that sent it."""
    values = {"acknowledgement": {"reference": "ZA-1", "note": None}}
    row = draft_changes.prepare(
        this_service(), message_type="request.acknowledged", values=values, by="case",
        conversation=thread.digest,
    )  # fmt: skip
    draft_changes.send(this_service(), row.id, by="case")


def tried_again(office: DeskOffice, thread: Conversation) -> None:
    """Try a delivery again that was given up."""
    dead = OutboxRow.objects.get(stage=OutboxRow.Stage.DEAD)
    perform(RETRY_DELIVERY, ActionCall(officer=office.people["case"], place={"row": dead.pk}))


def call_closed(office: DeskOffice, thread: Conversation) -> None:
    """Close a call that nobody called back."""
    item = DocketItem.objects.get(kind="call")
    office.do("call.closed", {"reasons": text()}, item=item.item)


@pytest.mark.parametrize("act", [acknowledged, tried_again, call_closed])
def test_the_bell_counts_after_an_act_what_the_watch_lists(
    office: DeskOffice, desk: SignedIn, act: Callable[[DeskOffice, Conversation], None]
) -> None:
    thread, _alarm = emergency(office)
    at = office.at
    OutboxRow.objects.create(
        record="sha256:1", addressee=SENEGAL, due_at=at, queued_at=at,
        expires_at=at + timedelta(days=30), stage=OutboxRow.Stage.DEAD,
    )  # fmt: skip
    took(office)
    escalation.settle(alarm_causes.causes(office.node, now()), at=now())
    client = desk(office.people["case"])
    before = client.get("/duty/waiting").json()["waiting"]
    act(office, thread)
    assert client.get("/duty/waiting").json()["waiting"] == before - 1
    assert f'data-part="count">{before - 1}<' in client.get("/watch").text


def test_a_watch_that_cannot_be_looked_through_undoes_no_act(
    office: DeskOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    thread, alarm = emergency(office)

    def fails(*_args: object) -> None:
        raise LookupError("a roster names no zone that there is")

    monkeypatch.setattr(alert_list, "raising", fails)
    acknowledged(office, thread)  # neither raises nor loses anything
    thread.refresh_from_db()
    alarm.refresh_from_db()
    assert (thread.main, alarm.ended_at) == ("acknowledged", None)
