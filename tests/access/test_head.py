"""What the head of every page tells: whatever waits, whomever it is for, in one statement."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.docket.conftest import T0, DeskOffice, authority

from comity.exchange.errors import ReceiptUnprovedError
from comity.node.models import (
    Alarm,
    BrokenGlass,
    CaseAccess,
    DraftApproval,
    DraftRow,
    GlassNotice,
    Officer,
    OutboxRow,
    ReceiptRow,
)
from comity.node.operations.page_header import Head, head_of
from comity.node.people.access import case_access
from comity.node.people.access.visible_cases import circle_of


def dead_letter(_office: DeskOffice, number: int = 1) -> None:
    OutboxRow.objects.create(record=f"sha256:{number}", addressee="vn/contact-point", due_at=T0,
                             stage=OutboxRow.Stage.DEAD, queued_at=T0, expires_at=T0)  # fmt: skip


def unproved(_office: DeskOffice) -> None:
    ReceiptRow.objects.create(record="sha256:1", party="vn/contact-point", jws=b"", kept_at=T0,
                              fault=ReceiptUnprovedError.code)  # fmt: skip


def broken_glass(office: DeskOffice, *, told: str, seen: bool = False) -> None:
    glass = BrokenGlass.objects.create(case="2026-000001", officer=office.people["auditor"],
                                       reason="somebody may be hurt", at=T0, until=T0)  # fmt: skip
    GlassNotice.objects.create(
        glass=glass, officer=office.people[told], seen_at=T0 if seen else None
    )


def alarm(subject: str = "1", *, acknowledged: bool = False, ended: bool = False) -> None:
    Alarm.objects.create(kind="overdue", subject=subject, raised_at=T0, due_at=T0,
                         acknowledged_at=T0 if acknowledged else None,
                         ended_at=T0 if ended else None)  # fmt: skip


def test_where_nothing_waits_nothing_is_told(office: DeskOffice) -> None:
    Officer.objects.update(confirmed_at=T0 + timedelta(days=10_000))
    for officer in office.people.values():
        assert head_of(officer) == Head()


def test_a_visitor_is_told_nothing(office: DeskOffice) -> None:
    dead_letter(office)
    assert head_of(None) == Head()


@pytest.mark.parametrize("cause", [dead_letter, unproved])
def test_a_letter_given_up_and_a_log_that_disagrees_alarm_everybody(
    office: DeskOffice, cause: object
) -> None:
    assert callable(cause)
    cause(office)
    assert all(head_of(officer).alarm for officer in office.people.values())


def test_a_letter_on_its_way_and_a_good_receipt_alarm_nobody(office: DeskOffice) -> None:
    dead_letter(office)
    unproved(office)
    OutboxRow.objects.update(stage=OutboxRow.Stage.QUEUED)
    ReceiptRow.objects.update(fault="key-unknown")
    assert not any(head_of(officer).alarm for officer in office.people.values())


def test_an_opening_in_need_is_told_to_whom_it_concerns_until_confirmed(
    office: DeskOffice,
) -> None:
    broken_glass(office, told="approver")
    broken_glass(office, told="approver")
    broken_glass(office, told="approver", seen=True)
    broken_glass(office, told="case")
    told = {name: head_of(officer).glass for name, officer in office.people.items()}
    assert told == {"approver": 2, "case": 1, "auditor": 0, "translator": 0}


def test_alarms_that_nobody_acknowledged_are_counted(office: DeskOffice) -> None:
    alarm("1")
    alarm("2")
    alarm("3", acknowledged=True)
    alarm("4", ended=True)
    told = {name: head_of(officer).woken for name, officer in office.people.items()}
    assert told == {"approver": 2, "case": 2, "auditor": 2, "translator": 0}


def test_it_is_one_statement_however_much_waits(office: DeskOffice) -> None:
    for number in range(3):
        broken_glass(office, told="case")
        dead_letter(office, number)
        unproved(office)
    with CaptureQueriesContext(connection) as asked:
        assert head_of(office.people["case"]).glass == 3
    assert len(asked) == 1


def test_what_was_closed_since_is_seen_though_the_statement_is_kept(office: DeskOffice) -> None:
    office.do("authority.entered", authority())
    number, reader = office.written().case, office.people["case"]
    assert circle_of(reader, at=office.at).open
    case_access.set_openness(
        number, CaseAccess.Openness.RESTRICTED, officer=None, at=office.at, by="x"
    )
    assert not circle_of(reader, at=office.at).open


def test_drafts_that_lack_a_signature_of_ones_role_are_counted(office: DeskOffice) -> None:
    draft("1")
    draft("2", signed_by=office.people["approver"].identifier)
    draft("3", stage=DraftRow.Stage.QUEUED)
    told = {name: dict(head_of(officer).counts) for name, officer in office.people.items()}
    assert told == {
        "approver": {"approvals": 1}, "case": {"approvals": 2}, "auditor": {}, "translator": {}
    }  # fmt: skip


def test_nothing_is_counted_of_a_case_that_is_hidden_from_the_officer(office: DeskOffice) -> None:
    office.do("authority.entered", authority())
    number = office.written().case
    draft("1")
    draft("2", case=number)
    case_access.set_openness(
        number, CaseAccess.Openness.RESTRICTED, officer=None, at=office.at, by="x"
    )
    with CaptureQueriesContext(connection) as asked:
        assert head_of(office.people["case"]).counts == {"approvals": 1}
    assert len(asked) == 2, "one more where something is closed"


def draft(
    number: str, *, case: str = "", signed_by: str = "", stage: str = DraftRow.Stage.AWAITING
) -> None:
    row = DraftRow.objects.create(id=number, case=case, type="request.submitted", fields={},
                                  sections={}, stage=stage, made_by="case", made_at=T0)  # fmt: skip
    if signed_by:
        DraftApproval.objects.create(draft=row, officer=signed_by, kid="k", at=T0,
                                     value={})  # fmt: skip
