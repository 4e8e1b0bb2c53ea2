"""A telephone call becomes a record, and proves nothing about who called."""

from typing import Any

import pytest
from tests.docket.conftest import SENEGAL, T0, DeskOffice, authority, text

from comity.canonical import ComityError
from comity.demo.world import ASKING
from comity.docket import Item
from comity.docket.errors import ActIllegalError
from comity.node.cases.call_back_numbers import numbers
from comity.node.cases.docket_actions import title_of
from comity.node.docket.verify import check_docket
from comity.node.models import AuditRow, DocketItem, DraftRow, LogEntry
from comity.node.people.access.visible_cases import circle_of
from comity.node.watch import Kind, calls
from comity.node.watch.alert_list import alerts
from comity.node.watch.alert_rows import lines_of

pytestmark = pytest.mark.django_db


def said(**told: Any) -> dict[str, Any]:
    """Return what is noted of a call."""
    return {
        "caller": "A. Tran",
        "office": None,
        "party": ASKING,
        "number_shown": "+84 1",
        "at": "2026-03-01T03:00:00Z",
        "urgency": "emergency",
        "measure": "preservation",
        "asked": text("Keep one mailbox.", "en"),
        "accounts": [],
        "not_called_back": "The line was busy.",
        "confirm_by": "2026-03-03T03:00:00Z",
        **told,
    }


def took(office: DeskOffice, back: Any = None, **told: Any) -> Item:
    return calls.take(
        office.node, office.committer, said(**told), officer=office.people["case"], at=T0, back=back
    )


def number(office: DeskOffice, party: str = ASKING) -> str:
    return numbers(office.node, party)[0].number


def back(office: DeskOffice, **told: Any) -> dict[str, Any]:
    at = "2026-03-01T03:05:00Z"
    return {"at": at, "number": number(office), "spoke_with": "A. Tran", **told}


def test_a_call_is_an_entry_a_leaf_and_an_audit_row_with_a_clock(office: DeskOffice) -> None:
    item = took(office)
    row = DocketItem.objects.get(item=item.id)
    assert (row.kind, row.state, row.due_at) == ("call", "noted", item.due)
    assert LogEntry.objects.filter(record=item.entries[0].entry.digest).count() == 1
    assert AuditRow.objects.filter(subject=item.id, detail="call.taken 1").count() == 1
    assert title_of(item) == "A. Tran"
    assert check_docket(office.node).faults == ()


def test_the_call_back_stands_in_the_same_transaction(office: DeskOffice) -> None:
    item = took(office, ("call.called-back", back(office)))
    assert item.state == "called-back"
    assert [done.entry.act for done in item.entries] == ["call.taken", "call.called-back"]


@pytest.mark.parametrize("act", ["call.called-back", "call.denied", "call.tried"])
def test_the_number_that_the_caller_gave_is_never_called_back(office: DeskOffice, act: str) -> None:
    told = back(office, number="+84 1")
    told |= {"remark": None} if act == "call.denied" else {}
    if act == "call.tried":
        told = {"at": told["at"], "number": "+84 1", "outcome": "no-answer"}
    with pytest.raises(ComityError) as fault:
        took(office, (act, told))
    assert fault.value.code == "call-number"
    assert not DocketItem.objects.exists(), "nothing is half noted"


def test_an_authority_of_the_register_is_called_back_on_the_number_we_wrote(
    office: DeskOffice,
) -> None:
    office.do(
        "authority.entered",
        authority(contacts=[{"channel": "phone", "address": "+221 33 1"}]),
    )
    assert [(n.number, n.source) for n in numbers(office.node, SENEGAL)] == [
        ("+221 33 1", "register")
    ]
    item = took(office, ("call.called-back", back(office, number="+221 33 1")), party=SENEGAL)
    assert item.state == "called-back"


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"party": "zz/nobody"}, "party-unknown"),
        ({"party": "za/central"}, "call-unfit"),
        ({"accounts": [{"type": "email", "service": "x", "identifier": "no"}]}, None),
        ({"urgency": "very"}, "docket-malformed"),
        ({"caller": ""}, "docket-malformed"),
    ],
)
def test_what_does_not_fit_is_refused(
    office: DeskOffice, told: dict[str, Any], code: str | None
) -> None:
    told = {**told, "party": office.node.party} if told.get("party") == "za/central" else told
    with pytest.raises(ComityError) as fault:
        took(office, **told)
    assert code is None or fault.value.code == code
    assert not DocketItem.objects.exists()


def test_an_unknown_caller_has_no_number_to_call(office: DeskOffice) -> None:
    item = took(office, party=None)
    with pytest.raises(ComityError) as fault:
        office.do("call.called-back", back(office), item=item.id)
    assert fault.value.code == "call-number"


def test_a_denied_call_is_closed_and_nothing_more_is_begun_out_of_it(office: DeskOffice) -> None:
    item = took(office)
    office.do("call.denied", {**back(office), "remark": None}, item=item.id)
    with pytest.raises(ActIllegalError):
        office.do("call.confirmed", {"at": said()["at"], "known_by": "mail"}, item=item.id)


def test_a_call_that_was_not_called_back_is_on_the_watch_until_it_was(office: DeskOffice) -> None:
    item = took(office)
    found = {(one.kind, one.subject) for one in alerts(office.node, office.people["approver"], T0)}
    assert (Kind.CALL, item.id) in found
    assert (Kind.TASK, item.id) not in found, "one line says it once"
    office.do("call.called-back", back(office), item=item.id)
    found = {(one.kind, one.subject) for one in alerts(office.node, office.people["approver"], T0)}
    assert (Kind.CALL, item.id) not in found
    assert (Kind.TASK, item.id) in found, "the confirmation in writing is still due"


def test_calls_are_listed_newest_first_by_day_and_page(office: DeskOffice) -> None:
    made = [took(office).id for _ in range(3)]
    circle = circle_of(office.people["approver"], at=T0)
    assert {one.id for one in calls.listed(circle)} == set(made)
    day = T0.replace(hour=0)
    assert len(calls.listed(circle, day=day)) == 3
    assert calls.listed(circle, day=day.replace(day=2)) == []
    first = calls.listed(circle, most=1)
    assert len(first) == 2, "one more than asked says that there is more"
    assert [one.id for one in calls.listed(circle, before=first[0].id)] == [
        one.id for one in calls.listed(circle)[1:]
    ]


def test_what_was_begun_out_of_a_call_is_found_from_it(office: DeskOffice) -> None:
    item = took(office)
    draft = DraftRow.objects.create(
        id="01a2104e-9860-7aa1-b2b6-216cd2524a9d",
        type="request.submitted",
        fields={},
        sections={},
        made_by="case",
        made_at=T0,
    )
    made = calls.pass_on(
        office.node,
        office.committer,
        item.id,
        {"draft": draft.id, "conversation": None},
        officer=office.people["case"],
        at=T0,
    )
    assert made.state == "noted"
    assert DocketItem.objects.get(about=draft.id).item == item.id


def test_the_line_of_a_call_names_the_caller_and_the_state_they_say_they_call_for(
    office: DeskOffice,
) -> None:
    told = said() | {"office": "Cyber police of Ha Noi"}
    item = calls.take(office.node, office.committer, told, officer=office.people["case"], at=T0)
    for who, names in (("case", ("A. Tran", "Cyber police of Ha Noi")), ("auditor", ())):
        officer = office.people[who]
        found = lines_of(office.node, alerts(office.node, officer, T0), officer)
        (line,) = [one for one in found if one.alert.subject == item.id]
        assert (line.caller, line.states, line.mail) == (names, (ASKING,), {}), who
