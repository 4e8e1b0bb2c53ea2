"""Alerts and the alarms that were raised for them: whose each is, and which stand alone.

An alarm that no alert of an officer accounts for is of the office (a roster with a gap, a test of
the watch), or about a case that is closed to the officer. It stands on the list all the same, by
its kind and number and nothing else: the list is never calmer than the bell.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from comity.node.cases.severity import ALARM, Kind, Severity
from comity.node.models import Alarm, Conversation, DocketItem, MessageRow, OutboxRow
from comity.node.people.access.visible_cases import Circle
from comity.node.watch.alert import OF_OFFICE, Alert, alarm_key, is_held

MOST: Final = 500
_TOLD_ALONE: Final = OF_OFFICE | {Kind.QUOTA, Kind.PARTNER}
"""Kinds that only an alarm tells of, or that it may tell of where the item is for others to see."""
_OF_PARTY: Final = frozenset({Kind.QUOTA, Kind.PARTNER})
_OF_CASE: Final = frozenset(
    {
        Kind.UNREAD,
        Kind.UNANSWERED,
        Kind.UNDELIVERED,
        Kind.CLOCK,
        Kind.SECOND,
        Kind.CALL,
        Kind.LOGS,
        Kind.DEAD,
    }
)
_KIND: Final = {alarm: kind for kind, alarm in reversed(list(ALARM.items()))}
"""The first kind that raises an alarm of a kind."""


def with_alarms(found: Iterable[Alert], circle: Circle) -> Iterator[Alert]:
    """Yield alerts with the alarms raised for them, then those of alarms that stand alone."""
    rows = Alarm.objects.filter(ended_at=None).order_by("acknowledged_at", "pk")[:MOST]
    by_cause = {alarm_key(row.kind, row.subject): row for row in rows}
    for alert in found:
        cause = alarm_key(*alert.cause(circle.at)) if alert.kind in ALARM else None
        row = by_cause.pop(cause, None) if cause else None
        if row is not None:
            seen = row.acknowledged_at is not None
            owner = row.acknowledged_by or alert.owner
            yield replace(alert, alarm=row.pk, acknowledged=seen, held=is_held(row), owner=owner)
        elif alert.kind not in OF_OFFICE:
            yield alert
    alone = [row for row in by_cause.values() if row.kind in _KIND]
    closed = _closed(alone, circle)
    for row in alone:
        if _KIND[row.kind] in _TOLD_ALONE or row.pk in closed:
            yield _alone(row)


def _alone(row: Alarm) -> Alert:
    kind = _KIND[row.kind]
    return Alert(
        kind=kind,
        subject=row.subject,
        severity=Severity(row.severity),
        since=row.raised_at,
        party=row.subject if kind in _OF_PARTY else "",
        alarm=row.pk,
        acknowledged=row.acknowledged_at is not None,
        owner=row.acknowledged_by,
        outside=True,
    )


def _closed(rows: Iterable[Alarm], circle: Circle) -> set[int]:
    """Return the alarms about what there is and what is closed to the officer.

    One about what may be seen, and that no alert accounts for, is over in a moment.
    """
    heads = {row.pk: row.subject.partition(" ")[0] for row in rows if _KIND[row.kind] in _OF_CASE}
    if circle.open or not heads:
        return set()
    wanted = set(heads.values())
    there: set[str] = set()
    seen: set[str] = set()
    for every, mine in (
        (Conversation.objects.all(), circle.conversations()),
        (DocketItem.objects.all(), circle.items()),
        (MessageRow.objects.all(), circle.messages()),
    ):
        there.update(every.filter(pk__in=wanted).values_list("pk", flat=True))
        seen.update(mine.filter(pk__in=wanted).values_list("pk", flat=True))
    numbers = {int(head) for head in wanted if head.isdecimal()}
    dead = OutboxRow.objects.filter(pk__in=numbers, stage=OutboxRow.Stage.DEAD)
    mine_too = circle.outbox().filter(pk__in=numbers)
    there.update(str(pk) for pk in dead.values_list("pk", flat=True))
    seen.update(str(pk) for pk in mine_too.values_list("pk", flat=True))
    return {pk for pk, head in heads.items() if head in there - seen}
