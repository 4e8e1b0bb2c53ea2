"""What needs a person as a sheet of paper, for the night the screen fails."""

from typing import Any, Final

from django.http import HttpRequest, HttpResponse

from comity.node.cases.call_back_numbers import Number, callers, numbers
from comity.node.core.clock import now
from comity.node.docket import entry_rows
from comity.node.log import audit
from comity.node.people.access.visible_cases import circle_of
from comity.node.people.permissions import Right
from comity.node.service.handle import this_service
from comity.node.watch import calls, screen, shifts
from comity.node.web.permissions import caller, only
from comity.node.web.render import page

_CALLS: Final = 20


@only(Right.WATCH)
def sheet(request: HttpRequest) -> HttpResponse:
    """Show everything that is open as one sheet to print. That it was made is audited."""
    officer, node, at = caller(request), this_service().node, now()
    found = screen.look_of(officer)
    audit.note(
        at=at,
        actor=officer.user.get_username(),
        action="watch.sheet",
        subject=officer.identifier,
        detail=str(len(found.alerts)),
    )
    context = {
        **screen.shown(found, officer),
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
