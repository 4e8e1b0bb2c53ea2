"""Whoever changes the docket beside the program is found, and the item is named."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from tests.docket.conftest import DeskOffice, asks, authority, text
from tests.docket.makers import BODIES

from comity.docket import Item
from comity.node.docket.verify import check_docket
from comity.node.models import DocketEntry, DocketItem, LogEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def slip(office: DeskOffice) -> Item:
    """Return a slip that was accepted, beside another one."""
    office.do("authority.entered", authority())
    case = office.written().case
    said = {"to": "Cyber unit", "task": text("Serve the order", "en"), "due": None}
    office.do("referral.sent", said, case=case)
    item = office.do("referral.sent", said, case=case)
    taken = {"owner": "Lt Khumalo", "reference": "CU-9", "due": "2026-03-09T00:00:00Z"}
    return office.do("referral.accepted", taken, item=item.id)


def faults(office: DeskOffice) -> set[tuple[str, str]]:
    return {(one.item, one.code) for one in check_docket(office.node).faults}


def test_a_docket_that_nobody_touched_holds(office: DeskOffice, slip: Item) -> None:
    found = check_docket(office.node)
    assert (found.items, found.entries, found.faults) == (4, 5, ())


def _text(item: Item) -> None:
    row = DocketEntry.objects.get(item=item.id, number=1)
    assert row.value is not None
    DocketEntry.objects.filter(pk=row.pk).update(value={**row.value, "to": "Another unit"})


def _last(item: Item) -> None:
    DocketEntry.objects.filter(item=item.id, number=2).delete()


def _first(item: Item) -> None:
    DocketEntry.objects.filter(item=item.id, number=1).delete()


def _everything(item: Item) -> None:
    DocketEntry.objects.filter(item=item.id).delete()
    DocketItem.objects.filter(item=item.id).delete()


def _author(item: Item) -> None:
    DocketEntry.objects.filter(item=item.id, number=2).update(by="officer-other")


def _leaf(item: Item) -> None:
    row = DocketEntry.objects.get(item=item.id, number=2)
    LogEntry.objects.filter(epoch=row.epoch, index=row.index).update(record="sha256:" + "0" * 64)


def _clock(item: Item) -> None:
    row = DocketItem.objects.get(item=item.id)
    assert row.due_at is not None
    DocketItem.objects.filter(pk=row.pk).update(due_at=row.due_at + timedelta(days=30))


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (_text, "docket-chain"),
        (_first, "docket-chain"),
        (_last, "docket-missing"),
        (_everything, "docket-missing"),
        (_author, "docket-row"),
        (_leaf, "docket-leaf"),
        (_clock, "docket-remembered"),
    ],
)
def test_what_was_changed_is_found_and_the_item_is_named(
    office: DeskOffice, slip: Item, spoil: Callable[[Item], None], code: str
) -> None:
    spoil(slip)
    found = faults(office)
    assert (slip.id, code) in found
    assert {item for item, _ in found} == {slip.id}


def test_a_job_that_was_given_to_another_translator_is_found(office: DeskOffice) -> None:
    office.do("authority.entered", authority())
    asked = asks(office)
    said = {**BODIES["translation.asked"], "source": asked.digest, "assigned": "officer-translator"}
    item = office.do("translation.asked", said, case=asked.case)
    assert faults(office) == set()
    DocketItem.objects.filter(item=item.id).update(assigned="officer-other")
    assert faults(office) == {(item.id, "docket-remembered")}


def test_a_transcript_that_was_moved_to_another_conversation_is_found(office: DeskOffice) -> None:
    office.do("authority.entered", authority())
    mine, other = office.written(), office.written()
    office.written("request.withdrawn", {}, conversation=mine.digest)
    office.written("request.acknowledged", {}, conversation=asks(office).digest)
    row = DocketEntry.objects.get(digest=mine.digest)
    assert faults(office) == set()
    for number in (1, 2):  # one alone, then the whole item
        DocketEntry.objects.filter(item=row.item, number=number).update(conversation=other.digest)
        assert faults(office) == {(row.item, "docket-row")}
    DocketItem.objects.filter(item=row.item).update(conversation=other.digest)
    assert faults(office) == {(row.item, "docket-row")}


def test_a_text_that_was_erased_on_purpose_is_no_fault(office: DeskOffice, slip: Item) -> None:
    DocketEntry.objects.filter(item=slip.id, number=2).update(
        salt=None, value=None, erased_because="retention"
    )
    DocketItem.objects.filter(item=slip.id).update(due_at=None)
    assert faults(office) == set()
