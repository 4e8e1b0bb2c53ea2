"""A receiver of webhooks on loopback that checks as Standard Webhooks says, by itself."""

import base64
import contextlib
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast


@dataclass
class Took:
    """One call as it came."""

    headers: dict[str, str]
    body: bytes

    @property
    def value(self) -> dict[str, Any]:
        return dict(json.loads(self.body))

    def is_signed_by(self, secret: str) -> bool:
        key = base64.b64decode(secret.split("_", 1)[1])
        signed = f"{self.headers['webhook-id']}.{self.headers['webhook-timestamp']}."
        wanted = hmac.new(key, signed.encode() + self.body, hashlib.sha256).digest()
        told = [one.split(",") for one in self.headers["webhook-signature"].split(" ")]
        return any(
            version == "v1" and hmac.compare_digest(base64.b64decode(text), wanted)
            for version, text in told
        )


@dataclass
class Receiver:
    """What came, and what is answered."""

    port: int = 0
    status: int = 204
    taken: list[Took] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}/in"


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        kept = cast("Any", self.server).kept
        body = self.rfile.read(int(self.headers["Content-Length"]))
        kept.taken.append(Took({name.lower(): v for name, v in self.headers.items()}, body))
        self.send_response(kept.status)
        if kept.status // 100 == 3:
            self.send_header("Location", f"http://127.0.0.1:{kept.port}/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@contextlib.contextmanager
def receiver() -> Iterator[Receiver]:
    server: Any = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.kept = Receiver(port=server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.kept
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
