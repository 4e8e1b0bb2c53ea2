"""Slow strangers hold sockets, and no thread: a body is whole before one works on it."""

import asyncio
import select
import socket
import threading
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from typing import Any

import httpx
import pytest
from tests.api.nodes import eventually, free_ports
from tests.cheap_node import CheapNode
from tests.worlds import build_world

from comity.demo.world import ASKED, ASKING
from comity.node.core.clock import now
from comity.node.site.server import request_bodies
from comity.node.site.server.application import Front
from comity.node.site.server.request_bodies import LEAST_BYTES_S, LONGEST_S, MOST_SLOW, due_s

SLOW = 40
"""Sockets for each address; a node has 16 threads for everything, and 30 in all."""
LINES = (
    "POST /exchange/v1/messages HTTP/1.1",
    "POST /sign-in HTTP/1.1",
    "PUT /exchange/v1/packages/" + "a" * 64 + " HTTP/1.1",
    "POST /api/v1/mail HTTP/1.1",
)
HEAD = (
    "{}\r\nHost: 127.0.0.1\r\nComity-From: vn/contact-point\r\nComity-To: za/contact-point\r\n"
    "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 3000000\r\n\r\nx="
)


def alone[T](work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine in a thread of its own: the browser's driver has a loop in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CheapNode]:
    ports = dict(zip((ASKING, ASKED), free_ports(2), strict=True))
    folder = tmp_path_factory.mktemp("slow") / "world"
    world = build_world(folder, mode="exercise", ports=ports, now=now())
    process = CheapNode(world.places[ASKED].config.folder)
    process.start()
    process.wait_ready()
    beat = f"http://127.0.0.1:{process.config.port}/up"
    eventually(lambda: httpx.get(beat).status_code == 200)  # its log is compared first
    yield process
    process.stop()


@contextmanager
def slow(
    port: int, line: str, number: int, address: str = "127.0.0.1"
) -> Iterator[list[socket.socket]]:
    """Open connections that announce three megabytes and send two bytes."""
    with ExitStack() as stack:
        made = []
        for _ in range(number):
            one = socket.create_connection(
                ("127.0.0.1", port), timeout=10, source_address=(address, 0)
            )
            made.append(stack.enter_context(one))
            one.sendall(HEAD.format(line).encode())
        yield made


@pytest.mark.parametrize("line", LINES)
def test_slow_bodies_leave_the_node_its_threads(node: CheapNode, line: str) -> None:
    with slow(node.config.port, line, SLOW), httpx.Client(timeout=5) as visitor:
        for path in ("/up", "/sign-in"):
            answer = visitor.get(f"http://127.0.0.1:{node.config.port}{path}")
            assert answer.status_code == 200, (path, answer.text)


def raw(port: int, request: bytes, *, cut: bool) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        line.sendall(request)
        if cut:
            line.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: line.recv(65536), b""))


@pytest.mark.parametrize(
    ("told", "status"),
    [
        (b"Content-Length: 10\r\n\r\nabc", b"400"),
        (b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", b"411"),
        (b"Content-Length: 99999999\r\n\r\nabc", b"413"),
    ],
)
def test_a_body_that_is_cut_off_endless_or_too_long_reaches_no_thread(
    node: CheapNode, told: bytes, status: bytes
) -> None:
    asked = b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\n" + told
    said = raw(node.config.port, asked, cut=status == b"400")
    assert said.startswith(b"HTTP/1.1 " + status)
    assert b"application/problem+json" in said
    assert b"set-cookie" not in said.lower()


def test_one_address_holds_no_more_slow_bodies_than_are_let(node: CheapNode) -> None:
    """The one too many is answered and ended: 429, and the socket is free again."""
    with slow(node.config.port, LINES[0], MOST_SLOW + 1, address="127.0.2.1") as lines:
        refused, _, _ = select.select(lines, [], [], 15)
        assert len(refused) == 1
        said = b"".join(iter(lambda: refused[0].recv(65536), b""))
    assert said.startswith(b"HTTP/1.1 429")
    assert b"retry-after" in said.lower()


# -- the front alone, in this process ---------------------------------------------------------


def scope(method: str, path: str, **headers: str) -> dict[str, Any]:
    told = [(name.replace("_", "-").encode(), text.encode()) for name, text in headers.items()]
    return {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": b"",
        "http_version": "1.1",
        "scheme": "http",
        "headers": told,
        "client": ("192.0.2.1", "1"),
        "server": ("127.0.0.1", "80"),
    }


async def ask(front: Front, asked: dict[str, Any], receive: Callable[[], Any]) -> tuple[int, bytes]:
    """Return status and body of the front's answer."""
    told: list[dict[str, Any]] = []

    async def send(message: Any) -> None:
        told.append(message)

    await front(asked, receive, send)
    return told[0]["status"], b"".join(one["body"] for one in told[1:])


async def nothing() -> dict[str, Any]:
    return await asyncio.Future()


def test_a_body_that_comes_too_slowly_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    assert due_s(LEAST_BYTES_S * 60) == due_s(0) + 60
    assert due_s(1024**3) == LONGEST_S
    monkeypatch.setattr(request_bodies, "FIRST_S", 0.05)

    def never(_environ: Any, _start: Any) -> Any:
        raise AssertionError("a thread worked on half a body")

    front = Front(never, threads=1)
    status, body = alone(ask(front, scope("POST", "/x", content_length="9"), nothing))
    assert (status, b"too slowly" in body) == (408, True)


def test_when_every_other_thread_is_busy_health_watch_and_sign_in_answer() -> None:
    free = threading.Event()

    def application(environ: dict[str, Any], start: Any) -> Any:
        if environ["PATH_INFO"] == "/busy":
            free.wait(20)
        start("200 OK", [])
        return [environ["PATH_INFO"].encode()]

    async def crowd() -> list[tuple[int, bytes]]:
        front = Front(application, threads=1)
        busy = [asyncio.create_task(ask(front, scope("GET", "/busy"), nothing)) for _ in range(30)]
        await asyncio.sleep(0)
        paths = ("/up", "/watch", "/sign-in", "/duty/waiting", "/api/v1/watch")
        try:
            async with asyncio.timeout(10):
                return [await ask(front, scope("GET", path), nothing) for path in paths]
        finally:
            free.set()
            await asyncio.gather(*busy)

    assert [status for status, _ in alone(crowd())] == [200] * 5


def test_a_stream_that_nobody_reads_holds_no_thread() -> None:
    """One thread, two readers: the first takes nothing, and the second has all of it."""

    class Stream:
        streaming = True

        def __iter__(self) -> Iterator[bytes]:
            return iter([bytes(1024 * 1024)] * 4)

    def application(_environ: dict[str, Any], start: Any) -> Any:
        start("200 OK", [])
        return Stream()

    async def two() -> tuple[int, bytes]:
        front = Front(application, threads=1)

        async def stuck(_message: Any) -> None:
            await asyncio.Future()

        first = asyncio.create_task(front(scope("GET", "/x"), nothing, stuck))
        await asyncio.sleep(0)
        async with asyncio.timeout(10):
            found = await ask(front, scope("GET", "/x"), nothing)
        first.cancel()
        return found

    status, body = alone(two())
    assert (status, len(body)) == (200, 4 * 1024 * 1024)
