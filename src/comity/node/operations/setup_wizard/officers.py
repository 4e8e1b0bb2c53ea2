"""The steps of the officer CA: made, listed by the State, and the first officers certified."""

import os
from typing import Any, Final

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from comity.canonical import ComityError, b64
from comity.exchange.errors import WebAuthnError
from comity.keys.spoken import fingerprint
from comity.node.accounts.pages.profile import read_passkey
from comity.node.core.clock import now
from comity.node.core.config import NodeConfig
from comity.node.core.node import this_node
from comity.node.log import audit
from comity.node.messages import officer_ca as authority
from comity.node.messages.officer_signing import authorities, signing
from comity.node.models import Officer
from comity.node.operations import echo_test
from comity.node.operations.setup_wizard import build_node, entry_revision
from comity.node.operations.setup_wizard.build_node import LOCALHOST
from comity.node.operations.setup_wizard.office import SETUP
from comity.node.operations.setup_wizard.server import this_setup
from comity.node.operations.setup_wizard.views import config, page, step
from comity.node.people.access import staff
from comity.node.service.handle import command_service
from comity.node.web.labels import fault

_REPLACE: Final = "replace"
"""In the address of the page on which an officer CA is made in place of the one that is listed."""


@step("officer-ca")
def officer_ca(request: HttpRequest) -> HttpResponse:
    """Take the public half of the officer CA, made in the browser or elsewhere."""
    progress, found = this_setup().progress, config()
    if request.method == "POST" and "later" in request.POST:
        progress.postpone("officer-ca", at=now())
        return redirect("setup-declarations")
    replaceable = authority.is_replaceable()
    replacing = _REPLACE in request.GET and replaceable and bool(authority.on_the_list(found))
    problem = ""
    if request.method == "POST":
        file = request.FILES.get("file")
        text = request.POST.get("public", "").encode()
        if file is not None:
            text = file.read(authority.MAX_PUBLIC_BYTES + 1)
        take = authority.replace_public if replacing else authority.list_public
        try:
            kid = take(found, text, by=SETUP, at=now())
        except ComityError:
            problem = _(
                "This is no public key of an officer CA. Choose the file that ends in .pub. For a "
                "file that the browser saved, press “I have a file already”."
            )
        else:
            progress.put("officer-ca", {"kid": kid})
            return redirect("setup-officer-ca")
    context = {
        "kids": [fingerprint(kid) for kid in authority.on_the_list(found)],
        "file_name": authority.file_stem(found),
        "action": f"{request.path}?{_REPLACE}=1" if replacing else request.path,
        "replaceable": replaceable,
        "replacing": replacing,
        "replace": _REPLACE,
        "public_problem": problem,
        "wrong": bool(problem),
    }
    return page(request, "officer-ca", context, status=422 if problem else 200)


@require_http_methods(["GET", "HEAD"])
def sheet(request: HttpRequest) -> HttpResponse:
    """Show the sheet that goes with the officer CA's file, to be printed and filled in."""
    if not (this_setup().progress.folder / "node.toml").is_file():
        return redirect("setup")
    found = config()
    context = {
        "config": found,
        "kids": [fingerprint(kid) for kid in authority.on_the_list(found)],
        "at": now(),
        "hands": range(1, 4),
    }
    return page(request, "sheet", context)


@step("entry")
def entry(request: HttpRequest) -> HttpResponse:
    """Say what the State's key holders get and what they run."""
    progress, found = this_setup().progress, config()
    if request.method == "POST":
        progress.put("entry", {"at": now().isoformat()})
        return redirect("setup-partners")
    context = {
        "made": found,
        "publish": build_node.PUBLISH_COMMAND,
        "authority": bool(authority.on_the_list(found)),
        **revision(found),
    }
    return page(request, "entry", context)


def revision(found: NodeConfig) -> dict[str, Any]:
    """Return what pages say of the entry: whether it is signed, what differs, and the commands."""
    said, signed = this_setup().progress.read(), entry_revision.signed_entry(found)
    parts = entry_revision.differing_parts(found, said, signed) if signed else []
    return {
        "signed": signed,
        "differing": [entry_revision.PART[part] for part in parts],
        "new_keys": signed is None or "keys" in parts,
        "new_address": signed is None or "endpoint" in parts,
        "commands": entry_revision.commands(found, said, signed),
    }


@step("officers")
def officers(request: HttpRequest) -> HttpResponse:
    """Make the first officers' passkeys and have them certified."""
    progress, problem = this_setup().progress, ""
    if request.method == "POST":
        try:
            if "done" in request.POST:
                progress.put("officers", {"at": now().isoformat()})
                return redirect("setup-roster")
            if "officer" in request.POST:
                _keep_passkey(request)
            else:
                service, texts = command_service(), request.POST.getlist("certificate")
                this_setup().echo_certificates = request.POST.getlist("test")
                authority.take_certificates(service, texts, by=SETUP)
            return redirect("setup-officers")
        except ComityError as refused:
            problem = fault(refused.code)
    return page(request, "officers", _officers(request, problem), status=422 if problem else 200)


def _officers(request: HttpRequest, problem: str) -> dict[str, Any]:
    node, at, found = this_node(), now(), config()
    rows = authority.rows_to_certify(node, at=at)
    tests = _tests(request, found)
    challenge = this_setup().challenge = b64(os.urandom(32))
    standing = signing(node.directory, node.party, authority.stored_certificates(), at=at)
    counting, listed = authorities(node.directory, node.party, at=at), authority.on_the_list(found)
    kids = [kid for kid in listed if kid in counting]
    unlisted = [kid for kid in listed if kid not in counting]
    return {
        "rows": [
            {
                **row,
                "handle": b64(row["officer"].identifier.encode()),
                "test": tests.get(row["officer"].identifier, ""),
            }
            for row in rows
        ],
        "test_typ": echo_test.TYPE,
        "challenge": challenge,
        "place": _place(request, found),
        "address": build_node.address(found),
        "kids": " ".join(kids),
        "listed": bool(listed),
        "unlisted": " ".join(unlisted),
        "waiting": standing.listed and bool(unlisted),
        **revision(found),
        "replaceable": authority.is_replaceable(),
        "typ": f"comity-1.certificate.{found.mode}",
        "wanted": any(row["made"] for row in rows),
        "action": request.path,
        "party": found.party,
        "lacking": standing.lacking,
        "problem": problem,
    }


def _tests(request: HttpRequest, found: NodeConfig) -> dict[str, str]:
    """Return what the officer CA signs for the test request at the same time, by officer."""
    place = _place(request, found)
    if place is None:
        return {}
    keys = {one.identifier: one.passkey for one in authority.signers() if one.passkey}
    return {one.identifier: made for one, made in echo_test.to_certify(found, place, keys)}


def _place(request: HttpRequest, found: NodeConfig) -> tuple[str, str] | None:
    """Return (origin, RP ID) of passkeys made here; None where the node has a name of its own.

    An RP ID knows no port: a passkey that ``localhost`` made on this page signs on the node's.
    """
    here = request.get_host().rpartition(":")[0]
    if found.tls or here != LOCALHOST:
        return None
    return f"http://{request.get_host()}", LOCALHOST


def passkey_made(request: HttpRequest, place: tuple[str, str] | None) -> dict[str, Any]:
    """Return the passkey that the browser made for the challenge of the page before.

    Args:
        request: with what the browser answered.
        place: origin and RP ID; None where no passkey can live.

    Raises:
        PeerError: it is none, or no challenge was given.
    """
    expected, this_setup().challenge = this_setup().challenge, ""
    if place is None or not expected:
        raise WebAuthnError("no passkey can live at this address")
    return read_passkey(request.POST, place=place, challenge=expected)


def _keep_passkey(request: HttpRequest) -> None:
    """Keep an officer's passkey, for the address at which the node will be opened."""
    found = config()
    officer = staff.named(request.POST["officer"][:64])
    made = passkey_made(request, _place(request, found))
    passkey = {**made, "origin": f"http://{LOCALHOST}:{found.port}"}
    with transaction.atomic():
        Officer.objects.filter(pk=officer.pk).update(passkey=passkey)
        audit.note(at=now(), actor=SETUP, action="passkey.registered", subject=officer.identifier)
