"""The registers of the data-protection desk, a page at a time."""

from dataclasses import dataclass
from typing import Final

from django.db.models import F

from comity.docket import Item
from comity.docket.acts import KINDS
from comity.node.cases import docket_store
from comity.node.models import DocketItem
from comity.node.people.access.visible_cases import Circle

REGISTERS: Final = (
    "subject-request",
    "person-notice",
    "breach",
    "release",
    "hold",
    "review",
    "retention",
)
PAGE: Final = 50


@dataclass(frozen=True)
class Listed:
    """A page of a register, the newest first; ``before`` leads to earlier ones."""

    items: tuple[Item, ...]
    before: str


def listed(circle: Circle, kind: str, *, before: str = "", only_open: bool = False) -> Listed:
    """Return items of a kind, the newest first.

    Args:
        circle: of whoever reads.
        kind: one of `REGISTERS`.
        before: only those begun before this item; empty for the newest.
        only_open: leave out what nobody has to act on.
    """
    rows = circle.items().filter(kind=kind)
    if only_open:
        rows = rows.filter(state__in=sorted(KINDS[kind].open))
    if before:
        rows = rows.filter(item__lt=before)
    names = list(rows.order_by("-item").values_list("item", flat=True)[: PAGE + 1])
    found = docket_store.items_of(names[:PAGE])
    return Listed(tuple(found), names[PAGE - 1] if len(names) > PAGE else "")


def waiting(circle: Circle, *, most: int = PAGE) -> list[Item]:
    """Return what is open in all registers, what falls due first first; at most so many.

    A review that was kept is not open work until its day: `due` brings it up.
    """
    rows = circle.items().filter(kind__in=REGISTERS).exclude(kind="review", state="kept-until")
    rows = rows.filter(state__in=sorted({one for kind in REGISTERS for one in KINDS[kind].open}))
    rows = rows.order_by(F("due_at").asc(nulls_last=True), "item")
    return docket_store.items_of(rows.values_list("item", flat=True)[:most])


def review_of(subject: str) -> Item | None:
    """Return the review of a record, or None where nobody looked at it."""
    row = DocketItem.objects.filter(kind="review", about=subject).order_by("-item").first()
    return docket_store.item_named(row.item) if row else None
