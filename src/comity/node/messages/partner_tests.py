"""Whether a partner's watch answers: asked and answered by people, counted, kept to ourselves.

The messages are the protocol's ``contact.ping`` and ``contact.answered``; this history is read from
them and kept nowhere else.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import batched
from types import MappingProxyType
from typing import Final

from django.db.models import Q, QuerySet

from comity.canonical import MisuseError
from comity.node.cases.conversations import is_without_node
from comity.node.core.node import Node
from comity.node.models import Conversation, DraftRow, MessageRow

PING: Final = "contact.ping"
ANSWER: Final = "contact.answered"
WINDOW: Final = timedelta(hours=24)
PAGE: Final = 50
MAX_COUNTED: Final = 10_000
_NOBODY: Final[Mapping[str, str]] = MappingProxyType({})
_STATES: Final = ("pinged", "answered")


class ReachQuotaError(MisuseError, code="reach-quota"):
    """A party was asked as often as a day allows; its watch has other work too."""


class ReachAddresseeError(MisuseError, code="reach-addressee"):
    """A party cannot be tested: it is this office, or it has no node that could answer."""


@dataclass(frozen=True, kw_only=True)
class ReachTest:
    """One test.

    Attributes:
        conversation: its digest.
        party: the other side.
        ours: whether this office asked.
        asked_at: this node's clock when it was recorded here.
        answered_at: as well; None if nobody has answered.
        counted: False for one that came beyond a quota and wakes nobody.
        by: user name of who asked here, ``node`` where the node did by itself; empty for theirs.
    """

    conversation: str
    party: str
    ours: bool
    asked_at: datetime
    answered_at: datetime | None
    counted: bool
    by: str = ""

    @property
    def after_s(self) -> int | None:
        """Return how long the answer took, in seconds."""
        if self.answered_at is None:
            return None
        return int((self.answered_at - self.asked_at).total_seconds())


def check_quota(node: Node, parties: Iterable[str], *, at: datetime) -> None:
    """Raise where a test would be one too many, or goes to nobody who can answer.

    Raises:
        ReachQuotaError, ReachAddresseeError: which.
    """
    rows = _tests().filter(opener=node.party, opened_at__gt=at - WINDOW)
    asked = [party for members in rows.values_list("members", flat=True) for party in members]
    for party in parties:
        if party == node.party or is_without_node(node.directory, party):
            raise ReachAddresseeError("only another party that has a node can be tested")
        if asked.count(party) >= node.config.pings_per_day:
            raise ReachQuotaError("the party was asked as often as a day allows; call its number")


def waiting(node: Node, *, at: datetime) -> list[str]:
    """Return the tests of the last day that wait for a person here, within their quotas."""
    rows = _tests().filter(main="pinged", opened_at__gt=at - WINDOW).exclude(opener=node.party)
    over = beyond_quota(node, at=at)
    found = rows.order_by("-opened_at", "-digest").values_list("digest", flat=True)
    return [digest for digest in found[:MAX_COUNTED] if digest not in over]


def beyond_quota(node: Node, *, at: datetime, back: timedelta = WINDOW) -> frozenset[str]:
    """Return the tests of us since ``back`` before ``at`` that came beyond a quota.

    One is their sender's, in any 24 hours; the other is that of all senders together, for each day
    in UTC, so that one test counts the same whenever it is asked about.
    """
    since = (at - back).astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    came = _tests().filter(opened_at__gt=since - WINDOW).exclude(opener=node.party)
    rows = came.order_by("-opened_at", "-digest").values_list("digest", "opener", "opened_at")
    recent: dict[str, deque[datetime]] = defaultdict(deque)
    of_day: Counter[date] = Counter()
    found = set()
    for digest, opener, opened_at in reversed(rows[:MAX_COUNTED]):
        earlier, day = recent[opener], opened_at.astimezone(UTC).date()
        while earlier and earlier[0] <= opened_at - WINDOW:
            earlier.popleft()
        within = len(earlier) < node.config.pings_per_day
        if within and of_day[day] < node.config.pings_per_day_in_all:
            of_day[day] += 1
        else:
            found.add(digest)
        earlier.append(opened_at)
    return frozenset(found)


def named(node: Node, digests: Iterable[str]) -> list[ReachTest]:
    """Return tests by their conversations, the oldest first."""
    rows = _tests().filter(digest__in=list(digests)).order_by("opened_at", "digest")
    return [_test(node, row, {}, frozenset()) for row in rows]


def testable(node: Node) -> list[str]:
    """Return the parties whose watch can be asked."""
    directory = node.directory
    parties = (one for one in directory.parties() if one != node.party)
    return sorted(one for one in parties if not is_without_node(directory, one))


def history(
    node: Node, *, party: str = "", before: tuple[datetime, str] | None = None, most: int = PAGE
) -> list[ReachTest]:
    """Return tests, the newest first.

    Args:
        node: this node.
        party: only with this one.
        before: moment and digest of the last test of the page before.
        most: upper bound.
    """
    rows = _tests()
    if party:
        ours = [row.digest for row in rows.filter(opener=node.party) if party in row.members]
        rows = rows.filter(Q(opener=party) | Q(digest__in=ours))
    if before:
        moment, digest = before
        rows = rows.filter(Q(opened_at__lt=moment) | Q(opened_at=moment, digest__lt=digest))
    found = list(rows.order_by("-opened_at", "-digest")[:most])
    if not found:
        return []
    answers: dict[str, datetime] = {}
    for some in batched([row.digest for row in found], 500):
        answers |= _answers(some)
    newest, oldest = found[0].opened_at, found[-1].opened_at
    over = beyond_quota(node, at=newest, back=newest - oldest + timedelta(seconds=1))
    who = _who_asked([row.digest for row in found if row.opener == node.party])
    return [_test(node, row, answers, over, who) for row in found]


def _test(
    node: Node,
    row: Conversation,
    answers: dict[str, datetime],
    over: frozenset[str],
    who: Mapping[str, str] = _NOBODY,
) -> ReachTest:
    others: Sequence[str] = [one for one in row.members if one != node.party]
    return ReachTest(
        conversation=row.digest,
        party=others[0] if others else row.opener,
        ours=row.opener == node.party,
        asked_at=row.opened_at,
        answered_at=answers.get(row.digest),
        counted=row.digest not in over,
        by=who.get(row.digest, ""),
    )


def asked_by_us(node: Node, *, since: datetime) -> dict[str, datetime]:
    """Return when we last asked each party's watch since a moment, by hand or not."""
    ours = _tests().filter(opener=node.party, opened_at__gte=since).order_by("opened_at")
    rows = ours.values_list("members", "opened_at")
    return {one: at for members, at in rows.iterator() for one in members if one != node.party}


def _who_asked(digests: Sequence[str]) -> dict[str, str]:
    """Return who drafted tests of ours, by their conversation."""
    found: dict[str, str] = {}
    for some in batched(digests, 500):
        records = dict(MessageRow.objects.filter(content__in=some).values_list("record", "content"))
        drafts = DraftRow.objects.filter(record__in=records).values_list("record", "made_by")
        found |= {records[record]: by for record, by in drafts}
    return found


def _answers(digests: Sequence[str]) -> dict[str, datetime]:
    rows = MessageRow.objects.filter(conversation__in=digests, type=ANSWER, standing="applied")
    return dict(rows.values_list("conversation", "recorded_at"))


def _tests() -> QuerySet[Conversation]:
    return Conversation.objects.filter(main__in=_STATES, type=PING)
