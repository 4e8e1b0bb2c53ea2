"""The ASGI application of a node: a WSGI one behind bodies that are whole and lanes of threads."""

import asyncio
import contextlib
import io
import logging
import sys
from contextvars import Context, copy_context
from http import HTTPStatus
from typing import Any, Final

from comity.exchange.wire_errors import WIRE_ERRORS
from comity.node.people.signin.trusted_proxies import network_behind
from comity.node.site.server import answers
from comity.node.site.server.answers import Answer, Receive, Send, Wsgi
from comity.node.site.server.request_bodies import (
    ArrivingBody,
    BodyError,
    Crowd,
    Intake,
    drain,
    length_of,
    most_bytes,
)
from comity.node.site.server.thread_lanes import UPLOADS, Lanes, lane_of
from comity.node.web.problems import BUSY, CONTENT_TYPE, is_exchange, problem_body

_LOG: Final = logging.getLogger("comity.front")
_PROBLEM: Final = (b"content-type", CONTENT_TYPE.encode())
CODES: Final = {
    HTTPStatus.BAD_REQUEST: "request-malformed",
    HTTPStatus.REQUEST_TIMEOUT: "body-slow",
    HTTPStatus.LENGTH_REQUIRED: "length-none",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "oversize",
    HTTPStatus.TOO_MANY_REQUESTS: "too-many",
    HTTPStatus.SERVICE_UNAVAILABLE: "busy",
}
_UNREAD: Final = (HTTPStatus.LENGTH_REQUIRED, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
"""With these a body is refused for its size, while its sender still sends."""
_BARE: Final = {"content-length": "CONTENT_LENGTH", "content-type": "CONTENT_TYPE"}


class Front:
    """Takes requests in whole, has them answered in their lanes, sends the answers.

    Args:
        application: of WSGI.
        threads: of the general lane.
        proxies: whose word on the client's address counts.
    """

    def __init__(self, application: Wsgi, *, threads: int, proxies: tuple[str, ...] = ()) -> None:
        self._application, self._proxies = application, proxies
        self._lanes, self._crowd = Lanes(threads), Crowd()

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """Answer one request (ASGI 3)."""
        lane, headers = lane_of(scope["method"], scope["path"]), _headers(scope)
        pool, context = self._lanes.pool(lane), copy_context()
        intake = Intake(receive, self._address(scope, headers), self._crowd)
        try:
            try:
                environ = environment(scope, headers)
                body = await self._body(environ, headers, intake, receive, streamed=lane == UPLOADS)
            except BodyError as fault:
                if fault.status in _UNREAD:
                    await drain(receive)
                answer = refusal(scope["path"], fault.status, str(fault))
            else:
                with body:
                    environ["wsgi.input"] = body
                    answer = await self._made(pool, context, environ)
                intake.end()
            with contextlib.suppress(TimeoutError):
                await answers.deliver(answer, receive, send, pool, context)
        finally:
            intake.end()

    async def _made(self, pool: Any, context: Context, environ: dict[str, Any]) -> Answer:
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(
                pool, context.run, answers.made, self._application, environ
            )
        except Exception:  # noqa: BLE001 - whatever it is, the sender gets an answer
            _LOG.exception("a request ended without an answer")
            detail = "the node failed; try again later"
            return refusal(environ["PATH_INFO"], HTTPStatus.INTERNAL_SERVER_ERROR, detail)

    async def _body(
        self,
        environ: dict[str, Any],
        headers: dict[str, str],
        intake: Intake,
        receive: Receive,
        *,
        streamed: bool,
    ) -> Any:
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        http1 = environ["SERVER_PROTOCOL"].startswith("HTTP/1")
        length = length_of(headers, http1=http1, method=method)
        if length == 0:
            return io.BytesIO()
        if streamed and length is not None:
            return io.BufferedReader(ArrivingBody(receive, asyncio.get_running_loop()))
        if (length or 0) > most_bytes(path):
            raise BodyError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "no body here is so long")
        return await intake.whole(length)

    def _address(self, scope: dict[str, Any], headers: dict[str, str]) -> str:
        peer = (scope.get("client") or ("", 0))[0]
        return network_behind(peer, headers.get("x-forwarded-for", ""), self._proxies)


def refusal(path: str, status: HTTPStatus, detail: str) -> Answer:
    """Return a problem (RFC 9457) that ends the connection: what follows on it is not read.

    Args:
        path: that was called; a node learns whether to come again.
        status: of HTTP.
        detail: a sentence.
    """
    headers = [_PROBLEM, (b"connection", b"close"), (b"cache-control", b"no-store")]
    if status in BUSY:
        headers.append((b"retry-after", b"5"))
    code = CODES.get(status, "unforeseen")
    retryable = WIRE_ERRORS[code].retryable if is_exchange(path) else None
    return Answer(int(status), headers, problem_body(status, code, detail, retryable=retryable))


def environment(scope: dict[str, Any], headers: dict[str, str]) -> dict[str, Any]:
    """Return what WSGI calls the environment of a request, but for its body (PEP 3333)."""
    server, client = scope.get("server") or ("localhost", 80), scope.get("client") or ("", 0)
    environ = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": scope["path"].encode().decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1]),
        "REMOTE_ADDR": client[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, text in headers.items():
        environ[_BARE.get(name) or f"HTTP_{name.upper().replace('-', '_')}"] = text
    return environ


def _headers(scope: dict[str, Any]) -> dict[str, str]:
    """Return the header fields by their names in small letters.

    One whose name has an underscore is dropped: in WSGI it would be taken for one with a hyphen.
    """
    found: dict[str, str] = {}
    for raw, value in scope["headers"]:
        name, text = raw.decode("latin-1").lower(), value.decode("latin-1")
        if "_" in name:
            continue
        if name in found:
            text = f"{found[name]}{'; ' if name == 'cookie' else ','}{text}"
        found[name] = text
    return found
