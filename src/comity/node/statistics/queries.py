"""The facts that figures need, read from the register in a fixed number of queries."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from django.db.models import BigIntegerField, Count, Min, Q, QuerySet, Sum
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from comity.canonical import state_of
from comity.node.cases.severity import EMERGENCY, RANK, Severity
from comity.node.cases.urgency import said
from comity.node.core.one_moment import one_moment
from comity.node.models import Conversation, DocketEntry, MessageRow, Package, SectionRow
from comity.node.people import office_settings
from comity.node.statistics.counts import (
    TIMED,
    Asked,
    Besides,
    Figures,
    OpenWork,
    Volume,
    figures,
)
from comity.node.statistics.periods import Period
from comity.node.work.queries import waiting_here

OPENING: Final = "request.submitted"
OTHER: Final = "other"
"""Code of a ground that no instrument of ours has: words of the other side are not repeated."""
_GROUND: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)* [a-z0-9]+(-[a-z0-9]+)*")
_ASKED, _DELIVERED = "translation.asked", "translation.delivered"


def read_figures(party: str, period: Period, *, at: datetime) -> Figures:
    """Return the figures of a period, as the register stands.

    Args:
        party: our own.
        period: requests opened in it count, whenever something came of them.
        at: this node's clock, for what is overdue.
    """
    opened = Conversation.objects.filter(
        type=OPENING, opened_at__gte=period.start, opened_at__lt=period.end
    )
    goals = office_settings.goals()
    with one_moment():  # else the parts of a table would not add up to its total
        besides = _besides(opened, period, party, at=at)
        return figures(_asked(opened, party), months=period.months, goals=goals, besides=besides)


def _asked(opened: QuerySet[Conversation], party: str) -> Iterator[Asked]:
    moments = _moments(opened)
    rows = (
        opened.annotate(says=said())
        .values_list("digest", "opener", "members", "measure", "main", "says", "paper", "opened_at")
        .iterator(chunk_size=5000)
    )
    for digest, opener, members, measure, main, says, paper, opened_at in rows:
        partner = next((name for name in members if name != party), party)
        yield Asked(
            incoming=opener != party,
            partner=partner,
            state=state_of(partner),
            month=f"{opened_at:%Y-%m}",
            measure=measure,
            stands=main,
            urgency=EMERGENCY if measure == EMERGENCY else says or "normal",
            paper=paper,
            seconds=moments.get(digest, {}),
        )


def _moments(opened: QuerySet[Conversation]) -> Mapping[str, Mapping[str, int]]:
    """Return when the first message of each kind was recorded, in seconds since 1970."""
    first = (
        MessageRow.objects.filter(
            conversation__in=opened.values("digest"), type__in=TIMED, standing="applied"
        )
        .order_by()
        .values_list("conversation", "type")
        .annotate(first=Min("recorded_at"))
    )
    found: dict[str, dict[str, int]] = {}
    for conversation, kind, moment in first.iterator(chunk_size=5000):
        found.setdefault(conversation, {})[kind] = int(moment.timestamp())
    return found


def _besides(
    opened: QuerySet[Conversation], period: Period, party: str, *, at: datetime
) -> Besides:
    digests = opened.values("digest")
    size = Cast(KT("offer__sealed_size_bytes"), BigIntegerField())
    volumes = {
        outgoing: Volume(packages, size_bytes or 0)
        for outgoing, packages, size_bytes in Package.objects.filter(conversation__in=digests)
        .order_by()
        .values_list("outgoing")
        .annotate(packages=Count("root"), size_bytes=Sum(size))
    }
    acts = dict(
        DocketEntry.objects.filter(
            act__in=(_ASKED, _DELIVERED), at__gte=period.start, at__lt=period.end
        )
        .order_by()
        .values_list("act")
        .annotate(number=Count("digest"))
    )
    return Besides(
        refusals=_refusals(opened, party),
        evidence_in=volumes.get(False, Volume()),
        evidence_out=volumes.get(True, Volume()),
        translations_asked=acts.get(_ASKED, 0),
        translations_delivered=acts.get(_DELIVERED, 0),
        open_work=open_work(at=at),
    )


def open_work(*, at: datetime) -> OpenWork:
    """Return how many work items wait for this office, of all cases, in one statement.

    Args:
        at: this node's clock, for what is overdue.
    """
    found = waiting_here().aggregate(
        **{one.value: Count("pk", filter=Q(rank=RANK[one])) for one in Severity},
        overdue=Count("pk", filter=Q(sorts_at__lt=at)),
        unassigned=Count("pk", filter=Q(owner="")),
    )
    return OpenWork(**found)


def _refusals(opened: QuerySet[Conversation], party: str) -> Mapping[str, tuple[int, int]]:
    """Return on which grounds requests were refused: those to us, and our own."""
    refused = MessageRow.objects.filter(
        conversation__in=opened.values("digest"), type="request.refused", standing="applied"
    )
    authors = dict(refused.values_list("record", "author"))
    sections = SectionRow.objects.filter(
        record__in=refused.values("record"), name="decision", salt__isnull=False
    ).values_list("record", "value")
    counted: Counter[tuple[str, bool]] = Counter()
    for record, value in sections.iterator(chunk_size=5000):
        ours = authors[record] == party  # who is asked refuses
        counted.update((ground, ours) for ground in _grounds(value))
    return {
        ground: (counted[ground, True], counted[ground, False])
        for ground in sorted({ground for ground, _ in counted})
    }


def _grounds(value: Any) -> set[str]:
    told = value.get("grounds", ()) if isinstance(value, dict) else ()
    return {ground if _GROUND.fullmatch(str(ground)) else OTHER for ground in told} or {OTHER}
