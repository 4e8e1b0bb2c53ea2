"""The watch on one screen, live, and as a sheet of paper for the night the screen fails."""

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comity.node.cases.call_back_numbers import Number, callers, numbers
from comity.node.core.clock import now
from comity.node.docket import entry_rows
from comity.node.log import audit
from comity.node.models import Officer
from comity.node.people.access.visible_cases import circle_of
from comity.node.people.permissions import Right
from comity.node.service.handle import this_service
from comity.node.watch import Severity, calls, labels, shifts
from comity.node.watch.alert_list import Look, look
from comity.node.watch.pages.alert_rows import Line, lines_of
from comity.node.web.permissions import caller, only
from comity.node.web.render import page

POLL_S: Final = 20
_CALLS: Final = 20


@only(Right.WATCH)
def watch(request: HttpRequest) -> HttpResponse:
    """Show the watch: what is due, what waits, what fails, what is new; and whose shift it is."""
    officer = caller(request)
    context = {
        **_listed(officer),
        "poll": f"every {POLL_S}s",
        "mine": shifts.current(officer),
        "offered": shifts.offered(officer),
        "on_duty": [(one, entry_rows.who(_officer(one))) for one in shifts.on_duty()],
    }
    return page(request, "watch/watch.html", context)


@only(Right.WATCH)
def listed(request: HttpRequest) -> HttpResponse:
    """Show the list alone, for a page that is open."""
    return page(request, "watch/list.html", _listed(caller(request)))


@only(Right.WATCH)
def sheet(request: HttpRequest) -> HttpResponse:
    """Show everything that is open as one sheet to print. That it was made is audited."""
    officer, node, at = caller(request), this_service().node, now()
    found = _look(officer)
    audit.note(
        at=at,
        actor=officer.user.get_username(),
        action="watch.sheet",
        subject=officer.identifier,
        detail=str(len(found.alerts)),
    )
    context = {
        **_shown(found, officer),
        "by": officer.user.get_username(),
        "mine": shifts.current(officer),
        "on_duty": [(one, entry_rows.who(_officer(one))) for one in shifts.on_duty()],
        "calls": [
            one for one in calls.listed(circle_of(officer, at=at), most=_CALLS) if one.is_open
        ],
        "phones": _phones(),
        "party": node.party,
    }
    return page(request, "watch/sheet.html", context)


def _phones() -> list[tuple[str, tuple[Number, ...]]]:
    node = this_service().node
    return [(party, numbers(node, party)) for party in callers(node)]


def _officer(item: Any) -> str:
    return str(item.said("shift.begun").get("officer", ""))


def _listed(officer: Officer) -> dict[str, Any]:
    return _shown(_look(officer), officer)


def _look(officer: Officer) -> Look:
    mine = shifts.current(officer)
    since = shifts.began_at(mine) if mine else None
    return look(this_service().node, officer, now(), since=since)


def _shown(found: Look, officer: Officer) -> dict[str, Any]:
    """Return what the list shows."""
    node = this_service().node
    groups: list[tuple[str, str, list[Line]]] = [
        (one, str(labels.SEVERITY[one]), lines_of(node, found.of(one), officer)) for one in Severity
    ]
    return {
        "found": found,
        "groups": [group for group in groups if group[2]],
        "news": lines_of(node, found.news, officer),
        "more": sorted(labels.what(kind, 2) for kind in found.more),
        "summary": summary(found),
        "colour": labels.COLOUR[found.severity],
    }


def summary(found: Look) -> str:
    """Return the list in one sentence, which is read out when it changes."""
    n = {one: len(found.of(one)) for one in Severity}
    if n[Severity.CRITICAL]:
        told = ngettext(
            "%(n)d item is critical.", "%(n)d items are critical.", n[Severity.CRITICAL]
        )
        return told % {"n": n[Severity.CRITICAL]}
    if n[Severity.HIGH]:
        told = ngettext(
            "No item is critical; %(n)d needs a person now.",
            "No item is critical; %(n)d need a person now.",
            n[Severity.HIGH],
        )
        return told % {"n": n[Severity.HIGH]}
    if n[Severity.NORMAL]:
        told = ngettext(
            "No item is critical; %(n)d needs attention soon.",
            "No item is critical; %(n)d need attention soon.",
            n[Severity.NORMAL],
        )
        return told % {"n": n[Severity.NORMAL]}
    if found.alerts:
        return _("No item is critical or needs attention soon.")
    return _("The list is empty.")
