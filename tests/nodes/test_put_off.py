"""A sender waits as long as it is asked to, with all that waits beside; an emergency does not."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from tests.worlds import build_world

from comity.demo.world import ASKED, ASKING
from comity.exchange import sign_message
from comity.exchange.accept import check_bodies
from comity.node import composing, outbox
from comity.node.clock import now, real_now
from comity.node.committer import Committer
from comity.node.delivery import Delivery
from comity.node.models import OutboxRow, SectionRow
from comity.node.node import Node, load_node
from comity.node.partner_http import PartnerBusyError, PartnerClient

pytestmark = pytest.mark.django_db
WAIT = timedelta(seconds=70)


class Busy(BaseHTTPRequestHandler):
    """A partner that takes nothing more for a while."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(429)
        self.send_header("Retry-After", str(int(WAIT.total_seconds())))
        self.send_header("Content-Type", "application/problem+json")
        body = b'{"code":"over-quota","detail":"x"}'
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *told: object) -> None:
        """Say nothing."""


@dataclass
class Sender:
    node: Node
    committer: Committer

    def queue(self) -> OutboxRow:
        """Record a note to the busy partner; return its delivery."""
        values = {"note": {"text": {"lang": "en", "text": "x"}}}
        row = composing.prepare(
            self.node, message_type="consultation.note", values=values, by="case", members=(ASKED,)
        )
        draft, sections = composing.draft_of(row), composing.sections_of_draft(row)
        mode = self.node.config.mode
        message = sign_message(draft, [], self.node.keys["message"], mode=mode)
        made = self.committer.run(
            lambda batch: composing.record_sent(
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


@pytest.fixture
def sender(tmp_path: Path) -> Iterator[Sender]:
    """Return a node whose partner's address is that of `Busy`."""
    with HTTPServer(("127.0.0.1", 0), Busy) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        ports = {ASKING: 1, ASKED: server.server_port}
        world = build_world(tmp_path / "world", mode="exercise", ports=ports, now=now())
        node = load_node(world.places[ASKING].config.folder)
        committer = Committer(node)
        committer.open()
        yield Sender(node, committer)
        server.shutdown()
        thread.join()


def test_all_that_waits_for_a_busy_partner_waits_as_long_as_it_asks(sender: Sender) -> None:
    first, beside, urgent = (sender.queue() for _ in range(3))
    SectionRow.objects.create(
        record=urgent.record, name="request", salt=b"s", value={"urgency": "emergency"}
    )
    other = OutboxRow.objects.create(
        record=first.record, addressee="un/secretariat", due_at=first.due_at,
        queued_at=first.queued_at, expires_at=first.expires_at,
    )  # fmt: skip
    delivery = Delivery(sender.node, sender.committer, PartnerClient(sender.node))
    (lease,) = outbox.claim(at=real_now(), most=1, reachable=frozenset({ASKED}))
    with pytest.raises(PartnerBusyError) as asked:
        delivery.push(lease)
    real = real_now()
    outbox.put_off(lease, at=now(), real=real, wait=asked.value.wait, fault=asked.value.code)
    rows = {row.pk: row for row in OutboxRow.objects.all()}
    assert rows[lease.row_id].due_at == rows[beside.pk].due_at == real + WAIT
    assert rows[urgent.pk].due_at == urgent.due_at, "it may be taken while others are not"
    assert rows[other.pk].due_at == other.due_at
    told = rows[lease.row_id]
    assert (told.attempts, told.last_fault, told.lease_until) == (0, "partner-busy", None)
    later = sender.queue()
    outbox.hold(ASKED, until=real + WAIT)
    later.refresh_from_db()
    assert later.due_at == real + WAIT, "what is queued meanwhile waits too"
