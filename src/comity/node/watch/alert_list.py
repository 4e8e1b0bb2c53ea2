"""Looking over the whole office: every alert that stands, in the order in which to act."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from typing import Final

from comity.node.cases.severity import AT_ONCE, Kind, Severity, worst
from comity.node.core.node import Node
from comity.node.models import Officer
from comity.node.people.access.visible_cases import Circle, circle_of, whole_office
from comity.node.watch.alarm_matches import with_alarms
from comity.node.watch.alert import Alert
from comity.node.watch.due import due
from comity.node.watch.new_messages import fresh
from comity.node.watch.technical_alerts import breakdowns, machine
from comity.node.watch.waiting_items import waiting, waiting_for_answer

MOST: Final = 40
"""Lines of one kind on one screen; of more it is said that there are more."""
MOST_ALARMS: Final = 2000
"""Rows of one sort among which causes of alarms are looked for, those that press most first."""
_LATEST: Final = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Look:
    """What was found at a moment.

    Attributes:
        at: the moment.
        alerts: all but news, what presses most first.
        news: messages that came since the moment asked about, the newest first.
        more: kinds of which there are more than are listed.
    """

    at: datetime
    alerts: tuple[Alert, ...]
    news: tuple[Alert, ...]
    more: frozenset[Kind]

    @property
    def severity(self) -> Severity | None:
        """Return what the most pressing of them presses; None where there is none."""
        return worst(*(alert.severity for alert in self.alerts)) if self.alerts else None

    @property
    def overdue(self) -> int:
        """Return how many of the listed are over their time."""
        return sum(alert.overdue(self.at) for alert in self.alerts)

    def of(self, severity: Severity) -> tuple[Alert, ...]:
        """Return the alerts that press so much."""
        return tuple(alert for alert in self.alerts if alert.severity is severity)


def alerts(node: Node, officer: Officer, at: datetime) -> tuple[Alert, ...]:
    """Return what needs a person at a moment and is for an officer to see, most pressing first.

    The number of queries does not grow with what is stored, and each reads at most `MOST` + 1 rows.

    Args:
        node: this node.
        officer: who asks.
        at: aware UTC.
    """
    return _cut(_seen(node, circle_of(officer, at=at)))[0]


def look(node: Node, officer: Officer, at: datetime, *, since: datetime | None) -> Look:
    """Return what needs a person at a moment, and what came since another.

    Args:
        node: this node.
        officer: who asks.
        at: aware UTC.
        since: usually when the shift began; None for no news.
    """
    circle = circle_of(officer, at=at)
    listed, more = _cut(_seen(node, circle))
    news: tuple[Alert, ...] = ()
    if since is not None:
        news, more_news = _cut(fresh(circle, since, most=MOST + 1))
        more |= more_news
    return Look(at, listed, news, more)


def raising(node: Node, at: datetime) -> Iterator[Alert]:
    """Yield what of the whole office raises an alarm, whoever may see it.

    Args:
        node: this node.
        at: aware UTC.
    """
    circle, most = whole_office(at=at), MOST_ALARMS
    found = _folded(
        chain(
            due(node, circle, most=most, ahead=AT_ONCE),
            waiting_for_answer(node, circle, most=most),
            breakdowns(node, circle, most=most),
        )
    )
    yield from (alert for alert in found if alert.raises_alarm)


def _seen(node: Node, circle: Circle) -> list[Alert]:
    return sorted(with_alarms(_found(node, circle, most=MOST + 1), circle), key=pressing_first)


def _found(node: Node, circle: Circle, *, most: int) -> list[Alert]:
    return _folded(
        chain(
            due(node, circle, most=most),
            waiting(node, circle, most=most),
            machine(node, circle, most=most),
        )
    )


def _cut(found: Iterable[Alert]) -> tuple[tuple[Alert, ...], frozenset[Kind]]:
    """Return the first of each kind, in order, and the kinds of which there are more."""
    seen: Counter[Kind] = Counter()
    kept = []
    for alert in found:
        seen[alert.kind] += 1
        if seen[alert.kind] <= MOST:
            kept.append(alert)
    return tuple(kept), frozenset(kind for kind, n in seen.items() if n > MOST)


def _folded(found: Iterable[Alert]) -> list[Alert]:
    """Leave out what a more exact line says already: one thing is one line, and one alarm.

    A request that nobody acknowledged tells its deadline itself; a call is also a task; a second
    signature is also the deadline of its conversation.
    """
    alerts = list(found)
    unread = {one.conversation for one in alerts if one.kind is Kind.UNREAD}
    called = {one.subject for one in alerts if one.kind is Kind.CALL}
    signed = {(one.conversation, one.due_at) for one in alerts if one.kind is Kind.SECOND}
    return [
        one
        for one in alerts
        if not (one.kind in _OF_REQUEST and one.conversation in unread)
        and not (one.kind is Kind.TASK and one.subject in called)
        and not (one.kind is Kind.CLOCK and (one.conversation, one.due_at) in signed)
    ]


_OF_REQUEST: Final = frozenset({Kind.CLOCK, Kind.THEIR_SECOND})


def pressing_first(alert: Alert) -> tuple[int, datetime, datetime, str]:
    """Return the key that sorts alerts: what presses most first, then what is due first."""
    severity = list(Severity).index(alert.severity)
    return severity, alert.due_at or _LATEST, alert.since or _LATEST, alert.key
