"""The list of cases, and one case as a timeline."""

from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from comity.docket import KINDS
from comity.node.case_file import sidebar
from comity.node.case_file.pages import access_overview
from comity.node.case_file.pages.case_header import case_head
from comity.node.cases import docket_actions, paper_authorities, read_audit
from comity.node.cases.costs import estimates
from comity.node.cases.queries import Thread, case_lines, case_threads
from comity.node.compose.move_kinds import CLARIFY, CUSTODY_MOVES
from comity.node.compose.section_forms import writable
from comity.node.compose.section_rows import tell
from comity.node.core.clock import now
from comity.node.core.node import Node
from comity.node.core.pagination import PlaceError
from comity.node.docket.item_page import lines_of
from comity.node.law import assessment_rows
from comity.node.mail import mailbox
from comity.node.models import OutboxRow
from comity.node.people.access.visible_cases import circle_of
from comity.node.people.permissions import Right, may
from comity.node.search.case_list import Filter
from comity.node.sensitive import marks
from comity.node.service.handle import this_service
from comity.node.web import labels
from comity.node.web.audit_labels import DETAIL
from comity.node.web.measure_labels import MEASURE
from comity.node.web.permissions import caller, only
from comity.node.web.render import going_on, page

_LINES: Final = 25
"""Of the register on screen: what fits a screen twice, and half the time to write."""
UNDECIDED = frozenset({"submitted", "acknowledged", "clarifying", "postponed"})


@only(Right.READ_CASES)
def cases(request: HttpRequest) -> HttpResponse:
    """List cases: what is due first."""
    node, asked = this_service().node, request.GET
    wanted = Filter(
        state=asked.get("state", "")[:24],
        partner=asked.get("partner", "")[:64],
        text=asked.get("text", "").strip()[:100],
        measure=asked.get("measure", "")[:40],
    )
    circle = circle_of(caller(request), at=now())
    try:
        lines, following = case_lines(
            node, wanted, circle=circle, after=asked.get("after", ""), most=_LINES
        )
    except PlaceError:
        return redirect("cases")
    narrowed = {name: value for name, value in vars(wanted).items() if value}
    context = {
        "lines": lines,
        "wanted": wanted,
        "narrowed": bool(narrowed),
        "states": labels.STATE.items(),
        "measures": MEASURE.items(),
        "partners": [
            *(p for p in node.directory.parties() if p != node.party),
            *paper_authorities.parties(),
        ],
        **going_on(narrowed, asked.get("after", ""), following),
    }
    return page(request, "case_file/cases.html", context)


@only(Right.READ_CASES)
def case(request: HttpRequest, number: str) -> HttpResponse:
    """Show one case with its timelines and what we may do next. The reading is audited."""
    node, officer = this_service().node, caller(request)
    content = may(officer, Right.READ_CONTENT)
    threads = case_threads(node, number)
    if not threads:
        raise Http404
    read_audit.note_case(number, by=officer.user.get_username(), way="desk")
    secret = marks.of_offers(event.sections for thread in threads for event in thread.events)
    seen: list[dict[str, Any]] = [
        {
            "thread": thread,
            "events": [
                (event, tell(event.sections, event.row.type, secret) if content else ())
                for event in thread.events
            ],
            "conditions": sidebar.conditions(thread) if content else (),
            "costs": estimates(thread.events, thread.tracks) if content else (),
            "moves": _moves(thread),
            "grows": thread.row.measure == "preservation" and thread.row.opener == node.party,
            "law": _law(node, thread) if content else None,
            "clarify": CLARIFY if any(move.type == CLARIFY for move in thread.next) else "",
            "letters": _letters(thread) if thread.row.paper else {},
            "titles": {event.row.content: event.row.type for event in thread.events},
        }
        for thread in threads
    ]
    exhibits, more_exhibits = sidebar.exhibits(circle_of(officer, at=now()), threads)
    context = {
        "number": number,
        "head_of_case": case_head(
            officer, threads, {one["thread"].row.digest: one["moves"] for one in seen}
        ),
        "seen": seen,
        "exhibits": exhibits,
        "more_exhibits": more_exhibits,
        "readers": _readers(number) if content else (),
        "standing": access_overview.of_case(officer, number),
        "home": lines_of(docket_actions.items_of_case(number), officer),
        "begins": [
            row.name for row in docket_actions.beginning(officer) if KINDS[row.kind].of_case
        ],
    }
    return page(request, "case_file/case.html", context)


def _readers(number: str) -> list[tuple[sidebar.Reader, Any]]:
    """Return who read a case last, with how they did."""
    ways = DETAIL["case.read"]
    return [(one, ways.get(one.way, one.way)) for one in sidebar.readers(number)]


def _law(node: Node, thread: Thread) -> Any:
    """Return what the law says of a request that came in and is not decided, or None."""
    if thread.row.opener == node.party or thread.row.main not in UNDECIDED:
        return None

    return assessment_rows.of_received(node, thread.row)


def _letters(thread: Thread) -> dict[str, Any]:
    """Return what became of our messages as letters: record to item; None where one has to go."""
    records = [event.row.record for event in thread.events if event.row.outgoing]
    waiting = OutboxRow.objects.filter(record__in=records, stage=OutboxRow.Stage.QUEUED)
    found: dict[str, Any] = dict.fromkeys(waiting.values_list("record", flat=True))
    return found | mailbox.letters_of(records)


def _moves(thread: Thread) -> list[tuple[str, str]]:
    """Return (type, message it answers) for each button."""
    found: list[tuple[str, str]] = []
    for move in thread.next:
        if not writable(move.type) and move.type not in CUSTODY_MOVES:
            continue
        found.extend((move.type, about) for about in move.about)
        if move.about_optional and not move.about:
            found.append((move.type, ""))
    return found
