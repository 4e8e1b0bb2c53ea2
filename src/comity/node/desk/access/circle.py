"""Who may see a case: assigning, restricting, compartments."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from comity.canonical import ComityError
from comity.node.access import cases
from comity.node.clock import now
from comity.node.desk import words
from comity.node.desk.access import standing
from comity.node.desk.access.words import OPENNESS
from comity.node.desk.guard import caller, only, seen
from comity.node.desk.pages import page
from comity.node.models import Officer
from comity.node.roles import Right


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
            wrong = words.fault(fault.code)
        else:
            messages.success(request, _("It is changed."))
            return redirect("case-circle", number=number)
    context = {
        "wrong": wrong,
        "standing": standing.of_case(caller(request), number),
        "assignable": cases.assignable(),
        "openness": OPENNESS.items(),
        "compartments": cases.compartments(),
    }
    return page(request, "access/circle.html", context, status=422 if wrong else 200)


def _do(request: HttpRequest, number: str) -> None:
    """Do what one of the forms says.

    Raises:
        ComityError: it is not possible.
    """
    asked, officer = request.POST, caller(request)
    at, by = now(), officer.user.get_username()
    match asked.get("do"):
        case "assign":
            cases.assign(number, cases.officer_named(asked.get("officer", "")), at=at, by=by)
        case "unassign":
            found = Officer.objects.filter(identifier=asked.get("officer", "")).first()
            if found is None:
                raise cases.OfficerUnfitError("no such officer")
            cases.unassign(number, found, at=at, by=by)
        case "openness" if asked.get("openness") in OPENNESS:
            cases.set_openness(number, asked["openness"], officer=officer, at=at, by=by)
        case "compartment":
            cases.set_compartment(number, asked.get("compartment", ""), at=at, by=by)
        case _:
            raise Http404
