"""A small OpenID provider on loopback, and the ways in which one can lie; tokens by joserfc."""

import base64
import hashlib
import json
import threading
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

CLIENT = "comity"
SECRET = "not a secret of anybody"
RSA = RSAKey.generate_key(2048, {"kid": "now", "use": "sig"})
with warnings.catch_warnings(action="ignore"):  # that it is too short is the point
    SHORT = RSAKey.generate_key(1024, {"kid": "now", "use": "sig"})
CURVE = ECKey.generate_key("P-256", {"kid": "curve", "use": "sig"})
OTHER = RSAKey.generate_key(2048, {"kid": "now", "use": "sig"})


@dataclass
class Lie:
    """What the provider does otherwise than it should.

    Attributes:
        claims: that replace those of the ID token; None takes one out.
        header: of the ID token.
        key: that signs it.
        raw: the ID token itself.
        document: members that replace those of the discovery document.
        keys: that it publishes.
        status: of the answer of the token endpoint.
        body: of that answer.
    """

    claims: dict[str, Any] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=lambda: {"alg": "RS256", "kid": "now"})
    key: Any = field(default_factory=lambda: RSA)
    raw: str | None = None
    document: dict[str, Any] = field(default_factory=dict)
    keys: list[Any] = field(default_factory=lambda: [RSA, CURVE])
    status: int = 200
    body: bytes | None = None


@dataclass
class Provider:
    """A provider that runs, and what was asked of it last."""

    issuer: str = ""
    lie: Lie = field(default_factory=Lie)
    subject: str = "8f14e45f"
    asked: dict[str, str] = field(default_factory=dict)
    """The query with which the browser came."""
    posted: dict[str, str] = field(default_factory=dict)
    """The form of the token endpoint."""
    authorization: str = ""

    def document(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            **self.lie.document,
        }

    def browse(self, address: str) -> dict[str, str]:
        """Be where the browser is sent; return the query with which it is led back."""
        assert address.startswith(f"{self.issuer}/authorize?")
        self.asked = {name: one for name, (one,) in parse_qs(urlsplit(address).query).items()}
        return {"code": "a-code", "state": self.asked["state"]}

    def token(self) -> str:
        if self.lie.raw is not None:
            return self.lie.raw
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": self.subject,
            "nonce": self.asked.get("nonce"),
            "iat": now,
            "exp": now + 60,
            **self.lie.claims,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        alg = self.lie.header["alg"]
        return jwt.encode(self.lie.header, claims, self.lie.key, algorithms=[alg])

    def answer(self) -> tuple[int, bytes]:
        """Return the token endpoint's answer; PKCE is checked as a provider does."""
        digest = hashlib.sha256(self.posted["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        assert challenge == self.asked["code_challenge"]
        assert self.posted["redirect_uri"] == self.asked["redirect_uri"]
        if self.lie.body is not None:
            return self.lie.status, self.lie.body
        body = {"access_token": "x", "token_type": "Bearer", "id_token": self.token()}
        return self.lie.status, json.dumps(body).encode()


@contextmanager
def provider() -> Iterator[Provider]:
    """Run a provider until the test is over."""
    made = Provider()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *args: object) -> None:
            """Say nothing."""

        def _give(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            if self.path == "/keys":
                keys = [key.as_dict(private=False) for key in made.lie.keys]
                self._give(200, json.dumps({"keys": keys}).encode())
            elif self.path == "/.well-known/openid-configuration":
                self._give(200, json.dumps(made.document()).encode())
            else:
                self._give(404, b"{}")

        def do_POST(self) -> None:
            data = self.rfile.read(int(self.headers["Content-Length"])).decode()
            made.posted = {name: one for name, (one,) in parse_qs(data).items()}
            made.authorization = self.headers.get("Authorization", "")
            self._give(*made.answer())

    server = HTTPServer(("127.0.0.1", 0), Handler)
    made.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def with_secret_of_the_public_key() -> Any:
    """Return an HMAC key made of what everybody knows: the modulus of the public key."""
    return OctKey.import_key({"kty": "oct", "kid": "now", "k": RSA.as_dict(private=False)["n"]})
