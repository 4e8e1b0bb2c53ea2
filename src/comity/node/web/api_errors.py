"""Errors of the API: the stable code of what went wrong, and never more than its sentence."""

import logging
from http import HTTPStatus
from typing import Any, Final

from django.core.exceptions import ObjectDoesNotExist, RequestDataTooBig
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, RawPostDataException
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from comity.canonical import ComityError, MisuseError, OperationError, PeerError
from comity.canonical.json import DepthError, OversizeError
from comity.docket.errors import ActIllegalError
from comity.exchange.compose import ConversationHeldError, MoveIllegalError
from comity.exchange.errors import ApprovalsMissingError
from comity.node.core.http_errors import Answered
from comity.node.web import idempotency, json_bodies, malformed_requests
from comity.node.web.api_permissions import NotAllowed, TokenNotAllowed
from comity.node.web.problems import problem

_LOG = logging.getLogger("comity.api")
_CONFLICTS: Final = (
    ActIllegalError,
    ApprovalsMissingError,
    ConversationHeldError,
    MoveIllegalError,
)
_PLAIN: Final = {400: "request-malformed", 403: "csrf", 404: "not-here", 405: "method"}


class NotHere(Exception):  # noqa: N818 - an answer, no fault
    """What the address names is not here."""


def install(api: NinjaAPI) -> None:
    """Let every exception of an operation become a code and a status."""
    handlers: dict[Any, Any] = {
        AuthenticationError: _not_signed_in,
        NotAllowed: _not_allowed,
        TokenNotAllowed: _token_not_allowed,
        NotHere: _not_here,
        idempotency.Replayed: _replayed,
        Http404: _not_here,
        ObjectDoesNotExist: _not_here,
        ValidationError: _malformed,
        RequestDataTooBig: _too_big,
        RawPostDataException: _form,
        HttpError: _http,
        ComityError: _comity,
        DatabaseError: _database,
        Exception: _unforeseen,
    }
    for kind, handler in handlers.items():
        api.add_exception_handler(kind, handler)


def _not_signed_in(_request: HttpRequest, _fault: Any) -> HttpResponse:
    answer = problem(HTTPStatus.UNAUTHORIZED, "not-signed-in", "send a token that is in use")
    answer["WWW-Authenticate"] = 'Bearer realm="comity"'
    return answer


def _not_allowed(_request: HttpRequest, _fault: Any) -> HttpResponse:
    return problem(HTTPStatus.FORBIDDEN, "not-allowed", "your role may not do this")


def _token_not_allowed(_request: HttpRequest, _fault: Any) -> HttpResponse:
    detail = "your role may do this, and your token may not: make one that names the right"
    return problem(HTTPStatus.FORBIDDEN, "token-scope", detail)


def _not_here(_request: HttpRequest, _fault: Any) -> HttpResponse:
    return problem(HTTPStatus.NOT_FOUND, "not-here", "there is no such thing here")


def _replayed(_request: HttpRequest, found: idempotency.Replayed) -> HttpResponse:
    return found.answer


def _too_big(_request: HttpRequest, _fault: Any) -> HttpResponse:
    return problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "oversize", "the body is too large")


def _malformed(request: HttpRequest, fault: ValidationError) -> HttpResponse:
    """Name each member and its rule, never the value."""
    found = malformed_requests.members(fault.errors, request)
    detail = malformed_requests.sentence(found)
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, "request-malformed", detail, found)


def _http(request: HttpRequest, fault: HttpError) -> HttpResponse:
    cause = fault.__cause__
    if isinstance(cause, ComityError):  # the parser's
        return _unread(request, cause)
    code = _PLAIN.get(fault.status_code, "request-malformed")
    return problem(fault.status_code, code, str(fault)[:200])


def _unread(request: HttpRequest, fault: ComityError) -> HttpResponse:
    """Say what in a body cannot be read, and where."""
    if isinstance(fault, json_bodies.MediaTypeError):
        return _comity(request, fault)
    found: list[dict[str, str]] = []
    if not isinstance(fault, DepthError | OversizeError):
        found = json_bodies.faults_in(request.body, most=malformed_requests.MOST)
    detail = malformed_requests.sentence(found) if found else f"the body cannot be read: {fault}"
    return problem(HTTPStatus.BAD_REQUEST, "request-malformed", detail, found)


def _form(request: HttpRequest, fault: Any) -> HttpResponse:
    """Refuse a form whose fields were read already when the CSRF token was looked for in it."""
    if request.content_type not in json_bodies.FORMS:
        return _unforeseen(request, fault)
    return _comity(request, json_bodies.form_sent(request))


def _comity(request: HttpRequest, fault: ComityError) -> HttpResponse:
    if isinstance(fault, OperationError):
        _LOG.error("%s", fault.code)
    found = malformed_requests.members_of(fault, request)
    answer = problem(status_of(fault), fault.code, str(fault), found)
    if isinstance(fault, Answered) and (wait_s := fault.retry_after_s()) is not None:
        answer["Retry-After"] = str(wait_s)
    return answer


def status_of(fault: ComityError) -> int:
    """Return the HTTP status that says whose turn it is."""
    if isinstance(fault, Answered):
        return fault.http_status
    if isinstance(fault, _CONFLICTS):
        return HTTPStatus.CONFLICT
    if isinstance(fault, PeerError | MisuseError):
        return HTTPStatus.UNPROCESSABLE_ENTITY
    return HTTPStatus.SERVICE_UNAVAILABLE


def _database(_request: HttpRequest, _fault: Any) -> HttpResponse:
    _LOG.exception("database")
    return problem(HTTPStatus.SERVICE_UNAVAILABLE, "database", "try again later")


def _unforeseen(request: HttpRequest, _fault: Any) -> HttpResponse:
    _LOG.exception("unforeseen at %s", request.path)
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, "unforeseen", "the fault was written down")
