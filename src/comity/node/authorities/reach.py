"""Whether a partner's node can be reached, as far as our own deliveries and receipts show it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from django.db.models import Max, Min

from comity.node.messages.outbox import HEARD_SINCE
from comity.node.models import OutboxRow, PartnerCheckpoint

type Reached = Literal["answers", "silent", "unknown"]

RECENT: Final = timedelta(days=1)


@dataclass(frozen=True)
class Reach:
    """How a partner's node was reached.

    Attributes:
        answered_at: when we last took a good receipt or checkpoint of its log, or None.
        silent_since: when the oldest delivery that failed was queued, or None. One after whose
            failed attempt the partner was heard does not count.
        fault: error code of the newest failure, or empty.
    """

    answered_at: datetime | None = None
    silent_since: datetime | None = None
    fault: str = ""

    def now(self, at: datetime) -> Reached:
        """Tell whether it can be reached now, as far as that is known."""
        if self.silent_since and not (self.answered_at and self.answered_at > self.silent_since):
            return "silent"
        if self.answered_at and at - self.answered_at <= RECENT:
            return "answers"
        return "unknown"


@dataclass(frozen=True)
class Test:
    """A test that a person answered: when, and whether in time."""

    at: datetime
    answered: bool


def reaches() -> Mapping[str, Reach]:
    """Return what is known of every partner, by party, in two queries."""
    seen = dict(
        PartnerCheckpoint.objects.order_by().values_list("party").annotate(at=Max("seen_at"))
    )
    failed = {
        party: (since, fault)
        for party, since, fault in OutboxRow.objects.filter(
            stage__in=(OutboxRow.Stage.QUEUED, OutboxRow.Stage.DEAD), attempts__gt=0
        )
        .exclude(last_fault=HEARD_SINCE)
        .order_by()
        .values_list("addressee")
        .annotate(since=Min("queued_at"), fault=Max("last_fault"))
    }
    return {
        party: Reach(seen.get(party), *failed.get(party, (None, ""))) for party in {*seen, *failed}
    }


def tests(parties: frozenset[str]) -> Mapping[str, tuple[Test, ...]]:
    """Return the tests of reachability by persons, newest first, by party.

    The seam for the watch's own tests: it keeps them, and this is the one place that asks for them.
    """
    del parties
    return {}
