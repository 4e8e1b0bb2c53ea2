"""Shifts on pages: begin, hand over, both confirm, look up."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from pydantic import ValidationError

from comity.canonical import ComityError, b64
from comity.docket import Done, Item
from comity.docket.entry import statement
from comity.exchange.approvals import challenge
from comity.node.actions.action import Action
from comity.node.actions.action_form import ActionForm, done_by_page
from comity.node.cases import docket_actions
from comity.node.cases.broken_rules import placed
from comity.node.cases.docket_store import PAGE
from comity.node.compose.approval_input import approval_of
from comity.node.compose.section_rows import Row
from comity.node.core.clock import now
from comity.node.docket import entry_rows
from comity.node.messages.officer_certificates import certificate_of, certified_passkey, envelope_of
from comity.node.models import DocketItem, Officer
from comity.node.people.access.visible_cases import circle_of
from comity.node.people.permissions import Right
from comity.node.service.handle import this_service
from comity.node.watch import calls as noted
from comity.node.watch import shifts as kept
from comity.node.watch.actions import (
    BEGIN_SHIFT,
    CONFIRM_HAND_OVER,
    END_SHIFT,
    REFUSE_HAND_OVER,
    WRITE_HAND_OVER,
)
from comity.node.watch.pages.calls import day_of
from comity.node.watch.rules import PasswordWrongError, officer_of
from comity.node.watch.rules import handed_over as handed_over_entry
from comity.node.watch.schemas import ConfirmIn, ReasonsIn, ShiftIn
from comity.node.web import form_fields as f
from comity.node.web.kept_forms import restores, take_kept
from comity.node.web.permissions import caller, only
from comity.node.web.render import page
from comity.node.web.section_form import wrong_fields


class HandOverForm(ActionForm):
    """To whom, and what they have to know."""

    action = WRITE_HAND_OVER

    to = f.choice(gettext_lazy("To whom"), ())
    notes = f.long(
        gettext_lazy("Information for the next officer"),
        rows=8,
        hint=gettext_lazy("Promises, call-backs to make, anything suspicious."),
    )
    lang = f.language(gettext_lazy("Language of your texts"))

    def __init__(self, officer: Officer, data: Any = None, *, initial: Any = None) -> None:
        super().__init__(data, initial=initial, use_required_attribute=False)
        people = [(one.identifier, one.user.get_username()) for one in kept.successors(officer)]
        f.set_choices(self, "to", people)

    def values(self) -> dict[str, Any]:
        """Return to whom, and the notes with their language."""
        told = self.cleaned_data
        return {"to": told["to"], "notes": f.text(told["notes"], told["lang"])}


class ReasonsForm(forms.Form):
    """Why."""

    reasons = f.long(gettext_lazy("Reasons"), rows=3)
    lang = f.language(gettext_lazy("Language of your texts"))


@only(Right.WATCH)
def shifts(request: HttpRequest) -> HttpResponse:
    """List shifts, the newest first, or those begun on a day."""
    before, day = request.GET.get("before", "")[:36], day_of(request)
    circle = circle_of(caller(request), at=now())
    found = noted.listed(circle, kind=kept.KIND, before=before, day=day)
    people = _names()
    narrowed = {"day": f"{day:%Y-%m-%d}"} if day else {}
    context = {
        "lines": [_line(one, people) for one in found[:PAGE]],
        "day": day,
        "after": urlencode({**narrowed, "before": found[PAGE - 1].id}) if len(found) > PAGE else "",
    }
    return page(request, "watch/shifts.html", context)


def _names() -> dict[str, str]:
    rows = Officer.objects.select_related("user")
    return {row.identifier: row.user.get_username() for row in rows}


def _line(item: Item, people: dict[str, str]) -> dict[str, Any]:
    told = item.said("shift.handed-over")
    officer, assigned = officer_of(item), str(told.get("assigned", ""))
    over = item.state in ("taken-over", "ended")
    return {
        "item": item,
        "officer": people.get(officer, officer),
        "to": people.get(assigned, assigned),
        "began": kept.began_at(item),
        "over": item.entries[-1].entry.at if over else None,
        "given": item.said("shift.given").get("how", ""),
        "taken": item.said("shift.taken-over").get("how", ""),
    }


@only(Right.CALL, "POST")
def begin(request: HttpRequest) -> HttpResponse:
    """Begin one's own shift."""
    try:
        done_by_page(request, BEGIN_SHIFT, ShiftIn.model_validate({}))
    except ComityError as fault:
        messages.error(request, placed(fault, []))
    else:
        messages.success(request, _("Your shift has begun."))
    return redirect("watch")


@restores
@only(Right.CALL, "GET", "HEAD", "POST")
def hand_over(request: HttpRequest) -> HttpResponse:
    """Write the notes for the next officer."""
    officer = caller(request)
    mine = kept.current(officer)
    if mine is None or mine.state != "begun":
        return redirect("shift", item_id=mine.id) if mine else redirect("watch")
    data = request.POST if request.method == "POST" else take_kept(request)
    form = HandOverForm(officer, data)
    wrong = ""
    if request.method == "POST" and form.is_valid():
        try:
            item = done_by_page(request, WRITE_HAND_OVER, form.input)
        except ComityError as fault:
            wrong = placed(fault, [form], names={"assigned": "to"})
        else:
            return redirect("shift", item_id=item.id)
    context = {"form": form, "wrong": wrong, "wrong_fields": wrong_fields((form,))}
    return page(
        request, "watch/hand_over.html", context, status=422 if request.method == "POST" else 200
    )


@only(Right.WATCH)
def shift(request: HttpRequest, item_id: str) -> HttpResponse:
    """Show one shift, with the hand-over to confirm. The reading is audited."""
    found = _named(item_id)
    docket_actions.note_reading(item_id, by=request.user.get_username(), way="desk")
    return page(request, "watch/shift.html", _context(request, found))


def _context(request: HttpRequest, found: Item, wrong: str = "") -> dict[str, Any]:
    officer = caller(request)
    turn = kept.turn_of(found, officer)
    others = officer.identifier in (officer_of(found), found.told.get("assigned"))
    return {
        "item": found,
        "line": _line(found, _names()),
        "entries": [
            {
                "entry": done.entry,
                "rows": _rows(done),
                "by": entry_rows.who(done.entry.by),
                "erased": done.section is None,
            }
            for done in found.entries
        ],
        "turn": turn,
        "mine": officer.identifier == officer_of(found),
        "passkey": _passkey(found, officer) if turn else None,
        "may_give_back": others and found.state in ("handed-over", "given"),
        "may_end": found.state == "begun"
        and (officer.identifier == officer_of(found) or officer.role == Officer.Role.APPROVER),
        "reasons": ReasonsForm(),
        "wrong": wrong,
    }


def _rows(done: Done) -> list[Row]:
    """Return what an entry says; that a shift began says no more than who wrote it, and when."""
    return [] if done.entry.act == "shift.begun" else entry_rows.told(done)


def _passkey(found: Item, officer: Officer) -> dict[str, Any] | None:
    """Return what the browser needs to sign the hand-over by passkey, or None if it cannot."""
    envelope, certificate = envelope_of(officer), certificate_of(officer)
    entry = handed_over_entry(found)
    if entry is None or envelope is None or certificate is None or certificate.webauthn is None:
        return None
    passkey = certified_passkey(officer)
    if passkey is None:
        return None
    node = this_service().node
    data = statement(entry, party=node.party, mode=node.config.mode, certificate=envelope)
    return {
        "challenge": b64(challenge(data)),
        "credential": passkey["id"],
        "rp_id": certificate.webauthn.rp_id,
        "statement": b64(data),
        "digest": challenge(data).hex(),
    }


@only(Right.CALL, "POST")
@sensitive_post_parameters()
def confirm(request: HttpRequest, item_id: str) -> HttpResponse:
    """Stand by a hand-over: a passkey's answer, or the own password once more."""
    found, officer = _named(item_id), caller(request)
    password = request.POST.get("password", "")
    try:
        if "signature" in request.POST:
            told = ConfirmIn(approval=approval_of(request, officer), password=None)
        elif password:
            told = ConfirmIn(approval=None, password=password)
        else:
            return _again(request, found, _("Incorrect password."))
        item = done_by_page(request, CONFIRM_HAND_OVER, told, item=item_id)
    except (ValidationError, PasswordWrongError):  # one too long is none
        return _again(request, found, _("Incorrect password."))
    except ComityError as fault:
        return _again(request, found, placed(fault, []))
    over = item.state == "taken-over"
    messages.success(request, _("You are now on duty.") if over else _("Confirmed."))
    return redirect("watch") if over else redirect("shift", item_id=item_id)


def _again(request: HttpRequest, found: Item, wrong: str) -> HttpResponse:
    return page(request, "watch/shift.html", _context(request, found, wrong), status=422)


@only(Right.CALL, "POST")
def give_back(request: HttpRequest, item_id: str) -> HttpResponse:
    """Do not take over, or take the hand-over back; the shift goes on as before."""
    return _with_reasons(request, item_id, REFUSE_HAND_OVER, _("The shift continues."))


@only(Right.CALL, "POST")
def end(request: HttpRequest, item_id: str) -> HttpResponse:
    """End a shift that nobody takes over."""
    return _with_reasons(request, item_id, END_SHIFT, _("The shift is over."))


def _with_reasons(request: HttpRequest, item_id: str, action: Action, done: str) -> HttpResponse:
    found, form = _named(item_id), ReasonsForm(request.POST)
    if not form.is_valid():
        return _again(request, found, _("Give your reasons."))
    reasons = f.text(form.cleaned_data["reasons"], form.cleaned_data["lang"])
    try:
        done_by_page(request, action, ReasonsIn(reasons=reasons), item=item_id)
    except ComityError as fault:
        return _again(request, found, placed(fault, []))
    messages.success(request, done)
    return redirect("watch")


def _named(item_id: str) -> Item:
    try:
        return kept.shift_named(item_id)
    except DocketItem.DoesNotExist as fault:
        raise Http404 from fault
