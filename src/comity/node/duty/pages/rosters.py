"""The roster as pages: who is on when, gaps, and changing it."""

import contextlib
from datetime import UTC
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comity.canonical import ComityError, time_text
from comity.node.actions.action_form import ActionForm, done_by_page
from comity.node.core.clock import now
from comity.node.core.formats import utc_text
from comity.node.core.local_time import zone_named
from comity.node.duty import roster_store
from comity.node.duty.actions import REMOVE_ROW
from comity.node.duty.pages import labels, people, week
from comity.node.duty.pages.forms import ChangeForm, SwapForm, WeeklyForm
from comity.node.duty.roster_defaults import callable_people, office_zone
from comity.node.messages import partner_tests
from comity.node.models import RosterChange, WeeklyShift
from comity.node.people.permissions import Right
from comity.node.service.handle import this_service
from comity.node.web import labels as common
from comity.node.web.permissions import only
from comity.node.web.render import Confirm, confirm, page
from comity.node.web.section_form import wrong_fields


@only(Right.READ_DUTY)
def roster(request: HttpRequest) -> HttpResponse:
    """Show a week as a grid, gaps first, who can be reached, and what the roster is made of."""
    node, at, known, kept = this_service().node, now(), people.names(), roster_store.roster()
    zone = office_zone((row.zone for row in kept.weekly), node.config, node.party)
    monday = week.asked_week(request.GET.get("week", "")[:10], zone, at=at)
    crews = [people.named(row.crew, known) for row in kept.weekly]
    numbers = WeeklyShift.objects.order_by("pk").values_list("pk", flat=True)
    days = [labels.DAY[row.weekday] for row in kept.weekly]
    changes = RosterChange.objects.filter(ends__gt=at).order_by("begins", "pk")
    shift = kept.on_duty(at)
    context = {
        "kept": bool(kept),
        "week": week.shown(kept, monday, zone, at=at) if kept else None,
        "ahead": roster_store.gaps_ahead(kept, at),
        "on": people.lines([shift], known)[0] if shift else None,
        "following": week.handover_after(kept, shift),
        "contacts": week.contacts(node.config, kept, at=at),
        "policy": week.policy("request-in"),
        "test": next(iter(partner_tests.history(node, most=1)), None),
        "unknown": kept.unknown_zones(),
        "weekly": list(zip(numbers, days, kept.weekly, crews, strict=True)),
        "changes": [
            (
                row,
                known.get(row.officer, row.officer),
                known.get(row.second, row.second),
                shift.zone if (shift := kept.on_duty(row.begins)) else "",
            )
            for row in changes
        ],
    }
    return page(request, "duty/roster.html", context)


@only(Right.ROSTER, "GET", "HEAD", "POST")
def weekly(request: HttpRequest) -> HttpResponse:
    """Enter a shift that comes every week."""
    form = WeeklyForm(request.POST or None, people=callable_people())
    return _form(request, form, gettext_lazy("Add weekly shift"), _("Shift added."))


@only(Right.ROSTER, "GET", "HEAD", "POST")
def change(request: HttpRequest) -> HttpResponse:
    """Enter another crew for a time; an address may name the gap that it fills."""
    asked = {name: request.GET[name][:16] for name in ("begins", "ends") if name in request.GET}
    form = ChangeForm(request.POST or None, people=callable_people(), initial=asked)
    return _form(request, form, gettext_lazy("Add change"), _("Change added."))


@only(Right.ROSTER, "GET", "HEAD", "POST")
def swap(request: HttpRequest) -> HttpResponse:
    """Let two crews take each other's shift."""
    at, known = now(), people.names()
    shifts = roster_store.roster().shifts(at, at + 4 * roster_store.AHEAD)
    choices = [
        (
            time_text(line.shift.begins),
            _named(line),
        )
        for line in people.lines(shifts, known)
    ]
    form = SwapForm(request.POST or None, shifts=choices)
    empty = "" if choices else _("No shifts to swap. Add a shift first.")
    return _form(request, form, gettext_lazy("Swap shifts"), _("Shifts swapped."), empty=empty)


def _named(line: people.Line) -> str:
    """Return how a shift stands in a list: on the clock of its zone, as it was entered."""
    shift = line.shift
    zone = zone_named(shift.zone) if shift.zone else UTC
    begins, ends = shift.begins.astimezone(zone), shift.ends.astimezone(zone)
    told = f"{begins:%Y-%m-%d %H:%M}–{ends:%H:%M} {shift.zone or 'UTC'}"
    return f"{told} · {line.crew.officer}"


@only(Right.ROSTER, "GET", "HEAD", "POST")
def remove(request: HttpRequest, kind: str, row_id: int) -> HttpResponse:
    """Ask, and take a row out of the roster."""
    told = _row(kind, row_id)
    if told is None:
        return redirect("roster")
    if request.method == "POST" and request.POST.get("confirmed") == "1":
        with contextlib.suppress(Http404):  # somebody was quicker
            done_by_page(request, REMOVE_ROW, kind=kind, number=row_id)
            messages.success(request, _("Shift removed."))
        return redirect("roster")
    hours, officer = told
    follows = (
        _("No one is on duty at these hours, unless another shift covers them.")
        if kind == "weekly"
        else _("The weekly shift applies again at these hours.")
    )
    asked = Confirm(
        heading=_("Remove from the roster?"),
        facts=((_("Hours"), hours), (_("Officer on duty"), people.names().get(officer, officer))),
        consequences=(follows, _("To restore it, add it again.")),
        final=False,
        button=_("Remove from roster"),
        action=request.path,
        back=reverse("roster"),
    )
    return confirm(request, asked)


def _row(kind: str, row_id: int) -> tuple[str, str] | None:
    """Return the hours of a row of the roster and who is on, or None if it is not there."""
    if kind == "weekly":
        row = WeeklyShift.objects.filter(pk=row_id).first()
        if row is None:
            return None
        hours = f"{labels.DAY[row.weekday]} {row.begins:%H:%M}–{row.ends:%H:%M} {row.zone}"
        return hours, row.officer
    change = RosterChange.objects.filter(pk=row_id).first()
    if change is None:
        return None
    return f"{utc_text(change.begins)} – {utc_text(change.ends)}", change.officer


def _form(
    request: HttpRequest,
    form: ActionForm,
    title: Any,
    success: str,
    empty: str = "",
) -> HttpResponse:
    """Show a form, or keep what it says and go back to the roster."""
    wrong, status = "", 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                done_by_page(request, form.action, form.input)
            except ComityError as fault:
                wrong = common.fault(fault.code)
            else:
                messages.success(request, success)
                return redirect("roster")
    context = {
        "form": form,
        "title": title,
        "wrong": wrong,
        "wrong_fields": wrong_fields([form]),
        "empty": empty,
    }
    return page(request, "duty/roster_form.html", context, status=status)
