"""Tests of partners' watches that the node asks for by itself, once in a while, never all at once.

Each party has a moment in each period, by a digest of who asks whom: 190 States that ask one watch
do so on different days and hours. What a node missed while it was off is not made up for, so that
no start of a node wakes the world. While something urgent is open in this office nobody is asked
(`partner_tests_pause`). A party that could not be asked is noted, with the reason.
"""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from django.db import transaction

from comity.canonical import ComityError
from comity.node.authorities.reach import reaches
from comity.node.core.node import Node
from comity.node.duty import partner_tests_pause
from comity.node.log import audit
from comity.node.messages import partner_tests
from comity.node.models import AuditRow, Conversation, PartnerTestFailure

BY_NODE: Final = "node"
"""Who asked, in the record and the audit, where no person did."""
MOST_A_DAY: Final = 20
"""Tests that we ask of all parties together in 24 hours: 190 States a month are 6 or 7 a day."""
NOT_ASKED: Final = "reach.not-asked"
SUBJECT: Final = "reach"
"""Of audit rows about tests."""
RETRY: Final = timedelta(hours=6)
"""A party that could not be asked is tried again after so long, while its day lasts."""
_DAY: Final = timedelta(days=1)
_KEPT_FOR: Final = timedelta(days=400)  # longer than any time between two tests
_EPOCH: Final = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class NotAsked:
    """A party that the node could not ask.

    Attributes:
        party: which.
        at: when it was tried last.
        code: of the error.
    """

    party: str
    at: datetime
    code: str


def moment_of(us: str, party: str, *, period: timedelta, at: datetime) -> datetime:
    """Return the newest moment, not after ``at``, at which one party asks another.

    Args:
        us: who asks.
        party: who is asked.
        period: from one moment to the next.
        at: this moment.
    """
    said = hashlib.sha256(f"reach {us} {party}".encode()).digest()
    offset = int.from_bytes(said[:8]) % int(period.total_seconds())
    first = _EPOCH + timedelta(seconds=offset)
    return first + (at - first) // period * period


def due(node: Node, *, at: datetime) -> list[str]:
    """Return the parties that are to be asked now: those we have dealings with first.

    Nobody in the node's first day or while something urgent is open here, nobody twice in a
    period, no one whose node is silent (which stands on the watch already), and no more in a day
    than `MOST_A_DAY`.
    """
    days = node.config.reach_every_days
    if not days or not AuditRow.objects.filter(at__lte=at - _DAY).exists():
        return []
    period = timedelta(days=days)
    ours = partner_tests.asked_by_us(node, since=at - period - 2 * _DAY)
    room = MOST_A_DAY - sum(asked > at - _DAY for asked in ours.values())
    if room <= 0:
        return []
    moments = {
        party: moment_of(node.party, party, period=period, at=at)
        for party in partner_tests.testable(node)
    }
    found = [
        party
        for party, moment in moments.items()
        if at - moment < _DAY and not _asked(ours.get(party), moment, period)
    ]
    lately = {one.party for one in _noted(at - RETRY)}
    found = [one for one in found if one not in lately]
    if not found or partner_tests_pause.is_paused(at=at):
        return []
    reached, partners = reaches(), _partners(found)
    heard = [one for one in found if one not in reached or reached[one].now(at) != "silent"]
    return sorted(heard, key=lambda one: (one not in partners, moments[one], one))[:room]


def _asked(asked: datetime | None, moment: datetime, period: timedelta) -> bool:
    """Tell whether a test, by hand or not, makes this moment's superfluous."""
    return asked is not None and asked > moment - period + _DAY


def _partners(parties: Iterable[str]) -> frozenset[str]:
    """Return with which of these parties this office lately had a conversation, no test."""
    wanted = set(parties)
    rows = Conversation.objects.exclude(type=partner_tests.PING).values_list("members", flat=True)
    found: set[str] = set()
    for members in rows.order_by("-moved_at")[: partner_tests.MAX_COUNTED]:
        found |= wanted.intersection(members)
        if found == wanted:
            break
    return frozenset(found)


def not_asked(node: Node, *, at: datetime) -> list[NotAsked]:
    """Return the parties that could not be asked lately and were not since, the newest first."""
    since = at - timedelta(days=max(node.config.reach_every_days, 1))
    asked = partner_tests.asked_by_us(node, since=since)
    found: dict[str, NotAsked] = {}
    for one in _noted(since):
        if one.party not in found and (one.party not in asked or asked[one.party] < one.at):
            found[one.party] = one
    return list(found.values())


def _noted(since: datetime) -> list[NotAsked]:
    """Return the tests that could not be sent since a moment, the newest first."""
    rows = PartnerTestFailure.objects.filter(at__gt=since).order_by("-pk")
    return [NotAsked(row.party, row.at, row.fault) for row in rows[: partner_tests.MAX_COUNTED]]


def step(node: Node, ask: Callable[[str], object], *, at: datetime) -> int:
    """Ask those that are due, and note which could not be asked; return how many were.

    Args:
        node: this node.
        ask: asks one party.
        at: this moment.
    """
    count = 0
    for party in due(node, at=at):
        try:
            ask(party)
        except ComityError as fault:  # its quota, its entry: others may go
            _note(party, fault.code, at=at)
            continue
        count += 1
    return count


@transaction.atomic
def _note(party: str, code: str, *, at: datetime) -> None:
    PartnerTestFailure.objects.filter(at__lt=at - _KEPT_FOR).delete()
    PartnerTestFailure.objects.create(party=party, fault=code, at=at)
    detail = f"{party} {code}"
    audit.note(at=at, actor=BY_NODE, action=NOT_ASKED, subject=SUBJECT, detail=detail)
