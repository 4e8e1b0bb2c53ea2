"""Opening a case in need, and being told that somebody did."""

from typing import Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from comity.canonical import ComityError
from comity.node.accounts.actions import BREAK_GLASS, CONFIRM_NOTICE
from comity.node.accounts.schemas import MOST_CASE, GlassIn
from comity.node.actions.action_form import done_by_page
from comity.node.people.access import emergency_access
from comity.node.people.permissions import Right
from comity.node.web import labels
from comity.node.web.permissions import caller, only
from comity.node.web.render import page

_NOTICES: Final = 20


@only(Right.BREAK_GLASS, "GET", "HEAD", "POST")
def break_glass(request: HttpRequest) -> HttpResponse:
    """Ask for a reason, and open a case for some hours."""
    wrong, case, reason = "", "", ""
    if request.method == "POST":
        case = request.POST.get("case", "").strip()[:MOST_CASE]
        reason = request.POST.get("reason", "")[: emergency_access.MOST_REASON + 1]
        try:
            done_by_page(request, BREAK_GLASS, GlassIn(case=case, reason=reason))
        except ComityError as fault:
            wrong = labels.fault(fault.code)
        else:
            messages.success(request, _("Case opened. The persons concerned are notified."))
            return redirect("case", number=case)
    context = {"wrong": wrong, "case": case, "reason": reason, "hours": _hours()}
    return page(request, "accounts/glass.html", context, status=422 if wrong else 200)


def _hours() -> int:
    return round(emergency_access.LASTS.total_seconds() / 3600)


@only(Right.NOTICES)
def notices(request: HttpRequest) -> HttpResponse:
    """List what the officer was told of and has not confirmed."""
    rows = emergency_access.notices_for(caller(request))[:_NOTICES]
    return page(request, "accounts/notices.html", {"rows": rows})


@only(Right.NOTICES, "POST")
def confirm(request: HttpRequest, notice: int) -> HttpResponse:
    """Confirm that one knows of an opening."""
    try:
        done_by_page(request, CONFIRM_NOTICE, notice=notice)
    except Http404:
        messages.error(request, labels.fault(emergency_access.NoticeUnknownError.code))
    return redirect("notices")
