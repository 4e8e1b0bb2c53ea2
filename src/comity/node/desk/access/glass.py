"""Opening a case in need, and being told that somebody did."""

from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from comity.canonical import ComityError
from comity.node.access import glass
from comity.node.clock import now
from comity.node.desk import words
from comity.node.desk.guard import caller, only
from comity.node.desk.pages import page
from comity.node.roles import Right

_NOTICES: Final = 20

MOST_NUMBER = 40


@only(Right.BREAK_GLASS, "GET", "HEAD", "POST")
def break_glass(request: HttpRequest) -> HttpResponse:
    """Ask for a reason, and open a case for some hours."""
    wrong, case, reason = "", "", ""
    if request.method == "POST":
        case = request.POST.get("case", "").strip()[:MOST_NUMBER]
        reason = request.POST.get("reason", "")[: glass.MOST_REASON + 1]
        try:
            glass.break_glass(case, reason, officer=caller(request), at=now())
        except ComityError as fault:
            wrong = words.fault(fault.code)
        else:
            messages.success(request, _("The case is open to you. Those concerned are told."))
            return redirect("case", number=case)
    context = {"wrong": wrong, "case": case, "reason": reason, "hours": _hours()}
    return page(request, "access/glass.html", context, status=422 if wrong else 200)


def _hours() -> int:
    return round(glass.LASTS.total_seconds() / 3600)


@only(Right.NOTICES)
def notices(request: HttpRequest) -> HttpResponse:
    """List what the officer was told of and has not confirmed."""
    rows = glass.notices_for(caller(request))[:_NOTICES]
    return page(request, "access/notices.html", {"rows": rows})


@only(Right.NOTICES, "POST")
def confirm(request: HttpRequest, notice: int) -> HttpResponse:
    """Confirm that one knows of an opening."""
    try:
        glass.acknowledge(notice, officer=caller(request), at=now())
    except ComityError as fault:
        messages.error(request, words.fault(fault.code))
    return redirect("notices")
