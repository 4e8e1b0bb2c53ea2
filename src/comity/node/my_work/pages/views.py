"""My work: what is critical, mine, unassigned, waiting for others, due; filters; many at once."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comity.canonical import state_of
from comity.node.actions.action_form import done_by_page
from comity.node.core.pagination import PlaceError
from comity.node.my_work import criteria
from comity.node.my_work.actions import ASSIGN, EXPORT, REMOVE_FILTER, SAVE_FILTER
from comity.node.my_work.assign import WorkItemUnfitError
from comity.node.my_work.criteria import ME, Criteria
from comity.node.my_work.pages import listing
from comity.node.my_work.pages.forms import FilterForm, criteria_in
from comity.node.my_work.saved_filters import (
    FilterNameError,
    FilterUnknownError,
    filters_of,
)
from comity.node.my_work.schemas import MOST_AT_ONCE, WorkAssignIn, WorkExportIn
from comity.node.people.access import case_access
from comity.node.people.access.visible_cases import OutsideError
from comity.node.people.permissions import Right, may
from comity.node.service.handle import this_service
from comity.node.web.permissions import caller, only, seen
from comity.node.web.render import going_on, page
from comity.node.web.story_names import state_text


@only(Right.READ_CASES)
def my_work(request: HttpRequest) -> HttpResponse:
    """Show the sections, or the list that the address narrows."""
    wanted, readable = criteria_in(request.GET.dict())
    if not readable:
        messages.warning(request, _("Invalid filter. Showing work items without it."))
    try:
        return _shown(request, wanted, _filter_form(request, wanted.told()))
    except PlaceError:
        return redirect(listing.address_of(wanted))


def _shown(
    request: HttpRequest, wanted: Criteria, form: FilterForm, status: int = 200
) -> HttpResponse:
    circle, node = seen(request), this_service().node
    saved = filters_of(circle.officer)
    context: dict[str, Any] = {
        "form": form,
        "at": circle.at,
        "wanted": wanted.told(),
        "own": (node.party,),
        "officers": form.officers,
        "wrong": bool(form.errors),
    }
    after = request.GET.get("after", "")
    if wanted.told() or after or form.errors:
        rows, following = criteria.page(circle, wanted, after=after)
        lines = listing.lines_by_incident(node, circle, rows)
        context |= {
            "listed": list(lines.values()),
            "chips": listing.chips_of(circle, saved, wanted),
            **going_on(wanted.told(), after, following),
        }
    else:
        found = listing.overview(node, circle, saved)
        context |= {"groups": found.groups, "week": found.week, "chips": found.chips}
    return page(request, "my_work/my_work.html", context, status=status)


def _filter_form(request: HttpRequest, told: Any, *, bound: bool = False) -> FilterForm:
    node = this_service().node
    codes = {state_of(one) for one in node.directory.parties() if one != node.party}
    states = sorted(((one, state_text(f"{one}/x")) for one in codes), key=lambda pair: pair[1])
    given = {"data": told} if bound else {"initial": told}
    return FilterForm(officers=_officers(request), states=states, **given)


def _officers(request: HttpRequest) -> list[tuple[str, str]]:
    if not may(caller(request), Right.ASSIGN):
        return []
    return [(one.identifier, one.user.get_username()) for one in case_access.assignable()]


@only(Right.READ_CONTENT, "POST")
def save_filter(request: HttpRequest) -> HttpResponse:
    """Save the filter that is shown, under a name."""
    form = _filter_form(request, request.POST, bound=True)
    wanted, _readable = criteria_in(request.POST.dict())
    if not form.is_valid():
        return _shown(request, wanted, form, status=422)
    try:
        done_by_page(request, SAVE_FILTER, form.input)
    except FilterNameError:
        form.add_error("name", _("You saved a filter of this name, or as many as you can."))
        return _shown(request, wanted, form, status=422)
    messages.success(request, _("Filter saved."))
    return redirect(listing.address_of(wanted))


@only(Right.READ_CONTENT, "POST")
def remove_filter(request: HttpRequest, number: int) -> HttpResponse:
    """Remove a filter of one's own."""
    try:
        done_by_page(request, REMOVE_FILTER, number=number)
    except FilterUnknownError:
        messages.error(request, _("This filter no longer exists."))
    else:
        messages.success(request, _("Filter removed."))
    return redirect("my-work")


@only(Right.READ_CONTENT, "POST")
def do(request: HttpRequest) -> HttpResponse:
    """Assign the work items that are ticked, or export them or the list."""
    wanted, _readable = criteria_in(request.POST.dict())
    items = [one[:200] for one in request.POST.getlist("item")][:MOST_AT_ONCE]
    if request.POST.get("do") == "export":
        csv = done_by_page(request, EXPORT, WorkExportIn(**wanted.dict(), items=items))
        answer = HttpResponse(csv.encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = 'attachment; filename="work-items.csv"'
        return answer
    back = redirect(listing.address_of(wanted))
    if not items:
        messages.warning(request, _("Select at least one work item."))
        return back
    owner = ME if request.POST.get("do") == "mine" else request.POST.get("to", "")[:150]
    try:
        number = done_by_page(request, ASSIGN, WorkAssignIn(items=items, owner=owner))
    except (WorkItemUnfitError, case_access.OutsideCompartmentError):
        messages.error(request, _("This officer has no access to one of the work items."))
    except OutsideError:  # one is over since the page was made
        messages.error(
            request,
            _(
                "Nothing was assigned: one of the work items is resolved, or you have no access "
                "to it. Select again from the list as it is now."
            ),
        )
    except case_access.OfficerUnfitError:
        messages.error(request, _("Choose an officer."))
    else:
        told = ngettext("%(n)d work item assigned.", "%(n)d work items assigned.", number)
        messages.success(request, told % {"n": number})
    return back
