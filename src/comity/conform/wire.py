"""Requests to the node under test: signed as the specification says, or spoilt on purpose."""

import base64
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlsplit

from comity.canonical import MisuseError, Mode, PeerError, decode_loose
from comity.http import Client, NoAnswerError, pinned_context
from comity.keys import PrivateKey
from comity.keys.http import COMPONENTS, content_digest

CONNECT_S: Final = 10.0
TIMEOUT_S: Final = 60.0
OCTETS: Final = "application/octet-stream"
MAX_PROBLEM_BYTES: Final = 64 * 1024
MAX_ANSWER_BYTES: Final = 1024 * 1024 * 1024
ALGORITHMS: Final = {"Ed25519": "ed25519", "ES256": "ecdsa-p256-sha256"}


@dataclass(frozen=True)
class Answer:
    """What the node answered.

    Attributes:
        method, path: of the request, the path with its query.
        status: of HTTP; 0 where the connection broke.
        headers: names in lower case.
        body: whole.
    """

    method: str
    path: str
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def kind(self) -> str:
        """Return the media type, without parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def problem(self) -> dict[str, object]:
        """Return the JSON object of an error, or an empty one."""
        try:
            value = decode_loose(self.body, max_bytes=MAX_PROBLEM_BYTES)
        except PeerError:
            return {}
        return value if isinstance(value, dict) else {}

    @property
    def code(self) -> str:
        """Return the code of an error, or nothing."""
        return str(self.problem.get("code", "")) if self.status >= 400 else ""

    def words(self) -> str:
        """Return the answer as a sentence says it."""
        if not self.status:
            return f"no answer to {self.method} {self.path} (the connection broke)"
        told = f"status {self.status}"
        if self.code:
            return f"{told} with the code {self.code}"
        return f"{told} with {len(self.body)} bytes of {self.kind or 'no media type'}"


@dataclass
class Signing:
    """How a request is signed; each attribute is what the specification asks, unless changed.

    Attributes:
        key: by which.
        mode: in the tag.
        sender, recipient: as the header fields say them.
        kid, alg: as the parameters say them; None for the key's own.
        components: that are covered.
        label: of the signature.
        age_s: seconds since it was made.
        tag: None for the protocol's own.
        covers: what the signature is over, None for the request itself: method, path, query, body.
        parameters: changes the text of the parameters.
        finish: changes the header fields after signing.
    """

    key: PrivateKey
    mode: Mode
    sender: str
    recipient: str
    kid: str | None = None
    alg: str | None = None
    components: tuple[str, ...] = COMPONENTS
    label: str = "comity"
    age_s: float = 0
    tag: str | None = None
    covers: tuple[str, str, str, bytes] | None = None
    parameters: Callable[[str], str] = field(default=lambda text: text)
    finish: Callable[[dict[str, str]], dict[str, str]] = field(default=lambda fields: fields)

    def headers(self, method: str, path: str, query: str, body: bytes) -> dict[str, str]:
        """Return the header fields that sign a request."""
        told = self.covers or (method, path, query, body)
        values = {
            "@method": told[0],
            "@path": told[1],
            "@query": f"?{told[2]}",
            "content-digest": content_digest(told[3]),
            "comity-from": self.sender,
            "comity-to": self.recipient,
            "content-type": OCTETS,
        }
        made = int(datetime.now(UTC).timestamp() - self.age_s)
        listed = " ".join(f'"{name}"' for name in self.components)
        parameters = self.parameters(
            f'({listed});created={made};keyid="{self.kid or self.key.kid}"'
            f';alg="{self.alg or ALGORITHMS[self.key.alg]}";nonce="{secrets.token_urlsafe(16)}"'
            f';tag="{self.tag or f"comity-1.{self.mode}"}"'
        )
        lines = [f'"{name}": {values[name]}' for name in self.components]
        base = "\n".join([*lines, f'"@signature-params": {parameters}'])
        value = base64.b64encode(self.key.sign(base.encode())).decode()
        return self.finish(
            {
                "comity-from": self.sender,
                "comity-to": self.recipient,
                "content-digest": content_digest(told[3]),
                "signature": f"{self.label}=:{value}:",
                "signature-input": f"{self.label}={parameters}",
            }
        )


class Wire:
    """Connections to the node; they follow no redirect and know no proxy.

    Args:
        url: of the node.
        certificate: its TLS certificate as its entry pins it, base64 DER, or None.
    """

    def __init__(self, url: str, certificate: str | None = None) -> None:
        parts = urlsplit(url)
        self.origin, self.base = f"{parts.scheme}://{parts.netloc}", parts.path.rstrip("/")
        self.answers: list[Answer] = []
        self.busy_until = 0.0
        tls = None if certificate is None else pinned_context(base64.b64decode(certificate))
        self._http = Client(connect_s=CONNECT_S, step_s=TIMEOUT_S, tls=tls)

    def reach(self) -> None:
        """Raise MisuseError unless the node answers at all."""
        try:
            url = f"{self.origin}{self.base}/exchange/v1/epochs"
            self._http.ask("GET", url, max_bytes=MAX_ANSWER_BYTES)
        except NoAnswerError as fault:
            told = f"{self.origin} does not answer ({fault.kind}); start the node first"
            raise MisuseError(told) from fault

    def ask(
        self,
        method: str,
        path: str,
        *,
        query: str = "",
        body: bytes = b"",
        signing: Signing | None = None,
        headers: Mapping[str, str] | None = None,
        chunked: bool = False,
    ) -> Answer:
        """Send a request and return the answer, whatever it is.

        Args:
            method: of HTTP.
            path: below the node's address.
            query: without question mark.
            body: whole.
            signing: how it is signed, or None.
            headers: further fields; they replace those that are signed.
            chunked: whether the body is sent in chunks, without its length.
        """
        whole = self.base + path
        fields = {"accept-encoding": "identity"}
        if body:
            fields["content-type"] = OCTETS
        if signing is not None:
            fields |= signing.headers(method, whole, query, body)
        fields |= headers or {}
        shown = whole + (f"?{query}" if query else "")
        try:
            got = self._http.ask(
                method,
                self.origin + shown,
                body=iter([body]) if chunked else body,
                headers=fields,
                max_bytes=MAX_ANSWER_BYTES,
            )
            lower = {name.lower(): value for name, value in got.headers.itermerged()}
            answer = Answer(method, shown, got.status, lower, got.body)
        except NoAnswerError:
            answer = Answer(method, shown, 0, {}, b"")
        self.answers.append(answer)
        return answer

    def close(self) -> None:
        """Close all connections."""
        self._http.close()
