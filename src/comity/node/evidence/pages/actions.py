"""The forms of an exhibit's page: each records one act, or shows what has to be mended."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext

from comity.canonical import ComityError, PeerError, decode_loose, digest, digest_text
from comity.keys import jws
from comity.node.actions.action_form import ActionForm, done_by_page
from comity.node.evidence.actions import DERIVE_EXHIBIT, NOTE_EVENT
from comity.node.evidence.inputs import EventInput
from comity.node.evidence.pages.exhibit import ACTS, named, shown
from comity.node.evidence.pages.forms import MAX_STATEMENT_BYTES
from comity.node.people.permissions import Right
from comity.node.web import labels
from comity.node.web.permissions import only


class StatementError(PeerError, code="statement-malformed"):
    """The file of a redacted bundle's statement is none."""


@only(Right.EVIDENCE, "POST")
def act(request: HttpRequest, name: str, deed: str) -> HttpResponse:
    """Do one act of the page of an exhibit."""
    holding = named(name)
    if deed not in ACTS:
        raise Http404
    form = ACTS[deed](
        request.POST, request.FILES, auto_id=f"{deed}_%s", use_required_attribute=False
    )
    if not form.is_valid():
        return shown(request, holding, {deed: form}, status=422)
    try:
        target = _done(request, holding.exhibit, form)
    except ComityError as fault:
        form.add_error(None, labels.fault(fault.code))
        return shown(request, holding, {deed: form}, status=422)
    messages.success(request, gettext("Recorded."))
    return redirect("exhibit", name=target)


def _done(request: HttpRequest, name: str, form: forms.Form) -> str:
    """Do the act of a form; return the exhibit whose page follows."""
    if not isinstance(form, ActionForm):
        done_by_page(request, NOTE_EVENT, _redacted(form), name=name)
        return name
    made = done_by_page(request, form.action, form.input, name=name)
    return str(made) if form.action is DERIVE_EXHIBIT else name


def _redacted(form: forms.Form) -> EventInput:
    """Return what is said of a redacted copy, which its statement names."""
    data = form.cleaned_data
    told = data["statement"].read(MAX_STATEMENT_BYTES + 1)
    try:
        envelope = jws.parse_value(decode_loose(told, max_bytes=MAX_STATEMENT_BYTES))
    except PeerError as fault:
        raise StatementError("it is no statement of a bundle") from fault
    return EventInput.checked(
        event="redacted",
        reason=data["reason"],
        place=data["place"] or None,
        statement=digest_text(digest("record", envelope.record)),
    )
