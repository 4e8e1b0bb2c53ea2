"""A message that went with one signature is work of the approvers, whoever has its case."""

from datetime import timedelta

import pytest
from tests.docket.conftest import DeskOffice
from tests.exchange.makers import VN, ZA, World
from tests.speed.test_budget import Talk
from tests.work.bringing import bring

from comity.node.cases.severity import Facts, Kind
from comity.node.core.clock import now
from comity.node.models import Conversation, MessageRow, WorkItem
from comity.node.my_work.sections import MINE, UNASSIGNED, count, sections
from comity.node.operations.page_header import head_of
from comity.node.people.access import case_access
from comity.node.people.access.visible_cases import circle_of
from comity.node.work.item import Matter, work_item

pytestmark = pytest.mark.django_db


def listed(office: DeskOffice, who: str) -> dict[str, list[str]]:
    circle = circle_of(office.people[who], at=now())
    return {
        one.code: [row.kind for row in one.rows] for one in sections(circle, count(circle))
    }  # fmt: skip


def test_an_approver_finds_what_is_to_be_countersigned(office: DeskOffice) -> None:
    Talk(office, World(VN, ZA, mode=office.node.config.mode)).say("<request.submitted")
    case_access.assign(
        Conversation.objects.get().case, office.people["case"], at=office.at, by="case"
    )
    MessageRow.objects.update(second_due_at=now() + timedelta(hours=20))
    bring(office.node, now())
    assert WorkItem.objects.get(kind=Kind.SECOND).owner == office.people["case"].identifier
    assert Kind.SECOND in listed(office, "case")[MINE]
    assert Kind.SECOND in listed(office, "approver")[UNASSIGNED]
    assert head_of(office.people["approver"]).counts["approvals"] == 1
    assert "approvals" not in head_of(office.people["case"]).counts
    Conversation.objects.update(main="withdrawn")
    assert "approvals" not in head_of(office.people["approver"]).counts


def test_an_item_names_the_deadline_of_its_incident_whatever_presses_most() -> None:
    """First of what its own side has to do: what the other side owes is no deadline here."""
    at = now()
    news = Matter(facts=Facts(kind=Kind.UNREAD_MESSAGE, measure="emergency", since=at,
                              urgency="emergency"), subject="d")  # fmt: skip
    ours, theirs = (
        Matter(
            facts=Facts(kind=kind, due_at=at + timedelta(days=days)),
            subject="d",
            deadline=name,
            listed_from=at + timedelta(days=days - 1),
        )
        for kind, days, name in (
            (Kind.CLOCK, 60, "preservation-end"),
            (Kind.THEIR_CLOCK, 2, "status"),
        )
    )
    for matters, dated in (
        ([news], news),
        ([news, theirs], news),
        ([news, theirs, ours], ours),
    ):
        item = work_item("request:d", matters, at=at)
        assert item is not None
        assert (item.matter, item.dated) == (news, dated)
