"""Tests of partners' watches as pages: asked, answered by a person, and the private record."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from comity.canonical import ComityError, parse_time, time_text
from comity.node.actions.action_form import done_by_page
from comity.node.core.clock import now
from comity.node.duty import (
    partner_tests_csv,
    partner_tests_pause,
    partner_tests_schedule,
)
from comity.node.duty.actions import ANSWER_WATCH, ASK_WATCH
from comity.node.duty.pages.forms import PartyForm
from comity.node.messages import partner_tests as tests
from comity.node.people.permissions import Right
from comity.node.service.handle import this_service
from comity.node.web import labels as common
from comity.node.web.permissions import caller, only
from comity.node.web.render import page
from comity.node.web.section_form import wrong_fields


@only(Right.READ_DUTY)
def reach(request: HttpRequest) -> HttpResponse:
    """Show tests that wait for an answer here, and the record."""
    node, at = this_service().node, now()
    party = request.GET.get("party", "")[:64]
    found = tests.history(node, party=party, before=_before(request), most=tests.PAGE + 1)
    here = set(tests.waiting(node, at=at))
    last = found[tests.PAGE - 1] if len(found) > tests.PAGE else None
    context = {
        "waiting": tests.named(node, here),
        "lines": found[: tests.PAGE],
        "more": f"{time_text(last.asked_at)}~{last.conversation}" if last else "",
        "wanted": party,
        "quota": node.config.pings_per_day,
        "every_days": node.config.reach_every_days,
        "paused": bool(node.config.reach_every_days) and partner_tests_pause.is_paused(at=at),
        "not_asked": [
            (one, common.fault(one.code)) for one in partner_tests_schedule.not_asked(node, at=at)
        ],
    }
    return page(request, "duty/reach.html", context)


def _before(request: HttpRequest) -> tuple[datetime, str] | None:
    moment, between, digest = request.GET.get("before", "")[:100].partition("~")
    try:
        return (parse_time(moment), digest) if between else None
    except (ComityError, Http404):
        return None


@only(Right.SEND, "GET", "HEAD", "POST")
def ask(request: HttpRequest) -> HttpResponse:
    """Ask whether a partner's watch answers."""
    service = this_service()
    form = PartyForm(request.POST or None, parties=tests.testable(service.node))
    wrong: Any = ""
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                done_by_page(request, ASK_WATCH, form.input)
            except ComityError as fault:
                wrong = common.fault(fault.code)
            else:
                messages.success(
                    request, _("Availability test sent. A person there has to answer.")
                )
                return redirect("reach")
    context = {"form": form, "wrong": wrong, "wrong_fields": wrong_fields([form])}
    return page(request, "duty/reach_ask.html", context, status=status)


@only(Right.SEND, "POST")
def answer(request: HttpRequest, digest: str) -> HttpResponse:
    """Answer, as the person who is there."""
    try:
        done_by_page(request, ANSWER_WATCH, digest=digest)
    except (ComityError, Http404):
        messages.error(request, _("This test was answered or has ended."))
    else:
        messages.success(request, _("Availability confirmed."))
    return redirect("reach")


@only(Right.READ_DUTY)
def export(request: HttpRequest) -> HttpResponse:
    """Give the record as CSV. The export is audited."""
    by = caller(request).user.get_username()
    text = partner_tests_csv.export(this_service().node, by=by, at=now())
    answer = HttpResponse(text, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="reach.csv"'
    return answer
