"""Which cases ended, when, and of which class they are: remembered, so that a page reads an index.

A case ended when nobody has to decide on any of its conversations and no clock of them runs. It
stands here until somebody looked at it; from then on its review has a clock of its own. Whatever
can change that calls `remember` in its own transaction: a message, a clock, evidence, a review.

Source: ADR 0048.
"""

from collections.abc import Iterable, Sequence
from itertools import batched
from typing import Final

from django.db import connection
from django.db.models import Count, Exists, Max, OuterRef, Q

from comity.exchange.types import ACTIVE
from comity.node.models import Conversation, DocketItem, EndedCase, MessageRow, Package

GOING_ON: Final = Q(main__in=sorted(ACTIVE)) | Q(due_at__isnull=False)
"""Somebody still has to decide on a conversation, or its clock runs."""
WITH_EVIDENCE: Final = "case-with-evidence"
WITHOUT_EVIDENCE: Final = "case-without-evidence"
WITHOUT_OUTCOME: Final = "case-without-outcome"
_EXECUTED: Final = ("request.executed", "request.executed-in-part", "preservation.confirmed")
_AT_ONCE: Final = 400
_PREFIX: Final = "case:"


def moved(row: Conversation) -> None:
    """Remember how a case stands after one of its conversations changed; it is stored already."""
    if row.main not in ACTIVE and row.due_at is None:
        remember([row.case])
        return
    quote = connection.ops.quote_name  # with every message: the ORM composes it anew each time
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM node_endedcase WHERE {quote('case')} = %s",  # noqa: S608 - own names
            [row.case],
        )


def reviewed(subject: str) -> None:
    """Remember that somebody looked at a record, or what it is after all."""
    if subject.startswith(_PREFIX):
        remember([subject.removeprefix(_PREFIX)])


def with_evidence(conversations: Iterable[str]) -> None:
    """Remember how the cases of conversations stand after evidence came into or left them."""
    found = Conversation.objects.filter(digest__in=[one for one in conversations if one])
    remember(found.values_list("case", flat=True))


def remember(cases: Iterable[str]) -> None:
    """Remember how cases stand by now, in the caller's transaction."""
    for some in batched(sorted({case for case in cases if case}), _AT_ONCE):
        rows = _stand(some)
        EndedCase.objects.filter(case__in=some).exclude(
            case__in=[row.case for row in rows]
        ).delete()
        EndedCase.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["case"],
            update_fields=["record_class", "ended_at"],
        )


def _stand(cases: Sequence[str]) -> list[EndedCase]:
    """Return those of some cases that ended and that nobody looked at."""
    threads = Conversation.objects.filter(case__in=cases)
    about = DocketItem.objects.filter(kind="review", about__in=[_PREFIX + one for one in cases])
    seen = {one.removeprefix(_PREFIX) for one in about.values_list("about", flat=True)}
    of_this = {"conversation": OuterRef("digest")}
    evidence = Exists(Package.objects.filter(**of_this))
    outcome = Exists(MessageRow.objects.filter(**of_this, type__in=_EXECUTED))
    written = Q(paper=True, main="executed")
    by_case = threads.order_by().values("case")
    with_it = set(threads.filter(evidence).values_list("case", flat=True))
    done = set(threads.filter(written | Q(outcome)).values_list("case", flat=True))
    ended = by_case.annotate(last=Max("moved_at"), open=Count("digest", filter=GOING_ON))
    return [
        EndedCase(
            case=case,
            record_class=WITH_EVIDENCE
            if case in with_it
            else WITHOUT_EVIDENCE
            if case in done
            else WITHOUT_OUTCOME,
            ended_at=last,
        )
        for case, last in ended.filter(open=0).values_list("case", "last")
        if case not in seen
    ]
