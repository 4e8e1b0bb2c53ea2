"""Records that can fall due: for each class, those whose use ended, the oldest first.

A record is named by its sort and key: ``case:2026-000001``, ``item:``, ``draft:``, ``rows:``. When
its use ended is what this node remembers: a case by its last movement once all of it is decided, an
item when it was closed, a draft when it was made. What is still at work is never listed.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from itertools import islice
from types import MappingProxyType
from typing import Any, Final

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat

from comity.docket.acts import KINDS
from comity.node.cases.closed_cases import GOING_ON
from comity.node.models import (
    AuditRow,
    Conversation,
    DocketItem,
    DraftRow,
    EndedCase,
    Notice,
    SignInFailure,
)
from comity.node.people.access.visible_cases import Circle

SORTS: Final = ("case", "item", "draft", "rows")
MOST_COUNTED: Final = 10_000
"""Rows of a table that a line counts; more are "at least" so many, for counting reads them all."""
_OWN_CLASS: Final[Mapping[str, str]] = MappingProxyType(
    {"mail": "mail-original", "correspondence": "paper", "call": "call"}
)
_REGISTERS: Final = frozenset(
    {"agreement", "provider", "authority", "retention", "hold", "review", "shift", "correspondence"}
)
"""Kinds that are registers, or that say how records were looked after: they stay."""


@dataclass(frozen=True)
class Place:
    """After which record of a class a list goes on.

    Attributes:
        at: when its use ended.
        key: of the record, or empty for before all that ended then.
    """

    at: datetime
    key: str


@dataclass(frozen=True)
class Record:
    """One record whose use ended.

    Attributes:
        record_class: by whose period it falls due.
        subject: its name, ``sort:key``.
        ended_at: when its use ended.
        case: it belongs to, or empty.
        count: how many rows a line stands for, at most `MOST_COUNTED`; 1 for a single record.
    """

    record_class: str
    subject: str
    ended_at: datetime
    case: str = ""
    count: int = 1


type Reader = Callable[[Circle, datetime, Place | None, int], Iterator[Record]]


def _unreviewed(rows: QuerySet[Any], sort: str, field: str) -> QuerySet[Any]:
    """Leave out what somebody has looked at: the review has a clock of its own."""
    subject = Concat(Value(f"{sort}:"), OuterRef(field))
    return rows.filter(~Exists(DocketItem.objects.filter(kind="review", about=subject)))


def _after(rows: QuerySet[Any], at: str, key: str, place: Place | None) -> QuerySet[Any]:
    """Order rows by when their use ended, and leave out what a page before showed."""
    rows = rows.order_by(at, key)
    if place is None:
        return rows
    # said by what it is not, as lists say it: an OR would leave the index
    return rows.filter(~Q(**{at: place.at, f"{key}__lte": place.key}), **{f"{at}__gte": place.at})


def _cases(record_class: str) -> Reader:
    def read(circle: Circle, until: datetime, place: Place | None, most: int) -> Iterator[Record]:
        """Yield cases as they are remembered, but none on which somebody has to act again."""
        going_on = Conversation.objects.filter(GOING_ON, case=OuterRef("case"))
        rows = EndedCase.objects.filter(circle.of_case(), record_class=record_class)
        rows = rows.filter(~Exists(going_on), ended_at__lte=until)
        for row in _after(rows, "ended_at", "case", place)[:most]:
            yield Record(record_class, f"case:{row.case}", row.ended_at, row.case)

    return read


def _items(record_class: str, kinds: Collection[str]) -> Reader:
    def read(circle: Circle, until: datetime, place: Place | None, most: int) -> Iterator[Record]:
        """Yield items of the docket on which nobody has to act any more, kind by kind together."""
        streams = (_of_kind(kind, circle, until, place, most) for kind in sorted(kinds))
        for row in islice(merge(*streams, key=lambda row: (row.changed_at, row.item)), most):
            yield Record(record_class, f"item:{row.item}", row.changed_at, row.case)

    return read


def _of_kind(
    kind: str, circle: Circle, until: datetime, place: Place | None, most: int
) -> QuerySet[DocketItem]:
    rows = circle.items().filter(kind=kind, case="", changed_at__lte=until)
    rows = rows.exclude(state__in=sorted(KINDS[kind].open))
    return _after(_unreviewed(rows, "item", "item"), "changed_at", "item", place)[:most]


def open_items() -> Q:
    """Return the condition on items of the docket on which somebody still has to act."""
    found = Q(pk__in=())
    for kind in KINDS.values():
        if kind.open:
            found |= Q(kind=kind.name, state__in=sorted(kind.open))
    return found


def _drafts(circle: Circle, until: datetime, place: Place | None, most: int) -> Iterator[Record]:
    """Yield drafts that became no message, stage by stage together."""
    rows = circle.drafts().filter(record="", made_at__lte=until).exclude(sections={})
    rows = _unreviewed(rows, "draft", "id")
    stages = (one for one in DraftRow.Stage if one != DraftRow.Stage.QUEUED)
    streams = (_after(rows.filter(stage=one), "made_at", "id", place)[:most] for one in stages)
    for row in islice(merge(*streams, key=lambda row: (row.made_at, row.id)), most):
        yield Record("draft-never-sent", f"draft:{row.id}", row.made_at, row.case)


def _rows(record_class: str, all_of: Callable[[], QuerySet[Any]], at: str) -> Reader:
    def read(circle: Circle, until: datetime, place: Place | None, most: int) -> Iterator[Record]:
        """Yield one line for all rows of a table that are old enough."""
        del circle
        subject = f"rows:{record_class}"
        old = all_of().filter(**{f"{at}__lte": until})
        first = old.order_by(F(at).asc(), "pk").values_list(at, flat=True).first()
        if first is None or most < 1:
            return
        if place is not None and (first, subject.partition(":")[2]) <= (place.at, place.key):
            return
        if DocketItem.objects.filter(kind="review", about=subject).exists():
            return
        yield Record(record_class, subject, first, "", old[:MOST_COUNTED].count())

    return read


READERS: Final[Mapping[str, Reader]] = MappingProxyType(
    {
        "mail-original": _items("mail-original", ["mail"]),
        "paper": _items("paper", ["correspondence"]),
        "call": _items("call", ["call"]),
        "docket-item": _items("docket-item", {*KINDS} - {*_REGISTERS, *_OWN_CLASS}),
        "draft-never-sent": _drafts,
        "audit": _rows("audit", AuditRow.objects.all, "at"),
        "sign-in": _rows("sign-in", SignInFailure.objects.all, "since"),
        "notice": _rows(
            "notice", lambda: Notice.objects.exclude(stage=Notice.Stage.QUEUED), "made_at"
        ),
        "case-without-outcome": _cases("case-without-outcome"),
        "case-without-evidence": _cases("case-without-evidence"),
        "case-with-evidence": _cases("case-with-evidence"),
    }
)
"""Class to how its records are read. What belongs to a case falls due with the case."""
