"""Markers on an exhibit or an original, and seeing what they hide."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext

from comity.canonical import ComityError, PeerError
from comity.node.actions.action_form import done_by_page
from comity.node.core.clock import now
from comity.node.evidence.pages.forms import MarkForm
from comity.node.evidence.pages.originals import mail_of
from comity.node.evidence.reason_form import ReasonForm
from comity.node.models import Mark, Original, Package
from comity.node.people.permissions import Right
from comity.node.sensitive import marks, reveal
from comity.node.sensitive.actions import LIFT_MARK, SET_MARK
from comity.node.web import labels
from comity.node.web.permissions import caller, only
from comity.node.web.render import page


@only(Right.MARK, "GET", "HEAD", "POST")
def marks_of(request: HttpRequest, kind: str, name: str) -> HttpResponse:
    """Show the markers of a thing, those lifted too; set or lift one."""
    subject = _subject(kind, name)
    form = MarkForm(request.POST or None, use_required_attribute=False)
    if request.method == "POST" and form.is_valid():
        action = LIFT_MARK if request.POST.get("do") == "lift" else SET_MARK
        try:
            done_by_page(request, action, form.input, kind=kind, subject=subject)
        except ComityError as fault:
            form.add_error(None, labels.fault(fault.code))
        else:
            messages.success(request, gettext("Recorded."))
            return redirect("marks", kind=kind, name=subject)
    history = Mark.objects.filter(kind=kind, subject=subject).order_by("-pk")
    context = {
        "kind": kind,
        "subject": subject,
        "form": form,
        "history": history,
        "standing": any(mark.lifted_at is None for mark in history),
    }
    return page(request, "evidence/marks.html", context, status=422 if form.errors else 200)


@only(Right.SHOW_MARKED, "GET", "HEAD", "POST")
def show(request: HttpRequest, kind: str, name: str) -> HttpResponse:
    """Ask why somebody has to see what is marked, and show names and texts once."""
    subject = _subject(kind, name)
    form = ReasonForm(request.POST or None, use_required_attribute=False)
    found: dict[str, Any] | None = None
    if request.method == "POST" and form.is_valid():
        reveal.show(
            kind,
            subject,
            "details",
            reason=form.cleaned_data["reason"],
            user=request.user.get_username(),
            at=now(),
        )
        found = _details(kind, subject)
    marked = marks.on(kind, subject)
    context = {
        "kind": kind,
        "subject": subject,
        "mail": mail_of(subject, caller(request)) if kind == Mark.Kind.ORIGINAL else "",
        "marks": marked,
        "abuse": any(mark.marker == marks.ABUSE for mark in marked),
        "form": form,
        "found": found,
    }
    return page(request, "evidence/show.html", context, status=422 if form.errors else 200)


def _subject(kind: str, name: str) -> str:
    try:
        return marks.named(kind, name)
    except (ObjectDoesNotExist, PeerError, marks.MarkError) as fault:
        raise Http404 from fault


def _details(kind: str, subject: str) -> dict[str, Any]:
    """Return the names and texts that lists do not show."""
    if kind == Mark.Kind.EXHIBIT:
        rows = Package.objects.filter(exhibit=subject).order_by("changed_at")
        return {"texts": [row.offer["description"]["text"] for row in rows]}
    row = Original.objects.defer("data").get(digest=subject)
    return {"texts": [row.name]}
