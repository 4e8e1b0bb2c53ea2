"""The peer's own small server, where the node under test delivers and asks for proofs."""

import contextlib
import re
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from comity.canonical import MisuseError, PeerError, b64, decode, encode, time_text
from comity.conform.folder import PEER, load_certificate, make_certificate, server_context
from comity.conform.letters import raw_jws
from comity.conform.peer import Peer, now
from comity.evidence import age
from comity.exchange import Message, Refused, Verified, accept, read_parcel, replay
from comity.exchange.sections import Parcel
from comity.exchange.wire_errors import WIRE_ERRORS, status_retryable
from comity.keys import jws
from comity.ledger import LogOrigin

MAX_BODY_BYTES: Final = 6 * 1024 * 1024
_SPAN: Final = re.compile(r"from=(\d{1,15})&to=(\d{1,15})(?:&origin=([A-Za-z0-9.:_~/%-]{1,300}))?")
_RANGE: Final = re.compile(r"bytes=(\d{1,15})-(\d{0,15})")
_PACKAGES: Final = "/exchange/v1/packages/"
OUTBOX_PAGE: Final = 64
SOLUTIONS: Final = "/exchange/v1/solutions/"
JSON: Final = "application/json"
_AS_DUE: Final[Mapping[str, Any]] = {}
OCTETS: Final = "application/octet-stream"


@dataclass(frozen=True)
class Reply:
    """What the peer answers to a delivery instead of the receipt."""

    status: int
    kind: str = "application/problem+json"
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Asked:
    """A request that the node made.

    Attributes:
        method, path, query: as sent.
        headers: names in lower case.
        body: whole.
    """

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Arrival:
    """A request by which the node delivered something.

    Attributes:
        at: when, by this machine's clock.
        method, path, query: as sent.
        headers: names in lower case.
        body: sealed.
        opened: the parcel's bytes, or None if it did not open.
        parcel: what they say, or None if it has another shape.
        judged: what the rules of the protocol say of it, or None.
        fault: why one of these is None.
        replied: the status that was answered.
        moment: when, by a clock that measures parts of a second.
    """

    at: datetime
    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    opened: bytes | None = None
    parcel: Parcel | None = None
    judged: Verified | Refused | None = None
    fault: str = ""
    replied: int = 0
    moment: float = field(default_factory=time.monotonic)

    @property
    def message(self) -> Message | None:
        """Return the message, if it is one."""
        return None if self.judged is None else self.judged.message


type Rule = Callable[[Peer, Arrival], Reply | None]


def _good(_peer: Peer, _arrival: Arrival) -> Reply | None:
    return None


class Endpoint:
    """What answers for all scripted parties that have an address.

    Args:
        peers: by name.
        url: of the endpoint.
        tls: folder of the certificate by which it serves TLS, or None on loopback.
    """

    def __init__(self, peers: Mapping[str, Peer], url: str, *, tls: Path | None = None) -> None:
        self.peers, self.url, self._tls = peers, url, tls
        self._context = None if tls is None else server_context(tls)
        self.arrivals: list[Arrival] = []
        self.requests: list[Asked] = []
        """Every request that came, but for its body."""
        self.packages: dict[str, tuple[bytes, bytes]] = {}
        """Sealed packages and their joined block hashes, by root in hex."""
        self.solutions: dict[str, bytes] = {}
        """Files of solutions, by their digest in hex."""
        self.outbox: dict[str, tuple[int, bytes]] = {}
        """Sealed parcels that wait for a node that polls, numbered, by their record digests."""
        self.acknowledged: set[str] = set()
        """Record digests of those of them for which the node gave a receipt."""
        self.rule: Rule = _good
        """What is answered to a delivery; None for the receipt that is due."""
        self.news = threading.Condition()
        self._receipts: dict[tuple[str, str], bytes] = {}
        self._messages: dict[str, list[tuple[Message, str]]] = {}
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to serve.

        Raises:
            MisuseError: the port is taken.
        """
        parts = urlsplit(self.url)
        handler = type("OwnHandler", (_Handler,), {"endpoint": self})
        host = "127.0.0.1" if parts.hostname in ("127.0.0.1", "localhost") else ""
        try:
            self._server = _Server((host, parts.port or 0), handler)
        except OSError as fault:
            told = f"port {parts.port} of {self.url} is taken, so the peer cannot listen there;"
            raise MisuseError(f"{told} end the other run or program that uses it") from fault
        if self._context is not None:
            self._server.socket = self._context.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """End."""
        if self._server is not None and self._thread is not None:
            self._server.shutdown()
            self._server.server_close()
            self._thread.join()

    def wait(self, found: Callable[[], Any], timeout_s: float) -> Any:
        """Return the first true answer of a look at the arrivals, or the last one in time."""
        with self.news:
            self.news.wait_for(lambda: bool(found()), timeout_s)
            return found()

    @contextlib.contextmanager
    def answering(self, rule: Rule) -> Iterator[None]:
        """Answer deliveries by a rule while the block runs."""
        with self.news:
            self.rule = rule
        try:
            yield
        finally:
            with self.news:
                self.rule = _good

    @contextlib.contextmanager
    def as_another(self) -> Iterator[None]:
        """Serve by a certificate that no entry pins while the block runs.

        Raises:
            MisuseError: the endpoint does not serve TLS.
        """
        if self._context is None or self._tls is None or self._server is None:
            raise MisuseError("the endpoint serves no TLS")
        with tempfile.TemporaryDirectory(prefix="comity-conform-") as name:
            begin, end = now() - timedelta(days=1), now() + timedelta(days=1)
            make_certificate(Path(name), urlsplit(self.url).hostname or "", begin=begin, end=end)
            load_certificate(self._context, Path(name))
        self._server.end_connections()
        try:
            yield
        finally:
            load_certificate(self._context, self._tls)
            self._server.end_connections()

    # ------------------------------------------------------------------ answers

    def answer(self, method: str, path: str, query: str, headers: Any, body: bytes) -> Reply:
        """Return the answer to a request."""
        party = headers.get("comity-to", "")
        peer = self.peers.get(party)
        with self.news:
            self.requests.append(Asked(method, path, query, headers, body))
            self.news.notify_all()
        if peer is None:
            return problem(404, "not-here")
        if method == "GET" and path.startswith(_PACKAGES):
            return self._package(path.removeprefix(_PACKAGES), headers.get("range"))
        if method == "GET" and path.startswith(SOLUTIONS):
            data = self.solutions.get(path.removeprefix(SOLUTIONS))
            return problem(404, "solution-foreign") if data is None else Reply(200, OCTETS, data)
        if (method, path) == ("POST", "/exchange/v1/messages"):
            return self._take(peer, Arrival(now(), method, path, query, headers, body))
        if (method, path) == ("GET", f"{LogOrigin.parse(peer.log.origin).path}/checkpoint"):
            return Reply(200, "text/plain; charset=utf-8", peer.log.checkpoint().encode())
        if (method, path) == ("POST", "/exchange/v1/checkpoint"):
            return Reply(200, JSON, encode({"checkpoint": None}))
        if (method, path) == ("GET", "/exchange/v1/outbox"):
            return self._waiting(peer, query)
        if (method, path) == ("POST", "/exchange/v1/receipts"):
            return self._acknowledge(body)
        if (method, path) == ("GET", "/exchange/v1/epochs"):
            return Reply(200, JSON, encode({"statements": []}))
        span = _SPAN.fullmatch(query)
        if (method, path) == ("GET", "/exchange/v1/consistency") and span:
            proof = peer.log.consistency(int(span[1]), int(span[2]))
            return Reply(200, JSON, encode({"path": proof}))
        return problem(404, "not-here")

    def _waiting(self, peer: Peer, query: str) -> Reply:
        """Return the outbox of the peer that speaks; the others have none."""
        after = query.removeprefix("after=")
        first = int(after) if after.isdecimal() else 0
        with self.news:
            rows = sorted(self.outbox.values()) if peer.party == PEER else []
        items = [{"number": n, "parcel": b64(data)} for n, data in rows if n > first]
        return Reply(200, JSON, encode({"items": items[:OUTBOX_PAGE]}))

    def _acknowledge(self, body: bytes) -> Reply:
        told = signed_payload(jws.parse(body).payload)
        with self.news:
            if self.outbox.pop(told["record"], None) is None:
                return problem(404, "not-here")
            self.acknowledged.add(told["record"])
            self.news.notify_all()
        return Reply(204)

    def _package(self, name: str, span: str | None) -> Reply:
        root, _, blocks = name.partition("/")
        held = self.packages.get(root)
        if held is None:
            return problem(404, "not-here")
        if blocks:
            return Reply(200, OCTETS, held[1])
        if span is None:
            return Reply(200, OCTETS, held[0])
        found = _RANGE.fullmatch(span)
        size = len(held[0])
        start = int(found[1]) if found else size
        end = min(int(found[2]) + 1 if found and found[2] else size, size)
        if start >= end:
            return problem(416, "range-malformed", Content_Range=f"bytes */{size}")
        told = {"Content-Range": f"bytes {start}-{end - 1}/{size}", "Accept-Ranges": "bytes"}
        return Reply(206, OCTETS, held[0][start:end], told)

    def _take(self, peer: Peer, arrival: Arrival) -> Reply:
        self._judge(peer, arrival)
        with self.news:
            reply = self.rule(peer, arrival) or self._receipted(peer, arrival)
            arrival.replied = reply.status
            self.arrivals.append(arrival)
            self.news.notify_all()
        return reply

    def _judge(self, peer: Peer, arrival: Arrival) -> None:
        try:
            arrival.opened = age.open_bytes(arrival.body, [peer.keys.sealing])
            arrival.parcel = read_parcel(arrival.opened)
            arrival.judged = accept(
                arrival.parcel, peer.directory, us=peer.party, received_at=arrival.at
            )
        except PeerError as fault:
            arrival.fault = f"{fault} [{fault.code}]"

    def _receipted(self, peer: Peer, arrival: Arrival) -> Reply:
        if arrival.judged is None or arrival.parcel is None:
            return problem(400, "parcel-malformed")
        kept = self.receipt(peer, arrival, arrival.parcel.known or 0)
        return Reply(200, "application/jose+json", kept)

    def receipt(self, peer: Peer, arrival: Arrival, known: int, *, word: str = "") -> bytes:
        """Return the receipt for a message that came; the same bytes each time.

        Args:
            peer: who gives it.
            arrival: of the message.
            known: size of the peer's log that the sender knows, or 0.
            word: the outcome, if it shall be another one than the rules give.
        """
        if arrival.judged is None:
            raise MisuseError("nothing that can be receipted came")
        message = arrival.judged.message
        place = (peer.party, message.record)
        kept = self._receipts.get(place) or peer.memory.get(_kept(message, peer.party))
        if isinstance(kept, str):
            kept = kept.encode()
        if kept is None:
            kept = self._receipt(peer, arrival.judged, arrival.at, known, word)
            peer.memory.put(_kept(message, peer.party), kept.decode())
        self._receipts[place] = kept
        return bytes(kept)

    def fresh_receipt(self, peer: Peer, arrival: Arrival, known: int) -> bytes:
        """Return another receipt for a message, with a leaf of its own; arguments as `receipt`."""
        if arrival.judged is None:
            raise MisuseError("nothing that can be receipted came")
        return self._receipt(peer, arrival.judged, arrival.at, known, "")

    def note(self, message: Message, code: str = "") -> None:
        """Remember a message of a conversation that the node takes part in."""
        held = self._messages.setdefault(message.conversation, [])
        if all(one.content != message.content for one, _ in held):
            held.append((message, code))

    def _receipt(
        self, peer: Peer, judged: Verified | Refused, at: datetime, known: int, word: str
    ) -> bytes:
        message = judged.message
        code = f"refused:{judged.code}" if isinstance(judged, Refused) else ""
        self.note(message, code)
        held = self._messages[message.conversation]
        refused = {one.content: why for one, why in held if why}
        found = replay([one for one, _ in held], refused)
        word = word or found.standing[message.content]
        head = found.head_of(peer.party)
        with peer.log.lock:
            index, salt = peer.log.note("message.received", message.record, at, word)
            size = len(peer.log.leaves)
            usable = 0 < known <= size
            value = {
                "checkpoint": peer.log.checkpoint(),
                "consistency": {"from": known, "path": peer.log.consistency(known, size)}
                if usable
                else None,
                "content": message.content,
                "from": message.draft.author,
                "head": head and head.to_value(),
                "inclusion": peer.log.inclusion(index),
                "leaf": {"index": index, "salt": b64(salt)},
                "mode": peer.mode,
                "outcome": word,
                "protocol": "comity/1",
                "received_at": time_text(at),
                "record": message.record,
                "to": peer.party,
            }
        key = peer.keys.signing["receipt"]
        return encode(raw_jws(encode(value), [key], typ=f"comity-1.receipt.{peer.mode}"))


def _kept(message: Message, party: str) -> str:
    return f"receipt-{party.replace('/', '-')}-{message.record.removeprefix('sha256:')[:32]}"


def problem(status: int, code: str, more: Mapping[str, Any] = _AS_DUE, **headers: str) -> Reply:
    """Return an error as the specification writes it.

    Args:
        status: of HTTP.
        code: of the registry.
        more: members that are added or replaced; one that is None is left out.
        headers: further fields, their hyphens written as underscores.
    """
    wire = WIRE_ERRORS.get(code)
    told = {
        "code": code,
        "detail": "The scripted peer of the conformance kit answers so on purpose.",
        "retryable": status_retryable(status) if wire is None else wire.retryable,
        "status": status,
        "title": HTTPStatus(status).phrase,
        "type": "about:blank",
        **more,
    }
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    body = encode({name: value for name, value in told.items() if value is not None})
    return Reply(status, body=body, headers=fields)


class _Server(ThreadingHTTPServer):
    """One that ends its open connections with itself."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, *arguments: Any) -> None:
        self.open: set[socket.socket] = set()
        super().__init__(*arguments)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Pass over a connection that the node ended: what it did not read is told by its probe."""
        error = sys.exception()
        if not isinstance(error, ConnectionError):
            super().handle_error(request, client_address)

    def server_close(self) -> None:
        """End, and with it what a node keeps open towards it."""
        super().server_close()
        self.end_connections()

    def end_connections(self) -> None:
        """End what is open."""
        for one in tuple(self.open):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    """Reads a request, hands it on, writes the answer."""

    protocol_version = "HTTP/1.1"
    endpoint: Endpoint
    server: _Server

    def setup(self) -> None:
        """Begin with a connection."""
        super().setup()
        self.server.open.add(self.connection)

    def finish(self) -> None:
        """End with it."""
        self.server.open.discard(self.connection)
        super().finish()

    def do_GET(self) -> None:
        """Answer GET."""
        self._answer()

    def do_POST(self) -> None:
        """Answer POST."""
        self._answer()

    def do_PUT(self) -> None:
        """Answer PUT."""
        self._answer()

    def _answer(self) -> None:
        length = self.headers.get("content-length", "0")
        size = int(length) if length.isdecimal() else MAX_BODY_BYTES + 1
        if size > MAX_BODY_BYTES:
            self._write(problem(413, "oversize"))
            self.close_connection = True
            return
        body = self.rfile.read(size)
        headers = {name.lower(): value for name, value in self.headers.items()}
        path, _, query = self.path.partition("?")
        base = urlsplit(self.endpoint.url).path.rstrip("/")
        try:
            reply = self.endpoint.answer(
                self.command, path.removeprefix(base), query, headers, body
            )
        except PeerError:
            reply = problem(400, "query-malformed")
        self._write(reply)

    def _write(self, reply: Reply) -> None:
        self.send_response(reply.status)
        if reply.body:
            self.send_header("content-type", reply.kind)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def signed_payload(data: bytes) -> Any:
    """Return the JSON value of a payload."""
    return decode(data, max_bytes=MAX_BODY_BYTES)
