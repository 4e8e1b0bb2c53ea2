"""What partners may ask of this node over HTTP (spec 13.2)."""

import functools
import logging
import re
from collections.abc import Callable
from http import HTTPStatus

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
from comity.keys import PublicKey
from comity.keys.http import HttpRequest, TransportSignatureError, verify_request
from comity.node import inbox
from comity.node.clock import now, real_now
from comity.node.database_faults import FAULTS, DatabaseAwayError, StorageError
from comity.node.delivery import outbox_page
from comity.node.problems import problem
from comity.node.receiving import take_receipt
from comity.node.restitution import give_back
from comity.node.service import Service, this_service

type Endpoint = Callable[..., HttpResponseBase]

MAX_BODY_BYTES = inbox.MAX_SEALED_BYTES
_LOG = logging.getLogger("comity.exchange")
_AFTER = re.compile(r"after=(\d{1,15})")


def partner_endpoint(*methods: str) -> Callable[[Endpoint], Callable[..., HttpResponseBase]]:
    """Let a view be called by a partner whose transport key signed the request, by nobody else."""

    def wrap(view: Endpoint) -> Callable[..., HttpResponseBase]:
        @csrf_exempt
        @require_http_methods(list(methods))
        @functools.wraps(view)
        def answered(request: DjangoRequest, **place: str) -> HttpResponseBase:
            service = this_service()
            try:
                caller = _caller(service, request)
                return view(service, request, caller, **place)
            except inbox.OverQuotaError as fault:
                answer = problem(HTTPStatus.TOO_MANY_REQUESTS, fault.code, str(fault))
                answer["Retry-After"] = str(fault.facts["retry_after_s"])
                return answer
            except TransportSignatureError as fault:
                return problem(HTTPStatus.UNAUTHORIZED, fault.code, str(fault))
            except PeerError as fault:
                return problem(HTTPStatus.BAD_REQUEST, fault.code, str(fault))
            except MisuseError as fault:  # what is asked for is not there, or not for the caller
                return problem(HTTPStatus.NOT_FOUND, fault.code, str(fault))
            except StorageError as fault:
                _LOG.error("%s", fault.code)
                return problem(HTTPStatus.INSUFFICIENT_STORAGE, fault.code, str(fault))
            except (OperationError, *FAULTS) as fault:
                code = fault.code if isinstance(fault, ComityError) else DatabaseAwayError.code
                _LOG.error("%s", code)
                return problem(HTTPStatus.SERVICE_UNAVAILABLE, code, "try again later")

        return answered

    return wrap


def _caller(service: Service, request: DjangoRequest) -> str:
    """Return the party that signed the request for us."""
    length = request.headers.get("Content-Length") or "0"
    if not length.isdecimal() or int(length) > MAX_BODY_BYTES:
        raise TransportSignatureError("a body larger than allowed")
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

    verify_request(seen, headers, find, mode=node.config.mode, now=real_now())
    return sender


@partner_endpoint("POST")
def messages(service: Service, request: DjangoRequest, caller: str) -> HttpResponse:
    """Take in a sealed parcel and answer with the receipt."""
    taken = inbox.take_within(
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
        return problem(HTTPStatus.BAD_REQUEST, "query-malformed", "expected after=N")
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
