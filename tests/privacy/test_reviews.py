"""A record is destroyed by two people or not at all, never under a hold, and its digests stay."""

from typing import Any

import pytest
from tests.docket.conftest import DeskOffice, asks, authority, text
from tests.privacy.cases import case_over, circle, kept, note, ordered, reasons, state

from comity.canonical import ComityError
from comity.docket import Item
from comity.node.cases import docket_store, queries
from comity.node.cases.legal_holds import cases_of_exhibit, held
from comity.node.docket.verify import check_docket
from comity.node.models import (
    AuditRow,
    Conversation,
    DocketEntry,
    DocketItem,
    LogEntry,
    MessageRow,
    Officer,
    Original,
    Package,
    SectionRow,
)
from comity.node.privacy import erasure
from comity.node.privacy.subject_search import holdings

pytestmark = pytest.mark.django_db


def refused(office: DeskOffice, act: str, value: dict[str, Any], **more: Any) -> str:
    with pytest.raises(ComityError) as fault:
        office.do(act, value, **more)
    return fault.value.code


def confirm(review: Item) -> dict[str, Any]:
    entry = next(d.entry for d in reversed(review.entries) if d.entry.act == "review.ordered")
    return {"entry": entry.digest, "remark": None}


def order(office: DeskOffice, subject: str, **more: Any) -> Item:
    return office.do("review.ordered", ordered(subject), who="approver", **more)


def test_who_ordered_a_destruction_does_not_confirm_it(office: DeskOffice) -> None:
    review = order(office, f"item:{note(office).id}")
    code = refused(office, "review.destroyed", confirm(review), who="approver", item=review.id)
    assert code == "privacy-own"


def test_an_order_is_confirmed_as_it_was_written_and_no_other(office: DeskOffice) -> None:
    review = order(office, f"item:{note(office).id}")
    wrong = {"entry": "sha256:" + "0" * 64, "remark": None}
    assert refused(office, "review.destroyed", wrong, item=review.id) == "privacy-unfit"


def test_what_was_said_goes_and_the_chain_and_the_log_still_hold(office: DeskOffice) -> None:
    item = note(office, "Nguyễn Thị Lan")
    assert holdings(["lan"], circle(office)).holdings
    review = order(office, f"item:{item.id}")
    office.do("review.destroyed", confirm(review), who="case", item=review.id)
    rows = DocketEntry.objects.filter(item=item.id)
    assert {(row.salt, row.value) for row in rows} == {(None, None)}
    assert {row.erased_because for row in rows} == {f"review {review.id}"}
    assert not holdings(["lan"], circle(office)).holdings
    assert state(review) == "destroyed"
    assert check_docket(office.node).faults == ()
    assert LogEntry.objects.filter(record__in=[row.digest for row in rows]).count() == 2
    told = AuditRow.objects.get(action="privacy.erased")
    assert (told.subject, told.actor) == (f"item:{item.id}", "case")
    assert docket_store.item_named(item.id).state == "closed"


def test_with_one_officer_as_the_setting_allows_the_same_may_confirm(
    office: DeskOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    object.__setattr__(office.node.config, "destruction_officers", 1)
    try:
        review = order(office, f"item:{note(office).id}")
        done = office.do("review.destroyed", confirm(review), who="approver", item=review.id)
    finally:
        object.__setattr__(office.node.config, "destruction_officers", 2)
    del monkeypatch
    assert done.state == "destroyed"


def test_an_original_goes_with_its_mail_unless_it_came_in_another(office: DeskOffice) -> None:
    first, second = office.received(b"From: a"), office.received(b"From: a")
    for one in (first, second):
        office.do("mail.set-aside", reasons(), item=one.id)
    for one, left in ((first, 1), (second, 0)):
        review = order(office, f"item:{one.id}")
        office.do("review.destroyed", confirm(review), item=review.id)
        assert Original.objects.count() == left
    assert check_docket(office.node).faults == ()


def test_a_hold_stops_an_order_and_a_confirmation(office: DeskOffice) -> None:
    opened = case_over(office)
    item = office.do("note.written", {"text": text("x", "en")}, case=opened.case)
    review = order(office, f"item:{item.id}", case=opened.case)
    said = {"ordered_by": "Court 3", **reasons(), "look_again": None}
    hold = office.do("hold.placed", said, case=opened.case)
    assert refused(office, "review.destroyed", confirm(review), item=review.id) == "case-held"
    other = office.do("note.written", {"text": text("y", "en")}, case=opened.case)
    wanted = ordered(f"item:{other.id}")
    code = refused(office, "review.ordered", wanted, who="approver", case=opened.case)
    assert code == "case-held"
    assert refused(office, "hold.lifted", reasons(), item=hold.id) == "docket-hand"
    office.do("hold.lifted", reasons(), who="approver", item=hold.id)
    done = office.do("review.destroyed", confirm(review), item=review.id)
    assert done.state == "destroyed"


@pytest.mark.parametrize(
    ("subject", "code"),
    [
        ("item:018f0000-0000-7000-8000-000000000000", "privacy-unfit"),
        ("case:2026-999999", "privacy-unfit"),
        ("person:lan", "privacy-unfit"),
        ("rows:audit", "not-erasable"),
        ("rows:messages", "privacy-unfit"),
    ],
)
def test_what_is_not_here_or_has_no_way_is_not_ordered(
    office: DeskOffice, subject: str, code: str
) -> None:
    assert refused(office, "review.ordered", ordered(subject), who="approver") == code


def test_a_case_on_paper_is_not_erased_and_says_why(office: DeskOffice) -> None:
    opened = case_over(office)
    found = erasure.plan(f"case:{opened.case}")
    assert found.against == "paper"
    with pytest.raises(ComityError) as fault:
        order(office, f"case:{opened.case}", case=opened.case)
    assert (fault.value.code, fault.value.facts["reason"]) == ("not-erasable", "paper")


def test_what_is_open_is_not_ordered_and_reviews_of_a_case_name_it(office: DeskOffice) -> None:
    opened = case_over(office)
    slip = {"to": "Unit 3", "task": text("x", "en"), "due": "2026-05-01T00:00:00Z"}
    item = office.do("referral.sent", slip, case=opened.case)
    wanted = ordered(f"item:{item.id}")
    assert refused(office, "review.ordered", wanted, who="approver") == "privacy-unfit"
    code = refused(office, "review.ordered", wanted, who="approver", case=opened.case)
    assert code == "not-erasable"


def test_a_record_has_one_review_and_a_review_one_record(office: DeskOffice) -> None:
    one, two = note(office), note(office)
    review = office.do("review.kept", kept(f"item:{one.id}"), who="approver")
    code = refused(office, "review.kept", kept(f"item:{one.id}"), who="approver")
    assert code == "privacy-unfit"
    code = refused(office, "review.kept", kept(f"item:{two.id}"), who="approver", item=review.id)
    assert code == "privacy-unfit"


def test_a_day_that_is_past_keeps_nothing(office: DeskOffice) -> None:
    wanted = kept(f"item:{note(office).id}", until="2026-01-01T00:00:00Z")
    assert refused(office, "review.kept", wanted, who="approver") == "privacy-unfit"


def test_an_order_can_be_taken_back_by_keeping_the_record(office: DeskOffice) -> None:
    subject = f"item:{note(office).id}"
    review = order(office, subject)
    kept_again = office.do("review.kept", kept(subject), who="approver", item=review.id)
    assert kept_again.state == "kept-until"
    code = refused(office, "review.destroyed", confirm(review), item=review.id)
    assert code == "docket-act-illegal"


def test_the_role_that_confirms_is_an_officer_of_the_office(office: DeskOffice) -> None:
    review = order(office, f"item:{note(office).id}")
    assert office.people["auditor"].role == Officer.Role.AUDITOR
    code = refused(office, "review.destroyed", confirm(review), who="auditor", item=review.id)
    assert code == "docket-hand"


def test_a_case_of_signed_messages_is_erased_and_its_chains_still_hold(office: DeskOffice) -> None:
    office.do("authority.entered", authority())
    opened = asks(office)
    Conversation.objects.update(main="refused", due_at=None)
    subject = f"case:{opened.case}"
    found = erasure.plan(subject)
    assert (found.against, found.sections > 0) == ("", True)
    review = order(office, subject, case=opened.case)
    office.do("review.destroyed", confirm(review), item=review.id)
    assert not SectionRow.objects.filter(salt__isnull=False).exists()
    assert MessageRow.objects.count() == 1
    (thread,) = queries.case_threads(office.node, opened.case)
    (event,) = thread.events
    assert (event.sections, set(event.erased.values())) == ({}, {f"review {review.id}"})
    assert erasure.plan(subject).sections == 0
    assert check_docket(office.node).faults == ()


def test_evidence_of_a_case_goes_its_own_way_first(office: DeskOffice) -> None:
    office.do("authority.entered", authority())
    opened = asks(office)
    Conversation.objects.update(main="refused", due_at=None)
    Package.objects.create(
        root="sha256:" + "a" * 64,
        exhibit="018f0000-0000-7000-8000-000000000000",
        conversation=opened.digest,
        outgoing=False,
        offer={},
        stage=Package.Stage.STORED,
        changed_at=office.at,
    )
    assert erasure.plan(f"case:{opened.case}").against == "evidence"
    said = {"ordered_by": "Court 3", **reasons(), "look_again": None}
    office.do("hold.placed", said, case=opened.case)
    assert held(cases_of_exhibit("018f0000-0000-7000-8000-000000000000")) == {opened.case}


def test_a_register_and_a_review_itself_are_not_erased(office: DeskOffice) -> None:
    office.do("authority.entered", authority())
    review = office.do("review.kept", kept(f"item:{note(office).id}"), who="approver")
    for item in (DocketItem.objects.get(kind="authority").item, review.id):
        code = refused(office, "review.ordered", ordered(f"item:{item}"), who="approver")
        assert code == "not-erasable"
