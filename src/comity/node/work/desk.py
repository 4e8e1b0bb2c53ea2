"""What of the office's own things needs a person.

Tasks, calls, shifts handed over, mail, drafts, evidence, reviews.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, Value, When

from comity.canonical import parse_time
from comity.docket.acts import KINDS
from comity.node.cases.office_deadlines import first_notice
from comity.node.cases.severity import EMERGENCY, Facts, Kind
from comity.node.models import (
    BoardLine,
    Conversation,
    DocketEntry,
    DocketItem,
    DraftRow,
    Exhibit,
    Package,
)
from comity.node.work.item import OFFICE, Matter
from comity.node.work.requests import REVIEW

ITEM, DRAFT, EXHIBIT = "item:", "draft:", "exhibit:"
"""Before the name of an incident: an item of the docket, a draft, an exhibit."""
_DRAFTED: Final = Case(
    When(
        Q(sections__request__value__urgency=EMERGENCY)
        | Q(sections__request__value__measure=EMERGENCY),
        then=Value(EMERGENCY),
    ),
    default=Value(""),
    output_field=CharField(),
)
_CALL = Q(kind="call", state="noted")
_MAIL = Q(kind="mail", state="received")
_SHIFT = Q(kind="shift", state__in=("handed-over", "given"))


def open_items() -> QuerySet[DocketItem]:
    """Return the items of which something needs a person, or will."""
    return DocketItem.objects.filter(Q(due_at__isnull=False) | _CALL | _MAIL | _SHIFT)


def of_items(items: Sequence[str]) -> tuple[Mapping[str, list[Matter]], Mapping[str, str]]:
    """Return why items of the docket need a person, and for which officer each is."""
    rows = list(DocketItem.objects.filter(item__in=items))
    told = _first_said([row.item for row in rows if row.kind in ("call", "shift")])
    found = {
        f"{ITEM}{row.item}": matters
        for row in rows
        if (matters := _of_item(row, told.get(row.item) or {}))
    }
    return found, {f"{ITEM}{row.item}": owner for row in rows if (owner := _owner(row))}


def _first_said(items: Sequence[str]) -> dict[str, Any]:
    """Return what the first entry of each item says, where it was not erased."""
    if not items:
        return {}
    rows = DocketEntry.objects.filter(item__in=items, number=1)
    return dict(rows.values_list("item", "value"))


def _owner(row: DocketItem) -> str:
    """Return for which officer an item is; a hand-over is first for whoever goes."""
    return row.about if (row.kind, row.state) == ("shift", "handed-over") else row.assigned


def _of_item(row: DocketItem, told: Mapping[str, Any]) -> list[Matter]:
    if row.kind == "call" and row.state == "noted":
        facts = Facts(
            kind=Kind.CALL,
            urgency=told.get("urgency") or "",
            measure=told.get("measure") or "",
            since=row.changed_at,
            begun_at=begun_at(row.item),
            due_at=row.due_at,
        )
        return [_item(row, facts, what=row.state, party=told.get("party") or "")]
    if row.kind == "shift":
        return [_handed_over(row, told)] if row.state in ("handed-over", "given") else []
    found = []
    if row.kind == "mail" and row.state == "received":
        found.append(_item(row, Facts(kind=Kind.MAIL, since=row.changed_at)))
    if row.due_at:
        facts = Facts(
            kind=Kind.TASK, since=row.changed_at, begun_at=begun_at(row.item), due_at=row.due_at
        )
        found.append(_item(row, facts, what=row.kind, listed_from=row.due_at - first_notice()))
    return found


def _handed_over(row: DocketItem, told: Mapping[str, Any]) -> Matter:
    """Return a shift that one of two officers has to confirm; it ends when it was said to."""
    until = told.get("until")
    facts = Facts(
        kind=Kind.SHIFT,
        since=row.changed_at,
        begun_at=begun_at(row.item),
        due_at=parse_time(until) if until else None,
    )
    deadline, rule = ("shift-end", OFFICE) if until else ("", "")
    return Matter(facts=facts, subject=row.item, deadline=deadline, rule=rule)


def _item(row: DocketItem, facts: Facts, **more: Any) -> Matter:
    clock = KINDS[row.kind].clock if facts.due_at else ""
    return Matter(
        facts=facts,
        subject=row.item,
        case=row.case,
        deadline="order-end" if clock == "order" else clock,
        rule=OFFICE if facts.due_at else "",
        **more,
    )


def begun_at(item: str) -> datetime:
    """Return when an item was begun: its identifier says so (RFC 9562, version 7)."""
    return datetime.fromtimestamp((UUID(item).int >> 80) / 1000, UTC)


def waiting_drafts() -> QuerySet[DraftRow]:
    """Return the drafts that wait for approvals."""
    return DraftRow.objects.filter(stage=DraftRow.Stage.AWAITING)


def of_drafts(drafts: Sequence[str]) -> Mapping[str, list[Matter]]:
    """Return why drafts need a person."""
    rows = waiting_drafts().filter(id__in=drafts).annotate(urgency=_DRAFTED)
    return {
        f"{DRAFT}{row['id']}": [
            Matter(
                facts=Facts(kind=Kind.DRAFT, urgency=row["urgency"], since=row["made_at"]),
                subject=row["id"],
                case=row["case"],
                what=row["type"],
                conversation=row["conversation"],
            )
        ]
        for row in rows.values("id", "made_at", "case", "type", "conversation", "urgency")
    }


def kept_exhibits() -> QuerySet[Exhibit]:
    """Return the exhibits that are here and kept until a day."""
    stages = (Package.Stage.SEALED, Package.Stage.STORED)
    here = Package.objects.filter(exhibit=OuterRef("exhibit"), stage__in=stages)
    return Exhibit.objects.filter(Exists(here), retain_until__isnull=False)


def of_exhibits(exhibits: Sequence[str]) -> Mapping[str, list[Matter]]:
    """Return why exhibits need a person: what is kept until a day is to be decided on then."""
    rows = list(kept_exhibits().filter(exhibit__in=exhibits))
    packages = Package.objects.filter(exhibit__in=[row.exhibit for row in rows])
    pairs = packages.order_by("-conversation").values_list("exhibit", "conversation")
    places = dict(pairs) if rows else {}
    cases = dict(
        Conversation.objects.filter(digest__in=set(places.values())).values_list("digest", "case")
    )
    return {
        f"{EXHIBIT}{row.exhibit}": [
            Matter(
                facts=Facts(kind=Kind.RETENTION, due_at=row.retain_until),
                subject=row.exhibit,
                conversation=places.get(row.exhibit, ""),
                case=cases.get(places.get(row.exhibit, ""), ""),
                deadline="retention",
                rule=OFFICE,
                listed_from=row.retain_until - first_notice(),
            )
        ]
        for row in rows
        if row.retain_until
    }


def of_reviews(conversations: Sequence[str]) -> Mapping[str, list[Matter]]:
    """Return why lines of the board of assistance need a person."""
    rows = BoardLine.objects.filter(conversation__in=conversations, review_at__isnull=False)
    return {
        f"{REVIEW}{row.conversation}": [
            Matter(
                facts=Facts(kind=Kind.REVIEW, since=row.changed_at, due_at=row.review_at),
                subject=row.conversation,
                party=row.party,
                case=row.case,
                conversation=row.conversation,
                what=row.kind,
                deadline="review",
                rule=OFFICE,
                listed_from=row.review_at - first_notice(),
            )
        ]
        for row in rows
        if row.review_at
    }
