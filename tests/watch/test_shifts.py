"""A shift goes from one officer to the next, and both stand by it."""

from datetime import timedelta
from typing import Any

import pytest
from tests.docket.conftest import T0, DeskOffice, text

from comity.canonical import ComityError
from comity.docket import Item
from comity.docket.entry import statement
from comity.docket.errors import ActIllegalError
from comity.docket.moment_order import MomentOrderError
from comity.exchange import approve
from comity.node.cases import docket_store
from comity.node.docket.verify import check_docket
from comity.node.models import DocketEntry, Officer
from comity.node.watch import shifts
from comity.node.watch.rules import handed_over

pytestmark = pytest.mark.django_db
NOTES = text("Call Pretoria at six.", "en")


def begin(office: DeskOffice, who: str = "case") -> Item:
    office.at += timedelta(minutes=1)
    return shifts.begin(office.node, office.committer, officer=office.people[who], at=office.at)


def give(office: DeskOffice, to: str = "approver") -> Item:
    office.at += timedelta(minutes=1)
    return shifts.hand_over(
        office.node,
        office.committer,
        officer=office.people["case"],
        to=office.people[to].identifier,
        notes=NOTES,
        at=office.at,
    )


def confirm(office: DeskOffice, item: Item, who: str, approval: Any = None) -> Item:
    office.at += timedelta(minutes=1)
    return shifts.confirm(
        office.node,
        office.committer,
        docket_store.item_named(item.id),
        officer=office.people[who],
        at=office.at,
        approval=approval,
    )


def signature(office: DeskOffice, item: Item, role: str) -> dict[str, Any]:
    person = office.place.officers[role]
    entry = handed_over(item)
    assert entry is not None
    mode = office.node.config.mode
    data = statement(entry, party=office.node.party, mode=mode, certificate=person.certificate)
    return approve(data, person.key, person.certificate, mode=mode)


def test_a_shift_is_handed_over_by_two_signatures_and_the_next_begins(office: DeskOffice) -> None:
    begin(office)
    item = give(office)
    confirm(office, item, "case", signature(office, item, "author"))
    done = confirm(office, item, "approver", signature(office, item, "approver"))
    assert [d.entry.act for d in done.entries] == [
        "shift.begun",
        "shift.handed-over",
        "shift.given",
        "shift.taken-over",
    ]
    assert shifts.current(office.people["case"]) is None
    nxt = shifts.current(office.people["approver"])
    assert nxt is not None
    assert nxt.state == "begun"
    assert shifts.began_at(nxt) == office.at
    assert check_docket(office.node).faults == ()


@pytest.mark.parametrize("later_s", [-86_400, -1, 0])
def test_no_shift_ends_before_it_begins(office: DeskOffice, later_s: int) -> None:
    until = office.at + timedelta(seconds=later_s)
    with pytest.raises(MomentOrderError, match="until must be after the shift begins"):
        shifts.begin(
            office.node,
            office.committer,
            officer=office.people["case"],
            at=office.at,
            until=until,
        )
    assert shifts.current(office.people["case"]) is None


def test_a_password_is_recorded_as_what_it_is(office: DeskOffice) -> None:
    begin(office)
    item = give(office)
    confirm(office, item, "case")
    done = confirm(office, item, "approver", signature(office, item, "approver"))
    assert done.said("shift.given")["how"] == "password"
    assert done.said("shift.taken-over")["how"] == "signed"


def test_a_forged_signature_under_a_hand_over_is_found(office: DeskOffice) -> None:
    begin(office)
    item = give(office)
    confirm(office, item, "case", signature(office, item, "author"))
    row = DocketEntry.objects.get(item=item.id, act="shift.given")
    assert check_docket(office.node).faults == ()
    Officer.objects.filter(pk=office.people["case"].pk).update(identifier="x")
    row.by = "x"
    row.save()
    assert [fault.code for fault in check_docket(office.node).faults]


@pytest.mark.parametrize("who", ["case", "approver"])
def test_anothers_signature_confirms_nothing(office: DeskOffice, who: str) -> None:
    begin(office)
    item = give(office)
    if who == "approver":
        confirm(office, item, "case")
    other = {"case": "approver", "approver": "author"}[who]
    with pytest.raises(ComityError) as fault:
        confirm(office, item, who, signature(office, item, other))
    assert fault.value.code == "shift-unfit"


def test_the_incoming_cannot_confirm_first_nor_for_both(office: DeskOffice) -> None:
    begin(office)
    item = give(office)
    with pytest.raises(ActIllegalError):
        confirm(office, item, "approver")
    confirm(office, item, "case")
    with pytest.raises(ActIllegalError):
        confirm(office, item, "case")


@pytest.mark.parametrize("to", ["case", "translator", "auditor"])
def test_a_shift_goes_to_somebody_else_who_may_take_it(office: DeskOffice, to: str) -> None:
    begin(office)
    with pytest.raises(ComityError) as fault:
        give(office, to)
    assert fault.value.code == "shift-unfit"


def test_a_person_has_one_shift_at_a_time_and_hands_over_only_the_own(office: DeskOffice) -> None:
    with pytest.raises(ComityError):
        give(office)
    begin(office)
    with pytest.raises(ComityError) as fault:
        begin(office)
    assert fault.value.code == "shift-unfit"


def test_a_hand_over_that_is_given_back_goes_on_as_before(office: DeskOffice) -> None:
    begin(office)
    item = give(office)
    approver = office.people["approver"]
    assert shifts.offered(approver) is not None
    shifts.refuse(
        office.node, office.committer, item, text("Ill.", "en"), officer=approver, at=office.at
    )
    mine = shifts.current(office.people["case"])
    assert mine is not None
    assert mine.state == "begun"
    again = give(office)
    old = item.entries[-1].entry.digest
    entry = handed_over(again)
    assert entry is not None
    assert entry.digest != old, "what was signed before does not count for this one"


def test_a_stranger_ends_nobodys_shift_and_an_approver_may(office: DeskOffice) -> None:
    item = begin(office, "approver")
    reasons = text("Nobody relieves.", "en")
    with pytest.raises(ComityError):
        shifts.end(
            office.node,
            office.committer,
            item,
            reasons,
            officer=office.people["case"],
            at=office.at,
        )
    done = shifts.end(
        office.node,
        office.committer,
        item,
        reasons,
        officer=office.people["approver"],
        at=office.at,
    )
    assert done.state == "ended"
    assert shifts.began_at(done) > T0
