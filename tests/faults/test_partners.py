"""A partner that hangs, talks rubbish, floods or redirects: the message stays queued, says why."""

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.api.nodes import free_ports
from tests.faults.books import check_deliveries, check_same_state, opened, read_books
from tests.faults.proxy import read_message
from tests.faults.quick import QuickNode
from tests.worlds import build_world

from comity.demo.world import ASKED, ASKING, World
from comity.node.core.clock import now

pytestmark = pytest.mark.full  # nodes before partners that hang and lie

type Behaviour = Callable[[socket.socket], None]


class Trap:
    """A server that does with each request what it is told to."""

    def __init__(self, port: int) -> None:
        self._server = socket.create_server(("127.0.0.1", port))
        self.behaviour: Behaviour = lambda sock: None
        self.requests = 0
        self._ended = threading.Event()
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while not self._ended.is_set():
            try:
                sock, _ = self._server.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(sock,), daemon=True).start()

    def _answer(self, sock: socket.socket) -> None:
        with sock:
            try:
                if read_message(sock):
                    self.requests += 1
                    self.behaviour(sock)
            except OSError:
                return

    def hang(self, _sock: socket.socket) -> None:
        """Say nothing until the end."""
        self._ended.wait()

    def close(self) -> None:
        """Stop listening."""
        if not self._ended.is_set():
            self._ended.set()
            self._server.shutdown(socket.SHUT_RDWR)
            self._server.close()


def says(data: bytes) -> Behaviour:
    return lambda sock: sock.sendall(data)


def answer(status: str, body: bytes, *fields: str) -> Behaviour:
    head = "".join(f"{field}\r\n" for field in (*fields, f"Content-Length: {len(body)}"))
    return says(f"HTTP/1.1 {status}\r\n{head}\r\n".encode() + body)


def flood(sock: socket.socket) -> None:
    """Promise and send more than any answer may have."""
    size = 64 * 1024 * 1024
    sock.sendall(f"HTTP/1.1 200 OK\r\nContent-Length: {size}\r\n\r\n".encode())
    for _ in range(size // 65536):
        sock.sendall(b"x" * 65536)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    ports = dict(zip((ASKING, ASKED), free_ports(2), strict=True))
    folder = tmp_path_factory.mktemp("partners") / "world"
    return build_world(folder, mode="exercise", ports=ports, now=now())


@pytest.fixture(scope="module")
def trap(world: World) -> Iterator[Trap]:
    made = Trap(world.places[ASKED].config.port)
    yield made
    made.close()


@pytest.fixture(scope="module")
def node(world: World, trap: Trap) -> Iterator[QuickNode]:
    """A node with one message queued."""
    process = QuickNode(world.places[ASKING].config.folder)
    process.start()
    process.wait_ready()
    subprocess.run(
        [sys.executable, "-m", "tests.faults.feeder", str(process.folder), ASKED],
        input="1\n",
        text=True,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    yield process
    process.stop()


def delivery(folder: Path) -> tuple[str, int, str]:
    with opened(folder) as link:
        [row] = link.execute("SELECT stage, attempts, last_fault FROM node_outboxrow")
        return row[0], row[1], row[2]


def until(check: Callable[[], bool], timeout_s: float = 60.0) -> None:
    end = time.monotonic() + timeout_s
    while not check():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


def fault_under(node: QuickNode, trap: Trap, behaviour: Behaviour) -> str:
    """Return the fault of an attempt that began after the behaviour was set."""
    trap.behaviour = behaviour
    _, begun, _ = delivery(node.folder)
    until(lambda: delivery(node.folder)[1] >= begun + 2)
    stage, _, fault = delivery(node.folder)
    assert stage == "queued"
    return fault


UNREACHABLE = "partner-unreachable"
BEHAVIOURS: dict[str, tuple[Behaviour, str]] = {
    "hangs up": (lambda sock: None, UNREACHABLE),
    "no HTTP": (says(b"\x00\xff\x00 hello\r\n\r\n"), UNREACHABLE),
    "breaks off": (says(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{"), UNREACHABLE),
    "floods": (flood, UNREACHABLE),
    "no JSON": (answer("200 OK", b"<html>welcome</html>"), "not-canonical"),
    "no receipt": (answer("200 OK", b'{"payload":"e30","signatures":[]}'), "jws-malformed"),
    "an error": (answer("500 Oh", b"{}"), "partner-refused"),
    "an unreadable error": (answer("503 Oh", b"\xff"), "partner-refused"),
    "no content": (answer("204 No Content", b""), "partner-refused"),
}


@pytest.mark.parametrize("name", BEHAVIOURS)
def test_the_message_stays_queued_and_says_why(name: str, node: QuickNode, trap: Trap) -> None:
    behaviour, code = BEHAVIOURS[name]
    assert fault_under(node, trap, behaviour) == code


def test_a_partner_that_hangs_is_given_up_after_the_timeout(node: QuickNode, trap: Trap) -> None:
    fault_under(node, trap, trap.hang)
    # The lease is shorter than the timeout here, so an attempt may begin before the last one ended.
    until(lambda: delivery(node.folder)[::2] == ("queued", UNREACHABLE))


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "307 Temporary", "308 Permanent"])
def test_a_redirect_is_never_followed(status: str, node: QuickNode, trap: Trap) -> None:
    [port] = free_ports(1)
    elsewhere = Trap(port)
    try:
        behaviour = answer(status, b"", f"Location: http://127.0.0.1:{port}/exchange/v1/messages")
        assert fault_under(node, trap, behaviour) == UNREACHABLE
        assert elsewhere.requests == 0
    finally:
        elsewhere.close()


def test_when_the_partner_is_itself_again_the_message_arrives_once(
    world: World, node: QuickNode, trap: Trap
) -> None:
    trap.close()
    partner = QuickNode(world.places[ASKED].config.folder)
    partner.start()
    try:
        partner.wait_ready()
        until(lambda: delivery(node.folder)[0] == "delivered")
    finally:
        partner.stop()
    node.stop()
    ours, theirs = read_books(ASKING, node.folder), read_books(ASKED, partner.folder)
    check_deliveries(ours, theirs, world.places[ASKING].config.directory)
    check_same_state(ours, theirs)
