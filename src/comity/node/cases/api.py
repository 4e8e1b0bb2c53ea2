"""Reading cases and conversations over the API."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Query, Router

from comity.exchange.items import Items
from comity.node.actions.mount import mount
from comity.node.cases.actions import ACTIONS
from comity.node.cases.costs import estimates
from comity.node.cases.late_deliveries import late_deliveries
from comity.node.cases.queries import (
    ATTESTED,
    CLAIMED,
    Event,
    Thread,
    case_lines,
    case_threads,
    thread_of,
)
from comity.node.cases.reading_values import note_reading, vars_of
from comity.node.cases.subjects import subjects
from comity.node.core.clock import now
from comity.node.core.pagination import MAX_CHARS
from comity.node.core.time_zones import seen_in
from comity.node.models import Officer, OutboxRow
from comity.node.people.access.visible_cases import circle_of
from comity.node.people.permissions import Right, may
from comity.node.search.case_list import Filter
from comity.node.sensitive import redaction
from comity.node.service.handle import this_service
from comity.node.web.api_errors import NotHere
from comity.node.web.api_permissions import caller, only, seen
from comity.node.web.schemas import CaseDetail, CaseList, ConversationOut

router = Router(tags=["cases"])


@router.get("/cases", auth=only(Right.READ_CASES), response=CaseList)
def list_cases(
    request: HttpRequest,
    state: Annotated[str, Query(max_length=24)] = "",
    partner: Annotated[str, Query(max_length=64)] = "",
    text: Annotated[str, Query(max_length=100)] = "",
    after: Annotated[str, Query(max_length=MAX_CHARS)] = "",
) -> dict[str, Any]:
    """List cases: those with a clock first, then the newest movement."""
    node = this_service().node
    wanted, circle = (
        Filter(state=state, partner=partner, text=text),
        circle_of(caller(request), at=now()),
    )
    lines, following = case_lines(node, wanted, circle=circle, after=after)
    named = subjects((line.case for line in lines), reader=caller(request))
    return {
        "cases": [
            {
                "case": line.case,
                "subject": str(named.get(line.case, "")),
                "reference": line.reference,
                "partners": list(line.partners),
                "states": [thread.main for thread in line.threads],
                "measures": [thread.measure for thread in line.threads if thread.measure],
                "due_at": line.due_at,
                "moved_at": line.moved_at,
                "conversations": [thread.digest for thread in line.threads],
            }
            for line in lines
        ],
        "next": following or None,
    }


@router.get("/cases/{case}", auth=only(Right.READ_CASES), response=CaseDetail)
def read_case(request: HttpRequest, case: Annotated[str, Path(max_length=40)]) -> dict[str, Any]:
    """Read a case with its timelines. The reading is audited."""
    threads = case_threads(this_service().node, case)
    if not threads:
        raise NotHere
    note_reading(request, case)
    named = subjects([case], reader=caller(request))
    return {
        "case": case,
        "subject": str(named[case]),
        "conversations": [_shown(request, thread) for thread in threads],
    }


@router.get("/conversations/{digest}", auth=only(Right.READ_CASES), response=ConversationOut)
def read_conversation(
    request: HttpRequest, digest: Annotated[str, Path(max_length=71)]
) -> dict[str, Any]:
    """Read one conversation. The reading is audited."""
    row = seen(request).conversations().get(digest=digest)
    note_reading(request, row.case)
    return _shown(request, thread_of(this_service().node, row))


mount(router, *ACTIONS)


def _shown(request: HttpRequest, thread: Thread) -> dict[str, Any]:
    return thread_value(thread, caller(request))


def thread_value(thread: Thread, officer: Officer) -> dict[str, Any]:
    """Return a conversation as the API gives it to an officer.

    Who may not read content learns only that there are messages; a browser is not told of what is
    marked.
    """
    content = may(officer, Right.READ_CONTENT)
    hides = redaction.secret_offers(officer, [event.sections for event in thread.events])
    items = thread.items if content else Items()
    row, late = thread.row, defaultdict[str, list[OutboxRow]](list)
    for event, delivery in late_deliveries(this_service().node, thread, at=now()):
        late[event.row.record].append(delivery)
    return {
        "conversation": row.digest,
        "case": row.case,
        "opener": row.opener,
        "members": row.members,
        "measure": row.measure,
        "reference": row.reference,
        "state": row.main,
        "tracks": {digest: f"{track}:{stage}" for digest, (track, stage) in thread.tracks.items()},
        "costs": [one.to_value() for one in estimates(thread.events, thread.tracks)]
        if content
        else [],
        "double_speak": row.double_speak,
        "due_at": row.due_at,
        "due_locally": [
            {"state": seen.state, "local": seen.local, "off": seen.off}
            for seen in seen_in(this_service().node.config, row.due_at, row.members)
        ],
        "items": [
            {
                "number": item.number,
                "description": dict(item.description),
                "standing": item.standing,
                "by": item.by,
                "remains": item.open,
            }
            for item in items.items
        ],
        "misfits": [
            {"number": misfit.number, "why": misfit.why, "by": misfit.by}
            for misfit in items.misfits
        ],
        "timeline": [
            _event_value(
                event,
                content=content and redaction.offered(event.sections) not in hides,
                late=late.get(event.row.record, ()),
            )
            for event in thread.events
        ],
        "beyond": list(thread.beyond),
        "next": [
            {
                "type": move.type,
                "about": list(move.about),
                "about_optional": move.about_optional,
                "needs": vars_of(move.needs),
                "sections": dict(move.sections),
            }
            for move in thread.next
        ],
    }


def _undelivered_value(row: OutboxRow) -> dict[str, Any]:
    given_up = row.stage == OutboxRow.Stage.DEAD
    return {
        "delivery": row.pk,
        "party": row.addressee,
        "fault": row.last_fault,
        "given_up": given_up,
        "since": row.queued_at,
        "attempts": row.attempts,
        "due_at": None if given_up else row.due_at,
    }


def _event_value(event: Event, *, content: bool, late: Sequence[OutboxRow]) -> dict[str, Any]:
    row = event.row
    return {
        "record": row.record,
        "content": row.content,
        "type": row.type,
        "author": row.author,
        "outgoing": row.outgoing,
        "sequence": row.sequence,
        "about": event.about,
        "sent_at": row.sent_at,
        "sent_at_is": CLAIMED,
        "recorded_at": row.recorded_at,
        "recorded_at_is": ATTESTED,
        "proved_at": event.proved_at,
        "standing": row.standing,
        "outcome": row.outcome,
        "approvals": event.approvals,
        "second_due_at": row.second_due_at,
        "log_index": row.index,
        "receipts": [
            {
                "party": given.party,
                "received_at": given.received_at,
                "received_at_is": ATTESTED,
                "outcome": given.outcome,
                "linked": given.linked,
                "recorded_is": given.word,
                "fault": given.fault,
            }
            for given in event.receipts
        ],
        "undelivered": [_undelivered_value(one) for one in late],
        "sections": dict(event.sections) if content else {},
        "withheld": not content,
        "on_paper": event.transcript is not None,
        "channel": event.transcript.value["channel"] if event.transcript else "node",
        "originals": event.transcript.value["originals"] if event.transcript else [],
    }
