"""The stored work items say what the facts say, after every act and at every moment."""

from datetime import datetime, timedelta

import pytest
from tests.docket.conftest import T0, DeskOffice, asks, text
from tests.exchange.makers import VN, ZA, World
from tests.speed.test_budget import Talk

from comity.node.cases import deadline_notices
from comity.node.cases.severity import Facts, Kind, Severity
from comity.node.core.clock import now
from comity.node.models import WorkCheck, WorkItem
from comity.node.people.access import case_access
from comity.node.watch.alert_list import alerts
from comity.node.work import rows
from comity.node.work.item import Item, Matter, work_item
from comity.node.work.queries import severity_of_row
from comity.node.work.recompute import Comparison

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def differences(at: datetime) -> list[str]:
    """Return the incidents whose rows are not as the facts say at a moment."""
    while rows.rewrite_due(at=at):
        pass
    before = WorkCheck.objects.filter(pk=1).values_list("differences", flat=True).first() or 0
    comparison = Comparison()
    comparison._first = False  # what is missing is a difference here
    if not comparison.whole(at=at):
        return []
    check = WorkCheck.objects.get(pk=1)
    assert check.differences > before
    return [check.incident]


def test_a_request_is_a_row_in_the_transaction_of_its_message(office: DeskOffice) -> None:
    talk = Talk(office, World(VN, ZA, mode=office.node.config.mode))
    talk.say("request.submitted")
    row = WorkItem.objects.get()
    assert (row.kind, row.action, row.waits_for) == (Kind.UNREAD, "request.acknowledged", "us")
    talk.say("<request.acknowledged")
    assert WorkItem.objects.get().kind == Kind.CLOCK
    assert differences(now() + HOUR) == []


def test_what_an_office_does_leaves_rows_as_the_facts_say(office: DeskOffice) -> None:

    asks(office)
    thread = office.written()
    office.received()
    office.do("note.written", {"text": text()}, case=thread.case)
    for hours in (0, 2, 25, 24 * 20):
        assert differences(office.at + hours * HOUR) == []
    assert {row.kind for row in WorkItem.objects.all()} >= {Kind.UNREAD, Kind.MAIL}


def test_the_owner_is_who_was_assigned_first(office: DeskOffice) -> None:
    thread = office.written()
    item = WorkItem.objects.get(conversation=thread.digest)
    assert item.owner == ""
    for who in ("approver", "case"):
        case_access.assign(thread.case, office.people[who], at=office.at, by="case")
    item.refresh_from_db()
    assert item.owner == office.people["approver"].identifier
    case_access.unassign(thread.case, office.people["approver"], at=office.at, by="case")
    item.refresh_from_db()
    assert item.owner == office.people["case"].identifier
    assert differences(office.at) == []


def test_a_deadline_has_a_name_once_the_clocks_were_looked_at(office: DeskOffice) -> None:
    talk = Talk(office, World(VN, ZA, mode=office.node.config.mode))
    for step in ("request.submitted", "<request.acknowledged", "<request.accepted",
                 "<preservation.confirmed"):  # fmt: skip
        talk.say(step)
    deadline_notices.warn()
    row = WorkItem.objects.get(kind=Kind.CLOCK)
    assert row.due_at is not None
    assert row.deadline == "preservation-end"
    assert row.rule
    assert differences(now() + HOUR) == []


def test_a_fact_that_did_not_say_so_is_found_corrected_and_counted(office: DeskOffice) -> None:
    thread = office.written()
    WorkItem.objects.all().delete()
    assert differences(office.at) == [f"request:{thread.digest}"]
    assert WorkItem.objects.filter(conversation=thread.digest).exists()
    WorkItem.objects.update(rank=3)
    WorkItem.objects.create(incident="request:sha256:gone", kind="clock", rank=0, action="x")
    assert Comparison().whole(at=office.at) == 2
    assert WorkCheck.objects.get(pk=1).differences == 3
    assert differences(office.at) == []


def test_a_row_is_read_as_it_is_now_before_the_loop_has_rewritten_it(office: DeskOffice) -> None:
    office.written(sections=None)
    officer, at = office.people["approver"], office.at
    office.received()
    (mail,) = [one for one in alerts(office.node, officer, at) if one.kind is Kind.MAIL]
    assert mail.severity is Severity.LOW
    later = at + 2 * HOUR
    (mail,) = [one for one in alerts(office.node, officer, later) if one.kind is Kind.MAIL]
    assert mail.severity is Severity.NORMAL
    assert severity_of_row(WorkItem.objects.get(kind=Kind.MAIL)) is Severity.LOW
    assert rows.rewrite_due(at=later) == 0, "it was no difference"
    assert severity_of_row(WorkItem.objects.get(kind=Kind.MAIL)) is Severity.NORMAL


def test_one_incident_is_one_item_told_by_what_presses_most() -> None:
    at = T0
    clock = Matter(facts=Facts(kind=Kind.CLOCK, due_at=at + 30 * HOUR), subject="d",
                   listed_from=at - HOUR)  # fmt: skip
    second = Matter(facts=Facts(kind=Kind.SECOND, due_at=at + 5 * HOUR), subject="r")
    item = work_item("request:d", [clock, second], at=at)
    assert isinstance(item, Item)
    assert (item.matter, item.severity) == (second, Severity.NORMAL)
    assert item.changes_at == at + HOUR, "four hours before the second signature is due"
    later = work_item("request:d", [clock, second], at=at + HOUR)
    assert later is not None
    assert (later.severity, later.changes_at) == (Severity.HIGH, at + 6 * HOUR)
