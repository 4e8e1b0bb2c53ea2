"""What a person must acknowledge, found in what the node holds; each cause lasts as it is true.

What the watch lists raises an alarm as its severity says (`cases.severity`). Besides there is what
is of the duty itself: the roster, notices, tests of the watch.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final

from comity.node.cases.conversations import is_without_node
from comity.node.cases.severity import Facts, Kind
from comity.node.core.node import Node
from comity.node.duty import roster_store, unreachable_staff
from comity.node.duty.alarm_kinds import Cause
from comity.node.duty.escalation_ladder import KINDS
from comity.node.messages import partner_tests
from comity.node.models import Notice
from comity.node.people.access import emergency_access
from comity.node.watch import alert_list
from comity.node.watch.alert import Alert, alert_of

FAILED_WITHIN: Final = timedelta(hours=12)


def causes(
    node: Node,
    at: datetime,
    *,
    silent: Mapping[str, datetime] | None = None,
    flooding: Collection[str] = (),
) -> set[Cause]:
    """Return all that a person must acknowledge at a moment.

    Args:
        node: this node.
        at: this node's clock.
        silent: since when a party that this node talks to has given no answer at all.
        flooding: parties that lately sent more than their quota.
    """
    found: dict[tuple[str, str], Cause] = {}
    for alert in _all(node, at, silent or {}, flooding):
        kind, subject = alert.cause(at)
        found.setdefault((kind, subject), Cause(kind, subject, alert.severity))
    assert all(kind in KINDS for kind, _ in found)  # noqa: S101 - a kind without a ladder
    return set(found.values())


def _all(
    node: Node, at: datetime, silent: Mapping[str, datetime], flooding: Collection[str]
) -> Iterator[Alert]:
    yield from alert_list.raising(node, at)
    yield from (_plain(Kind.PARTNER, one, at, late=True) for one in _silent(node, at, silent))
    yield from (_plain(Kind.QUOTA, one, at) for one in flooding)
    yield from (_plain(Kind.REACH, one, at) for one in partner_tests.waiting(node, at=at))
    yield from (_plain(Kind.NOTICES, one, at) for one in _failed(at))
    yield from (_plain(Kind.GLASS, one, at) for one in emergency_access.unread())
    kept = roster_store.roster()
    yield from (_plain(Kind.ROSTER, one, at) for one in kept.unknown_zones())
    for gap in roster_store.gaps_ahead(kept, at):
        yield _plain(Kind.GAP, gap.begins.strftime("%Y-%m-%d"), at)
    for one in unreachable_staff.unwakeable(node.config, kept, at=at):
        yield _plain(Kind.UNWAKEABLE, one, at)


def _plain(kind: Kind, subject: str, at: datetime, *, late: bool = False) -> Alert:
    return alert_of(Facts(kind=kind, late=late), at=at, subject=subject)


def _silent(node: Node, at: datetime, silent: Mapping[str, datetime]) -> Iterator[str]:
    """Return parties with a node that have answered nothing for as long as settings allow."""
    limit = at - timedelta(hours=node.config.unreachable_hours)
    for party, since in silent.items():
        if since <= limit and not is_without_node(node.directory, party):
            yield party


def _failed(at: datetime) -> Iterator[str]:
    """Return the channels whose newest notice was given up, lately."""
    ended = Notice.objects.filter(ended_at__gte=at - FAILED_WITHIN)
    tried = ended.exclude(stage=Notice.Stage.SKIPPED).order_by("ended_at", "pk")
    newest = dict(tried.values_list("channel", "stage"))
    yield from (name for name, stage in newest.items() if stage == Notice.Stage.FAILED)
