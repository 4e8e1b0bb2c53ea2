"""An emergency whose node of the partner is down is a critical work item until the receipt."""

from datetime import timedelta

import pytest
from tests.docket.conftest import DeskOffice
from tests.exchange.makers import VN, ZA, World, sections_of
from tests.speed.test_budget import Talk
from tests.work.test_rows import differences

from comity.node.cases.severity import RANK, Kind, Severity
from comity.node.core.clock import now, real_now
from comity.node.duty import alarm_causes, escalation
from comity.node.messages import outbox
from comity.node.models import Alarm, Conversation, OutboxRow, WorkItem
from comity.node.watch.alert_list import alerts
from comity.node.watch.alert_rows import lines_of
from comity.node.work import rows

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


class Asking(Talk):
    """This office asks, and the node of the partner does not answer."""

    def ask(self, urgency: str) -> str:
        """Send a request of some urgency; return its record."""
        self._at = now()
        told = sections_of("request.submitted")["request"].value
        sections = sections_of("request.submitted", request={**told, "urgency": urgency})
        draft = self._world.open("request.submitted", author=ZA, now=self._at, sections=sections)
        message = self._world.sign(draft)
        self._send(message, sections)
        # the office of these makers is none of this directory: what goes to it would be on paper
        OutboxRow.objects.exclude(addressee=VN).delete()
        Conversation.objects.update(paper=False)
        rows.remember(conversations=[message.content])
        return str(message.record)


def fail() -> None:
    """Attempt whatever is due, in vain."""
    for lease in outbox.claim(at=real_now(), most=64):
        outbox.failed(lease, at=now(), real=real_now(), fault="partner-unreachable")


@pytest.mark.parametrize(
    ("urgency", "at_once", "later"),
    [("emergency", "critical", "critical"), ("urgent", "normal", "high")],
)
def test_a_request_that_is_not_delivered_presses_until_its_receipt(
    office: DeskOffice, urgency: str, at_once: str, later: str
) -> None:
    record = Asking(office, World(VN, ZA, mode=office.node.config.mode)).ask(urgency)
    assert WorkItem.objects.get().kind == Kind.UNANSWERED
    fail()
    row = WorkItem.objects.get()
    assert (row.kind, row.action, row.waits_for) == (Kind.UNDELIVERED, "call-partner", "us")
    assert row.rank == RANK[Severity(at_once)]
    assert (row.party, row.emergency) == (VN, urgency == "emergency")
    assert differences(now()) == []

    at = now() + HOUR
    escalation.settle(alarm_causes.causes(office.node, at), at=at)
    (item,) = WorkItem.objects.filter(party=VN, rank__lt=9)
    assert (item.case, item.rank) == (row.case, RANK[Severity(later)]), "one incident, one item"
    (alarm,) = Alarm.objects.filter(ended_at=None, incident=row.incident)
    assert (alarm.kind, alarm.severity) == ("undelivered", later)
    officer = office.people["approver"]
    found = [one for one in alerts(office.node, officer, at) if one.kind is Kind.UNDELIVERED]
    (line,) = lines_of(office.node, found, officer)
    assert line.call is not None
    assert line.call.number == office.node.directory.entry(VN).duty_phone

    outbox.delivered(record, VN)
    assert WorkItem.objects.get(incident=row.incident).kind == Kind.UNANSWERED
    after = now() + timedelta(minutes=1)
    escalation.settle(alarm_causes.causes(office.node, after), at=after)
    alarm.refresh_from_db()
    assert alarm.ended_at == after
    assert alarm.kind == "undelivered", "what is resolved is the delivery, nothing else"
    assert OutboxRow.objects.get().stage == OutboxRow.Stage.DELIVERED
    assert differences(now()) == []


def test_an_emergency_that_nobody_tries_to_deliver_is_critical_after_two_minutes(
    office: DeskOffice,
) -> None:
    record = Asking(office, World(VN, ZA, mode=office.node.config.mode)).ask("emergency")
    at = now() + timedelta(minutes=2, seconds=1)
    assert differences(at) == []
    row = WorkItem.objects.get()
    assert (row.kind, row.rank) == (Kind.UNDELIVERED, RANK[Severity.CRITICAL])
    outbox.delivered(record, VN)
    assert WorkItem.objects.get().kind == Kind.UNANSWERED
    assert differences(at) == []
