"""The forms of an exhibit's page: each records one act, or shows what has to be mended."""

from collections.abc import Callable
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext

from comity.canonical import ComityError, PeerError, decode_loose, digest
from comity.keys import jws
from comity.node.core.clock import now
from comity.node.evidence import destruction, exhibits
from comity.node.evidence.exhibits import Officer
from comity.node.evidence.pages.exhibit import ACTS, named, shown
from comity.node.evidence.pages.forms import MAX_STATEMENT_BYTES, RetentionForm
from comity.node.people.permissions import Right
from comity.node.service.handle import this_service
from comity.node.web import labels
from comity.node.web.permissions import caller, only

type Do = Callable[[str, forms.Form, Officer], str]


class StatementError(PeerError):
    """The file of a redacted bundle's statement is none."""

    code = "statement-malformed"


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
        target = _DOES[deed](holding.exhibit, form, officer_of(request))
    except ComityError as fault:
        form.add_error(None, labels.fault(fault.code))
        return shown(request, holding, {deed: form}, status=422)
    messages.success(request, gettext("It is recorded."))
    return redirect("exhibit", name=target)


def officer_of(request: HttpRequest) -> Officer:
    """Return who acts, for the chain and the audit."""
    who = caller(request)
    return Officer(who.identifier, who.user.get_username())


def _noted(name: str, officer: Officer, event: str, reason: str, **more: Any) -> str:
    service = this_service()
    exhibits.note(
        service.node,
        service.committer,
        name,
        event=event,
        officer=officer,
        reason=reason,
        **more,
    )
    return name


def _note(name: str, form: forms.Form, officer: Officer) -> str:
    data = form.cleaned_data
    return _noted(name, officer, data["event"], data["reason"], place=data["place"] or None)


def _hold(name: str, form: forms.Form, officer: Officer) -> str:
    data = form.cleaned_data
    return _noted(name, officer, "held", data["reason"], decision=data["decision"])


def _lift(name: str, form: forms.Form, officer: Officer) -> str:
    data = form.cleaned_data
    return _noted(name, officer, "hold-lifted", data["reason"], decision=data["decision"])


def _retention(name: str, form: forms.Form, officer: Officer) -> str:
    if not isinstance(form, RetentionForm):
        raise TypeError(form)
    destruction.retain(
        name,
        retention_class=form.cleaned_data["retention_class"],
        until=form.moment,
        user=officer.user,
        at=now(),
    )
    return name


def _part(name: str, form: forms.Form, officer: Officer) -> str:
    data, service = form.cleaned_data, this_service()
    return exhibits.derive(
        service.node,
        service.committer,
        name,
        part=data["part"] or None,
        officer=officer,
        reason=data["reason"],
        place=data["place"] or None,
    )


def _redacted(name: str, form: forms.Form, officer: Officer) -> str:
    data = form.cleaned_data
    told = data["statement"].read(MAX_STATEMENT_BYTES + 1)
    try:
        envelope = jws.parse_value(decode_loose(told, max_bytes=MAX_STATEMENT_BYTES))
    except PeerError as fault:
        raise StatementError("it is no statement of a bundle") from fault
    return _noted(
        name,
        officer,
        "redacted",
        data["reason"],
        place=data["place"] or None,
        statement=digest("record", envelope.record),
    )


_DOES: Final[dict[str, Do]] = {
    "note": _note,
    "hold": _hold,
    "lift": _lift,
    "retention": _retention,
    "part": _part,
    "redacted": _redacted,
}
