"""The officer CA of this office, and the passkeys that it is asked to certify, in the browser."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comity.canonical import ComityError
from comity.keys.spoken import fingerprint
from comity.node.core.clock import now
from comity.node.core.keystore import PUBLIC_KEYS
from comity.node.log import audit
from comity.node.messages import officer_ca
from comity.node.messages.officer_signing import authorities, signing
from comity.node.operations.setup_wizard.build_node import revise_command
from comity.node.people.permissions import Right
from comity.node.service.handle import this_service
from comity.node.web import labels
from comity.node.web.permissions import caller, only
from comity.node.web.render import page


@only(Right.PEOPLE, "GET", "HEAD", "POST")
def certificates(request: HttpRequest) -> HttpResponse:
    """Show who can sign; take certificates that the browser signed, or an officer CA's key.

    The reading is audited.
    """
    who, wrong = caller(request).user.get_username(), ""
    if request.method == "POST":
        try:
            texts = [one for one in request.POST.getlist("certificate") if one]
            if texts:
                done = officer_ca.take_certificates(this_service(), texts, by=who)
                told = ngettext(
                    "%(n)s officer is certified.", "%(n)s officers are certified.", len(done)
                )
                messages.success(request, told % {"n": len(done)})
            else:
                _list(request, by=who)
                messages.success(request, _("The officer CA is on the list of public keys."))
            return redirect("officer-certificates")
        except ComityError as fault:
            wrong = labels.fault(fault.code)
    audit.note(at=now(), actor=who, action="people.read", subject="people", detail="desk")
    return page(
        request, "accounts/certificates.html", _context(wrong), status=422 if wrong else 200
    )


def _list(request: HttpRequest, *, by: str) -> None:
    file = request.FILES.get("file")
    text = request.POST.get("public", "").encode()
    if file is not None:
        text = file.read(officer_ca.MAX_PUBLIC_BYTES + 1)
    officer_ca.list_public(this_service().node.config, text, by=by, at=now())


def _context(wrong: str) -> dict[str, Any]:
    node, at = this_service().node, now()
    counting = authorities(node.directory, node.party, at=at)
    listed = officer_ca.on_the_list(node.config)
    rows = officer_ca.rows_to_certify(node, at=at)
    standing = signing(node.directory, node.party, officer_ca.stored_certificates(), at=at)
    return {
        "rows": rows,
        "wanted": any(row["made"] for row in rows),
        "kids": " ".join(counting),
        "counting": [fingerprint(kid) for kid in counting],
        "unlisted": " ".join(kid for kid in listed if kid not in counting),
        "waiting": [fingerprint(kid) for kid in listed if kid not in counting],
        "command": revise_command(node.config),
        "typ": f"comity-1.certificate.{node.config.mode}",
        "file_name": officer_ca.file_stem(node.config),
        "action": "",
        "lacking": standing.lacking,
        "wrong": wrong,
    }


@only(Right.PEOPLE)
def public_keys(request: HttpRequest) -> HttpResponseBase:
    """Give out the list of public keys, for the State's key holders."""
    path = this_service().node.config.folder / PUBLIC_KEYS
    if not path.is_file():
        raise Http404
    return FileResponse(path.open("rb"), as_attachment=True, filename=path.name)
