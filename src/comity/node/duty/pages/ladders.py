"""The ladders as pages: who is woken when, for each kind of alarm."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from comity.node.actions.action_form import done_by_page
from comity.node.duty.actions import DROP_LADDER, SET_LADDER
from comity.node.duty.escalation_ladder import (
    ANY,
    KINDS,
    LadderError,
    ladder_for,
)
from comity.node.duty.pages import labels
from comity.node.duty.pages.forms import LadderForm
from comity.node.duty.pages.week import policy
from comity.node.models import LadderRow
from comity.node.people.permissions import Right
from comity.node.web.permissions import only
from comity.node.web.render import page
from comity.node.web.section_form import wrong_fields


@only(Right.READ_DUTY)
def ladders(request: HttpRequest) -> HttpResponse:
    """Show every ladder."""
    own = set(LadderRow.objects.values_list("kind", flat=True))
    lines = [
        {"kind": kind, "what": labels.KIND[kind], "own": kind in own, **policy(kind)}
        for kind in (*KINDS, ANY)
    ]
    return page(request, "duty/ladders.html", {"lines": lines})


@only(Right.ROSTER, "GET", "HEAD", "POST")
def ladder(request: HttpRequest, kind: str) -> HttpResponse:
    """Change a ladder, or go back to the one that is shipped."""
    if kind not in labels.KIND:
        raise Http404
    wrong, status = "", 200
    posted = request.method == "POST"
    if posted and "shipped" in request.POST:
        done_by_page(request, DROP_LADDER, kind=kind)
        messages.success(request, _("Default policy restored."))
        return redirect("ladders")
    form = LadderForm(request.POST if posted else None, ladder=ladder_for(kind))
    if posted:
        status = 422
        if form.is_valid():
            try:
                done_by_page(request, SET_LADDER, form.input, kind=kind)
            except LadderError:
                wrong = str(labels.FAULT["ladder"])
            else:
                messages.success(request, _("Escalation policy saved. It applies to open alarms."))
                return redirect("ladders")
    context = {
        "form": form,
        "what": labels.KIND[kind],
        "wrong": wrong,
        "wrong_fields": wrong_fields([form]),
    }
    return page(request, "duty/ladder.html", context, status=status)
