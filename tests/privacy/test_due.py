"""Nothing falls due without a period, and what is due comes oldest first, none twice, none lost."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.docket.conftest import DeskOffice
from tests.privacy.cases import YEAR, case_over, circle, kept, note, period, stands

from comity.canonical import ComityError
from comity.node.cases import closed_cases
from comity.node.models import Conversation, DocketItem, DraftRow
from comity.node.privacy.retention_periods import CLASSES
from comity.node.privacy.review_queue import due

pytestmark = pytest.mark.django_db


def subjects(office: DeskOffice, **more: object) -> list[str]:
    found = due(circle(office), on=office.at + YEAR, **more)  # type: ignore[arg-type]
    return [line.record.subject for line in found.lines]


def test_without_a_period_nothing_is_due_however_old_and_it_is_said(office: DeskOffice) -> None:
    note(office)
    found = due(circle(office), on=office.at + 100 * YEAR)
    assert found.lines == ()
    assert found.unset == CLASSES


def test_a_record_is_due_when_its_period_is_over_and_not_before(office: DeskOffice) -> None:
    item = note(office)
    ended = DocketItem.objects.get(item=item.id).changed_at
    period(office, "call", 90)
    assert due(circle(office), on=ended + timedelta(days=90, seconds=-1)).lines == ()
    then = ended + timedelta(days=90)
    (line,) = due(circle(office), on=then).lines
    assert (line.record.subject, line.spot.due_at) == (
        f"item:{item.id}",
        ended + timedelta(days=90),
    )


def test_what_is_still_at_work_is_never_due(office: DeskOffice) -> None:
    opened = case_over(office)
    period(office, "case-without-outcome", 1)
    assert subjects(office) == [f"case:{opened.case}"]
    stands(opened, main="acknowledged")
    assert subjects(office) == []
    stands(opened, main="closed", due_at=office.at)
    assert subjects(office) == []
    Conversation.objects.update(due_at=None)  # it ended, and nothing remembered that
    assert subjects(office) == []
    closed_cases.remember([opened.case])
    assert subjects(office) == [f"case:{opened.case}"]
    Conversation.objects.update(main="acknowledged")  # it goes on, and nothing remembered that
    assert subjects(office) == []


def test_a_case_is_of_exactly_one_class(office: DeskOffice) -> None:
    opened = case_over(office)
    for one in ("case-without-outcome", "case-without-evidence", "case-with-evidence"):
        period(office, one, 1)
    assert subjects(office) == [f"case:{opened.case}"]
    stands(opened, main="executed")
    found = due(circle(office), on=office.at + YEAR).lines
    assert [line.record.record_class for line in found] == ["case-without-evidence"]


@pytest.mark.parametrize("most", [1, 2, 3])
def test_pages_together_are_the_list_and_no_line_comes_twice(office: DeskOffice, most: int) -> None:
    wanted = [f"item:{note(office).id}" for _ in range(4)]
    opened = case_over(office)
    period(office, "call", 30)
    period(office, "case-without-outcome", 1)
    period(office, "audit", 1)
    whole = subjects(office)
    assert set(whole) == {*wanted, f"case:{opened.case}", "rows:audit"}
    found, after = [], ""
    while True:
        one = due(circle(office), on=office.at + YEAR, after=after, most=most)
        found += [line.record.subject for line in one.lines]
        after = one.after
        if not after:
            break
    assert found == whole


@pytest.mark.parametrize("after", ["x", "2026-01-01T00:00:00.000000Z|nothing|k", "||", "a|call|"])
def test_a_place_that_no_page_gave_is_refused(office: DeskOffice, after: str) -> None:
    with pytest.raises(ComityError) as fault:
        due(circle(office), on=office.at, after=after)
    assert fault.value.code == "due-place"


def test_a_record_that_was_kept_comes_again_on_its_day(office: DeskOffice) -> None:
    item = note(office)
    period(office, "call", 1)
    office.do("review.kept", kept(f"item:{item.id}"), who="approver")
    assert subjects(office) == [f"item:{item.id}"]
    assert due(circle(office), on=office.at + timedelta(days=100)).lines == ()
    assert subjects(office, only="draft-never-sent") == []


def test_two_periods_of_one_class_are_refused(office: DeskOffice) -> None:
    first = period(office, "call", 1)
    with pytest.raises(ComityError) as fault:
        period(office, "call", 2)
    assert fault.value.code == "privacy-unfit"
    said = {"record_class": "draft-never-sent", "days": 2, "rule": "x", "remark": None}
    with pytest.raises(ComityError) as fault:
        office.do("retention.set", said, who="approver", item=first.id)
    assert fault.value.code == "privacy-unfit"


def test_a_period_is_set_by_an_approver_alone(office: DeskOffice) -> None:
    said = {"record_class": "call", "days": 2, "rule": "x", "remark": None}
    with pytest.raises(ComityError) as fault:
        office.do("retention.set", said)
    assert fault.value.code == "docket-hand"


def test_a_hold_is_shown_and_a_case_that_is_hidden_is_not(office: DeskOffice) -> None:
    opened = case_over(office)
    period(office, "case-without-outcome", 1)
    said = {"ordered_by": "Court", "reasons": {"lang": "en", "text": "x"}, "look_again": None}
    office.do("hold.placed", said, case=opened.case)
    (line,) = due(circle(office), on=office.at + YEAR).lines
    assert line.held


def test_drafts_that_were_never_sent_fall_due(office: DeskOffice) -> None:
    DraftRow.objects.create(
        id="018f0000-0000-7000-8000-000000000000",
        type="request.submitted",
        fields={},
        sections={"note": {}},
        stage=DraftRow.Stage.DISCARDED,
        made_by="case",
        made_at=office.at,
    )
    period(office, "draft-never-sent", 5)
    assert subjects(office) == ["draft:018f0000-0000-7000-8000-000000000000"]


def test_more_records_need_no_more_queries(
    office: DeskOffice, django_assert_max_num_queries: Any
) -> None:
    period(office, "call", 1)
    period(office, "docket-item", 1)
    for _ in range(3):
        note(office)
    with CaptureQueriesContext(connection) as few:
        due(circle(office), on=office.at + YEAR)
    for _ in range(9):
        note(office)
    with django_assert_max_num_queries(len(few)):
        assert len(due(circle(office), on=office.at + YEAR).lines) == 12
