"""The list of cases, and one case as a timeline."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from comity.docket import Item
from comity.node.case_file import sidebar, timeline
from comity.node.case_file.course import course_of
from comity.node.case_file.documents import documents_of
from comity.node.case_file.listing import rows_of, state_groups
from comity.node.case_file.pages import access_overview
from comity.node.case_file.pages.case_header import CaseHead, case_head
from comity.node.case_file.pages.case_menu import menu_groups
from comity.node.case_file.pages.delivery_notice import failing
from comity.node.case_file.pages.letter_links import Letters
from comity.node.case_file.status_steps import steps_of
from comity.node.case_file.timeline import Entry
from comity.node.cases import docket_actions, paper_authorities, read_audit
from comity.node.cases.costs import estimates
from comity.node.cases.queries import Thread, case_threads
from comity.node.cases.queries import lines_of as lines_of_cases
from comity.node.cases.subjects import subjects
from comity.node.compose.move_kinds import CLARIFY, CUSTODY_MOVES
from comity.node.compose.section_forms import writable
from comity.node.compose.section_rows import Row, in_short, tell
from comity.node.core.clock import now
from comity.node.core.node import Node
from comity.node.core.pagination import PlaceError
from comity.node.docket.entry_rows import names_of
from comity.node.docket.item_page import Line, lines_of
from comity.node.law import assessment_rows
from comity.node.mail import mailbox
from comity.node.models import OutboxRow
from comity.node.people.access.visible_cases import circle_of
from comity.node.people.permissions import Right, may
from comity.node.search import case_list
from comity.node.search.case_list import Filter
from comity.node.sensitive import marks
from comity.node.service.handle import this_service
from comity.node.watch.labels import DEADLINE
from comity.node.web.audit_labels import DETAIL
from comity.node.web.measure_labels import MEASURE
from comity.node.web.permissions import caller, only, seen
from comity.node.web.render import going_on
from comity.node.web.render import page as page_of
from comity.node.web.story_names import party_text
from comity.node.work import reading

_LINES: Final = 25
"""Of the register on screen: what fits a screen twice, and half the time to write."""
_EMERGENCIES: Final = 10
"""Above the others; the filter has all of them."""
UNDECIDED = frozenset({"submitted", "acknowledged", "clarifying", "postponed"})


@only(Right.READ_CASES)
def cases(request: HttpRequest) -> HttpResponse:
    """List cases: emergencies, then what is due first."""
    node, officer, asked = this_service().node, caller(request), request.GET
    wanted = Filter(
        state=asked.get("state", "")[:24],
        partner=asked.get("partner", "")[:64],
        text=asked.get("text", "").strip()[:100],
        measure=asked.get("measure", "")[:40],
        mine=asked.get("mine") == "1",
        emergency=asked.get("emergency") == "1",
        newest=asked.get("sort") == "newest",
    )
    circle, after = circle_of(officer, at=now()), asked.get("after", "")
    try:
        found, following = case_list.page(wanted, circle=circle, after=after, most=_LINES)
    except PlaceError:
        return redirect("cases")
    pressing = case_list.emergencies(circle, most=_EMERGENCIES + 1)
    more, pressing = len(pressing) > _EMERGENCIES, pressing[:_EMERGENCIES]
    above = pressing if not after and wanted in (Filter(), Filter(newest=True)) else []
    numbers = [*above, *(one for one in found if one not in above)]
    rows = rows_of(lines_of_cases(node, numbers), reader=officer)
    own = _address(wanted)
    context = {
        "urgent": rows[: len(above)],
        "rows": rows[len(above) :],
        "wanted": wanted,
        "narrowed": any(value for name, value in vars(wanted).items() if name != "newest"),
        "chips": [
            (_("All cases"), urlencode(_address(replace(wanted, mine=False, emergency=False))), "",
             not wanted.mine and not wanted.emergency),
            (_("Emergencies"), urlencode(_address(replace(wanted, mine=False, emergency=True))),
             f"{len(pressing)}+" if more else len(pressing), wanted.emergency),
            (_("Mine"), urlencode(_address(replace(wanted, mine=True, emergency=False))),
             case_list.count_mine(circle), wanted.mine),
        ],
        "states": state_groups(),
        "measures": MEASURE.items(),
        "partners": [
            (party, party_text(party))
            for party in (*node.directory.parties(), *paper_authorities.parties())
            if party != node.party
        ],
        **going_on(own, after, following),
    }  # fmt: skip
    return page_of(request, "case_file/cases.html", context)


def _address(wanted: Filter) -> dict[str, str]:
    """Return the members of an address that asks for such a list."""
    texts = {name: getattr(wanted, name) for name in ("text", "state", "partner", "measure")}
    flags = {"mine": wanted.mine, "emergency": wanted.emergency}
    return {
        **{name: value for name, value in texts.items() if value},
        **{name: "1" for name, on in flags.items() if on},
        **({"sort": "newest"} if wanted.newest else {}),
    }


@only(Right.READ_CASES)
def case(request: HttpRequest, number: str) -> HttpResponse:
    """Show one case with its timeline and what we may do next. The reading is audited."""
    node, officer = this_service().node, caller(request)
    content = may(officer, Right.READ_CONTENT)
    threads = case_threads(node, number)
    if not threads:
        raise Http404
    read_audit.note_case(number, by=officer.user.get_username(), way="desk")
    exhibits, more_exhibits = sidebar.exhibits(seen(request), threads)
    packages = [one.package for one in exhibits]
    moves = {one.row.digest: _moves(one) for one in threads}
    letters = {one.row.digest: _letters(one) for one in threads if one.row.paper}
    head = case_head(officer, number, threads, moves, letters, packages=packages)
    items = docket_actions.items_of_case(number)
    home = lines_of(docket_actions.at_home(items), officer)
    standing = access_overview.of_case(officer, number, owner=head.owner)
    entries = _entries(number, threads, home, exhibits, content=content)
    asked = request.GET
    shown = timeline.shown(
        entries,
        kind=asked.get("show", "")[:12],
        number=int(page) if (page := asked.get("page", "")[:6]).isdecimal() else 1,
        entry=asked.get("entry", "")[:80],
        opening=head.lead.row.digest if head.unread else "",
    )
    if shown.number == 1 and not shown.chosen:  # the newest messages are on the page
        reading.read([one.row for one in threads], officer=officer)
    due = head.deadline
    context: dict[str, Any] = {
        "number": number,
        "subject": subjects([number], reader=officer)[number],
        "case_head": head,
        "failing": failing(node, officer, number, threads, at=now()),
        "steps": steps_of(head.lead),
        "course": course_of(
            entries,
            due=due.at if due else None,
            what=due.name if due else "",
            at=now(),
            rtl=get_language_bidi(),
        ),
        "shown": shown,
        "chips": _chips(shown, content=content),
        "is_open": asked.get("open") == "all",
        "rows": _rows(shown, threads) if content else {},
        "asked_short": _asked_short(node, head) if content else (),
        "seen": [
            _told(
                node,
                one,
                moves[one.row.digest],
                letters.get(one.row.digest, {}),
                content=content,
            )
            for one in threads
        ],
        "menu_groups": menu_groups(officer, number, threads, moves, letters, head=head),
        "exhibits": exhibits,
        "more_exhibits": more_exhibits,
        "standing": standing,
        "domestic": home,
        "documents": documents_of(
            officer, number, threads, items=items, home=home, exhibits=exhibits
        )
        if content
        else None,
        "ways": DETAIL["case.read"],
    }
    context["has_conditions"] = any(one["conditions"] or one["costs"] for one in context["seen"])
    return page_of(request, "case_file/case.html", context)


def _entries(
    number: str,
    threads: Sequence[Thread],
    home: Sequence[Line],
    exhibits: Sequence[sidebar.Held],
    *,
    content: bool,
) -> list[Entry]:
    """Return the entries of the timeline; who may not read content sees neither whose nor who."""
    found = [*timeline.messages(threads)]
    names = names_of(timeline.authors(line.item for line in home)) if home and content else {}
    found += timeline.actions(home, names)
    if content:
        found += timeline.custody(exhibits)
        found += timeline.readings(sidebar.readings(number))
    return found


def _asked_short(node: Node, head: CaseHead) -> Sequence[Row]:
    """Return in short what a partner asks, once it is acknowledged and until it is over."""
    lead = head.lead
    if head.unread or lead.is_over or lead.row.opener == node.party:
        return ()
    opening = next((one for one in lead.events if one.row.content == lead.row.digest), None)
    if opening is None or "request" not in opening.sections:
        return ()
    return in_short(opening.sections, opening.row.type, {})


def _chips(shown: timeline.Shown, *, content: bool) -> list[tuple[str, Any, int]]:
    """Return the filters of the timeline: code, word, count."""
    words = {
        timeline.MESSAGE: _("Messages"),
        timeline.DOMESTIC: _("Domestic actions"),
        timeline.EVIDENCE: _("Evidence"),
        timeline.ACCESS: _("Access"),
    }
    hidden = () if content else (timeline.EVIDENCE, timeline.ACCESS)
    told = [(kind, word, shown.counts[kind]) for kind, word in words.items() if kind not in hidden]
    return [("", _("All"), shown.total), *told]


def _rows(shown: timeline.Shown, threads: Sequence[Thread]) -> dict[str, Any]:
    """Return what the messages of a page say, by content; and the openings that nobody decided."""
    secret = marks.of_offers(event.sections for thread in threads for event in thread.events)
    here = [one.event for _day, some in shown.days for one in some if one.event is not None]
    opening = [
        event
        for thread in threads
        if thread.row.main == "submitted"
        for event in thread.events
        if event.row.content == thread.row.digest
    ]
    return {
        event.row.content: tell(event.sections, event.row.type, secret)
        for event in (*here, *opening)
    }


def _told(
    node: Node,
    thread: Thread,
    moves: Sequence[tuple[str, str]],
    letters: Letters,
    *,
    content: bool,
) -> dict[str, Any]:
    """Return what the page says of a conversation beside its timeline."""
    until = sidebar.preserved_until(thread) if content else None
    return {
        "thread": thread,
        "preserved_until": until,
        "preservation_ended": until is not None and until <= now(),
        "due_name": DEADLINE.get(thread.row.due_clock, ""),
        "conditions": sidebar.conditions(thread) if content else (),
        "costs": estimates(thread.events, thread.tracks) if content else (),
        "moves": moves,
        "law": _law(node, thread) if content else None,
        "clarify": CLARIFY if any(move.type == CLARIFY for move in thread.next) else "",
        "letters": letters,
        "titles": {event.row.content: event.row.type for event in thread.events},
    }


def _law(node: Node, thread: Thread) -> Any:
    """Return what the law says of a request that came in and is not decided, or None."""
    if thread.row.opener == node.party or thread.row.main not in UNDECIDED:
        return None

    return assessment_rows.of_received(node, thread.row)


def _letters(thread: Thread) -> Letters:
    """Return what became of our messages as letters: record to item; None where one has to go."""
    records = [event.row.record for event in thread.events if event.row.outgoing]
    waiting = OutboxRow.objects.filter(record__in=records, stage=OutboxRow.Stage.QUEUED)
    found: dict[str, Item | None] = dict.fromkeys(waiting.values_list("record", flat=True))
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
