"""Records that can fall due: for each class, those whose use ended, the oldest first.

A record is named by its sort and key: ``case:2026-000001``, ``item:``, ``draft:``, ``rows:``. When
its use ended is what this node remembers: a case by its last movement once all of it is decided, an
item when it was closed, a draft when it was made. What is still at work is never listed.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat

from comity.docket.acts import KINDS
from comity.exchange.types import ACTIVE
from comity.node.access.circle import Circle
from comity.node.models import (
    AuditRow,
    Conversation,
    DocketItem,
    DraftRow,
    MessageRow,
    Notice,
    Package,
    SignInFailure,
)

SORTS: Final = ("case", "item", "draft", "rows")
GOING_ON: Final = Q(main__in=sorted(ACTIVE)) | Q(due_at__isnull=False)
"""Somebody still has to decide on it, or its clock runs."""
_EXECUTED: Final = ("request.executed", "request.executed-in-part", "preservation.confirmed")
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
        count: how many rows a line stands for; 1 for a single record.
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
    if place is None:
        return rows
    later = Q(**{f"{at}__gt": place.at})
    rows = rows.filter(**{f"{at}__gte": place.at})  # by which an index begins where the page does
    return rows.filter(later | Q(**{at: place.at, f"{key}__gt": place.key}))


def _cases(record_class: str) -> Reader:
    def read(circle: Circle, until: datetime, place: Place | None, most: int) -> Iterator[Record]:
        """Yield cases by the conversation that moved last in each."""
        same = Conversation.objects.filter(case=OuterRef("case"))
        later = same.filter(
            Q(moved_at__gt=OuterRef("moved_at"))
            | Q(moved_at=OuterRef("moved_at"), digest__gt=OuterRef("digest"))
        )
        rows = circle.conversations().filter(moved_at__lte=until).exclude(GOING_ON)
        rows = rows.filter(~Exists(same.filter(GOING_ON)), ~Exists(later), _class(record_class))
        rows = _after(_unreviewed(rows, "case", "case"), "moved_at", "case", place)
        for row in rows.order_by("moved_at", "case")[:most]:
            yield Record(record_class, f"case:{row.case}", row.moved_at, row.case)

    return read


def _class(record_class: str) -> Q:
    """Return the condition that a conversation's case is of a class; each is of exactly one."""
    same = Conversation.objects.filter(case=OuterRef(OuterRef("case"))).values("digest")
    evidence = Exists(Package.objects.filter(conversation__in=same))
    outcome = Exists(MessageRow.objects.filter(conversation__in=same, type__in=_EXECUTED))
    written = Exists(
        Conversation.objects.filter(case=OuterRef("case"), paper=True, main="executed")
    )
    if record_class == "case-with-evidence":
        return Q(evidence)
    if record_class == "case-without-evidence":
        return ~Q(evidence) & (Q(outcome) | Q(written))
    return ~Q(evidence) & ~Q(outcome) & ~Q(written)


def _items(record_class: str, wanted: Q) -> Reader:
    def read(circle: Circle, until: datetime, place: Place | None, most: int) -> Iterator[Record]:
        """Yield items of the docket on which nobody has to act any more."""
        rows = circle.items().filter(wanted, changed_at__lte=until).exclude(open_items())
        rows = _after(_unreviewed(rows, "item", "item"), "changed_at", "item", place)
        for row in rows.order_by("changed_at", "item")[:most]:
            yield Record(record_class, f"item:{row.item}", row.changed_at, row.case)

    return read


def open_items() -> Q:
    """Return the condition on items of the docket on which somebody still has to act."""
    found = Q(pk__in=())
    for kind in KINDS.values():
        if kind.open:
            found |= Q(kind=kind.name, state__in=sorted(kind.open))
    return found


def _drafts(circle: Circle, until: datetime, place: Place | None, most: int) -> Iterator[Record]:
    rows = circle.drafts().filter(record="", made_at__lte=until)
    rows = rows.exclude(stage=DraftRow.Stage.QUEUED).exclude(sections={})
    rows = _after(_unreviewed(rows, "draft", "id"), "made_at", "id", place)
    for row in rows.order_by("made_at", "id")[:most]:
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
        yield Record(record_class, subject, first, "", old.count())

    return read


READERS: Final[Mapping[str, Reader]] = MappingProxyType(
    {
        "mail-original": _items("mail-original", Q(kind="mail", case="")),
        "paper": _items("paper", Q(kind="correspondence", case="")),
        "call": _items("call", Q(kind="call", case="")),
        "docket-item": _items(
            "docket-item", Q(case="") & ~Q(kind__in=sorted({*_REGISTERS, *_OWN_CLASS}))
        ),
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
"""Class to how its records are read. What belongs to a case falls due with the case.

Cases come last: of a class that few of them have many are passed over, fewer the more is due.
"""
