"""Errors as programs read them: RFC 9457, on every address that programs call, whatever happens."""

from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from comity.canonical import encode

CONTENT_TYPE: Final = "application/problem+json"
PROGRAMS: Final = ("/api/", "/directory/", "/exchange/", "/tile/", "/witness/")
"""What begins so is called by programs: partners, witnesses, clients."""
_HEALTH: Final = "/up"
_OF_THE_PAGE: Final = ("Content-Encoding", "Content-Language", "Content-Length", "ETag")
_CODES: Final = {
    HTTPStatus.BAD_REQUEST: ("request-malformed", "the request cannot be read"),
    HTTPStatus.FORBIDDEN: ("csrf", "the CSRF token is missing, or the request is another site's"),
    HTTPStatus.NOT_FOUND: ("not-here", "there is no such thing here"),
    HTTPStatus.METHOD_NOT_ALLOWED: ("method", "this address takes other methods: see Allow"),
}
_OTHER: Final = ("unforeseen", "the node failed; its operator finds the cause in its log")


def problem_body(
    status: int, code: str, detail: str, errors: Sequence[Mapping[str, str]] = ()
) -> bytes:
    """Return the body of an error.

    Args:
        status: of HTTP, repeated inside.
        code: stable, of this program (spec 14).
        detail: a sentence; never payload, secrets or personal data.
        errors: what is wrong with members of the request, one each, or nothing.
    """
    title = HTTPStatus(status).phrase
    told = {"code": code, "detail": detail, "status": int(status), "title": title}
    more = {"errors": [dict(one) for one in errors]} if errors else {}
    return encode(told | more | {"type": "about:blank"})


def problem(
    status: int, code: str, detail: str, errors: Sequence[Mapping[str, str]] = ()
) -> HttpResponse:
    """Return an error as an answer; see `problem_body`."""
    body = problem_body(status, code, detail, errors)
    return HttpResponse(body, status=status, content_type=CONTENT_TYPE)


def for_programs(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Let no error of an address for programs be a page, or bring a cookie (middleware)."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        answer = get_response(request)
        programs = request.path.startswith(PROGRAMS) or request.path == _HEALTH
        if answer.status_code < HTTPStatus.BAD_REQUEST or not programs:
            return answer
        answer.cookies.clear()
        page = answer.headers.get("Content-Type", "text/html").startswith("text/html")
        if page and isinstance(answer, HttpResponse):
            code, detail = _CODES.get(HTTPStatus(answer.status_code), _OTHER)
            answer.content = problem_body(answer.status_code, code, detail)
            answer.headers["Content-Type"] = CONTENT_TYPE
            for name in _OF_THE_PAGE:
                answer.headers.pop(name, None)
        return answer

    return middleware
