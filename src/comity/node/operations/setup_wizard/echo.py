"""The step in which a test request to the echo partner is signed, sent, answered and proved."""

import os
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from comity.canonical import ComityError, b64
from comity.node.core.clock import now
from comity.node.core.config import NodeConfig
from comity.node.core.node import this_node
from comity.node.messages.officer_ca import signers
from comity.node.operations import echo_labels, echo_test
from comity.node.operations.echo_state import ROLES
from comity.node.operations.setup_wizard.build_node import LOCALHOST
from comity.node.operations.setup_wizard.office import SETUP
from comity.node.operations.setup_wizard.officers import passkey_made
from comity.node.operations.setup_wizard.server import this_setup
from comity.node.operations.setup_wizard.views import config, page, step
from comity.node.web.labels import fault

_BOTH: Final = set(ROLES)


def place_of(request: HttpRequest) -> tuple[str, str] | None:
    """Return (origin, RP ID) at which officers sign on this page; None for a bare address."""
    host = request.get_host()
    return (f"http://{host}", LOCALHOST) if host.rpartition(":")[0] == LOCALHOST else None


def passkeys(found: NodeConfig) -> dict[str, dict[str, Any]]:
    """Return the passkeys that can sign here: a node with a name of its own has others later."""
    if found.tls:
        return dict(this_setup().echo_passkeys)
    return {one.identifier: one.passkey for one in signers() if one.passkey}


@step("echo")
def echo(request: HttpRequest) -> HttpResponse:
    """Send a test request, and show how far it is; or go on without, and be ready for nothing."""
    found, problem = config(), ""
    if request.method == "POST":
        try:
            return _posted(request, found)
        except ComityError as refused:
            problem = fault(refused.code)
    state = echo_test.standing(found.folder)  # once: what the page says is what is kept
    if state is not None and state.answered:
        this_setup().progress.put("echo", {"at": state.ended_at})
    context = {**echo_labels.told(state), **_context(request, found, problem)}
    stopped = state is not None and bool(state.outcome) and not state.answered
    context["certify_again"] = stopped and bool(context["asked"])
    return page(request, "echo", context, status=422 if problem else 200)


def _posted(request: HttpRequest, found: NodeConfig) -> HttpResponse:
    said, setup = request.POST, this_setup()
    if "later" in said:
        echo_test.stop(found.folder)
        setup.progress.postpone("echo", at=now())
        return redirect("setup-finish")
    if "stop" in said:
        echo_test.stop(found.folder)
    elif "challenge" in said:
        echo_test.sign(found.folder, {name: str(said[name]) for name in said}, by=None)
    elif "officer" in said:
        _keep(request)
    else:
        if texts := [one for one in said.getlist("certificate") if one]:
            setup.echo_certificates = texts
        place, node = place_of(request), this_node()
        able = echo_test.candidates(
            node, place or ("", ""), passkeys(found), setup.echo_certificates
        )
        echo_test.begin(node, echo_test.choose(able, said.dict()), by=SETUP)
    return redirect("setup-echo")


def _keep(request: HttpRequest) -> None:
    """Keep a passkey that an officer made for the test alone."""
    made = passkey_made(request, place_of(request))
    this_setup().echo_passkeys[request.POST["officer"][:64]] = made


def _context(request: HttpRequest, found: NodeConfig, problem: str) -> dict[str, Any]:
    setup, node, place = this_setup(), this_node(), place_of(request)
    keys = passkeys(found)
    cas = echo_test.officer_cas(node)
    able = echo_test.candidates(node, place or ("", ""), keys, setup.echo_certificates)
    people = signers()
    roles = {echo_test.role_of(one) for one in people if one.identifier in keys}
    asked = echo_test.to_certify(found, place, keys) if place and len(roles) == len(_BOTH) else []
    ready = set(echo_test.choose(able, {})) == _BOTH
    if found.tls:
        setup.challenge = b64(os.urandom(32))
    return {
        "action": request.path,
        "may_begin": True,
        "may_sign": True,  # nobody is signed in: whoever holds the passkey
        "ready": ready,
        "candidates": echo_labels.by_role(able),
        "asked": [] if ready or not cas else asked,
        "kids": " ".join(cas),
        "typ": echo_test.TYPE,
        "lacking": _lacking(place=place, listed=bool(cas), both=len(roles) == len(_BOTH)),
        "problem": problem,
        "making": [
            {"officer": one, "handle": b64(one.identifier.encode()), "made": one.identifier in keys}
            for one in people
        ]
        if found.tls and place
        else [],
        "challenge": setup.challenge,
        "rp_id": LOCALHOST,
        "party": found.party,
    }


def _lacking(*, place: tuple[str, str] | None, listed: bool, both: bool) -> str:
    if place is None:
        return _("Open this page as localhost: passkeys do not work at a bare address.")
    if not listed:
        return _("There is no officer CA yet. Make it in the step Officer CA.")
    if not both:
        return _(
            "An author and an approver need a passkey. Add both people in the step People, and "
            "have each make a passkey in the step Officer certificates."
        )
    return ""
