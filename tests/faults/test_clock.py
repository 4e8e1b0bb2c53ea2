"""A node whose clock is wrong against its partners' says so at its heartbeat."""

import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from tests.api.nodes import free_ports
from tests.carrying.offices import eventually
from tests.forked import ForkedNode
from tests.worlds import build_world

from comity.demo.world import ASKED, ASKING
from comity.node.core.clock import now, real_now
from comity.node.core.partner_clocks import FRESH_S, PartnerClocks


class Partner(ThreadingHTTPServer):
    """A partner's address, where every answer carries a time of our choosing."""

    ahead = timedelta(days=2)


class _Answer(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        assert isinstance(self.server, Partner)
        self.rfile.read(int(self.headers["Content-Length"]))
        body = b'{"checkpoint":null}'
        self.send_response_only(200)
        self.send_header("Date", format_datetime(now() + self.server.ahead, usegmt=True))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST  # noqa: N815 - as the server calls it

    def log_message(self, *_given: object) -> None:
        """Say nothing."""


@pytest.fixture
def partner() -> Iterator[Partner]:
    made = Partner(("127.0.0.1", 0), _Answer)
    thread = threading.Thread(target=made.serve_forever)
    thread.start()
    yield made
    made.shutdown()
    thread.join()
    made.server_close()


def test_the_heartbeat_is_bad_while_the_clock_differs_from_the_partners(
    partner: Partner, tmp_path: Path
) -> None:
    ports = {ASKING: partner.server_port, ASKED: free_ports(1)[0]}
    world = build_world(tmp_path / "world", mode="exercise", ports=ports, now=now())
    node = ForkedNode(world.places[ASKED].config.folder)

    def up() -> int:
        return httpx.get(f"http://127.0.0.1:{ports[ASKED]}/up", timeout=10).status_code

    node.start()
    try:
        node.wait_ready()
        eventually(lambda: "loop" in httpx.get(f"http://127.0.0.1:{ports[ASKED]}/up").json())
        eventually(lambda: httpx.get(f"http://127.0.0.1:{ports[ASKED]}/up").json()["loop"])
        assert up() == 503
        node.stop()
        partner.ahead = timedelta(0)
        node.start()
        node.wait_ready()
        eventually(lambda: up() == 200)
    finally:
        node.stop()


@pytest.mark.parametrize(
    ("minutes", "wrong"),
    [
        ([], False),
        ([4], False),
        ([6], True),
        ([-6], True),
        ([6, 0], False),
        ([6, 6, 0], True),
        ([6, 0, 0], False),
    ],
)
def test_most_of_the_partners_heard_within_the_hour_decide(
    minutes: list[int], wrong: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    clocks = PartnerClocks()
    for number, one in enumerate(minutes):
        clocks.note(str(number), format_datetime(real_now() + timedelta(minutes=one), usegmt=True))
    clocks.note("rubbish", "at noon")
    clocks.note("silent", None)
    assert clocks.are_apart() is wrong
    later = time.monotonic() + FRESH_S
    monkeypatch.setattr(time, "monotonic", lambda: later + 1)
    assert not clocks.are_apart()
