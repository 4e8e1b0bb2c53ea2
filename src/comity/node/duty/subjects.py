"""What alarms are about, as far as somebody may see it: the State, the kind, the case.

An alarm itself names a digest, a number or a party. Whose case that is, is for its circle alone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Q

from comity.node.cases.severity import EMERGENCY, Kind
from comity.node.cases.urgency import said
from comity.node.models import Alarm, WorkItem
from comity.node.people.access.visible_cases import Circle
from comity.node.work.requests import REQUEST, other

_OF_PARTY: Final = frozenset({"unreachable", "log-disagreement", "over-quota"})
"""Kinds whose subject may be a party."""


@dataclass(frozen=True)
class Subject:
    """What an alarm is about; all empty where nothing of it may be seen.

    Attributes:
        party: the other side.
        case: of the office.
        conversation: its digest.
        code: measure, or type of the opening message.
        emergency: whether it is one, by its measure or its urgency.
        item: of the docket.
        home: kind of that item.
        record: of a message.
        exhibit: of evidence.
    """

    party: str = ""
    case: str = ""
    conversation: str = ""
    code: str = ""
    emergency: bool = False
    item: str = ""
    home: str = ""
    record: str = ""
    exhibit: str = ""


NOTHING: Final = Subject()


def subjects_of(rows: Iterable[Alarm], circle: Circle) -> Mapping[int, Subject]:
    """Return what alarms are about, by number; the number of queries is fixed.

    Args:
        rows: alarms.
        circle: of whoever asks.
    """
    known = list(rows)
    heads = {row.pk: (row.kind, row.subject.partition(" ")[0]) for row in known}
    wanted = {head for _, head in heads.values()}
    signed = _signed(known)
    records = dict(circle.messages().filter(pk__in=wanted).values_list("pk", "conversation"))
    digests = wanted | set(records.values())
    seen = circle.conversations().filter(pk__in=digests).annotate(urgency=said())
    threads = {row.digest: row for row in seen}
    items = {row.item: row for row in circle.items().filter(pk__in=wanted)}
    exhibits = set(circle.packages().filter(exhibit__in=wanted).values_list("exhibit", flat=True))
    numbers = [int(head) for kind, head in heads.values() if kind == "dead-letter"]
    dead = dict(circle.outbox().filter(pk__in=numbers).values_list("pk", "addressee"))
    found = {}
    for pk, (kind, head) in heads.items():
        if kind == "dead-letter":
            found[pk] = Subject(party=dead.get(int(head), ""))
        elif head in exhibits:
            found[pk] = Subject(exhibit=head)
        elif head in items:
            found[pk] = Subject(case=items[head].case, item=head, home=items[head].kind)
        elif (row := threads.get(records.get(head, head))) is not None:
            record = head if head in records else signed.get(f"{REQUEST}{row.digest}", "")
            found[pk] = _of_request(row, record=record)
        else:
            found[pk] = Subject(party=head) if kind in _OF_PARTY and "/" in head else NOTHING
    return found


def _signed(rows: Iterable[Alarm]) -> dict[str, str]:
    """Return the messages whose second signature alarms are about, by incident."""
    named = [row.incident for row in rows if row.kind == "second-signature"]
    items = WorkItem.objects.filter(incident__in=named, kind=Kind.SECOND) if named else None
    return dict(items.values_list("incident", "subject")) if items is not None else {}


def _of_request(row: Any, *, record: str) -> Subject:
    return Subject(
        party=other(row),
        case=row.case,
        conversation=row.digest,
        code=row.measure or row.type,
        emergency=EMERGENCY in (row.measure, row.urgency),
        record=record,
    )


def cases_of(row: Alarm, circle: Circle) -> set[str]:
    """Return the cases that an alarm is about and that somebody may see."""
    threads = circle.conversations()
    if row.kind == "over-quota":
        mine = threads.filter(main="submitted", beyond_quota=True, opener=row.subject)
        return set(mine.values_list("case", flat=True)) - {""}
    head = row.subject.partition(" ")[0]
    of_record = circle.messages().filter(pk=head).values("conversation")
    found = set(threads.filter(Q(pk=head) | Q(pk__in=of_record)).values_list("case", flat=True))
    found.update(circle.items().filter(pk=head).values_list("case", flat=True))
    return found - {""}
