"""What pages say while the node of the partner is down."""

import re
from datetime import timedelta

import pytest
from tests.docket.conftest import DeskOffice
from tests.exchange.makers import VN, ZA, World
from tests.speed.test_budget import signed_in
from tests.work.test_undelivered import Asking, fail

from comity.node.cases.queries import sent_of
from comity.node.core.clock import now, real_now
from comity.node.duty import alarm_causes, escalation
from comity.node.messages import outbox
from comity.node.models import Alarm, AuditRow, Conversation, OutboxRow

pytestmark = pytest.mark.django_db


def test_the_case_says_that_its_message_is_not_delivered_and_whom_to_call_until_the_receipt(
    office: DeskOffice,
) -> None:
    record = Asking(office, World(VN, ZA, mode=office.node.config.mode)).ask("emergency")
    client, case = signed_in(office, "case"), Conversation.objects.get().case
    assert "Not delivered yet" not in client.get(f"/cases/{case}").text
    fail()
    page = client.get(f"/cases/{case}").text
    start = page.index('<section class="note note-bad" aria-labelledby="undelivered-')
    told = page[start : page.index("</section>", start)]
    phone = office.node.directory.entry(VN).duty_phone
    assert all(
        one in told
        for one in ("Not delivered yet", "Attempts 1", "Next attempt", str(phone),
                    "Record a telephone call", "Letter, PDF", f"--to {VN}")
    )  # fmt: skip
    assert client.get(f"/docket/new/note.written?case={case}").status_code == 200
    waiting = client.get("/outbox").text
    assert all(one in waiting for one in (f'href="/cases/{case}"', str(phone), "Emergency"))
    row = OutboxRow.objects.get()
    told_by_api = client.get(f"/api/v1/cases/{case}").json()["conversations"][0]["timeline"][0]
    (lost,) = told_by_api["undelivered"]
    assert (lost["delivery"], lost["party"], lost["attempts"]) == (row.pk, VN, 1)
    assert (lost["fault"], lost["given_up"]) == ("partner-unreachable", False)
    assert all(lost[name] for name in ("since", "due_at"))
    outbox.hasten(VN, at=real_now())
    for address in (f"/cases/{case}", "/outbox", "/my-work", "/watch"):
        page = re.sub("<option.*?</option>", "", client.get(address).text)  # kinds of a filter
        assert "does not respond" not in page, address
    assert "has been in contact since" in client.get("/outbox").text
    outbox.delivered(record, VN)
    assert "Not delivered yet" not in client.get(f"/cases/{case}").text


def test_what_waits_for_an_officer_is_not_told_as_the_partners_acknowledgement(
    office: DeskOffice,
) -> None:
    """A message of ours is never "Not acknowledged": that is what the partner does."""
    Asking(office, World(VN, ZA, mode=office.node.config.mode)).ask("emergency")
    fail()
    at, client = now(), signed_in(office, "case")
    escalation.settle(alarm_causes.causes(office.node, at), at=at)
    alarm, case = Alarm.objects.get(kind="undelivered"), Conversation.objects.get().case
    pages = {
        "/my-work": "Alarm not acknowledged for less than a minute",
        "/watch": "<b>Alarm not acknowledged</b>",
        "/duty": "Alarm not acknowledged",
        f"/duty/alarms/{alarm.pk}": "Alarm not acknowledged",
        f"/cases/{case}": "Acknowledge alarm",
    }
    for address, told in pages.items():
        page = client.get(address).text
        assert told in page, address
        first = re.search(r'<button class="primary[^>]*>([^<]*)', page)
        assert first is not None, address
        assert first[1] == "Acknowledge alarm", address
        if address.startswith("/duty"):
            assert "A message is not delivered to the partner authority" in page


def test_nothing_says_that_a_message_was_sent_before_a_node_has_it(office: DeskOffice) -> None:
    record = Asking(office, World(VN, ZA, mode=office.node.config.mode)).ask("emergency")
    client, case = signed_in(office, "case"), Conversation.objects.get().case
    for attempted in (False, True):
        if attempted:
            fail()
        page = client.get(f"/cases/{case}?open=all").text
        assert page.count("Handed to the outbox") == 2, "on the status step and on the timeline"
        assert ">Sent" not in page
        assert sent_of(record) == "outbox"
    outbox.delivered(record, VN)
    page = client.get(f"/cases/{case}?open=all").text
    assert "Handed to the outbox" not in page
    assert page.count(">Sent") == 2
    assert sent_of(record) == "sent"


def test_a_pending_delivery_is_sent_now_by_a_button(office: DeskOffice) -> None:
    Asking(office, World(VN, ZA, mode=office.node.config.mode)).ask("emergency")
    fail()
    OutboxRow.objects.update(due_at=real_now() + timedelta(hours=1))
    row, client = OutboxRow.objects.get(), signed_in(office, "case")
    page = client.get("/outbox").text
    assert f'action="/outbox/{row.pk}/retry"' in page
    assert "Send now" in page
    answer = client.post(f"/outbox/{row.pk}/retry", follow=True)
    assert "The node sends this message now." in answer.text
    row.refresh_from_db()
    assert row.due_at <= real_now()
    assert AuditRow.objects.filter(action="delivery.retried", subject=row.record).count() == 1


def test_what_goes_by_letter_is_not_said_to_be_sent_now(office: DeskOffice) -> None:
    """No attempt would follow: the recipient has no node, so the letter is to be posted."""
    record = Asking(office, World(VN, ZA, mode=office.node.config.mode)).ask("emergency")
    OutboxRow.objects.update(addressee="qq/unlisted", due_at=real_now() + timedelta(hours=1))
    row, client = OutboxRow.objects.get(record=record), signed_in(office, "case")
    answer = client.post(f"/outbox/{row.pk}/retry", follow=True)
    assert "The node sends this message now." not in answer.text
    assert "The recipient has no node that can take this message." in answer.text
    row.refresh_from_db()
    assert row.due_at > real_now()
    assert not AuditRow.objects.filter(action="delivery.retried").exists()
