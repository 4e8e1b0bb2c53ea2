"""Telephone calls on pages: the form, one call, and what can be begun out of it."""

from datetime import UTC, date, datetime
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from comity.canonical import ComityError, state_of
from comity.docket import Item
from comity.node.actions.action_form import done_by_page
from comity.node.cases import docket_actions, paper_authorities
from comity.node.cases.broken_rules import placed
from comity.node.cases.call_back_numbers import numbers
from comity.node.cases.docket_store import PAGE
from comity.node.compose import identifiers
from comity.node.core.clock import now
from comity.node.docket import labels as dw
from comity.node.docket.item_page import item_context
from comity.node.models import DocketItem
from comity.node.people.access.visible_cases import circle_of
from comity.node.people.permissions import Right, may
from comity.node.service.handle import this_service
from comity.node.watch import calls as noted
from comity.node.watch.actions import TAKE_CALL
from comity.node.watch.pages.call_forms import BackForm, CallForm, known_numbers, told_of
from comity.node.web.kept_forms import restores, take_kept
from comity.node.web.measure_labels import MEASURE_MEANS
from comity.node.web.permissions import caller, only
from comity.node.web.render import page
from comity.node.web.section_form import wrong_fields

_FIRST, _LAST = 2000, 9000
"""Years that are looked up: identifiers hold their time in 48 bits."""
LOOK = "look"
"""Name of the button that shows the number of an authority, for whoever has no scripts."""


@only(Right.READ_DOCKET)
def calls(request: HttpRequest) -> HttpResponse:
    """List calls, the newest first. The reading is audited."""
    docket_actions.note_reading("calls", by=caller(request).user.get_username(), way="desk")
    before, day = request.GET.get("before", "")[:36], day_of(request)
    found = noted.listed(circle_of(caller(request), at=now()), before=before, day=day)
    narrowed = {"day": f"{day:%Y-%m-%d}"} if day else {}
    after = urlencode({**narrowed, "before": found[PAGE - 1].id}) if len(found) > PAGE else ""
    lines = [(one, one.said("call.taken")) for one in found[:PAGE]]
    return page(request, "watch/calls.html", {"lines": lines, "day": day, "after": after})


def day_of(request: HttpRequest) -> datetime | None:
    """Return the day that a page is narrowed to, or None."""
    try:
        asked = date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return None
    known = _FIRST <= asked.year <= _LAST
    return datetime(asked.year, asked.month, asked.day, tzinfo=UTC) if known else None


@restores
@only(Right.CALL, "GET", "HEAD", "POST")
def new(request: HttpRequest) -> HttpResponse:
    """Note a call; what was typed stays, whatever is wrong with it."""
    service, at = this_service(), now()
    posted = request.method == "POST"
    data = request.POST if posted else take_kept(request)
    party = str((data or {}).get("call-party", ""))
    initial = {"at": at, "urgency": "urgent"}
    back_initial = {"back_at": at, "confirm_by": noted.confirm_by(at)}
    form = CallForm(service.node, data, initial=initial)
    back = BackForm(service.node, party, data, initial=back_initial)
    more = posted and (identifiers.ADD_ROWS in request.POST or LOOK in request.POST)
    if more:
        typed = identifiers.typed_again({"call": form, "back": back}, request.POST)
        form = CallForm(service.node, initial=typed["call"])
        back = BackForm(service.node, party, initial=typed["back"])
    wrong = ""
    if posted and not more and all([form.is_valid(), back.is_valid()]):
        answer, wrong = _kept(request, form, back)
        if answer is not None:
            return answer
    context = {
        "form": form,
        "back": back,
        "known": list(known_numbers(service.node, party)),
        "party_chosen": party,
        "wrong": wrong,
        "wrong_fields": wrong_fields((form, back)),
    }
    return page(request, "watch/call_new.html", context, status=422 if posted and not more else 200)


def _kept(request: HttpRequest, form: CallForm, back: BackForm) -> tuple[HttpResponse | None, str]:
    try:
        item = done_by_page(request, TAKE_CALL, told_of(form, back))
    except ComityError as fault:
        if fault.facts.get("act") in noted.BACK:
            return None, placed(fault, [back], names={"at": "back_at"}, label=dw.field)
        return None, placed(fault, [form, back], label=dw.field)
    messages.success(request, _("The call is on record."))
    return redirect("call", item_id=item.id), ""


@only(Right.CALL)
def number(request: HttpRequest) -> HttpResponse:
    """Show the number of the authority that is chosen on the form, alone."""
    party = request.GET.get("call-party", "")[:64]
    known = list(known_numbers(this_service().node, party))
    return page(request, "watch/number.html", {"known": known, "party_chosen": party})


@only(Right.READ_DOCKET)
def call(request: HttpRequest, item_id: str) -> HttpResponse:
    """Show one call, and what can be begun out of it. The reading is audited."""
    found = named(item_id)
    docket_actions.note_reading(item_id, by=request.user.get_username(), way="desk")
    told, node = found.said("call.taken"), this_service().node
    context = {
        **item_context(request, found),
        "told": told,
        "known": list(numbers(node, told.get("party") or "")),
        "begins": _begins(request, found) if found.is_open else [],
        "drafts": [d.body for d in found.entries if d.entry.act == "call.passed-on"],
    }
    return page(request, "watch/call.html", context)


def named(item_id: str) -> Item:
    """Return a call, or answer that nothing is here."""
    try:
        return noted.call_named(item_id)
    except DocketItem.DoesNotExist as fault:
        raise Http404 from fault


def _begins(request: HttpRequest, item: Item) -> list[tuple[str, str]]:
    """Return what can be begun out of a call: address and words."""
    told, node = item.said("call.taken"), this_service().node
    if not told or not may(caller(request), Right.DRAFT):
        return []
    party, measure, found = told["party"], told["measure"], []
    query = {"call": item.id} | ({"case": item.case} if item.case else {})
    foreign = party and state_of(party) != state_of(node.party)
    if measure in MEASURE_MEANS and not foreign:  # who calls from abroad asks us
        link = f"{reverse('new-request', args=[measure])}?{urlencode(query)}"
        found.append((link, _("Ask another State for it now")))
    if party and paper_authorities.writes_on_paper(node, party):
        query = {"call": item.id, "conversation": "new", "type": "request.submitted"}
        link = f"{reverse('write-down')}?{urlencode(query)}"
        found.append((link, _("Transcribe as their request")))
    if item.case:
        link = reverse("docket-new", args=["order.issued"])
        link = f"{link}?{urlencode({'case': item.case, 'call': item.id})}"
        found.append((link, _("Enter a domestic order")))
    return found
