"""A message of the other side is work until whoever has the case has read it."""

from datetime import timedelta

import pytest
from tests.docket.conftest import DeskOffice
from tests.exchange.makers import VN, ZA, World
from tests.speed.test_budget import Talk, signed_in
from tests.work.test_rows import differences

from comity.node.cases.severity import Kind
from comity.node.core.clock import now
from comity.node.models import Conversation, WorkItem
from comity.node.people.access import case_access
from comity.node.people.permissions import Right, may
from comity.node.work import reading

pytestmark = pytest.mark.django_db


def open_case(office: DeskOffice, who: str, query: str = "") -> str:
    number = Conversation.objects.get().case
    page = signed_in(office, who).get(f"/cases/{number}{query}")
    assert page.status_code == 200
    return page.content.decode()


def withdrawn(office: DeskOffice) -> Talk:
    """Let the other State withdraw its request after this office acknowledged it."""
    talk = Talk(office, World(VN, ZA, mode=office.node.config.mode))
    for step in ("request.submitted", "<request.acknowledged", "request.withdrawn"):
        talk.say(step)
    return talk


def test_what_ends_a_request_is_work_until_somebody_reads_it(office: DeskOffice) -> None:
    withdrawn(office)
    item = WorkItem.objects.get()
    assert (item.kind, item.waits_for, item.action) == (Kind.UNREAD_MESSAGE, "us", "request.closed")
    assert differences(now() + timedelta(hours=25)) == []
    assert "unread" in open_case(office, "case")
    assert not WorkItem.objects.exists()
    assert "unread" not in open_case(office, "case")
    assert differences(now()) == []


def waits_after(office: DeskOffice, who: str, query: str = "") -> bool:
    open_case(office, who, query)
    return WorkItem.objects.filter(kind=Kind.UNREAD_MESSAGE).exists()


def test_whoever_may_not_write_for_the_office_reads_nothing_for_it(office: DeskOffice) -> None:
    withdrawn(office)
    readers = [who for who, one in office.people.items() if not may(one, Right.DRAFT)]
    readers = [who for who in readers if may(office.people[who], Right.READ_CASES)]
    assert readers
    assert all(waits_after(office, who) for who in readers)
    assert waits_after(office, "case", "?show=access"), "the newest messages were not on the page"
    assert not waits_after(office, "case")


def test_only_whoever_has_the_case_takes_its_news_away(office: DeskOffice) -> None:
    withdrawn(office)
    case = Conversation.objects.get().case
    case_access.assign(case, office.people["approver"], at=office.at, by="case")
    assert waits_after(office, "case"), "it is the approver's"
    case_access.assign(case, office.people["case"], at=office.at, by="case")
    case_access.unassign(case, office.people["approver"], at=office.at, by="case")
    assert not waits_after(office, "case")


def test_whoever_answers_has_read_it_and_what_came_after_waits_again(office: DeskOffice) -> None:
    talk = Talk(office, World(VN, ZA, mode=office.node.config.mode))
    for step in ("request.submitted", "<request.acknowledged", "request.status-asked"):
        talk.say(step)
    assert WorkItem.objects.get().kind == Kind.UNREAD_MESSAGE
    talk.say("<request.accepted")
    assert Conversation.objects.get().unread_at is None
    talk.say("request.withdrawn")
    assert WorkItem.objects.get().kind == Kind.UNREAD_MESSAGE


def test_a_test_of_a_partners_watch_is_no_message_to_read(office: DeskOffice) -> None:
    Talk(office, World(VN, ZA, mode=office.node.config.mode)).say("contact.ping")
    assert Conversation.objects.get().unread_at is None


def test_a_message_that_came_while_the_page_was_made_still_waits(office: DeskOffice) -> None:
    withdrawn(office)
    shown = list(Conversation.objects.all())
    Conversation.objects.update(moved_at=shown[0].moved_at + timedelta(seconds=1))

    reading.read(shown, officer=office.people["case"])
    assert Conversation.objects.get().unread_at is not None
