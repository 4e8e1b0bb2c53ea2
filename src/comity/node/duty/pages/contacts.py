"""How people are reached: the printed call-out list, one person's addresses, a test notice."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from comity.canonical import ComityError
from comity.node.actions.action_form import done_by_page
from comity.node.core.clock import now
from comity.node.duty import notice_delivery, roster_store
from comity.node.duty.actions import SEND_TEST_NOTICE, SET_CONTACT
from comity.node.duty.pages import labels, people
from comity.node.duty.pages.forms import ContactForm, PersonForm
from comity.node.duty.roster_defaults import callable_people
from comity.node.models import Officer, Reached
from comity.node.people.permissions import Right
from comity.node.service.handle import this_service
from comity.node.web import labels as common
from comity.node.web.permissions import caller, only
from comity.node.web.render import page
from comity.node.web.section_form import wrong_fields


@only(Right.CALL_OUT)
def call_list(request: HttpRequest) -> HttpResponse:
    """Show the call-out list, to be printed. The reading is audited."""
    at = now()
    roster_store.note_reading(by=caller(request).user.get_username(), way="desk", at=at)
    known, reached = people.names(), Reached.objects.in_bulk()
    shifts = roster_store.roster().shifts(at, at + roster_store.AHEAD)
    context = {
        "lines": people.lines(shifts, known),
        "people": [
            (identifier, name, reached.get(identifier)) for identifier, name in callable_people()
        ],
        "made_at": at,
    }
    return page(request, "duty/call_list.html", context)


@only(Right.CALL_OUT, "GET", "HEAD", "POST")
def contact(request: HttpRequest, officer: str) -> HttpResponse:
    """Show or change how one person is reached. The reading is audited."""
    person = Officer.objects.select_related("user").filter(identifier=officer).first()
    if person is None:
        raise Http404
    by, at, status = caller(request).user.get_username(), now(), 200
    wrong, changed = "", False
    row = Reached.objects.filter(officer=officer).first()
    form = ContactForm(request.POST if request.method == "POST" else None, initial=_initial(row))
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                done_by_page(request, SET_CONTACT, form.input, identifier=officer)
            except roster_store.ContactChangedError as fault:
                wrong, changed = str(labels.FAULT[fault.code]), True
                row = Reached.objects.filter(officer=officer).first()
                roster_store.note_reading(by=by, way="desk", at=at)
            except ComityError as fault:
                wrong = common.fault(fault.code)
            else:
                messages.success(request, _("Saved."))
                return redirect("call-list")
    else:
        roster_store.note_reading(by=by, way="desk", at=at)
    context = {
        "form": form,
        "name": person.user.get_username(),
        "wrong": wrong,
        "wrong_fields": wrong_fields([form]),
        "stands": row if changed else None,
        "seen": roster_store.version_of(row) if changed or not form.is_bound else form.seen,
    }
    return page(request, "duty/contact.html", context, status=status)


def _initial(row: Reached | None) -> dict[str, object]:
    if row is None:
        return {}
    return {name: getattr(row, name) for name in ("email", "phone", "other_phone", "head")}


@only(Right.TEST_NOTICES, "GET", "HEAD", "POST")
def test(request: HttpRequest) -> HttpResponse:
    """Send a test notice to a person, and say what came of it."""
    form = PersonForm(request.POST or None, people=callable_people())
    outcomes, status = None, 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            found = done_by_page(request, SEND_TEST_NOTICE, form.input)
            status, outcomes = (
                200,
                [
                    (
                        labels.CHANNEL[one.channel],
                        one.stage,
                        labels.OUTCOME[one.stage],
                        labels.WHY.get(one.fault, one.fault),
                    )
                    for one in found
                ],
            )
    ways = notice_delivery.channels(this_service().node.config)
    context = {
        "form": form,
        "outcomes": outcomes,
        "ways": [(labels.CHANNEL[name], ways.has(name)) for name in labels.CHANNEL],
        "wrong_fields": wrong_fields([form]),
    }
    return page(request, "duty/test.html", context, status=status)
