"""What is due to be looked at on a day: the oldest first, a page at a time, and by class."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import batched, islice
from typing import Final

from django.db.models import Q

from comity.canonical import PeerError
from comity.node.cases import docket_store
from comity.node.cases.legal_holds import held
from comity.node.people.access.visible_cases import Circle
from comity.node.privacy.records import READERS, Place, Record
from comity.node.privacy.retention_periods import CLASSES, Period, periods

PAGE: Final = 50
KEPT: Final = "kept-until"
_AGAIN: Final = "~"
"""Stands after every class, so that records looked at before come last on the same moment."""
_FORM: Final = "%Y-%m-%dT%H:%M:%S.%fZ"


class PlaceMalformedError(PeerError, code="due-place"):
    """A place in the list of what is due is none that a page gave."""


@dataclass(frozen=True, order=True)
class Spot:
    """A place in the list."""

    due_at: datetime
    stream: str
    key: str

    def __str__(self) -> str:
        """Return it as it goes through an address."""
        return f"{self.due_at.strftime(_FORM)}|{self.stream}|{self.key}"


@dataclass(frozen=True)
class Due:
    """One line of the list.

    Attributes:
        spot: where it stands.
        record: which record.
        period: by which it falls due; None where somebody looked at it before.
        review: item of the docket, where somebody looked at it before; else empty.
        held: whether a legal hold stands on its case.
    """

    spot: Spot
    record: Record
    period: Period | None
    review: str
    held: bool = False


@dataclass(frozen=True)
class DueList:
    """A page of the list.

    Attributes:
        on: the moment asked about; what is later is not due.
        lines: at most a page.
        after: where it goes on, or empty.
        unset: classes without a period: nothing of them is ever due.
    """

    on: datetime
    lines: tuple[Due, ...]
    after: str
    unset: tuple[str, ...]


def parse_spot(text: str) -> Spot | None:
    """Return a place as `Spot` writes it; None for the beginning.

    Raises:
        PlaceMalformedError: it is none.
    """
    if not text:
        return None
    when, _, rest = text.partition("|")
    stream, _, key = rest.partition("|")
    try:
        due_at = datetime.strptime(when, _FORM).replace(tzinfo=UTC)
    except ValueError as fault:
        raise PlaceMalformedError("no place in the list") from fault
    if (stream not in READERS and stream != _AGAIN) or not 0 < len(key) <= 120:
        raise PlaceMalformedError("no place in the list")
    return Spot(due_at, stream, key)


def due(
    circle: Circle, *, on: datetime, only: str = "", after: str = "", most: int = PAGE
) -> DueList:
    """Return what is due on a day; nothing changes, so that a later day is a dry run.

    Args:
        circle: of whoever reads.
        on: aware UTC; records whose period ended by then.
        only: a class, or empty for all.
        after: as `DueList.after`, or empty.
        most: page size.

    Raises:
        PlaceMalformedError: ``after`` is no place.
    """
    spot, known = parse_spot(after), periods()
    wanted = [only] if only else [one for one in READERS if one in known]
    found = list(islice(_again(circle, on, only, spot, most + 1), most + 1))
    for one in wanted:
        if one in known:
            until = found[most].spot.due_at if len(found) > most else on
            more = _stream(circle, known[one], until, spot, most + 1)
            found = sorted((*found, *more), key=lambda line: line.spot)[: most + 1]
    page = found[:most]
    on_hold = held(line.record.case for line in page)
    lines = tuple(
        Due(line.spot, line.record, line.period, line.review, line.record.case in on_hold)
        for line in page
    )
    last = str(page[-1].spot) if len(found) > most else ""
    unset = tuple(one for one in CLASSES if one not in known)
    return DueList(on, lines, last, unset)


def _stream(
    circle: Circle, period: Period, on: datetime, spot: Spot | None, most: int
) -> Iterator[Due]:
    """Yield records of one class after a place."""
    name, until = period.record_class, on - period.length
    place = _place(name, period.length, spot)
    for record in READERS[name](circle, until, place, most):
        key = record.subject.partition(":")[2]
        yield Due(Spot(record.ended_at + period.length, name, key), record, period, "")


def _place(name: str, length: timedelta, spot: Spot | None) -> Place | None:
    """Return after which record of a class a list goes on that stands at a place."""
    if spot is None:
        return None
    at = spot.due_at - length
    if spot.stream == name:
        return Place(at, spot.key)
    return Place(at, "" if spot.stream < name else "\U0010ffff")


def _again(circle: Circle, on: datetime, only: str, spot: Spot | None, most: int) -> Iterator[Due]:
    """Yield records that somebody looked at and kept until a day that has come."""
    rows = circle.items().filter(kind="review", state=KEPT, due_at__lte=on)
    if spot is not None:
        key = spot.key if spot.stream == _AGAIN else ""
        rows = rows.filter(Q(due_at__gt=spot.due_at) | Q(due_at=spot.due_at, item__gt=key))
    names = rows.order_by("due_at", "item").values_list("item", flat=True)
    for some in batched(names.iterator(), most):
        for item in docket_store.items_of(some):
            said = item.said("review.kept")
            if item.due is None or not said or (only and said["record_class"] != only):
                continue
            record = Record(said["record_class"], said["subject"], item.due, item.case)
            yield Due(Spot(item.due, _AGAIN, item.id), record, None, item.id)
