"""Looking over the whole office: every alert that stands, in the order in which to act."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from typing import Final

from comity.node.access.circle import Circle, circle_of
from comity.node.models import Officer
from comity.node.node import Node
from comity.node.watch.alert import Alert, Kind, Severity
from comity.node.watch.due import due
from comity.node.watch.fresh import fresh
from comity.node.watch.machine import machine
from comity.node.watch.waiting import waiting

MOST: Final = 40
"""Lines of one kind on one screen; of more it is said that there are more."""
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
    return _cut(_found(node, circle_of(officer, at=at)))[0]


def look(node: Node, officer: Officer, at: datetime, *, since: datetime | None) -> Look:
    """Return what needs a person at a moment, and what came since another.

    Args:
        node: this node.
        officer: who asks.
        at: aware UTC.
        since: usually when the shift began; None for no news.
    """
    circle = circle_of(officer, at=at)
    listed, more = _cut(_found(node, circle))
    news: tuple[Alert, ...] = ()
    if since is not None:
        news, more_news = _cut(fresh(circle, since, most=MOST + 1), newest_first=True)
        more |= more_news
    return Look(at, listed, news, more)


def _found(node: Node, circle: Circle) -> Iterable[Alert]:
    most = MOST + 1
    return chain(
        due(node, circle, most=most),
        waiting(node, circle, most=most),
        machine(node, circle, most=most),
    )


def _cut(
    found: Iterable[Alert], *, newest_first: bool = False
) -> tuple[tuple[Alert, ...], frozenset[Kind]]:
    """Return the first of each kind, in order, and the kinds of which there are more."""
    seen: Counter[Kind] = Counter()
    kept = []
    for alert in found:
        seen[alert.kind] += 1
        if seen[alert.kind] <= MOST:
            kept.append(alert)
    if not newest_first:
        kept = _without_twins(sorted(kept, key=_place))
    return tuple(kept), frozenset(kind for kind, n in seen.items() if n > MOST)


def _without_twins(kept: list[Alert]) -> list[Alert]:
    """Leave out a task where a more exact line says the same of the same thing."""
    called = {alert.subject for alert in kept if alert.kind is Kind.CALL}
    return [one for one in kept if one.kind is not Kind.TASK or one.subject not in called]


def _place(alert: Alert) -> tuple[int, datetime, datetime, str]:
    severity = list(Severity).index(alert.severity)
    return severity, alert.due_at or _LATEST, alert.since or _LATEST, alert.key
