"""What needs a person now, found in what the node holds; each cause lasts as long as it is true."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from django.db.models import Q

from comity.canonical import parse_time
from comity.node.access import glass
from comity.node.clock import real_now
from comity.node.condition import LITTLE_DISK_BYTES, LOG_FAULTS
from comity.node.duty import planning, reach, waking
from comity.node.duty.cause import Cause
from comity.node.duty.ladder import KINDS
from comity.node.models import (
    AuditRow,
    Conversation,
    DocketItem,
    MessageRow,
    Notice,
    OutboxRow,
    ReceiptRow,
)
from comity.node.node import Node
from comity.node.outbox import is_without_node
from comity.node.urgency import EMERGENCY, says

URGENT: Final = (EMERGENCY, "preservation")
"""Measures; a request for any other is as urgent where it says that it is an emergency."""
CLOCK_AHEAD: Final = timedelta(hours=24)
"""A time limit so near wakes somebody; earlier notices wait on the lists."""
SECOND_AHEAD: Final = timedelta(hours=4)
TOLD_WITHIN: Final = timedelta(days=2)
"""How far back notices of clocks are read: they come each day once a limit has passed."""
FAILED_WITHIN: Final = timedelta(hours=12)
_NEVER: Final = datetime.max.replace(tzinfo=UTC)
_CLOCK_WORDS: Final = ("clock.near", "clock.passed")


def causes(node: Node, at: datetime, *, silent: dict[str, datetime] | None = None) -> set[Cause]:
    """Return all that needs a person at a moment.

    Args:
        node: this node.
        at: this node's clock.
        silent: since when a party that this node talks to has given no answer at all.
    """
    found = {Cause(kind, subject) for kind, subject in _all(node, at, silent or {})}
    assert all(cause.kind in KINDS for cause in found)  # noqa: S101 - a kind without a ladder
    return found


def _all(node: Node, at: datetime, silent: dict[str, datetime]) -> Iterator[tuple[str, str]]:
    yield from (("request-in", one) for one in _requests(node))
    yield from (("clock", one) for one in _clocks(at))
    yield from (("dead-letter", one) for one in _dead())
    yield from (("unreachable", one) for one in _unreachable(node, at, silent))
    yield from (("log-disagreement", one) for one in _disagreeing())
    yield from (("reach-asked", one) for one in reach.waiting(node, at=at))
    yield from (("second-signature", one) for one in _second(at))
    yield from (("notice-failed", one) for one in _failed(at))
    yield from (("work", one) for one in node.standing(real_now()))
    yield from (("glass-broken", one) for one in glass.unread())
    kept = planning.roster()
    yield from (("roster-row", one) for one in kept.unknown_zones())
    yield from (
        ("roster-gap", one.begins.strftime("%Y-%m-%d")) for one in planning.gaps_ahead(kept, at)
    )
    yield from (("cannot-wake", one) for one in waking.unwakeable(node.config, kept, at=at))
    if shutil.disk_usage(node.config.folder).free < LITTLE_DISK_BYTES:
        yield "disk", "disk"


def _requests(node: Node) -> list[str]:
    """Return emergencies and preservations that came in and that nobody has taken up."""
    rows = Conversation.objects.filter(main="submitted", paper=False)
    rows = rows.filter(Q(measure__in=URGENT) | says(EMERGENCY))
    return list(rows.exclude(opener=node.party).values_list("digest", flat=True))


def _clocks(at: datetime) -> Iterator[str]:
    """Return the clocks that `clocks.warn` gave notice of and that are near or have passed.

    Subject is the clock's own with its kind and due time, so each day after it is told anew.
    """
    rows = AuditRow.objects.filter(at__gte=at - TOLD_WITHIN, action__in=_CLOCK_WORDS)
    newest: dict[tuple[str, str], tuple[str, datetime]] = {}
    for row in rows.order_by("pk"):
        kind, due, level, *_ = row.detail.split(" ", 3)
        if parse_time(due) - at <= CLOCK_AHEAD:
            newest[row.subject, kind] = (f"{row.subject} {kind} {level}"[:120], parse_time(due))
    first = _first_due({subject for subject, _ in newest})
    for (subject, _), (name, due_at) in newest.items():
        if subject not in first or (first[subject] or _NEVER) <= due_at:
            yield name


def _first_due(subjects: set[str]) -> dict[str, datetime | None]:
    """Return what falls due first in conversations and items, or None where no clock runs."""
    rows = Conversation.objects.filter(digest__in=subjects).values_list("digest", "due_at")
    items = DocketItem.objects.filter(item__in=subjects).values_list("item", "due_at")
    return {**dict(rows), **dict(items)}


def _dead() -> list[str]:
    rows = OutboxRow.objects.filter(stage=OutboxRow.Stage.DEAD)
    return [str(pk) for pk in rows.values_list("pk", flat=True)]


def _unreachable(node: Node, at: datetime, silent: dict[str, datetime]) -> set[str]:
    """Return parties with a node that have not answered for as long as settings allow."""
    limit = at - timedelta(hours=node.config.unreachable_hours)
    rows = OutboxRow.objects.filter(
        stage=OutboxRow.Stage.QUEUED, queued_at__lte=limit, attempts__gt=0
    ).exclude(last_fault="")
    found = set(rows.values_list("addressee", flat=True).distinct())
    found |= {party for party, since in silent.items() if since <= limit}
    return {party for party in found if not is_without_node(node.directory, party)}


def _disagreeing() -> set[str]:
    rows = ReceiptRow.objects.filter(fault__in=LOG_FAULTS)
    found = set(rows.values_list("party", flat=True).distinct())
    double = Conversation.objects.filter(double_speak=True).values_list("digest", flat=True)
    return found | set(double)


def _second(at: datetime) -> list[str]:
    """Return messages of ours whose second signature is due soon or is late."""
    limit = at + SECOND_AHEAD
    due = Conversation.objects.filter(due_at__lte=limit).exclude(main="closed")
    rows = MessageRow.objects.filter(
        conversation__in=due.values("digest"), outgoing=True, second_due_at__lte=limit
    )
    return list(rows.values_list("record", flat=True))


def _failed(at: datetime) -> Iterator[str]:
    """Return the channels whose newest notice was given up, lately."""
    ended = Notice.objects.filter(ended_at__gte=at - FAILED_WITHIN)
    tried = ended.exclude(stage=Notice.Stage.SKIPPED).order_by("ended_at", "pk")
    newest = dict(tried.values_list("channel", "stage"))
    yield from (name for name, stage in newest.items() if stage == Notice.Stage.FAILED)
