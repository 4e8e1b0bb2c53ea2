"""A time-stamp authority on loopback: openssl makes its certificates and answers each query.

With ``certs=`` in its configuration openssl adds the chain, in an order that is not DER.
"""

import http.server
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.conftest import needs
from tests.ledger.authority import GOOD

_CONFIG = """
[req]
distinguished_name = name
prompt = no
[name]
CN = {name}
[ca]
basicConstraints = critical,CA:true
subjectKeyIdentifier = hash
[stamping]
extendedKeyUsage = critical,timeStamping
[tsa]
serial = serial
crypto_device = builtin
signer_digest = sha256
default_policy = 1.3.6.1.4.1.13762.3
digests = sha256, sha512
ordering = no
ess_cert_id_chain = no
{certs}
"""
REPLY = "application/timestamp-reply"


@dataclass
class OpensslAuthority:
    """What it does to its answers is up to the test.

    Attributes:
        folder: keys and certificates.
        manner: ``good``, or how it misbehaves: ``stale`` answers an older query, ``spoilt``,
            ``redirect``, ``page`` (a web page), ``large``, ``busy`` (status 503); ``slow`` answers
            by another authority, `GOOD`, whose clock is an hour behind.
        asked: queries so far.
        chained: whether a token carries the chain, an intermediate certificate in it.
    """

    folder: Path
    address: str = ""
    manner: str = "good"
    asked: list[bytes] = field(default_factory=list)
    chained: bool = False

    def __post_init__(self) -> None:
        """Make the certificates: a root, with `chained` one between, and the authority's."""
        self.folder.mkdir()
        (self.folder / "serial").write_text("01\n", encoding="ascii")
        certs = "certs = middle.pem" if self.chained else ""
        for name in ("root", "middle", "tsa"):
            text = _CONFIG.format(name=f"Loopback {name}", certs=certs)
            (self.folder / f"{name}.cnf").write_text(text, encoding="ascii")
            self._openssl(f"genpkey -quiet -algorithm RSA -out {name}.key")
        self._openssl(
            "req -x509 -key root.key -out root.pem -days 30 -config root.cnf -extensions ca"
        )
        if self.chained:
            self._issue("middle", by="root", extensions="ca")
        self._issue("tsa", by="middle" if self.chained else "root", extensions="stamping")

    def _issue(self, name: str, *, by: str, extensions: str) -> None:
        self._openssl(f"req -new -key {name}.key -out {name}.csr -config {name}.cnf")
        self._openssl(
            f"x509 -req -in {name}.csr -CA {by}.pem -CAkey {by}.key -days 30 -out {name}.pem"
            f" -extfile {name}.cnf -extensions {extensions}"
        )

    def _openssl(self, line: str) -> None:
        command = [needs("openssl"), *line.split()]
        subprocess.run(command, cwd=self.folder, check=True, capture_output=True)

    @property
    def root(self) -> Path:
        return self.folder / "root.pem"

    def answer(self, query: bytes) -> bytes:
        """Return openssl's response."""
        self.asked.append(query)
        if self.manner == "slow":
            return GOOD.answer(query, at=datetime.now(UTC) - timedelta(hours=1))
        (self.folder / "query").write_bytes(self.asked[0] if self.manner == "stale" else query)
        self._openssl(
            "ts -reply -queryfile query -config tsa.cnf -section tsa -signer tsa.pem -inkey tsa.key"
            " -out reply"
        )
        data = (self.folder / "reply").read_bytes()
        return data[:-1] + bytes([data[-1] ^ 1]) if self.manner == "spoilt" else data


@contextmanager
def serving(authority: OpensslAuthority, *, port: int = 0) -> Iterator[OpensslAuthority]:
    """Serve an authority on a port of loopback; its address is filled in."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            data = self.rfile.read(int(self.headers["Content-Length"]))
            status = {"redirect": 307, "busy": 503}.get(authority.manner, 200)
            body = authority.answer(data) if authority.manner != "large" else bytes(1 << 20)
            self.send_response(status)
            page = authority.manner == "page"
            self.send_header("Content-Type", "text/html" if page else REPLY)
            self.send_header("Location", authority.address)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    authority.address = f"http://127.0.0.1:{server.server_port}/tsa"
    try:
        yield authority
    finally:
        server.shutdown()
        server.server_close()
