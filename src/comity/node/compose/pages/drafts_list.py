"""The list of drafts: one's own unfinished forms, and the drafts of the office."""

from collections.abc import Iterable
from typing import Any, Final

from django.contrib import messages
from django.db.models import OuterRef, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from comity.canonical import ComityError
from comity.node.actions.action import Action
from comity.node.actions.action_form import done_by_page
from comity.node.cases.queries import PAGE
from comity.node.core.clock import now
from comity.node.core.pagination import PlaceError, newest_first
from comity.node.messages import draft_changes, draft_editing
from comity.node.messages.actions import DISCARD_FORM, RESTORE_FORM
from comity.node.messages.signature_queue import Waiting, of_rows
from comity.node.messages.summary_line import first_words
from comity.node.models import DraftEdit, DraftRow, UnfinishedForm
from comity.node.people.access.visible_cases import Circle, circle_of
from comity.node.people.permissions import Right, may
from comity.node.service.handle import this_service
from comity.node.web import form_saving, labels, unfinished_forms
from comity.node.web.permissions import caller, only
from comity.node.web.render import going_on, page

DISCARDED: Final = 25
"""Discarded drafts that the list offers to restore, the last discarded first."""
TO_SIGN: Final = _("To sign")
SIGNED: Final = _("Signed, not sent")
WAITS: Final = _("Waiting for signatures")
OVERTAKEN: Final = _("Overtaken by a later message")
_SUBJECTS: Final = ("subject-description", "note-text", "information-text", "decision-reasons")
"""Fields whose first words say best what a form is about."""
_SAYS_SOMETHING: Final = 12


@only(Right.READ_CASES)
def drafts(request: HttpRequest) -> HttpResponse:
    """List unfinished forms of whoever looks, and the drafts that wait for something."""
    node, officer = this_service().node, caller(request)
    circle, after = circle_of(officer, at=now()), request.GET.get("after", "")
    last = DraftEdit.objects.filter(draft=OuterRef("pk")).order_by("-pk")
    waiting = circle.drafts().filter(stage__in=draft_changes.OPEN)
    waiting = waiting.prefetch_related("approvals").annotate(
        edited_at=Subquery(last.values("at")[:1]), edited_by=Subquery(last.values("by")[:1])
    )
    try:
        rows, following = newest_first(waiting, changed="made_at", key="id", after=after, most=PAGE)
    except PlaceError:
        return redirect("drafts")
    lines = [{"one": one, "status": _status(one)} for one in of_rows(node, officer, rows)]
    writes = may(officer, Right.DRAFT) and not after
    context = {
        "lines": lines,
        "unfinished": _told(unfinished_forms.listed(circle)) if writes else [],
        "put_away": _told(unfinished_forms.listed(circle, discarded=True)) if writes else [],
        "discarded": _discarded(circle) if writes else [],
        **going_on({}, after, following),
    }
    return page(request, "compose/drafts.html", context)


def _status(one: Waiting) -> Any:
    if one.row.stage == DraftRow.Stage.STALE:
        return OVERTAKEN
    if one.wanted:
        return TO_SIGN
    return WAITS if one.before_sending else SIGNED


def _discarded(circle: Circle) -> list[DraftRow]:
    """Return drafts that can still be restored."""
    since = now() - unfinished_forms.RESTORABLE
    rows = circle.drafts().filter(stage=DraftRow.Stage.DISCARDED, discarded_at__gt=since)
    found = rows.order_by("-discarded_at")[:DISCARDED]
    return [row for row in found if draft_editing.restorable(row, at=now())]


def _told(rows: Iterable[UnfinishedForm]) -> list[dict[str, Any]]:
    """Return forms as the list shows them."""
    found = []
    for row in rows:
        sort, _colon, code = row.label.partition(":")
        found.append(
            {
                "row": row,
                "sort": {"paper": "done"}.get(sort, sort),
                "code": code,
                "subject": _subject(row),
                "address": form_saving.address(row),
            }
        )
    return found


def _subject(row: UnfinishedForm) -> str:
    """Return the first words of what was typed, or nothing."""
    said = {name: values[0] for name, values in row.fields.items() if values}
    named = next((said[name] for name in _SUBJECTS if said.get(name)), "")
    longest = max((one for one in said.values() if " " in one), key=len, default="")
    return first_words(named or (longest if len(longest) >= _SAYS_SOMETHING else ""))


@only(Right.DRAFT, "POST")
def discard_form(request: HttpRequest, form_id: str) -> HttpResponse:
    """Put one of one's own unfinished forms away."""
    return _done(
        request, DISCARD_FORM, form_id, _("The form is discarded. For 30 days it can be restored.")
    )


@only(Right.DRAFT, "POST")
def restore_form(request: HttpRequest, form_id: str) -> HttpResponse:
    """Bring one of one's own unfinished forms back."""
    return _done(request, RESTORE_FORM, form_id, _("The form is restored."))


def _done(request: HttpRequest, action: Action, form_id: str, told: Any) -> HttpResponse:
    try:
        done_by_page(request, action, form=form_id)
        messages.success(request, told)
    except ComityError as fault:
        messages.error(request, labels.fault(fault.code))
    return redirect("drafts")
