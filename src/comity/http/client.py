"""A client for one kind of server: asks once, follows nobody, and reads no more than was said.

It takes nothing from the environment but the machine's certificate authorities. Answers come as
they were sent: none is asked for compressed, and none is unpacked.
"""

import base64
import os
import re
import ssl
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from http.client import HTTPException, HTTPResponse, UnknownTransferEncoding, parse_headers
from math import inf
from typing import Any, Final
from urllib.parse import unquote

from urllib3 import (
    BaseHTTPResponse,
    HTTPConnectionPool,
    HTTPHeaderDict,
    HTTPSConnectionPool,
    PoolManager,
    Timeout,
)
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import LocationParseError
from urllib3.util import Url, parse_url
from urllib3.util.response import assert_header_parsing

from comity.http.errors import AnswerTooLongError, without_answer

# Answers that are HTTP/1.1, and none without an end: what the standard library lets pass.
#
# Source: RFC 9110 section 15.2 (interim answers), RFC 9112 sections 6.1 to 6.3 and 7.1 (framing).


MOST_INTERIM: Final = 16
"""How many answers of 1xx may come before the answer."""
_LENGTH: Final = re.compile(r"[0-9]{1,18}")


class StrictResponse(HTTPResponse):
    """An answer on the line. Each header, and each trailer, ends after a hundred short lines."""

    def begin(self) -> None:
        """Read status and fields, and refuse those after which nobody knows where a body ends."""
        super().begin()
        assert_header_parsing(self.msg)
        if self.msg.get("Transfer-Encoding") is not None:
            if not self.chunked or len(self.msg.get_all("Transfer-Encoding", [])) > 1:
                raise UnknownTransferEncoding
            del self.msg["Content-Length"]  # chunks count
        lengths = set(self.msg.get_all("Content-Length", []))
        if len(lengths) > 1 or not all(_LENGTH.fullmatch(one) for one in lengths):
            raise HTTPException("Content-Length")

    def _read_status(self) -> tuple[str, int, str]:
        for _ in range(MOST_INTERIM + 1):
            version, status, reason = super()._read_status()  # type: ignore[misc]
            if not 100 <= status < 200:
                return version, status, reason
            if status == 101:
                raise HTTPException("another protocol")
            parse_headers(self.fp)
        raise HTTPException("interim answers without end")

    def _read_next_chunk_size(self) -> int:
        size: int = super()._read_next_chunk_size()  # type: ignore[misc]
        if size < 0:
            raise HTTPException("size of a chunk")
        return size

    def _read_and_discard_trailer(self) -> None:
        parse_headers(self.fp)


# Connections kept between requests: how long, how many, and how patient they are.


IDLE_S: Final = 5.0
"""After this nobody knows if a quiet line still stands: a firewall may have dropped it."""
MOST_SERVERS: Final = 64
MOST_EACH: Final = 20


class _Plain(HTTPConnection):
    response_class = StrictResponse
    idle_since = inf


class _Secure(HTTPSConnection):
    response_class = StrictResponse
    idle_since = inf


class _PlainPool(HTTPConnectionPool):
    ConnectionCls: type[_Plain] | type[_Secure] = _Plain

    def _validate_conn(self, conn: Any) -> None:
        """Connect, with the patience for connecting; what follows has that for each step."""
        if time.monotonic() - conn.idle_since > IDLE_S:
            conn.close()
        super()._validate_conn(conn)
        if conn.is_closed:
            conn.connect()
        conn.timeout = self.timeout.read_timeout

    def _put_conn(self, conn: Any) -> None:
        if conn is not None:
            conn.idle_since = time.monotonic()
        super()._put_conn(conn)


class _SecurePool(_PlainPool, HTTPSConnectionPool):
    ConnectionCls: type[_Secure] = _Secure


def pools(*, connect_s: float, step_s: float) -> PoolManager:
    """Return an empty set of pools, safe between threads; arguments as for `Client`."""
    made = PoolManager(
        num_pools=MOST_SERVERS,
        maxsize=MOST_EACH,
        retries=False,
        timeout=Timeout(connect=connect_s, read=step_s),
    )
    made.pool_classes_by_scheme = {"http": _PlainPool, "https": _SecurePool}
    return made


PIECE_BYTES: Final = 64 * 1024
_SENT_BYTES: Final = 16 * 1024
"""How much is sent within one step's patience: as much as one TLS record holds."""
_FIELDS: Final = {"User-Agent": "comity", "Accept": "*/*", "Accept-Encoding": "identity"}


@dataclass(frozen=True)
class Answer:
    """A whole answer.

    Attributes:
        status: of HTTP.
        headers: any case; doubled ones are joined by a comma, and apart by ``getlist``.
        body: as it was sent.
    """

    status: int
    headers: HTTPHeaderDict
    body: bytes

    @property
    def ok(self) -> bool:
        """Tell whether it is a success."""
        return 200 <= self.status < 300


class Incoming:
    """An answer whose body is still to come; status and headers as those of `Answer`."""

    def __init__(self, raw: BaseHTTPResponse) -> None:
        self.status, self.headers = raw.status, raw.headers
        self._raw = raw

    @property
    def ok(self) -> bool:
        """Tell whether it is a success."""
        return 200 <= self.status < 300

    def pieces(self) -> Iterator[bytes]:
        """Yield the body as it arrives, in pieces of at most 64 KiB.

        Raises:
            NoAnswerError: the line broke, or was silent for longer than a step may take.
        """
        while True:
            with without_answer():
                piece = self._raw.read1(PIECE_BYTES)
            if not piece:
                return
            yield piece

    def read(self, max_bytes: int | None) -> bytes:
        """Return the rest of the body.

        Args:
            max_bytes: most bytes; None where the server is one's own.

        Raises:
            AnswerTooLongError: there is more.
            NoAnswerError: as for `pieces`.
        """
        found = bytearray()
        for piece in self.pieces():
            found += piece
            if max_bytes is not None and len(found) > max_bytes:
                raise AnswerTooLongError
        return bytes(found)


class Client:
    """Connections that are kept between requests; safe between threads, and not kept by a fork.

    Args:
        connect_s: seconds until a connection stands.
        step_s: seconds until the next bytes are sent or come; an answer may take many steps.
        tls: whom to believe; None for the machine's authorities.
        server_name: whose name the certificate bears and is asked for, if not the address's host.
    """

    def __init__(
        self,
        *,
        connect_s: float,
        step_s: float,
        tls: ssl.SSLContext | None = None,
        server_name: str | None = None,
    ) -> None:
        self._connect_s, self._step_s = connect_s, step_s
        self._tls, self._server_name = tls, server_name
        self._process, self._made = os.getpid(), self._anew()

    def ask(
        self,
        method: str,
        url: str,
        *,
        max_bytes: int | None,
        headers: Mapping[str, str] | None = None,
        body: bytes | Iterable[bytes] | None = None,
    ) -> Answer:
        """Send a request and return the whole answer.

        Args:
            method: of HTTP.
            url: as for `stream`.
            headers: as for `stream`.
            body: as for `stream`.
            max_bytes: most bytes of the answer; None where the server is one's own.

        Raises:
            AnswerTooLongError: the answer is longer.
            NoAnswerError: there is none.
        """
        with self.stream(method, url, headers=headers, body=body) as answer:
            return Answer(answer.status, answer.headers, answer.read(max_bytes))

    @contextmanager
    def stream(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | Iterable[bytes] | None = None,
    ) -> Iterator[Incoming]:
        """Send a request and give the answer as it comes; what is left of it is not read.

        Args:
            method: of HTTP.
            url: http or https; a name and password in it are sent as such (RFC 7617).
            headers: fields; they replace those that every request has.
            body: bytes, or pieces, which go in chunks where no field says their length.

        Raises:
            NoAnswerError: there is none.
        """
        with without_answer():
            raw = self._send(method, parse_url(url), HTTPHeaderDict(_FIELDS), headers or {}, body)
        try:
            yield Incoming(raw)
        finally:
            raw.close()  # one that was read to its end has given its connection back before
            raw.release_conn()

    def close(self) -> None:
        """Close all connections."""
        self._pools().clear()

    def _send(
        self,
        method: str,
        place: Url,
        fields: HTTPHeaderDict,
        more: Mapping[str, str],
        body: bytes | Iterable[bytes] | None,
    ) -> BaseHTTPResponse:
        if place.scheme not in {"http", "https"} or not place.host:
            raise LocationParseError("address")
        if place.auth is not None:
            pair = base64.b64encode(unquote(place.auth).encode()).decode()
            fields["Authorization"] = f"Basic {pair}"
        if isinstance(body, bytes) and body:
            fields["Content-Length"] = str(len(body))
        for name, value in more.items():
            fields[name] = value
        secure = self._secure if place.scheme == "https" else None
        pool = self._pools().connection_from_host(place.host, place.port, place.scheme, secure)
        return pool.urlopen(
            method,
            place.request_uri,
            body=_cut([body] if isinstance(body, bytes) else body) if body else None,
            headers=fields,
            retries=False,
            redirect=False,
            preload_content=False,
            decode_content=False,
        )

    @cached_property
    def _secure(self) -> dict[str, Any]:
        """Settings of pools for TLS; the machine's authorities are read when first needed."""
        tls = self._tls or ssl.create_default_context()
        return {
            "ssl_context": tls,
            "assert_hostname": None if tls.check_hostname else False,
            "server_hostname": self._server_name,
        }

    def _anew(self) -> PoolManager:
        return pools(connect_s=self._connect_s, step_s=self._step_s)

    def _pools(self) -> PoolManager:
        """Return the pools of this process: a fork must not write on its parent's lines."""
        if self._process != os.getpid():
            self._made, self._process = self._anew(), os.getpid()
        return self._made


def _cut(pieces: Iterable[bytes]) -> Iterator[bytes]:
    for piece in pieces:
        for start in range(0, len(piece), _SENT_BYTES):
            yield piece[start : start + _SENT_BYTES]


# Whose TLS certificate is believed: the one that is pinned, whatever else a machine trusts.


def pinned_context(certificate: str | bytes) -> ssl.SSLContext:
    """Return TLS settings that trust one certificate alone, whatever name it bears (spec 13.2).

    Args:
        certificate: PEM as text, or DER.

    Raises:
        ssl.SSLError, ValueError: it is no certificate.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.check_hostname = False  # the certificate itself is pinned
    context.load_verify_locations(cadata=certificate)
    return context
