"""What a person must acknowledge: the work items that raise an alarm.

Here the work items that only a loop can find are written: what fails without a sound, and what is
of the duty itself, the roster, notices, tests of the watch.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import chain
from typing import Final

from comity.node.cases.conversations import is_without_node
from comity.node.cases.severity import RANK, Facts, Kind
from comity.node.core.node import Node
from comity.node.duty import roster_store, unreachable_staff
from comity.node.duty.alarm_kinds import Cause
from comity.node.duty.escalation_ladder import KINDS
from comity.node.messages import partner_tests
from comity.node.models import Notice
from comity.node.people.access import emergency_access
from comity.node.watch import alert_list
from comity.node.work import technical
from comity.node.work.item import Matter
from comity.node.work.rows import replace_found, rewrite_due

FAILED_WITHIN: Final = timedelta(hours=12)


def causes(
    node: Node,
    at: datetime,
    *,
    silent: Mapping[str, datetime] | None = None,
    flooding: Collection[str] = (),
) -> set[Cause]:
    """Return all that a person must acknowledge at a moment; work items are brought up to it.

    Args:
        node: this node.
        at: this node's clock.
        silent: since when a party that this node talks to has given no answer at all.
        flooding: parties that lately sent more than their quota.
    """
    matters = chain(technical.failures(node, at), _of_duty(node, at, silent or {}))
    replace_found(matters, flooding=flooding, at=at)
    while rewrite_due(at=at):
        pass
    return standing(at)


def standing(at: datetime) -> set[Cause]:
    """Return what a person must acknowledge at a moment by the work items as they are stored.

    Args:
        at: this node's clock.
    """
    found: dict[tuple[str, str], Cause] = {}
    for alert in alert_list.raising():
        kind, subject = alert.cause(at)
        cause = Cause(kind, subject, alert.severity, alert.incident)
        known = found.setdefault(cause.key, cause)
        if RANK[cause.severity] < RANK[known.severity]:
            found[cause.key] = cause
    assert all(cause.kind in KINDS for cause in found.values())  # noqa: S101 - a kind without a ladder
    return set(found.values())


def _of_duty(node: Node, at: datetime, silent: Mapping[str, datetime]) -> Iterator[Matter]:
    for party, since in _silent(node, at, silent):
        facts = Facts(kind=Kind.PARTNER, since=since, late=True)
        yield Matter(facts=facts, subject=party, party=party)
    yield from (_plain(Kind.REACH, one) for one in partner_tests.waiting(node, at=at))
    yield from (_plain(Kind.NOTICES, one) for one in _failed(at))
    yield from (_plain(Kind.GLASS, one) for one in emergency_access.unread())
    kept = roster_store.roster()
    yield from (_plain(Kind.ROSTER, one) for one in kept.unknown_zones())
    for gap in roster_store.gaps_ahead(kept, at):
        yield _plain(Kind.GAP, gap.begins.strftime("%Y-%m-%d"))
    for one in unreachable_staff.unwakeable(node.config, kept, at=at):
        yield _plain(Kind.UNWAKEABLE, one)


def _plain(kind: Kind, subject: str) -> Matter:
    return Matter(facts=Facts(kind=kind), subject=subject)


def _silent(
    node: Node, at: datetime, silent: Mapping[str, datetime]
) -> Iterator[tuple[str, datetime]]:
    """Yield parties with a node that have answered nothing for as long as settings allow."""
    limit = at - timedelta(hours=node.config.unreachable_hours)
    for party, since in silent.items():
        if since <= limit and not is_without_node(node.directory, party):
            yield party, since


def _failed(at: datetime) -> Iterator[str]:
    """Yield the channels whose newest notice was given up, lately."""
    ended = Notice.objects.filter(ended_at__gte=at - FAILED_WITHIN)
    tried = ended.exclude(stage=Notice.Stage.SKIPPED).order_by("ended_at", "pk")
    newest = dict(tried.values_list("channel", "stage"))
    yield from (name for name, stage in newest.items() if stage == Notice.Stage.FAILED)
