"""Who asks is shown before anything is given; less than asked has a ground; time runs out once."""

from typing import Any

import pytest
from tests.docket.conftest import DeskOffice, text
from tests.privacy.cases import asks, circle, reasons

from comity.canonical import ComityError
from comity.docket import Item
from comity.node.models import DocketItem
from comity.node.privacy.grounds import grounds
from comity.node.privacy.register import listed, waiting

pytestmark = pytest.mark.django_db


def received(office: DeskOffice, **told: Any) -> Item:
    return office.do("subject-request.received", asks(**told))


def decision(name: str = "refuse", *given: str) -> dict[str, Any]:
    return {
        "decision": name,
        "grounds": list(given),
        "reasons": text("x", "en"),
        "answer": text("y"),
    }


def decide(office: DeskOffice, item: Item, value: dict[str, Any]) -> Item:
    return office.do("subject-request.decided", value, who="approver", item=item.id)


def code(office: DeskOffice, item: Item, act: str, value: dict[str, Any], who: str) -> str:
    with pytest.raises(ComityError) as fault:
        office.do(act, value, who=who, item=item.id)
    return fault.value.code


def test_a_request_has_a_clock_that_the_watch_reads(office: DeskOffice) -> None:
    item = received(office)
    row = DocketItem.objects.get(item=item.id)
    assert (row.due_at, row.state) == (item.due, "registered")
    assert [one.id for one in waiting(circle(office))] == [item.id]


def test_nothing_is_given_to_somebody_who_was_not_shown_to_be_the_person(
    office: DeskOffice,
) -> None:
    item = received(office, identity="not-shown", identity_shown_by=None)
    for one in (decision("grant"), decision("part", "investigation")):
        found = code(office, item, "subject-request.decided", one, "approver")
        assert found == "privacy-identity"
    shown = {
        "identity": "document",
        "identity_shown_by": "passport",
        "at": "2026-03-01T03:01:00Z",
    }
    office.do("subject-request.identified", shown, item=item.id)
    assert decide(office, item, decision("grant")).state == "decided"


@pytest.mark.parametrize("told", [{"identity": "not-shown"}, {"identity_shown_by": None}])
def test_how_identity_was_shown_is_said_exactly_where_it_was(
    office: DeskOffice, told: dict[str, Any]
) -> None:
    with pytest.raises(ComityError) as fault:
        received(office, **told)
    assert fault.value.code == "privacy-unfit"


@pytest.mark.parametrize(
    "value",
    [
        decision("refuse"),
        decision("refuse", "because"),
        decision("grant", "investigation"),
        decision("neither-confirm-nor-deny"),
        decision("part", "identity-not-shown"),
        decision("neither-confirm-nor-deny", "nothing-held"),
    ],
)
def test_a_decision_without_a_ground_that_may_stand_for_it_is_refused(
    office: DeskOffice, value: dict[str, Any]
) -> None:
    item = received(office)
    assert code(office, item, "subject-request.decided", value, "approver") == "privacy-ground"


def test_neither_confirmed_nor_denied_needs_no_identity(office: DeskOffice) -> None:
    item = received(office, identity="not-shown", identity_shown_by=None)
    value = decision("neither-confirm-nor-deny", "national-security")
    assert decide(office, item, value).state == "decided"


def test_a_case_officer_does_not_decide(office: DeskOffice) -> None:
    item = received(office)
    value = decision("grant")
    assert code(office, item, "subject-request.decided", value, "case") == "docket-hand"


def test_time_is_extended_once_and_to_a_later_day(office: DeskOffice) -> None:
    item = received(office)
    early = {"due": "2026-03-20T00:00:00Z", **reasons(), "person_told_at": None}
    assert code(office, item, "subject-request.extended", early, "case") == "privacy-unfit"
    late = {**early, "due": "2026-05-20T00:00:00Z"}
    longer = office.do("subject-request.extended", late, item=item.id)
    assert f"{longer.due:%Y-%m-%d}" == "2026-05-20"
    later = {**early, "due": "2026-07-20T00:00:00Z"}
    assert code(office, item, "subject-request.extended", later, "case") == "docket-act-illegal"


def test_an_answered_request_waits_for_nobody(office: DeskOffice) -> None:
    item = received(office)
    decide(office, item, decision("refuse", "nothing-held"))
    told = {"at": "2026-03-01T03:01:00Z", "channel": "post", "done": None}
    office.do("subject-request.answered", told, item=item.id)
    assert waiting(circle(office)) == []
    assert [one.id for one in listed(circle(office), "subject-request").items] == [item.id]
    assert listed(circle(office), "subject-request", only_open=True).items == ()


def test_every_ground_names_its_source_and_nothing_it_may_not_stand_for() -> None:
    known = {"part", "refuse", "neither-confirm-nor-deny", "delay"}
    for one in grounds().values():
        assert one.source
        assert one.stands_for
        assert one.stands_for <= known


def test_a_delay_is_by_order_to_a_later_day_and_comes_up_again(office: DeskOffice) -> None:
    from tests.privacy.cases import case_over

    opened = case_over(office)
    owed = {
        "name": "Lan",
        "measure": "stored data of one mailbox",
        "legal_basis": "CPA 205",
        "due": "2026-04-01T00:00:00Z",
    }
    item = office.do("person-notice.owed", owed, case=opened.case)
    order = {
        "until": "2026-06-01T00:00:00Z",
        "ground": "investigation",
        "ordered_by": "Judge Tran",
        "number": None,
        **reasons(),
    }
    assert code(office, item, "person-notice.delayed", order, "case") == "docket-hand"
    for wrong, wanted in (
        ({"until": "2026-02-01T00:00:00Z"}, "privacy-unfit"),
        ({"ground": "nothing-held"}, "privacy-ground"),
    ):
        value = {**order, **wrong}
        assert code(office, item, "person-notice.delayed", value, "approver") == wanted
    delayed = office.do("person-notice.delayed", order, who="approver", item=item.id)
    assert f"{delayed.due:%Y-%m-%d}" == "2026-06-01"
    told = {"at": "2026-03-01T03:01:00Z", "channel": "post", "reference": None}
    assert office.do("person-notice.told", told, item=item.id).due is None
