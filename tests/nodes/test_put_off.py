"""A sender waits as long as it is asked to, with all that waits beside; an emergency does not."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.nodes.answering import Said, Sender, sending

from comity.demo.world import ASKED
from comity.node.core.clock import now, real_now
from comity.node.core.partner_http import PartnerBusyError
from comity.node.federation import delivery
from comity.node.messages import outbox
from comity.node.models import OutboxRow, SectionRow

pytestmark = pytest.mark.django_db
WAIT = timedelta(seconds=70)
BUSY = Said(
    429,
    b'{"code":"over-quota","detail":"x"}',
    {"Content-Type": "application/problem+json", "Retry-After": str(int(WAIT.total_seconds()))},
)


@pytest.fixture
def sender(tmp_path: Path) -> Iterator[Sender]:
    """Return a node whose partner takes nothing more for a while."""
    with sending(tmp_path) as found:
        found.partner.said = BUSY
        yield found


def test_all_that_waits_for_a_busy_partner_waits_as_long_as_it_asks(sender: Sender) -> None:
    first, beside, urgent = (sender.queue() for _ in range(3))
    SectionRow.objects.create(
        record=urgent.record, name="request", salt=b"s", value={"urgency": "emergency"}
    )
    other = OutboxRow.objects.create(
        record=first.record, addressee="un/secretariat", due_at=first.due_at,
        queued_at=first.queued_at, expires_at=first.expires_at,
    )  # fmt: skip
    (lease,) = outbox.claim(at=real_now(), most=1, reachable=frozenset({ASKED}))
    with pytest.raises(PartnerBusyError) as asked:
        sender.delivery.push(lease)
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


def test_no_part_of_a_second_is_taken_from_the_wait(
    sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered = datetime(2026, 11, 30, 12, 0, 0, 900_000, tzinfo=UTC)
    monkeypatch.setattr(delivery, "real_now", lambda: answered.replace(microsecond=0))
    row = sender.queue()
    (lease,) = outbox.claim(at=real_now(), most=1, reachable=frozenset({ASKED}))
    sender.delivery.attempt(lease)
    row.refresh_from_db()
    assert row.due_at >= answered + WAIT
