"""An extension that a partner asks for and a shift handed over are work items like any other."""

from datetime import timedelta
from itertools import product
from typing import Final

import pytest
from django.urls import reverse
from tests.docket.conftest import DeskOffice, text
from tests.exchange.makers import VN, ZA, World
from tests.speed.test_budget import Talk, signed_in
from tests.work.test_rows import differences

from comity.cli.duty.work import next_command
from comity.docket import Item
from comity.exchange.types import MOVES
from comity.node.cases import deadline_notices, docket_store
from comity.node.cases.next_move import waits_for_extension
from comity.node.cases.severity import Kind
from comity.node.core.clock import now
from comity.node.models import Conversation, WorkItem
from comity.node.my_work.assign import assign
from comity.node.my_work.sections import MINE, count, section
from comity.node.people.access.visible_cases import circle_of
from comity.node.watch import shifts
from comity.node.watch.alert_list import alerts
from comity.node.watch.rules import ShiftError

pytestmark = pytest.mark.django_db
PRESERVED: Final = (
    "request.submitted", "<request.acknowledged", "<request.accepted", "<preservation.confirmed",
)  # fmt: skip
STATES: Final = sorted({state for move in MOVES.values() for state in move.main})


def preserved(office: DeskOffice) -> Talk:
    talk = Talk(office, World(VN, ZA, mode=office.node.config.mode))
    for step in PRESERVED:
        talk.say(step)
    deadline_notices.warn()
    return talk


def test_an_extension_that_is_asked_waits_for_our_answer_and_ends_with_it(
    office: DeskOffice,
) -> None:
    talk = preserved(office)
    assert WorkItem.objects.get().kind == Kind.CLOCK
    talk.say("request.extension-asked")
    row = WorkItem.objects.get()
    assert (row.kind, row.action, row.waits_for) == (
        "extension-asked", "request.extended", "us",
    )  # fmt: skip
    assert (row.deadline, row.due_at is None) == ("preservation-end", False)
    assert row.rank < 4, "people are told at once, however far the end is"
    assert differences(now()) == []
    (alert,) = alerts(office.node, office.people["case"], now())
    form = reverse("move", args=[row.conversation, "request.extended"])
    for page in ("/my-work", "/watch", f"/cases/{row.case}"):
        assert f'href="{form}' in signed_in(office, "case").get(page).content.decode(), page
    told = {"kind": alert.kind, "detail": "", "outside": False, "alarm": alert.alarm,
            "case": alert.case, "party": alert.party, "subject": alert.subject}  # fmt: skip
    assert next_command(told) == f"comity case show {row.case}"
    talk.say("<request.extended")
    assert WorkItem.objects.get().kind == Kind.CLOCK
    assert differences(now()) == []


def test_an_extension_is_answered_before_a_request_is_accepted(office: DeskOffice) -> None:
    talk = Talk(office, World(VN, ZA, mode=office.node.config.mode))
    for step in ("request.submitted", "<request.acknowledged", "request.extension-asked"):
        talk.say(step)
    row = WorkItem.objects.get()
    assert (row.kind, row.action) == ("extension-asked", "preservation.confirmed")
    talk.say("<preservation.confirmed")
    row = WorkItem.objects.get()
    assert (row.kind, row.action) == ("extension-asked", "request.extended")


def test_an_extension_waits_for_us_only_while_the_partner_asks_and_we_may_grant_it() -> None:
    """Every state of a request, both sides, every stage of every extension."""
    wrong = []
    for main, ours, stage in product(STATES, (False, True), ("", "asked", "extended")):
        tracks = {"sha256:a": ["extension", stage]} if stage else {}
        row = Conversation(main=main, type="request.submitted", ours=ours, tracks=tracks)
        wanted = not ours and stage == "asked" and main in MOVES["request.extended"].main
        if waits_for_extension(row) is not wanted:
            wrong.append((main, ours, stage))
    assert not wrong


def handed_over(office: DeskOffice) -> Item:
    office.at += timedelta(minutes=1)
    shifts.begin(office.node, office.committer, officer=office.people["case"], at=office.at,
                 until=office.at + timedelta(hours=8))  # fmt: skip
    office.at += timedelta(minutes=1)
    return shifts.hand_over(
        office.node,
        office.committer,
        officer=office.people["case"],
        to=office.people["approver"].identifier,
        notes=text("Call Pretoria at six.", "en"),
        at=office.at,
    )


def confirmed(office: DeskOffice, item: Item, who: str) -> None:
    office.at += timedelta(minutes=1)
    shifts.confirm(
        office.node,
        office.committer,
        docket_store.item_named(item.id),
        officer=office.people[who],
        at=office.at,
        approval=None,
    )


def mine(office: DeskOffice, who: str) -> list[str]:
    circle = circle_of(office.people[who], at=office.at)
    rows = [row.incident for one in section(MINE, circle) for row in one]
    assert count(circle)[MINE] == len(rows)
    return rows


def test_a_shift_handed_over_is_of_whoever_has_to_confirm_until_it_is_taken(
    office: DeskOffice,
) -> None:
    item = handed_over(office)
    name, place = f"item:{item.id}", f'href="{reverse("shift", args=[item.id])}"'
    row = WorkItem.objects.get()
    assert (row.kind, row.action, row.deadline) == (
        "shift-handed-over", "confirm-handover", "shift-end",
    )  # fmt: skip
    assert row.due_at == office.at - timedelta(minutes=1) + timedelta(hours=8)
    assert (mine(office, "case"), mine(office, "approver")) == ([name], [])
    confirmed(office, item, "case")
    assert (mine(office, "case"), mine(office, "approver")) == ([], [name])
    assert differences(office.at) == []
    for page in ("/my-work", "/watch"):
        words = signed_in(office, "approver").get(page).content.decode()
        assert place in words, page
        assert "Confirm handover" in words, page
    words = signed_in(office, "case").get("/watch").content.decode()
    assert "Confirm handover" not in words
    assert "Open shift" in words
    confirmed(office, item, "approver")
    assert not WorkItem.objects.exists()
    assert differences(office.at) == []


def test_a_handover_that_is_declined_is_no_work_and_one_is_given_to_nobody_else(
    office: DeskOffice,
) -> None:
    item = handed_over(office)
    confirmed(office, item, "case")
    with pytest.raises(ShiftError):
        assign([f"item:{item.id}"], office.people["case"], officer=office.people["approver"],
               at=office.at)  # fmt: skip
    shifts.refuse(office.node, office.committer, docket_store.item_named(item.id), text("Ill."),
                  officer=office.people["approver"], at=office.at)  # fmt: skip
    assert not WorkItem.objects.exists()
    assert differences(office.at) == []
