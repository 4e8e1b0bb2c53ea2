"""A partner that answers every message as it is told, and a node that sends it some."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

from tests.worlds import build_world

from comity.demo.world import ASKED, ASKING
from comity.exchange import sign_message
from comity.exchange.accept import check_bodies
from comity.node.core.clock import now, real_now
from comity.node.core.node import Node, load_node
from comity.node.core.partner_http import PartnerClient
from comity.node.federation.delivery import Delivery
from comity.node.log.group_commit import Committer
from comity.node.messages import drafts, outbox
from comity.node.models import OutboxRow


@dataclass
class Said:
    """What a partner answers."""

    status: int = 500
    body: bytes = b""
    fields: dict[str, str] = field(default_factory=dict)


class Partner(HTTPServer):
    """Takes every message and answers `said`; counts them."""

    said = Said()
    came = 0


class _Answers(BaseHTTPRequestHandler):
    server: Partner

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.came += 1
        said = self.server.said
        self.send_response(said.status)
        for name, text in {**said.fields, "Content-Length": str(len(said.body))}.items():
            self.send_header(name, text)
        self.end_headers()
        self.wfile.write(said.body)

    def log_message(self, *told: object) -> None:
        """Say nothing."""


@dataclass
class Sender:
    """A node that sends notes to the partner."""

    node: Node
    committer: Committer
    partner: Partner
    delivery: Delivery

    def queue(self) -> OutboxRow:
        """Record a note to the partner; return its delivery."""
        values = {"note": {"text": {"lang": "en", "text": "x"}}}
        row = drafts.prepare(
            self.node, message_type="consultation.note", values=values, by="case", members=(ASKED,)
        )
        draft, sections = drafts.draft_of(row), drafts.sections_of_draft(row)
        mode = self.node.config.mode
        message = sign_message(draft, [], self.node.keys["message"], mode=mode)
        made = self.committer.run(
            lambda batch: drafts.record_sent(
                self.node,
                batch,
                message,
                sections=sections,
                second_due=None,
                at=now(),
                bodies=check_bodies(draft, sections),
            )
        )
        return OutboxRow.objects.get(record=made.value[0].record)

    def attempt(self) -> None:
        """Attempt whatever is due."""
        for lease in outbox.claim(at=real_now(), most=64, reachable=frozenset({ASKED})):
            self.delivery.attempt(lease)

    def answered(self, status: int, body: Any = b"", **fields: str) -> OutboxRow:
        """Queue a note, let the partner answer so, and return what became of the delivery."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        told = {name.replace("_", "-"): text for name, text in fields.items()}
        self.partner.said = Said(status, data, told)
        row = self.queue()
        self.attempt()
        row.refresh_from_db()
        return row


@contextmanager
def sending(folder: Path) -> Iterator[Sender]:
    """Let a node be the sender, whose partner's address is that of `Partner`."""
    with Partner(("127.0.0.1", 0), _Answers) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        ports = {ASKING: 1, ASKED: server.server_port}
        world = build_world(folder / "world", mode="exercise", ports=ports, now=now())
        node = load_node(world.places[ASKING].config.folder)
        committer = Committer(node)
        committer.open()
        yield Sender(node, committer, server, Delivery(node, committer, PartnerClient(node)))
        server.shutdown()
        thread.join()
