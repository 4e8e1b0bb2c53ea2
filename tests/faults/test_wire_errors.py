"""Whatever a partner does wrong, at whatever address: it learns the code, and if to retry."""

import http.client
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import pytest
from tests.api.nodes import free_ports
from tests.cheap_node import CheapNode
from tests.faults.kit import Sender
from tests.worlds import build_world

from comity.canonical import OperationError, encode
from comity.demo.world import ASKED, ASKING, World
from comity.exchange.wire_errors import wire_error
from comity.node.core.clock import now
from comity.node.web.problems import CONTENT_TYPE, EXCHANGE

ROOT = "a" * 64
MEMBERS = {"code", "detail", "retryable", "status", "title", "type"}
TOO_LONG = 9 * 1024 * 1024


@dataclass(frozen=True)
class Bad:
    """A request that is signed well, and wrong; with the code of its answer."""

    code: str
    method: str
    path: str
    query: str = ""
    body: bytes = b""
    fields: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Route:
    """What an address takes, and what is wrong with each bad request."""

    methods: tuple[str, ...]
    bad: tuple[Bad, ...]
    signed: bool = True

    @property
    def path(self) -> str:
        """Return an address of the route."""
        return self.bad[0].path


PACKAGE = f"/exchange/v1/packages/{ROOT}"
TILES = f"/log/exercise/{ASKED}/1/tile"
SPAN = (("Content-Range", "bytes 0-0/1"),)
ROUTES = {
    "exchange/v1/messages": Route(
        ("POST",),
        (
            Bad("seal-broken", "POST", "/exchange/v1/messages"),
            Bad("seal-broken", "POST", "/exchange/v1/messages", body=b"\x00\xff" * 99),
        ),
    ),
    "exchange/v1/outbox": Route(
        ("GET",),
        (
            Bad("query-malformed", "GET", "/exchange/v1/outbox"),
            Bad("query-malformed", "GET", "/exchange/v1/outbox", query="after=-1"),
        ),
    ),
    "exchange/v1/receipts": Route(
        ("POST",),
        (
            Bad("not-canonical", "POST", "/exchange/v1/receipts", body=b"no JSON"),
            Bad("member-malformed", "POST", "/exchange/v1/receipts", body=b"{}"),
            Bad("oversize", "POST", "/exchange/v1/receipts", body=b" " * 100_000),
        ),
    ),
    "exchange/v1/recovery": Route(
        ("POST",),
        (
            Bad("member-malformed", "POST", "/exchange/v1/recovery", body=b"{}"),
            Bad(
                "time-malformed",
                "POST",
                "/exchange/v1/recovery",
                body=encode({"since": "today", "skip": 0}),
            ),
        ),
    ),
    "exchange/v1/packages/<hex64:root>": Route(
        ("GET", "PUT"),
        (
            Bad("package-foreign", "GET", PACKAGE),
            Bad("package-part", "PUT", PACKAGE),
            Bad("package-not-offered", "PUT", PACKAGE, body=b"x", fields=SPAN),
        ),
    ),
    "exchange/v1/packages/<hex64:root>/blocks": Route(
        ("GET", "PUT"),
        (
            Bad("package-foreign", "GET", f"{PACKAGE}/blocks"),
            Bad("package-not-offered", "PUT", f"{PACKAGE}/blocks"),
        ),
    ),
    "exchange/v1/solutions/<hex64:digest>": Route(
        ("GET",), (Bad("solution-foreign", "GET", f"/exchange/v1/solutions/{ROOT}"),)
    ),
    "exchange/v1/checkpoint": Route(
        ("POST",),
        (
            Bad("not-canonical", "POST", "/exchange/v1/checkpoint"),
            Bad("name-malformed", "POST", "/exchange/v1/checkpoint", body=b'"NOBODY"'),
        ),
    ),
    "exchange/v1/consistency": Route(
        ("GET",),
        (
            Bad("query-malformed", "GET", "/exchange/v1/consistency"),
            *(
                Bad(code, "GET", "/exchange/v1/consistency", query=query)
                for query, code in (
                    ("from=1&to=1", "origin-unknown"),
                    ("to=1&from=1", "origin-unknown"),  # in any order
                    ("from=1&from=1&to=1", "query-malformed"),
                    ("from=1&to=1&x=1", "query-malformed"),
                    ("from=1&to=-1", "query-malformed"),
                    ("from=1&origin=x", "query-malformed"),
                )
            ),
            Bad(
                "origin-malformed", "GET", "/exchange/v1/consistency", query="from=1&to=1&origin=x"
            ),
        ),
    ),
    "exchange/v1/epochs": Route(("GET",), (Bad("", "GET", "/exchange/v1/epochs"),)),
    "exchange/v1/snapshots/<hex64:record>": Route(
        ("GET",), (Bad("snapshot-unknown", "GET", f"/exchange/v1/snapshots/{ROOT}"),)
    ),
    "exchange/v1/log-token": Route(("POST",), (Bad("", "POST", "/exchange/v1/log-token"),)),
    "log/<log:name>/checkpoint": Route(
        ("GET",),
        tuple(
            Bad("origin-unknown", "GET", f"/log/{name}/checkpoint")
            for name in (
                f"exercise/{ASKED}/1",  # empty
                f"exercise/{ASKED}/2",
                f"live/{ASKED}/1",
                f"exercise/{ASKING}/1",
            )
        ),
    ),
    "log/<log:name>/tile/<path:path>": Route(
        ("GET",),
        (
            Bad("tile-malformed", "GET", f"{TILES}/x"),
            Bad("tile-unknown", "GET", f"{TILES}/0/999"),
            Bad("tile-unknown", "GET", f"/log/live/{ASKED}/1/tile/0/000"),
            Bad("tile-unknown", "GET", f"/log/exercise/{ASKED}/2/tile/0/000"),
        ),
    ),
    "witness/add-checkpoint": Route(
        ("POST",), (Bad("witness-off", "POST", "/witness/add-checkpoint", body=b"old 0\n"),)
    ),
    "directory/<path:path>": Route(
        ("GET", "HEAD"),
        (
            Bad("not-here", "GET", "/directory/root.json"),
            Bad("not-here", "GET", "/directory/%00"),
            Bad("not-here", "GET", "/directory/../node.toml"),
        ),
        signed=False,
    ),
}
"""Each address that nodes call; a new one fails the test until it is listed here."""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    ports = dict(zip((ASKING, ASKED), free_ports(2), strict=True))
    folder = tmp_path_factory.mktemp("wire") / "world"
    return build_world(folder, mode="exercise", ports=ports, now=now())


@pytest.fixture(scope="module")
def sender(world: World) -> Iterator[Sender]:
    process = CheapNode(world.places[ASKED].config.folder)
    process.start()
    process.wait_ready()
    yield Sender(world, ASKING, ASKED)
    process.stop()


def asked(
    sender: Sender,
    method: str,
    path: str,
    body: bytes = b"",
    fields: Mapping[str, str] = MappingProxyType({}),
) -> tuple[int, http.client.HTTPMessage, bytes]:
    """Return status, header fields and body of an answer."""
    link = http.client.HTTPConnection("127.0.0.1", sender.port, timeout=60)
    try:
        link.request(method, path, body, dict(fields))
        answer = link.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        link.close()


def signed(sender: Sender, bad: Bad) -> tuple[int, http.client.HTTPMessage, bytes]:
    """Return the answer to a signed request."""
    fields = sender.signed_headers(
        bad.body, method=bad.method, path=bad.path, query=f"?{bad.query}"
    )
    address = f"{bad.path}?{bad.query}" if bad.query else bad.path
    return asked(sender, bad.method, address, bad.body, {**fields, **dict(bad.fields)})


def is_problem(answer: tuple[int, Any, bytes], code: str) -> None:
    """Check that an answer is what its code says that it is."""
    status, headers, body = answer
    wire = wire_error(code, OperationError)
    assert headers["Content-Type"] == CONTENT_TYPE, body
    found = json.loads(body)
    assert set(found) == MEMBERS
    assert found["code"] == code, found
    assert (status, found["status"], found["type"]) == (wire.status, wire.status, "about:blank")
    assert found["retryable"] is wire.retryable
    assert found["title"]
    assert found["detail"]
    assert ("Retry-After" in headers) == (status in (429, 503))
    assert "Set-Cookie" not in headers


def test_each_address_that_nodes_call_is_listed() -> None:
    from comity.node.site.urls import urlpatterns

    routes = {str(one.pattern) for one in urlpatterns}
    assert {one for one in routes if f"/{one}".startswith(EXCHANGE)} == set(ROUTES)


@pytest.mark.parametrize("route", ROUTES)
def test_whatever_is_wrong_is_answered_by_the_table(route: str, sender: Sender) -> None:
    found = ROUTES[route]
    for bad in found.bad:
        if bad.code:
            is_problem(signed(sender, bad), bad.code)
    path, method = found.path, found.methods[0]
    is_problem(asked(sender, "DELETE", path), "method")
    is_problem(asked(sender, method, path, fields={"Host": "evil.example"}), "request-malformed")
    if found.signed:
        is_problem(asked(sender, method, path), "transport-signature")
        other = sender.signed_headers(b"", method=method, path="/other")
        is_problem(asked(sender, method, path, fields=other), "transport-signature")
    is_problem(asked(sender, "POST", path, b"x" * TOO_LONG), "oversize")
    is_problem(unmeasured(sender, path), "length-none")


def test_an_address_that_is_none_is_a_problem_too(sender: Sender) -> None:
    for path in ("/exchange/v2/messages", "/exchange/", f"{PACKAGE}/nothing", "/witness/nothing"):
        is_problem(asked(sender, "GET", path), "not-here")


def unmeasured(sender: Sender, path: str) -> tuple[int, Any, bytes]:
    """Return the answer to a body that does not say how long it is."""
    link = http.client.HTTPConnection("127.0.0.1", sender.port, timeout=60)
    try:
        link.request("POST", path, iter([b"x"]), encode_chunked=True)
        answer = link.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        link.close()
