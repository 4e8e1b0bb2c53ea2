"""Looking over the whole office: every work item that stands, in the order in which to act."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from comity.node.cases.severity import RANK, Kind, Severity, worst
from comity.node.core.node import Node
from comity.node.models import Officer, WorkItem
from comity.node.people.access.visible_cases import Circle, circle_of
from comity.node.watch.alarm_matches import with_alarms
from comity.node.watch.alert import Alert, of_row
from comity.node.watch.new_messages import fresh
from comity.node.work import queries, technical
from comity.node.work.item import work_item
from comity.node.work.rows import row_of

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

    The number of statements does not grow with what is stored, and each reads a bounded number of
    rows by an index.

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


def raising() -> Iterator[Alert]:
    """Yield what of the whole office raises an alarm, whoever may see it."""
    yield from map(of_row, queries.raising())


def _seen(node: Node, circle: Circle) -> list[Alert]:
    rows = queries.listed(circle, most=MOST + 1)
    rows += _standing(node, rows, circle.at)
    names = _names(rows)
    found = (of_row(row, owner=names.get(row.owner, row.owner)) for row in rows)
    return sorted(with_alarms(found, circle), key=pressing_first)


def _standing(node: Node, rows: Iterable[WorkItem], at: datetime) -> list[WorkItem]:
    """Return what stands still and is no row yet: the loop that would write it may stand still."""
    known = {row.incident for row in rows}
    made = (
        work_item(f"{one.facts.kind}:{one.subject}", [one], at=at)
        for one in technical.standing(node)
    )
    return [row_of(item) for item in made if item is not None and item.incident not in known]


def _names(rows: Iterable[WorkItem]) -> dict[str, str]:
    owners = {row.owner for row in rows} - {""}
    if not owners:
        return {}
    found = Officer.objects.filter(identifier__in=owners)
    return dict(found.values_list("identifier", "user__username"))


def _cut(found: Iterable[Alert]) -> tuple[tuple[Alert, ...], frozenset[Kind]]:
    """Return the first of each kind, in order, and the kinds of which there are more."""
    seen: Counter[Kind] = Counter()
    kept = []
    for alert in found:
        seen[alert.kind] += 1
        if seen[alert.kind] <= MOST:
            kept.append(alert)
    return tuple(kept), frozenset(kind for kind, n in seen.items() if n > MOST)


def pressing_first(alert: Alert) -> tuple[int, datetime, datetime, str]:
    """Return the key that sorts alerts: what presses most first, then what is due first."""
    return RANK[alert.severity], alert.due_at or _LATEST, alert.since or _LATEST, alert.key
