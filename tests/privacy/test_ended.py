"""Which cases ended is remembered as it is, and a page of what is due costs the same with more."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from tests.docket.conftest import T0, DeskOffice, asks, authority
from tests.evidence.kit import members, offer_of, tar
from tests.privacy.cases import YEAR, case_over, circle, kept, note, period, stands

from comity.exchange.bodies import Offer as OfferSection
from comity.node.cases import closed_cases, deadline_notices
from comity.node.cases.conversations import message_of
from comity.node.evidence import offers, packages
from comity.node.messages.effects import apply_effects
from comity.node.models import Conversation, DocketItem, DraftRow, EndedCase, MessageRow, Package
from comity.node.privacy import records
from comity.node.privacy.review_queue import PAGE, due

pytestmark = pytest.mark.django_db


def remembered() -> set[tuple[str, str]]:
    return set(EndedCase.objects.values_list("case", "record_class"))


def everything() -> list[tuple[Any, ...]]:
    return sorted(EndedCase.objects.values_list("case", "record_class", "ended_at"))


def package(conversation: str, number: int = 1) -> Package:
    return Package.objects.create(
        root=f"sha256:{number:064x}",
        exhibit=f"018f0000-0000-7000-8000-{number:012x}",
        conversation=conversation,
        offer={"description": {"lang": "en", "text": "Mailbox"}},
        outgoing=True,
        stage=Package.Stage.SEALED,
        changed_at=T0,
    )


@pytest.fixture
def case(office: DeskOffice) -> Conversation:
    office.do("authority.entered", authority())
    return asks(office)


def test_a_case_at_work_is_not_remembered_and_one_whose_clock_ends_is(
    office: DeskOffice, case: Conversation
) -> None:
    assert remembered() == set()
    stands(case, main="closed", due_at=office.at)
    assert remembered() == set()
    deadline_notices._settle(case, None, ())
    assert remembered() == {(case.case, closed_cases.WITHOUT_OUTCOME)}
    deadline_notices._settle(Conversation.objects.get(), office.at, ())
    assert remembered() == set()


def test_a_message_by_which_a_case_ends_remembers_it(office: DeskOffice) -> None:
    office.do("authority.entered", authority())
    opened = office.written()
    assert remembered() == set()
    office.written("request.withdrawn", {}, conversation=opened.digest)
    assert remembered() == {(opened.case, closed_cases.WITHOUT_OUTCOME)}
    stands(opened, main="acknowledged")
    assert remembered() == set()


def test_evidence_that_is_handed_in_or_offered_to_us_makes_it_a_case_with_evidence(
    office: DeskOffice, case: Conversation
) -> None:
    stands(case, main="closed", due_at=None)
    offer = offer_of(b"sealed bytes", tar(members([("data/a.txt", b"a")])))
    office.committer.run(
        lambda batch: packages.record_sealed(
            office.node, batch, case.digest, offer,
            officer="officer-x", user="case", acquired="", at=office.at,
        )
    )  # fmt: skip
    assert remembered() == {(case.case, closed_cases.WITH_EVIDENCE)}
    Package.objects.all().delete()
    closed_cases.remember([case.case])
    assert remembered() == {(case.case, closed_cases.WITHOUT_OUTCOME)}
    section = OfferSection.model_validate(offer.to_value())
    message = message_of(MessageRow.objects.get())
    apply_effects(message, {"offer": section}, office.node.directory, ours=False, at=office.at)
    assert remembered() == {(case.case, closed_cases.WITH_EVIDENCE)}


def test_a_table_with_very_many_rows_is_said_to_have_at_least_so_many(
    office: DeskOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "MOST_COUNTED", 3)
    period(office, "audit", 1)
    for _ in range(5):
        note(office)
    (line,) = due(circle(office), on=office.at + YEAR, only="audit").lines
    assert line.record.count == 3


def test_evidence_makes_it_a_case_with_evidence_and_its_moving_takes_that_along(
    office: DeskOffice, case: Conversation
) -> None:
    stands(case, main="refused", due_at=None)
    first = Conversation.objects.create(
        digest="sha256:" + "e" * 64,
        opener=case.opener,
        members=case.members,
        type=case.type,
        case="2026-000777",
        main="closed",
        opened_at=T0,
        moved_at=T0,
    )
    package(first.digest)
    closed_cases.with_evidence([first.digest])
    assert remembered() == {
        (case.case, closed_cases.WITHOUT_OUTCOME),
        (first.case, closed_cases.WITH_EVIDENCE),
    }
    message = message_of(MessageRow.objects.get())
    offers.note_offered(message, f"sha256:{1:064x}", at=office.at)
    assert remembered() == {
        (case.case, closed_cases.WITH_EVIDENCE),
        (first.case, closed_cases.WITHOUT_OUTCOME),
    }


def test_whoever_looks_at_it_takes_it_out_for_good(office: DeskOffice) -> None:
    opened = case_over(office)
    assert remembered() == {(opened.case, closed_cases.WITHOUT_OUTCOME)}
    said = kept(f"case:{opened.case}", "case-without-outcome")
    office.do("review.kept", said, who="approver", case=opened.case)
    assert remembered() == set()
    stands(opened, main="executed")
    assert remembered() == set()


def test_cases_of_each_class_are_remembered_and_those_at_work_or_kept_are_not(
    office: DeskOffice,
) -> None:
    states = ("closed", "executed", "acknowledged", "refused")
    for number in range(40):
        Conversation.objects.create(
            digest=f"sha256:{number:064x}",
            opener="vn/b",
            members=["vn/b", office.node.party],
            type="request.submitted",
            case=f"2026-{number // 2 % 13 + 500:06d}",
            main=states[number % 4] if number % 3 else "closed",
            paper=number % 5 == 0,
            due_at=T0 if number % 11 == 0 else None,
            opened_at=T0,
            moved_at=T0 + timedelta(minutes=number * 7 % 40),
        )
    for number in (3, 17):
        package(f"sha256:{number:064x}", number)
    reviewed = case_over(office)
    said = kept(f"case:{reviewed.case}", "case-without-outcome")
    office.do("review.kept", said, who="approver", case=reviewed.case)
    closed_cases.remember(Conversation.objects.values_list("case", flat=True))
    here = everything()
    assert {one[1] for one in here} == {
        closed_cases.WITH_EVIDENCE, closed_cases.WITHOUT_EVIDENCE, closed_cases.WITHOUT_OUTCOME,
    }  # fmt: skip
    assert len(here) < Conversation.objects.values("case").distinct().count()


# ------------------------------------------------------------------ what a page costs


def fill(number: int) -> None:
    """Store so many ended cases, items that belong to cases, and drafts that became messages."""
    first = Conversation.objects.count()
    for one in range(first, first + number):
        case, at = f"1999-{one:06d}", T0 - timedelta(days=400, seconds=one)
        Conversation.objects.create(
            digest=f"sha256:{one + 10**8:064x}", opener="vn/b", members=["vn/b"], type="x",
            case=case, main="closed", opened_at=at, moved_at=at,
        )  # fmt: skip
        DocketItem.objects.create(
            item=f"01000000-0000-7000-8000-{one:012x}", kind="call", case=case, state="closed",
            changed_at=at,
        )  # fmt: skip
        DraftRow.objects.create(
            id=f"01000000-0000-7000-8000-{one:012x}", type="x", fields={}, sections={"a": 1},
            stage=DraftRow.Stage.QUEUED, made_by="case", made_at=at, record="sha256:1",
        )  # fmt: skip
    closed_cases.remember(Conversation.objects.values_list("case", flat=True))


def steps(read: Callable[[], Any]) -> int:
    """Return how many tens of steps SQLite takes for something."""
    taken = 0

    def count() -> int:
        nonlocal taken
        taken += 1
        return 0

    connection.ensure_connection()
    connection.connection.set_progress_handler(count, 10)
    try:
        read()
    finally:
        connection.connection.set_progress_handler(None, 0)
    return taken


@pytest.mark.parametrize(
    "only",
    ["", "case-without-outcome", "case-with-evidence", "call", "docket-item", "draft-never-sent"],
)
def test_a_page_takes_as_many_steps_of_ten_times_as_many_cases(
    office: DeskOffice, only: str
) -> None:
    classes = [
        "case-without-outcome", "case-with-evidence", "call", "docket-item", "draft-never-sent",
    ]  # fmt: skip
    for one in classes:
        period(office, one, 1)
    note(office)

    def read() -> None:
        due(circle(office), on=office.at + YEAR, only=only)

    fill(2 * PAGE)
    few = steps(read)
    page = due(circle(office), on=office.at + YEAR, only=only)
    fill(18 * PAGE)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    assert steps(read) <= 1.3 * few + 20
    if page.after:  # what stands further on costs no more than the beginning
        later = due(circle(office), on=office.at + YEAR, only=only, after=page.after)
        for _ in range(10):
            later = due(circle(office), on=office.at + YEAR, only=only, after=later.after)
        assert len(later.lines) == PAGE
        assert (
            steps(lambda: due(circle(office), on=office.at + YEAR, only=only, after=later.after))
            <= 1.5 * few + 20
        )
