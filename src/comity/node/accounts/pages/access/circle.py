"""Who may see a case: assigning, restricting, compartments."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from comity.canonical import ComityError
from comity.node.accounts.actions import CHANGE_ACCESS
from comity.node.accounts.pages.access.labels import OPENNESS
from comity.node.accounts.schemas import CircleIn
from comity.node.actions.action_form import done_by_page
from comity.node.case_file.pages import access_overview
from comity.node.models import Officer
from comity.node.people.access import case_access
from comity.node.people.permissions import Right
from comity.node.web import labels
from comity.node.web.permissions import caller, only, seen
from comity.node.web.render import page


@only(Right.ASSIGN, "GET", "HEAD", "POST")
def circle(request: HttpRequest, number: str) -> HttpResponse:
    """Show who works on a case and who may see it, and change that."""
    if not seen(request).has_case(number):
        raise Http404
    wrong = ""
    if request.method == "POST":
        try:
            _do(request, number)
        except ComityError as fault:
            wrong = labels.fault(fault.code)
        else:
            messages.success(request, _("Changed."))
            return redirect("case-circle", number=number)
    context = {
        "wrong": wrong,
        "standing": access_overview.of_case(caller(request), number),
        "assignable": case_access.assignable(),
        "openness": OPENNESS.items(),
        "compartments": case_access.compartments(),
    }
    return page(request, "accounts/circle.html", context, status=422 if wrong else 200)


def _do(request: HttpRequest, number: str) -> None:
    """Do what one of the forms says.

    Raises:
        ComityError: it is not possible.
    """
    done_by_page(request, CHANGE_ACCESS, _told(request), case=number)


def _told(request: HttpRequest) -> CircleIn:
    asked = request.POST
    officer = asked.get("officer", "")
    match asked.get("do"):
        case "assign" | "unassign" as do:
            if not Officer.objects.filter(identifier=officer).exists():
                raise case_access.OfficerUnfitError("no such officer")
            return CircleIn.model_validate({do: officer})
        case "openness" if asked.get("openness") in OPENNESS:
            return CircleIn.model_validate({"openness": asked["openness"]})
        case "compartment":
            name = asked.get("compartment", "")
            if name:
                case_access.compartment_named(name)
            return CircleIn.model_validate({"compartment": name})
        case _:
            raise Http404
