"""Who may see a case: assigning, restricting, compartments."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from comity.canonical import ComityError
from comity.node.accounts.pages.access.labels import OPENNESS
from comity.node.case_file.pages import access_overview
from comity.node.core.clock import now
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
            messages.success(request, _("It is changed."))
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
    asked, officer = request.POST, caller(request)
    at, by = now(), officer.user.get_username()
    match asked.get("do"):
        case "assign":
            case_access.assign(
                number, case_access.officer_named(asked.get("officer", "")), at=at, by=by
            )
        case "unassign":
            found = Officer.objects.filter(identifier=asked.get("officer", "")).first()
            if found is None:
                raise case_access.OfficerUnfitError("no such officer")
            case_access.unassign(number, found, at=at, by=by)
        case "openness" if asked.get("openness") in OPENNESS:
            case_access.set_openness(number, asked["openness"], officer=officer, at=at, by=by)
        case "compartment":
            case_access.set_compartment(number, asked.get("compartment", ""), at=at, by=by)
        case _:
            raise Http404
