"""What partners may ask of this node over HTTP (spec 13.2)."""

import functools
import logging
import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest as DjangoRequest
from django.http import HttpResponse, HttpResponseBase
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from comity.canonical import (
    ComityError,
    MisuseError,
    OperationError,
    PeerError,
    decode,
    members,
    parse_time,
)
from comity.canonical.json import OversizeError
from comity.keys import PublicKey
from comity.keys.http import HttpRequest, TransportSignatureError, verify_request
from comity.node.core.clock import now, real_now
from comity.node.core.database_errors import FAULTS, DatabaseAwayError, StorageError
from comity.node.federation import receive_message
from comity.node.federation.delivery import outbox_page
from comity.node.federation.receive_receipt import take_receipt
from comity.node.federation.resend_after_restore import give_back
from comity.node.log.superseded import check_newest
from comity.node.service.connection import note_partner
from comity.node.service.handle import Service, this_service
from comity.node.web.problems import wire_problem

type Endpoint = Callable[..., HttpResponseBase]

MAX_BODY_BYTES = receive_message.MAX_SEALED_BYTES
_LOG = logging.getLogger("comity.exchange")
_AFTER = re.compile(r"after=(\d{1,15})")


def partner_endpoint(
    *methods: str, who: "Callable[[Service, DjangoRequest], Any] | None" = None
) -> Callable[[Endpoint], Callable[..., HttpResponseBase]]:
    """Let a view be called by a partner whose transport key signed the request, by nobody else.

    Args:
        methods: of HTTP.
        who: tells who calls, or raises a `PeerError`; by default by the signature alone.
    """
    known = who or signing_party

    def wrap(view: Endpoint) -> Callable[..., HttpResponseBase]:
        @csrf_exempt
        @require_http_methods(list(methods))
        @functools.wraps(view)
        def answered(request: DjangoRequest, **place: str) -> HttpResponseBase:
            service = this_service()
            try:
                check_newest(service.node.config.folder)
                caller = known(service, request)
                return view(service, request, caller, **place)
            except receive_message.OverQuotaError as fault:
                wait_s = int(str(fault.facts["retry_after_s"]))
                return wire_problem(fault.code, str(fault), retry_after_s=wait_s)
            except (PeerError, MisuseError, StorageError) as fault:
                if isinstance(fault, StorageError):
                    _LOG.error("%s", fault.code)
                return wire_problem(fault.code, str(fault), kind=type(fault))
            except (OperationError, *FAULTS) as fault:
                code = fault.code if isinstance(fault, ComityError) else DatabaseAwayError.code
                _LOG.error("%s", code)
                return wire_problem(code, "try again later")

        return answered

    return wrap


def signing_party(service: Service, request: DjangoRequest) -> str:
    """Return the party that signed the request for us; errors as for `signer`."""
    return signer(service, request)[0]


def signer(service: Service, request: DjangoRequest) -> tuple[str, str]:
    """Return the party that signed the request for us, and the kid of its key.

    Raises:
        OversizeError: nothing that a partner sends is so long.
        TransportSignatureError: nobody whose key is in force here signed it for us.
    """
    length = request.headers.get("Content-Length") or "0"
    if not length.isdecimal() or int(length) > MAX_BODY_BYTES:
        raise OversizeError("a body larger than allowed")
    node, moment = service.node, now()
    headers = {name.lower(): value for name, value in request.headers.items()}
    sender, recipient = headers.get("comity-from", ""), headers.get("comity-to", "")
    if recipient != node.party:
        raise TransportSignatureError("the request is for somebody else")
    seen = HttpRequest(
        method=request.method or "",
        path=request.path,
        query=f"?{request.META.get('QUERY_STRING', '')}",
        body=request.body,
        sender=sender,
        recipient=recipient,
    )

    def find(kid: str) -> PublicKey:
        return node.directory.signing_key(sender, kid, use="transport", proved_at=moment)

    try:
        kid = verify_request(seen, headers, find, mode=node.config.mode, now=real_now())
    except TransportSignatureError:
        raise
    except PeerError as fault:  # another key may sign the next attempt, or be listed by then
        detail = f"no key of this sender signed it that is in force here ({fault.code})"
        raise TransportSignatureError(detail) from fault
    note_partner(request, node, sender, at=moment)
    service.client.hear(sender)
    return sender, kid


@partner_endpoint("POST")
def messages(service: Service, request: DjangoRequest, caller: str) -> HttpResponse:
    """Take in a sealed parcel and answer with the receipt."""
    taken = receive_message.take_within(
        service.node,
        service.committer,
        request.body,
        via="push",
        caller=caller,
        quotas=service.node.quotas,
    )
    return HttpResponse(taken.receipt.record, content_type="application/jose+json")


@partner_endpoint("GET")
def outbox(service: Service, request: DjangoRequest, caller: str) -> HttpResponse:
    """Give a polling partner what is queued for it."""
    found = _AFTER.fullmatch(request.META.get("QUERY_STRING", ""))
    if found is None:
        return wire_problem("query-malformed", "expected after=N")
    body = outbox_page(service.node, caller, after=int(found.group(1)))
    return HttpResponse(body, content_type="application/json")


@partner_endpoint("POST")
def receipts(service: Service, request: DjangoRequest, _caller: str) -> HttpResponse:
    """Take in a receipt from a partner that polls."""
    take_receipt(service.node, service.committer, request.body)
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


@partner_endpoint("POST")
def recovery(service: Service, request: DjangoRequest, caller: str) -> HttpResponse:
    """Give a restored partner back what it had said and acknowledged, sealed to it."""
    fields = members(decode(request.body, max_bytes=256), {"since": str, "skip": int})
    page = give_back(
        service.node, caller, since=parse_time(fields["since"]), skip=max(fields["skip"], 0)
    )
    return HttpResponse(page, content_type="application/octet-stream")
