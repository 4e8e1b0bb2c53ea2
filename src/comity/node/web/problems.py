"""Errors as programs read them: RFC 9457, on every address that programs call, whatever happens.

Between nodes they carry `retryable` too, and their status is that of the code (spec 13.2, 14).
"""

from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from comity.canonical import ComityError, OperationError, encode
from comity.exchange.wire_errors import status_retryable, wire_error
from comity.ledger.witness import CONFLICT_CONTENT_TYPE

CONTENT_TYPE: Final = "application/problem+json"
EXCHANGE: Final = ("/directory/", "/exchange/", "/log/", "/witness/")
"""What begins so is called by nodes: partners, witnesses, secretariats; and for them."""
PROGRAMS: Final = ("/api/", *EXCHANGE)
"""What begins so is called by programs: nodes and clients."""
RETRY_AFTER_S: Final = 30
"""When a partner is asked to come again, where nothing better is known (503)."""
BUSY: Final = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)
"""Statuses that say when to come again."""
_HEALTH: Final = "/up"
_PROTOCOLS_OWN: Final = (CONTENT_TYPE, CONFLICT_CONTENT_TYPE)
"""What the body of an error between nodes may be: a problem, or what tlog-witness has instead."""
_OF_THE_PAGE: Final = ("Content-Encoding", "Content-Language", "Content-Length", "ETag")
_CODES: Final = {
    HTTPStatus.BAD_REQUEST: ("request-malformed", "the request cannot be read"),
    HTTPStatus.FORBIDDEN: ("csrf", "the CSRF token is missing, or the request is another site's"),
    HTTPStatus.NOT_FOUND: ("not-here", "there is no such thing here"),
    HTTPStatus.METHOD_NOT_ALLOWED: ("method", "this address takes other methods: see Allow"),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: ("oversize", "the body is too large"),
}
_OTHER: Final = ("unforeseen", "the node failed; its operator finds the cause in its log")


def problem_body(
    status: int,
    code: str,
    detail: str,
    errors: Sequence[Mapping[str, str]] = (),
    *,
    retryable: bool | None = None,
) -> bytes:
    """Return the body of an error.

    Args:
        status: of HTTP, repeated inside.
        code: stable, of this program (spec 14).
        detail: a sentence; never payload, secrets or personal data.
        errors: what is wrong with members of the request, one each, or nothing.
        retryable: between nodes, whether the request may succeed later as it is.
    """
    title = HTTPStatus(status).phrase
    told = {"code": code, "detail": detail, "status": int(status), "title": title}
    more: dict[str, Any] = {"errors": [dict(one) for one in errors]} if errors else {}
    if retryable is not None:
        more["retryable"] = retryable
    return encode(told | more | {"type": "about:blank"})


def problem(
    status: int, code: str, detail: str, errors: Sequence[Mapping[str, str]] = ()
) -> HttpResponse:
    """Return an error as an answer; see `problem_body`."""
    body = problem_body(status, code, detail, errors)
    return HttpResponse(body, status=status, content_type=CONTENT_TYPE)


def is_exchange(path: str) -> bool:
    """Tell whether an address is one that nodes call (spec 13.2)."""
    return path.startswith(EXCHANGE)


def wire_problem(
    code: str,
    detail: str,
    *,
    kind: type[ComityError] = OperationError,
    retry_after_s: int = RETRY_AFTER_S,
) -> HttpResponse:
    """Return an error as an answer to a node: status and ``retryable`` are those of the code.

    Args:
        code: stable.
        detail: a sentence; never payload, secrets or personal data.
        kind: class of the error; counts for a code that the table of the wire lacks.
        retry_after_s: when to come again, where the status says that it may.
    """
    wire = wire_error(code, kind)
    body = problem_body(wire.status, code, detail, retryable=wire.retryable)
    answer = HttpResponse(body, status=wire.status, content_type=CONTENT_TYPE)
    if wire.status in BUSY:
        answer.headers["Retry-After"] = str(retry_after_s)
    return answer


def for_programs(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Let no error of an address for programs be a page, or bring a cookie (middleware).

    At an address that nodes call it is a problem with ``retryable``, whoever made it.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        answer = get_response(request)
        programs = request.path.startswith(PROGRAMS) or request.path == _HEALTH
        if answer.status_code < HTTPStatus.BAD_REQUEST or not programs:
            return answer
        answer.cookies.clear()
        told = answer.headers.get("Content-Type", "text/html").partition(";")[0]
        between_nodes = is_exchange(request.path)
        foreign = told not in _PROTOCOLS_OWN if between_nodes else told == "text/html"
        if foreign and isinstance(answer, HttpResponse):
            _make_problem(answer, between_nodes=between_nodes)
        return answer

    return middleware


def _make_problem(answer: HttpResponse, *, between_nodes: bool) -> None:
    """Put a problem in the place of a page."""
    status = answer.status_code
    code, detail = _CODES.get(HTTPStatus(status), _OTHER)
    retryable = status_retryable(status) if between_nodes else None
    answer.content = problem_body(status, code, detail, retryable=retryable)
    answer.headers["Content-Type"] = CONTENT_TYPE
    for name in _OF_THE_PAGE:
        answer.headers.pop(name, None)
    if between_nodes and status in BUSY:
        answer.headers.setdefault("Retry-After", str(RETRY_AFTER_S))
