"""What waits for somebody here or there, with or without a clock."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from django.db.models import Case, CharField, Count, Min, Q, QuerySet, Value, When

from comity.node.cases.severity import EMERGENCY, PRESERVATION, URGENT, Facts, Kind
from comity.node.cases.urgency import said
from comity.node.core.node import Node
from comity.node.models import Conversation, DocketEntry, DraftRow
from comity.node.people.access.visible_cases import Circle
from comity.node.watch.alert import Alert, alert_of
from comity.node.watch.due import begun_at, of_clock, other

_PRESSING: Final = Case(
    When(Q(measure=EMERGENCY) | Q(urgency=EMERGENCY), then=Value(0)),
    When(Q(measure=PRESERVATION) | Q(urgency=URGENT), then=Value(1)),
    default=Value(2),
)
"""So that the first rows read are those that can need a person now, however many wait."""
_DRAFTED: Final = Case(
    When(
        Q(sections__request__value__urgency=EMERGENCY)
        | Q(sections__request__value__measure=EMERGENCY),
        then=Value(EMERGENCY),
    ),
    default=Value(""),
    output_field=CharField(),
)


def waiting(node: Node, circle: Circle, *, most: int) -> Iterator[Alert]:
    """Yield what waits, of each sort the oldest first.

    Args:
        node: this node.
        circle: of whoever asks; its moment is the one asked about.
        most: rows of each sort that are read.
    """
    yield from waiting_for_answer(node, circle, most=most)
    yield from _mail(circle, most=most)
    yield from _drafts(circle, most=most)


def waiting_for_answer(node: Node, circle: Circle, *, most: int) -> Iterator[Alert]:
    """Yield what waits and may be critical: requests, second signatures, calls.

    Args:
        node: this node.
        circle: of whoever asks; its moment is the one asked about.
        most: rows of each sort that are read.
    """
    yield from _unacknowledged(node, circle, most=most)
    yield from _second_signatures(node, circle, most=most)
    yield from _calls(circle, most=most)


def _unacknowledged(node: Node, circle: Circle, *, most: int) -> Iterator[Alert]:
    submitted = circle.conversations().filter(main="submitted").annotate(urgency=said())
    theirs = submitted.exclude(opener=node.party)
    sorts = (
        (Kind.UNREAD, theirs.filter(beyond_quota=False)),
        (Kind.UNANSWERED, submitted.filter(opener=node.party)),
    )
    for kind, rows in sorts:
        for row in rows.order_by(_PRESSING, "opened_at")[:most]:
            yield _of_submitted(node, kind, row, circle.at)
    yield from _beyond_quota(theirs, circle, most=most)


def of_conversation(node: Node, row: Any, at: datetime) -> Alert:
    """Return how much one conversation presses, as the watch lists it: unread, or by its deadline.

    Args:
        node: this node.
        row: the conversation, annotated with the ``urgency`` that `said` gives.
        at: aware UTC.
    """
    if row.main != "submitted":
        return of_clock(node, row, at)
    kind = Kind.UNANSWERED if row.opener == node.party else Kind.UNREAD
    return _of_submitted(node, kind, row, at)


def _of_submitted(node: Node, kind: Kind, row: Any, at: datetime) -> Alert:
    """Return the alert of a request that nobody acknowledged, here or there."""
    facts = Facts(
        kind=kind,
        urgency=row.urgency,
        measure=row.measure,
        on_paper=row.paper,
        since=row.opened_at,
        begun_at=row.opened_at,
        due_at=row.due_at if kind is Kind.UNREAD else None,
    )
    return alert_of(
        facts,
        at=at,
        subject=row.digest,
        party=other(node, row),
        case=row.case,
        conversation=row.digest,
        detail=row.measure or row.type,
    )


def _beyond_quota(theirs: QuerySet[Conversation], circle: Circle, *, most: int) -> Iterator[Alert]:
    """Yield one alert for each party whose emergencies were taken beyond its quota."""
    rows = theirs.filter(beyond_quota=True).values("opener")
    found = rows.annotate(n=Count("digest"), since=Min("opened_at"), due=Min("due_at"))
    for row in found.order_by("since")[:most]:
        yield alert_of(
            Facts(kind=Kind.QUOTA, urgency=EMERGENCY, since=row["since"], due_at=row["due"]),
            at=circle.at,
            subject=row["opener"],
            party=row["opener"],
            count=row["n"],
        )


def _second_signatures(node: Node, circle: Circle, *, most: int) -> Iterator[Alert]:
    rows = list(
        circle.messages().filter(second_due_at__isnull=False).order_by("second_due_at")[:most]
    )
    found = Conversation.objects.in_bulk([row.conversation for row in rows])
    for row in rows:
        asked = found.get(row.conversation)
        if not row.outgoing and row.second_due_at and row.second_due_at >= circle.at:
            continue  # theirs, and not late
        yield alert_of(
            Facts(
                kind=Kind.SECOND if row.outgoing else Kind.THEIR_SECOND,
                since=row.recorded_at,
                due_at=row.second_due_at,
            ),
            at=circle.at,
            subject=row.record,
            party=other(node, asked) if asked else row.author,
            case=asked.case if asked else "",
            conversation=row.conversation,
            detail=row.type,
        )


def _calls(circle: Circle, *, most: int) -> Iterator[Alert]:
    rows = list(circle.items().filter(kind="call", state="noted").order_by("due_at")[:most])
    begun = DocketEntry.objects.filter(item__in=[row.item for row in rows], number=1)
    told: dict[str, Any] = dict(begun.values_list("item", "value"))
    for row in rows:
        value = told.get(row.item) or {}
        facts = Facts(
            kind=Kind.CALL,
            urgency=value.get("urgency") or "",
            measure=value.get("measure") or "",
            since=row.changed_at,
            begun_at=begun_at(row.item),
            due_at=row.due_at,
        )
        yield alert_of(
            facts,
            at=circle.at,
            subject=row.item,
            party=value.get("party") or "",
            case=row.case,
            detail=row.state,
        )


def _mail(circle: Circle, *, most: int) -> Iterator[Alert]:
    rows = circle.items().filter(kind="mail", state="received").order_by("item")[:most]
    for row in rows:
        facts = Facts(kind=Kind.MAIL, since=row.changed_at)
        yield alert_of(facts, at=circle.at, subject=row.item, case=row.case)


def _drafts(circle: Circle, *, most: int) -> Iterator[Alert]:
    rows = circle.drafts().filter(stage=DraftRow.Stage.AWAITING)
    rows = rows.annotate(urgency=_DRAFTED)
    first = Case(When(urgency=EMERGENCY, then=Value(0)), default=Value(1))
    wanted = ("id", "made_at", "case", "type", "urgency")
    for row in rows.order_by(first, "made_at").values(*wanted)[:most]:
        facts = Facts(kind=Kind.DRAFT, urgency=row["urgency"], since=row["made_at"])
        yield alert_of(facts, at=circle.at, subject=row["id"], case=row["case"], detail=row["type"])
