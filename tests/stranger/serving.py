"""The party's HTTP server on loopback (spec 13.2)."""

import contextlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

from tests.stranger.party import Party
from tests.stranger.values import PARTY, RefusedError, demand, encode
from tests.stranger.wire import Request

MAX_BODY_BYTES = 5 * 1024 * 1024
JSON, JOSE = "application/json", "application/jose+json"


class Handler(BaseHTTPRequestHandler):
    """One request; `party` is set by `serve`."""

    party: Party

    def do_GET(self) -> None:
        """Answer what may be read."""
        self._answer("GET")

    def do_POST(self) -> None:
        """Answer what is brought."""
        self._answer("POST")

    def _answer(self, method: str) -> None:
        try:
            length = int(self.headers.get("content-length") or 0)
            demand(length <= MAX_BODY_BYTES, "oversize")
            body = self.rfile.read(length)
            path, mark, query = self.path.partition("?")
            sender = self.headers.get("comity-from", "")
            demand(PARTY.fullmatch(sender), "transport-signature")
            demand(self.headers.get("comity-to") == self.party.name, "transport-signature")
            request = Request(method, path, mark + query, body, sender, self.party.name)
            self.party.check_request(request, dict(self.headers.items()))
            kind, found = self._do(method, path, query, body)
            self._say(200, kind, found)
        except RefusedError as fault:
            problem = {
                "code": fault.code,
                "detail": "refused by the specification",
                "retryable": False,
                "status": 400,
                "title": "Bad Request",
                "type": "about:blank",
            }
            self._say(400, "application/problem+json", encode(problem))

    def _do(self, method: str, path: str, query: str, body: bytes) -> tuple[str, bytes]:
        party, what = self.party, f"{method} {path}"
        if what == "POST /exchange/v1/messages":
            return JOSE, party.receive(body)
        if what == f"GET /log/{party.mode}/{party.name}/1/checkpoint":
            return "text/plain; charset=utf-8", party.log.checkpoint().encode()
        if what == "POST /exchange/v1/checkpoint":
            return JSON, encode({"checkpoint": None})
        if what == "GET /exchange/v1/outbox":
            return JSON, encode({"items": []})
        if what == "GET /exchange/v1/epochs":
            return JSON, encode({"statements": []})
        if what == "GET /exchange/v1/consistency":
            words = parse_qs(query)
            asked = {name: int(words[name][0]) for name in ("from", "to")}
            return JSON, encode({"path": party.log.consistency(asked["from"], asked["to"])})
        raise RefusedError("not-found")

    def _say(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextlib.contextmanager
def serve(party: Party) -> Iterator[None]:
    """Let a party answer on its port while the block runs."""
    handler = type("OwnHandler", (Handler,), {"party": party})
    server = ThreadingHTTPServer(("127.0.0.1", party.port), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
