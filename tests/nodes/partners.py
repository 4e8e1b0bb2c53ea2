"""A partner over real HTTP that answers each address as it is told, and the node that asks it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.nodes.answering import Said
from tests.worlds import build_world

from comity.canonical import encode
from comity.demo.world import ASKED, ASKING
from comity.node.core.clock import now
from comity.node.core.node import Node, load_node
from comity.node.core.partner_http import PartnerClient
from comity.node.log.group_commit import Committer

FINAL = Said(400, encode({"code": "not-for-us", "retryable": False}))
BUSY = Said(503, encode({"code": "busy", "retryable": True}), {"Retry-After": "7"})


class Partner(ThreadingHTTPServer):
    """Answers what `said` has for the first part of an address that fits; counts what came."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.said: dict[str, Said] = {}
        self.came: list[str] = []

    def count(self, path: str) -> int:
        """Return how many requests for an address came."""
        return sum(path in one for one in self.came)


class _Answers(BaseHTTPRequestHandler):
    server: Partner

    def _answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.came.append(self.path)
        fits = [said for path, said in self.server.said.items() if path in self.path]
        said = fits[0] if fits else Said(500)
        self.send_response(said.status)
        for name, text in {**said.fields, "Content-Length": str(len(said.body))}.items():
            self.send_header(name, text)
        self.end_headers()
        self.wfile.write(said.body)

    do_GET = do_POST = do_PUT = _answer  # noqa: N815 - as the server calls them

    def log_message(self, *told: object) -> None:
        """Say nothing."""


@dataclass
class Asker:
    """A node and the partner that it asks."""

    node: Node
    partner: Partner
    committer: Committer
    client: PartnerClient = field(init=False)

    def __post_init__(self) -> None:
        self.client = PartnerClient(self.node)
        self.committer.open()

    def answers(self, path: str, said: Said) -> None:
        """Let the partner answer an address so from now on."""
        self.partner.said = {path: said}


@contextmanager
def asking(folder: Path) -> Iterator[Asker]:
    """Let a node that nobody can reach ask `Partner`, which has the partner's address."""
    with Partner() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        ports = {ASKING: 1, ASKED: server.server_port}
        world = build_world(
            folder / "world",
            mode="exercise",
            ports=ports,
            now=now(),
            outbound_only=frozenset({ASKING}),
        )
        node = load_node(world.places[ASKING].config.folder)
        yield Asker(node, server, Committer(node))
        server.shutdown()
        thread.join()
