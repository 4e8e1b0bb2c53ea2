"""A test request to the echo partner at a node that runs: begun by the operator, signed by two."""

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from comity.canonical import ComityError
from comity.node.core.clock import now
from comity.node.messages.officer_ca import signers
from comity.node.operations import echo_labels, echo_test
from comity.node.operations.echo_state import ROLES, Signatory
from comity.node.people.permissions import Right, rights_of
from comity.node.people.signin.relying_party import relying_party
from comity.node.service.connection import note_page
from comity.node.service.handle import this_service
from comity.node.web.labels import fault
from comity.node.web.permissions import caller, only
from comity.node.web.render import page

HELP: Final = (
    _("A test request shows that your officers can sign, send, receive and verify."),
    _("Two temporary nodes on this machine exchange it; the log of this node gets no entry."),
    _("The operator sends it. The author and the approver sign it on this page, each signed in."),
)


@only(Right.READ_HEALTH, "GET", "HEAD", "POST")
def echo(request: HttpRequest) -> HttpResponse:
    """Show how far the test request is; take what begins, signs or stops it."""
    problem = ""
    if request.method == "POST":
        try:
            _posted(request)
            return redirect("echo")
        except ComityError as refused:
            problem = fault(refused.code)
    context = {**_context(request), "wrong": problem}
    return page(request, "operations/echo/page.html", context, status=422 if problem else 200)


def _posted(request: HttpRequest) -> None:
    node, said, officer = this_service().node, request.POST, caller(request)
    if "challenge" in said:
        signed = {name: str(said[name]) for name in said}
        echo_test.sign(node.config.folder, signed, by=officer.identifier)
    elif Right.BACKUP not in rights_of(officer):
        return
    elif "stop" in said:
        echo_test.stop(node.config.folder)
    else:
        texts = [one for one in said.getlist("certificate") if one]
        held = echo_test.choose(_candidates(request, texts), said.dict())
        echo_test.begin(node, held, by=officer.user.get_username())


def _candidates(request: HttpRequest, texts: list[str]) -> dict[str, list[Signatory]]:
    place = relying_party(request)
    if place is None:
        return {}
    certificates: list[str | bytes] = [*echo_test.stored_texts(), *texts]
    return echo_test.candidates(this_service().node, place, _passkeys(), certificates)


def _passkeys() -> dict[str, dict[str, Any]]:
    return {one.identifier: one.passkey for one in signers() if one.passkey}


def _context(request: HttpRequest) -> dict[str, Any]:
    node, place, keys = this_service().node, relying_party(request), _passkeys()
    cas = echo_test.officer_cas(node)
    found = _candidates(request, [])
    ready = set(echo_test.choose(found, {})) == set(ROLES)
    state, officer = echo_test.standing(node.config.folder), caller(request)
    asked = echo_test.to_certify(node.config, place, keys) if place else []
    both = {echo_test.role_of(officer) for officer, _payload in asked} == set(ROLES)
    return {
        **echo_labels.told(state),
        "action": request.path,
        "may_begin": Right.BACKUP in rights_of(officer),
        "may_sign": bool(state and state.ask and state.ask["officer"] == officer.identifier),
        "ready": ready,
        "candidates": echo_labels.by_role(found),
        "asked": asked if both and cas and not ready else [],
        "kids": " ".join(cas),
        "typ": echo_test.TYPE,
        "lacking": _lacking(here=place is not None, listed=bool(cas)),
        "help": HELP,
        "reached": note_page(request, node, at=now()),
    }


def _lacking(*, here: bool, listed: bool) -> str:
    if not here:
        return gettext("Open this page at the node's own address by HTTPS: passkeys work there.")
    if not listed:
        return gettext("There is no officer CA yet. Make it on the page Officer certificates.")
    return gettext(
        "An author and an approver need a passkey at this address. Each makes one on My account."
    )
