"""Handing in sealed evidence by the browser: in parts with JavaScript, small files without.

The script speaks the API's own protocol (`api_uploads`, ADR 0021). The plain form is for files that
fit into one request; what is longer is refused before it is read.
"""

import shlex
from typing import Final

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_protect

from comity.canonical import ComityError, PeerError, decode_loose
from comity.evidence.offer import MAX_OFFER_BYTES
from comity.node.actions.action_form import done_by_page
from comity.node.evidence import packages
from comity.node.evidence.actions import FETCH_AGAIN
from comity.node.evidence.transfer.fetch import PackageNotFailedError
from comity.node.models import Conversation, MessageRow, Package, SectionRow
from comity.node.people.permissions import Right
from comity.node.service.handle import this_service
from comity.node.web import labels
from comity.node.web.permissions import caller, no_longer_than, only, seen
from comity.node.web.render import page

SMALL_BYTES: Final = 16 * 1024 * 1024
"""Longest request that the plain form may send."""
MAX_ACQUIRED_CHARS: Final = 300


class FilesMissingError(PeerError, code="files-missing"):
    """A form was sent without the sealed file or without its offer."""


TOO_LARGE: Final = _("Too large for this page. Use comity exhibit add on the command line.")


@no_longer_than(SMALL_BYTES, TOO_LARGE)
@csrf_protect
@only(Right.EVIDENCE, "GET", "HEAD", "POST")
def hand_in(request: HttpRequest, digest: str) -> HttpResponse:
    """Take in a sealed package for a conversation."""
    row = seen(request).conversations().filter(digest=digest).first()
    if row is None:
        raise Http404
    wrong = ""
    if request.method == "POST":
        try:
            _take(request, digest)
        except ComityError as fault:
            wrong = labels.fault(fault.code)
        else:
            messages.success(request, gettext("Package received, complete and verified."))
            return redirect("evidence")
    context = {
        "row": row,
        "wrong": wrong,
        "small": SMALL_BYTES,
        "recipient": (recipient := _recipient(row)),
        "seal": _seal_command(row, recipient),
    }
    return page(request, "evidence/hand_in.html", context, status=422 if wrong else 200)


@only(Right.EVIDENCE, "POST")
def fetch(request: HttpRequest, root: str) -> HttpResponse:
    """Ask the partner once more for a package that was given up."""
    try:
        done_by_page(request, FETCH_AGAIN, root=root)
    except Package.DoesNotExist as fault:
        raise Http404 from fault
    except PackageNotFailedError as fault:
        messages.error(request, labels.fault(fault.code))
    else:
        messages.success(request, gettext("Package requested again. Verified blocks are retained."))
    return redirect("evidence")


def _recipient(row: Conversation) -> str:
    """Return to which key the other side asked that evidence is sealed, or an empty text."""
    node = this_service().node
    if row.opener == node.party:
        return ""
    said = SectionRow.objects.filter(
        record__in=MessageRow.objects.filter(content=row.digest).values("record"),
        name="delivery",
        salt__isnull=False,
    ).first()
    return str((said.value or {}).get("recipient", "")) if said else ""


def _seal_command(row: Conversation, recipient: str) -> str:
    """Return the command that seals for a conversation; what only the officer knows in capitals."""
    node = this_service().node
    others = [one for one in row.members if one != node.party]
    named = ["--to", others[0]] if len(others) == 1 else []
    words = [
        "comity", "seal", "EVIDENCE", "-r", recipient or "RECIPIENT", "-o", "evidence.age",
        "--conversation", row.digest, "--from", node.party, *named,
        "--description", "DESCRIPTION", "--lang", (get_language() or "en").partition("-")[0],
        "--mode", node.config.mode,
    ]  # fmt: skip
    return shlex.join(str(one) for one in words)


def _take(request: HttpRequest, digest: str) -> None:
    officer = caller(request)
    service = this_service()
    package, offer = request.FILES.get("package"), request.FILES.get("offer")
    if not isinstance(package, UploadedFile) or not isinstance(offer, UploadedFile):
        raise FilesMissingError
    packages.store_upload(
        service.node,
        service.committer,
        conversation=digest,
        offer_value=decode_loose(offer.read(MAX_OFFER_BYTES + 1), max_bytes=MAX_OFFER_BYTES),
        pieces=package.chunks(),
        officer=officer.identifier,
        user=officer.user.get_username(),
        acquired=request.POST.get("acquired", "")[:MAX_ACQUIRED_CHARS],
    )
