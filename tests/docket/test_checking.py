"""Whoever changes the docket beside the program is found, and the item is named."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from tests.docket.conftest import DeskOffice, authority, text

from comity.docket import Item
from comity.node.docket_checking import check_docket
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


def test_a_text_that_was_erased_on_purpose_is_no_fault(office: DeskOffice, slip: Item) -> None:
    DocketEntry.objects.filter(item=slip.id, number=2).update(
        salt=None, value=None, erased_because="retention"
    )
    DocketItem.objects.filter(item=slip.id).update(due_at=None)
    assert faults(office) == set()
