"""Which cases an officer sees, by the rule of the circle."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from tests.docket.conftest import DeskOffice, asks, authority

from comity.node.models import (
    AuditRow,
    Conversation,
    CustodyEvent,
    DocketEntry,
    DraftRow,
    GlassNotice,
    MessageRow,
    Officer,
    Package,
)
from comity.node.people.access import case_access, emergency_access
from comity.node.people.access.identifier_scope import is_outside, names_in
from comity.node.people.access.object_permissions import MOST_REFUSED, REFUSED, note_refused
from comity.node.people.access.visible_cases import circle_of
from comity.node.people.permissions import Right, may


@pytest.fixture
def case(office: DeskOffice) -> Conversation:
    office.do("authority.entered", authority())
    return asks(office)


@pytest.fixture
def ministry(office: DeskOffice, settings: Any) -> DeskOffice:
    settings.CONFIG = replace(office.node.config, roles="ministry")
    return office


def other(name: str, role: str) -> Officer:
    user = get_user_model().objects.create_user(username=name)
    return Officer.objects.create(user_id=user.pk, identifier=f"officer-{name}", role=role)


def sees(office: DeskOffice, officer: Officer, conversation: Conversation) -> bool:
    return circle_of(officer, at=office.at).sees(conversation.case)


def restrict(office: DeskOffice, conversation: Conversation, who: str = "case") -> None:
    officer = office.people[who]
    case_access.set_openness(conversation.case, "restricted", officer=officer, at=office.at, by=who)


def test_a_case_of_a_small_office_is_open_until_somebody_restricts_it(
    office: DeskOffice, case: Conversation
) -> None:
    colleague = other("colleague", "case")
    assert sees(office, colleague, case)
    restrict(office, case)
    assert not sees(office, colleague, case)
    assert sees(office, office.people["case"], case)  # whoever restricts keeps it
    case_access.assign(case.case, colleague, at=office.at, by="case")
    assert sees(office, colleague, case)


def test_a_case_of_a_ministry_is_seen_by_those_assigned_once_somebody_is(
    ministry: DeskOffice, case: Conversation
) -> None:
    duty, colleague = other("night", "duty"), other("colleague", "case")
    assert sees(ministry, duty, case)
    assert sees(ministry, ministry.people["approver"], case)
    assert not sees(ministry, colleague, case)
    case_access.assign(case.case, colleague, at=ministry.at, by="x")
    assert sees(ministry, colleague, case)
    assert not sees(ministry, duty, case)
    assert not sees(ministry, ministry.people["approver"], case)
    case_access.set_openness(case.case, "office", officer=None, at=ministry.at, by="x")
    assert sees(ministry, duty, case)


def test_a_case_whose_only_officer_left_is_not_lost(
    ministry: DeskOffice, case: Conversation
) -> None:
    duty, gone = other("night", "duty"), other("gone", "case")
    case_access.assign(case.case, gone, at=ministry.at, by="x")
    assert not sees(ministry, duty, case)
    get_user_model().objects.filter(pk=gone.user_id).update(is_active=False)
    assert sees(ministry, duty, case)


def test_a_compartment_closes_an_open_case_to_all_but_its_members(
    office: DeskOffice, case: Conversation
) -> None:
    member, colleague = other("member", "case"), other("colleague", "case")
    case_access.set_members("Child protection", [member], at=office.at, by="x")
    case_access.set_compartment(case.case, "Child protection", at=office.at, by="x")
    assert sees(office, member, case)
    assert not sees(office, colleague, case)
    with pytest.raises(case_access.OutsideCompartmentError):
        case_access.assign(case.case, colleague, at=office.at, by="x")
    with pytest.raises(case_access.CompartmentError):
        case_access.set_members("Child protection", [], at=office.at, by="x")


def test_a_compartment_without_anybody_takes_no_case(
    office: DeskOffice, case: Conversation
) -> None:
    case_access.set_members("Empty", [], at=office.at, by="x")
    for name in ("Empty", "Unknown"):
        with pytest.raises(case_access.CompartmentError):
            case_access.set_compartment(case.case, name, at=office.at, by="x")


def test_an_auditor_is_shown_that_every_case_exists_and_no_content(
    office: DeskOffice, case: Conversation
) -> None:
    restrict(office, case)
    auditor = office.people["auditor"]
    assert sees(office, auditor, case)
    assert not may(auditor, Right.READ_CONTENT)


def test_nobody_who_cannot_read_cases_is_assigned(office: DeskOffice, case: Conversation) -> None:
    operator = other("machine", "operator")
    for name in (operator.identifier, office.people["auditor"].identifier, "nobody", ""):
        with pytest.raises(case_access.OfficerUnfitError):
            case_access.officer_named(name)
    with pytest.raises(case_access.CaseUnknownError):
        case_access.assign("1999-000001", office.people["case"], at=office.at, by="x")


# ------------------------------------------------------------------ what names belong to


def names_of(office: DeskOffice, case: Conversation) -> dict[str, str]:
    """Return an identifier of each kind that belongs to the case; evidence and drafts are made."""
    item = office.do(
        "referral.sent",
        {"to": "Unit", "task": {"lang": "en", "text": "Go."}, "due": None},
        case=case.case,
    )
    mail = office.received(b"a letter", case=case.case)
    message = MessageRow.objects.get(conversation=case.digest)
    draft = DraftRow.objects.get()
    draft.case, draft.conversation = case.case, case.digest
    draft.save()
    exhibit, root = "018f0000-0000-7000-8000-00000000aaaa", "sha256:" + "a" * 64
    package = {"root": root, "exhibit": exhibit, "conversation": case.digest, "offer": {}}
    Package.objects.create(**package, outgoing=True, stage="sealed", changed_at=office.at)
    part = "018f0000-0000-7000-8000-00000000bbbb"
    event = f'{{"event":"derived","related":{{"exhibit":"{exhibit}","name":null}}}}'
    CustodyEvent.objects.create(exhibit=part, number=1, event=event.encode())
    return {
        "case": case.case,
        "conversation": case.digest,
        "record": message.record,
        "content": message.content,
        "item": item.id,
        "entry": DocketEntry.objects.get(item=item.id).digest,
        "mail": mail.id,
        "original": mail.told["original"],
        "draft": draft.id,
        "root": root,
        "bare root": "a" * 64,
        "exhibit": exhibit,
        "part of an exhibit": part,
    }


def test_every_name_of_a_closed_case_is_outside_and_none_of_an_open_one(
    office: DeskOffice, case: Conversation
) -> None:
    colleague, named = other("colleague", "case"), names_of(office, case)
    inside = circle_of(office.people["case"], at=office.at)
    assert not any(is_outside(inside, names_in([name])) for name in named.values())
    restrict(office, case)
    outside = circle_of(colleague, at=office.at)
    assert {k for k, name in named.items() if not is_outside(outside, names_in([name]))} == set()
    inside = circle_of(office.people["case"], at=office.at)
    assert {k for k, name in named.items() if is_outside(inside, names_in([name]))} == set()


@pytest.mark.parametrize("around", ["{}", " {} ", "{}x", "x{}", "see {}, please", "{}\n"])
def test_a_digest_is_found_whatever_stands_around_it(
    office: DeskOffice, case: Conversation, around: str
) -> None:
    restrict(office, case)
    outside = circle_of(other("colleague", "case"), at=office.at)
    assert is_outside(outside, names_in([around.format(case.digest)]))


@pytest.mark.parametrize("name", ["", "1999-000001", "sha256:" + "0" * 64, "x" * 5000, "\x00"])
def test_a_name_of_nothing_is_outside_nothing(
    office: DeskOffice, case: Conversation, name: str
) -> None:
    restrict(office, case)
    assert not is_outside(circle_of(other("colleague", "case"), at=office.at), names_in([name]))


def test_an_original_that_also_came_in_an_open_case_may_be_read(
    office: DeskOffice, case: Conversation
) -> None:
    closed = office.received(b"the same", case=case.case)
    restrict(office, case)
    outside = circle_of(other("colleague", "case"), at=office.at)
    assert is_outside(outside, names_in([closed.told["original"]]))
    office.received(b"the same")
    assert not is_outside(outside, names_in([closed.told["original"]]))


# ------------------------------------------------------------------ in need


def test_a_broken_glass_opens_a_case_for_a_shift_and_tells_those_concerned(
    office: DeskOffice, case: Conversation
) -> None:
    restrict(office, case)
    colleague, reason = other("colleague", "case"), "A child is in danger now."
    made = emergency_access.break_glass(case.case, reason, officer=colleague, at=office.at)
    assert sees(office, colleague, case)
    late = circle_of(colleague, at=office.at + emergency_access.LASTS + timedelta(seconds=1))
    assert not late.sees(case.case)
    told = {row.officer for row in GlassNotice.objects.filter(glass=made)}
    assert told == {office.people["case"], office.people["auditor"]}
    rows = AuditRow.objects.filter(action="glass.broken")
    assert [row.subject for row in rows] == [case.case]
    assert reason not in "".join(row.detail for row in rows)


def test_members_of_the_compartment_are_told_of_a_broken_glass_and_strangers_are_not(
    office: DeskOffice, case: Conversation
) -> None:
    member, gone = other("member", "case"), other("gone", "case")
    stranger, colleague = other("stranger", "case"), other("colleague", "case")
    case_access.set_members("Child protection", [member, gone], at=office.at, by="x")
    case_access.set_compartment(case.case, "Child protection", at=office.at, by="x")
    get_user_model().objects.filter(pk=gone.user_id).update(is_active=False)
    made = emergency_access.break_glass(
        case.case, "A child is in danger.", officer=colleague, at=office.at
    )
    told = {row.officer for row in GlassNotice.objects.filter(glass=made)}
    assert member in told
    assert not {gone, stranger, colleague} & told


def test_an_opening_is_unread_until_one_of_those_told_confirms(
    office: DeskOffice, case: Conversation
) -> None:
    restrict(office, case)
    assert emergency_access.unread() == []
    made = emergency_access.break_glass(
        case.case, "A child is in danger.", officer=other("colleague", "case"), at=office.at
    )
    assert emergency_access.unread() == [str(made.pk)]
    [notice] = emergency_access.notices_for(office.people["auditor"])
    emergency_access.acknowledge(notice.pk, officer=office.people["auditor"], at=office.at)
    assert emergency_access.unread() == []
    assert emergency_access.notices_for(office.people["case"]).exists()


def test_an_opening_of_which_nobody_could_be_told_raises_no_alarm_that_nobody_can_end(
    office: DeskOffice, case: Conversation
) -> None:
    restrict(office, case)
    emergency_access.break_glass(
        case.case, "A child is in danger.", officer=other("colleague", "case"), at=office.at
    )
    GlassNotice.objects.all().delete()
    assert emergency_access.unread() == []


def test_a_notice_waits_until_the_person_it_is_for_confirms_it(
    office: DeskOffice, case: Conversation
) -> None:
    restrict(office, case)
    colleague, mine = other("colleague", "case"), office.people["case"]
    emergency_access.break_glass(
        case.case, "A child is in danger now.", officer=colleague, at=office.at
    )
    [notice] = emergency_access.notices_for(mine)
    with pytest.raises(emergency_access.NoticeUnknownError):
        emergency_access.acknowledge(notice.pk, officer=colleague, at=office.at)
    emergency_access.acknowledge(notice.pk, officer=mine, at=office.at)
    assert not emergency_access.notices_for(mine)
    with pytest.raises(emergency_access.NoticeUnknownError):
        emergency_access.acknowledge(notice.pk, officer=mine, at=office.at)


def test_nobody_breaks_a_glass_without_need_or_reason(
    office: DeskOffice, case: Conversation
) -> None:
    colleague = other("colleague", "case")
    with pytest.raises(emergency_access.GlassNeedlessError):
        emergency_access.break_glass(case.case, "A good reason.", officer=colleague, at=office.at)
    restrict(office, case)
    for reason in ("", "  too   ", "x" * 1001):
        with pytest.raises(emergency_access.GlassReasonError):
            emergency_access.break_glass(case.case, reason, officer=colleague, at=office.at)
    with pytest.raises(case_access.CaseUnknownError):
        emergency_access.break_glass(
            "1999-000001", "A good reason.", officer=colleague, at=office.at
        )
    assert not sees(office, colleague, case)


def test_refusals_are_written_down_and_do_not_flood(office: DeskOffice) -> None:
    officer = office.people["case"]
    for _ in range(MOST_REFUSED + 5):
        note_refused(officer, subject="read-audit", detail="role", at=office.at)
    assert AuditRow.objects.filter(action=REFUSED).count() == MOST_REFUSED
    later = office.at + timedelta(minutes=2)
    note_refused(officer, subject="read-audit", detail="role", at=later)
    assert AuditRow.objects.filter(action=REFUSED).count() == MOST_REFUSED + 1
