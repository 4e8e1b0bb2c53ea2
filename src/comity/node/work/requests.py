"""What of conversations needs a person: acknowledgements, deadlines, second signatures."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import (
    Count,
    Exists,
    F,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce, Concat

from comity.exchange.types import ACTIVE
from comity.node.cases.deadline_notices import SECOND_RULE, is_theirs
from comity.node.cases.next_move import next_move, waits_for_extension
from comity.node.cases.office_deadlines import first_notice
from comity.node.cases.second_signature import OVER
from comity.node.cases.severity import EMERGENCY, Facts, Kind
from comity.node.cases.urgency import said
from comity.node.core.prepared_queries import Prepared, moment_of
from comity.node.evidence.offers import UNOFFERED
from comity.node.models import (
    Alarm,
    CaseOfficer,
    Conversation,
    MessageRow,
    Package,
    WorkItem,
    WorkOwner,
)
from comity.node.models.work import NEVER
from comity.node.work.item import OFFICE, Matter
from comity.node.work.undelivered import failed_since, fails, of_delivery, untried_since

REQUEST, WORDS, REVIEW, QUOTA = "request:", "words:", "review:", "quota:"
"""Before the name of an incident: a conversation, its two words, its line on the board of
assistance; a party beyond its quota."""


@dataclass(frozen=True)
class Known:
    """A conversation and what else counts.

    Attributes:
        row: as stored.
        urgency: what its opening says: ``urgent``, ``emergency`` or empty.
        owner: identifier of the officer whose it is, or empty.
        sealed: whether a sealed package of ours waits in it to be offered.
        seconds: its messages that wait for a second signature.
        failed: since when a message of ours in it fails to be delivered, or None.
        untried: since when its opening waits for the first attempt to deliver it, or None.
    """

    row: Conversation
    urgency: str
    owner: str
    sealed: bool = False
    seconds: Sequence[MessageRow] = ()
    failed: datetime | None = None
    untried: datetime | None = None


def owner_of(incident: Any, case: str = "case") -> Any:
    """Return the expression of whose an incident is.

    The officer to whom it was given last; otherwise whoever acknowledged its open alarm; otherwise
    who was assigned to its case first. Owners are in office.

    Args:
        incident: expression of its name, from the row's own columns.
        case: column with the number of the case.
    """
    named = WorkOwner.objects.filter(incident=incident, officer__user__is_active=True)
    woken = Alarm.objects.filter(incident=incident, ended_at=None).exclude(owner="")
    assigned = CaseOfficer.objects.filter(case=OuterRef(case), officer__user__is_active=True)
    return Coalesce(
        Subquery(named.values("officer__identifier")[:1]),
        Subquery(woken.values("owner")[:1]),
        Subquery(assigned.order_by("at", "pk").values("officer__identifier")[:1]),
        Value(""),
    )


def _told(digests: QuerySet[Conversation]) -> QuerySet[Conversation, Any]:
    """Return conversations with what of them stands elsewhere."""
    waits = MessageRow.objects.filter(conversation=OuterRef("digest"), second_due_at__isnull=False)
    return digests.annotate(
        urgency=said(),
        owner=owner_of(Concat(Value(REQUEST), OuterRef("digest"))),
        waits=Exists(waits),
        sealed=Exists(Package.objects.filter(UNOFFERED, conversation=OuterRef("digest"))),
        failed=failed_since(),
        untried=untried_since(),
    )


def _one() -> QuerySet[Conversation, Any]:
    here = WorkItem.objects.filter(incident=Concat(Value(REQUEST), OuterRef("digest")))
    words = WorkItem.objects.filter(incident=Concat(Value(WORDS), OuterRef("digest")))
    reviews = WorkItem.objects.filter(incident=Concat(Value(REVIEW), OuterRef("digest")))
    told = _told(Conversation.objects.filter(digest="")).annotate(
        here=Exists(here), words=Exists(words), reviews=Exists(reviews)
    )
    facts = ("urgency", "owner", "waits", "sealed", "failed", "untried")
    return told.order_by().values_list(*facts, "here", "words", "reviews")


_ONE: Final = Prepared(_one)


def known_of(row: Conversation) -> tuple[Known, set[str]]:
    """Return a conversation with what counts, by one statement, and the incidents stored of it.

    Args:
        row: stored just now.
    """
    ((urgency, owner, waits, sealed, failed, untried, *stored),) = _ONE.rows(row.digest)
    seconds = _seconds([row.digest])[row.digest] if waits else ()
    sorts = zip((REQUEST, WORDS, REVIEW), stored, strict=True)
    since = moment_of(failed), moment_of(untried)
    return Known(row, urgency, owner, sealed, seconds, *since), {
        f"{one}{row.digest}" for one, is_so in sorts if is_so
    }


def known(digests: Sequence[str]) -> Iterator[Known]:
    """Yield conversations with what counts, by two statements however many there are."""
    rows: list[Any] = list(_told(Conversation.objects.filter(digest__in=digests)))
    seconds = _seconds([row.digest for row in rows if row.waits])
    for row in rows:
        second = seconds.get(row.digest, ())
        yield Known(row, row.urgency, row.owner, row.sealed, second, row.failed, row.untried)


def _seconds(digests: Sequence[str]) -> dict[str, list[MessageRow]]:
    found: dict[str, list[MessageRow]] = {digest: [] for digest in digests}
    if digests:
        rows = MessageRow.objects.filter(conversation__in=digests, second_due_at__isnull=False)
        for row in rows.order_by("second_due_at", "record"):
            found[row.conversation].append(row)
    return found


def matters_of(one: Known) -> Mapping[str, list[Matter]]:
    """Return why a conversation needs a person, by incident."""
    found: dict[str, list[Matter]] = {}
    requests = list(_of_request(one))
    if requests:
        found[f"{REQUEST}{one.row.digest}"] = requests
    if one.row.double_speak:
        facts = Facts(kind=Kind.TWO_WORDS, since=one.row.moved_at)
        found[f"{WORDS}{one.row.digest}"] = [_matter(one.row, facts)]
    return found


def _of_request(one: Known) -> Iterator[Matter]:
    """Yield the reasons of a request; its unread arrival tells its deadlines itself.

    An extension that the partner asked for tells the deadline that it is to move.
    """
    row = one.row
    submitted, move = row.main == "submitted", next_move(row, sealed=one.sealed)
    unread = submitted and not row.ours and not row.beyond_quota
    if unread or (submitted and row.ours):
        kind = Kind.UNREAD if unread else Kind.UNANSWERED
        facts = Facts(
            kind=kind,
            urgency=one.urgency,
            measure=row.measure,
            on_paper=row.paper,
            since=row.opened_at,
            begun_at=row.opened_at,
            due_at=row.due_at if unread else None,
        )
        what = row.measure or row.type
        yield _matter(row, facts, what=what, move=move, **_deadline(row, unread=unread))
    if row.unread_at is not None and not unread:
        facts = Facts(
            kind=Kind.UNREAD_MESSAGE,
            urgency=one.urgency,
            measure=row.measure,
            since=row.unread_at,
        )
        yield _matter(row, facts, what=row.measure or row.type, move=move)
    for facts, more in of_delivery(
        row, urgency=one.urgency, failed=one.failed, untried=one.untried
    ):
        yield _matter(row, facts, what=row.measure or row.type, **more)
    signed = [second for second in one.seconds if second.outgoing]
    for second in one.seconds:
        if row.main not in OVER and (second.outgoing or not unread):
            yield _second(one, second, move=move)
    told = {second.second_due_at for second in signed}
    beyond = submitted and row.beyond_quota
    runs = row.due_at is not None and row.main != "closed"
    if (runs or row.main in ACTIVE) and not (unread or beyond or (runs and row.due_at in told)):
        asked = waits_for_extension(row)
        clock = Kind.THEIR_CLOCK if is_theirs(row, row.due_clock) else Kind.CLOCK
        facts = Facts(
            kind=Kind.EXTENSION if asked else clock,
            urgency=one.urgency,
            measure=row.measure,
            acknowledged=not submitted,
            on_paper=row.paper,
            since=row.moved_at,
            begun_at=row.opened_at,
            due_at=row.due_at,
        )
        yield _matter(
            row,
            facts,
            what=row.measure or row.type,
            move=move,
            listed_from=None if asked else _listed_from(row),
            **_deadline(row, unread=True),
        )


def _listed_from(row: Conversation) -> datetime:
    """Return when people are told first of the deadline of a conversation."""
    return row.due_at - first_notice() if row.due_at else NEVER


def _deadline(row: Conversation, *, unread: bool) -> dict[str, str]:
    """Return name and rule of the deadline that a conversation keeps."""
    if row.due_at is None or not unread:
        return {}
    return {"deadline": row.due_clock or "deadline", "rule": row.due_rule or OFFICE}


def _second(one: Known, second: MessageRow, *, move: str) -> Matter:
    facts = Facts(
        kind=Kind.SECOND if second.outgoing else Kind.THEIR_SECOND,
        urgency=one.urgency,
        measure=one.row.measure,
        since=second.recorded_at,
        due_at=second.second_due_at,
    )
    return _matter(
        one.row,
        facts,
        subject=second.record,
        what=second.type,
        move="" if second.outgoing else move,
        deadline=SECOND_RULE,
        rule=SECOND_RULE,
        listed_from=None if second.outgoing else second.second_due_at,
    )


def _matter(row: Conversation, facts: Facts, **more: Any) -> Matter:
    told = {"subject": row.digest, "case": row.case, "conversation": row.digest, **more}
    return Matter(facts=facts, party=other(row), **told)


def other(row: Conversation) -> str:
    """Return the other side of a conversation, the first where there are more."""
    if not row.ours:
        return row.opener
    return next((party for party in row.members if party != row.opener), "")


def beyond_quota(parties: Sequence[str] | None = None) -> Mapping[str, list[Matter]]:
    """Return the emergencies taken beyond the quota of parties, one incident a party.

    Args:
        parties: whose; None for all.
    """
    rows = Conversation.objects.filter(main="submitted", beyond_quota=True, ours=False)
    if parties is not None:
        rows = rows.filter(opener__in=parties)
    found = rows.values(party=F("opener")).annotate(
        n=Count("digest"), since=Min("opened_at"), due=Min("due_at")
    )
    return {
        f"{QUOTA}{row['party']}": [
            Matter(
                facts=Facts(
                    kind=Kind.QUOTA, urgency=EMERGENCY, since=row["since"], due_at=row["due"]
                ),
                subject=row["party"],
                party=row["party"],
                count=row["n"],
                deadline="deadline" if row["due"] else "",
                rule=OFFICE if row["due"] else "",
            )
        ]
        for row in found.order_by("party")
    }


def waiting_digests(after: str, *, most: int) -> list[str]:
    """Return the next conversations of which something may need a person, by digest.

    Args:
        after: the digest before.
        most: how many at most.
    """
    waits = MessageRow.objects.filter(conversation=OuterRef("digest"), second_due_at__isnull=False)
    stands = Q(main__in=ACTIVE) | Q(due_at__isnull=False) | Q(double_speak=True)
    stands |= Q(unread_at__isnull=False)
    rows = Conversation.objects.filter(
        stands | Exists(waits) | Q(fails()), digest__gt=after
    ).order_by("digest")
    return list(rows.values_list("digest", flat=True)[:most])
