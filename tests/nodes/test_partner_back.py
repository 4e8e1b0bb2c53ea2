"""What waits for a partner is sent as soon as the partner is heard; an emergency waits little."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from tests.nodes.answering import Said, Sender, sending
from tests.speed.counting import counted

from comity.demo.world import ASKED
from comity.node.authorities.reach import reaches
from comity.node.core.clock import now, real_now
from comity.node.core.partner_http import PartnerUnreachableError
from comity.node.federation.delivery import EARLY_PAUSE
from comity.node.messages import outbox
from comity.node.models import OutboxRow, SectionRow

pytestmark = pytest.mark.django_db
GONE = Said(302)
"""A redirect is never followed: it counts as no answer."""
MANY = 9
"""Failed attempts after which the next one is far."""


@pytest.fixture
def sender(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sender]:
    """Return a node whose partner is down, and that begins deliveries without doing them."""
    with sending(tmp_path) as found:
        found.partner.said = GONE
        monkeypatch.setattr(found.delivery._pool, "submit", lambda *_: None)
        yield found


def failed(sender: Sender, *, emergency: bool = False) -> OutboxRow:
    """Return a delivery that failed often, so that its next attempt is far."""
    row = sender.queue()
    if emergency:
        SectionRow.objects.create(
            record=row.record, name="request", salt=b"s", value={"urgency": "emergency"}
        )
    OutboxRow.objects.filter(pk=row.pk).update(attempts=MANY)
    sender.attempt()
    row.refresh_from_db()
    assert row.last_fault == PartnerUnreachableError.code
    assert row.due_at > real_now() + timedelta(seconds=100)
    return row


def leased() -> list[int]:
    """Return the deliveries that are being tried."""
    return list(OutboxRow.objects.filter(lease_until__isnull=False).values_list("pk", flat=True))


def test_all_that_waits_is_due_once_the_partner_is_heard_and_emergencies_are_first(
    sender: Sender,
) -> None:
    rows = [failed(sender) for _ in range(3)]
    urgent = [failed(sender, emergency=True) for _ in range(3)]
    assert sender.delivery.step() == 0, "the partner was not heard"
    assert reaches()[ASKED].fault == PartnerUnreachableError.code
    sender.delivery._client.hear(ASKED)
    assert sender.delivery.step() == 4
    assert leased()[-3:] == [row.pk for row in urgent], "emergencies first"
    found = OutboxRow.objects.filter(pk__in=[row.pk for row in (*rows, *urgent)])
    assert all(row.due_at <= real_now() for row in found)
    assert {row.last_fault for row in found} == {outbox.HEARD_SINCE}, "nothing says: no answer"
    assert ASKED not in reaches() or not reaches()[ASKED].silent_since


def test_a_delivery_that_succeeds_lets_the_others_go(
    sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits, other = failed(sender), sender.queue()
    monkeypatch.setattr(sender.delivery, "push", lambda _: None)
    (lease,) = outbox.claim(at=real_now(), most=1)
    assert lease.record == other.record
    sender.delivery.attempt(lease)
    sender.delivery.step()
    waits.refresh_from_db()
    assert waits.due_at <= real_now()
    assert waits.lease_until


def test_a_partner_that_asks_and_takes_nothing_gets_one_early_round_in_half_a_minute(
    sender: Sender,
) -> None:
    row = failed(sender)
    OutboxRow.objects.filter(pk=row.pk).update(last_fault="partner-refused")
    begun, client = real_now(), sender.delivery._client
    for fault in ("partner-refused", PartnerUnreachableError.code):
        client.hear(ASKED)
        sender.delivery.step()
        OutboxRow.objects.filter(pk=row.pk).update(
            lease_until=None, due_at=begun + timedelta(hours=1), last_fault=fault
        )
    for _ in range(5):
        client.hear(ASKED)
        assert sender.delivery.step() == 0
    row.refresh_from_db()
    assert begun + EARLY_PAUSE <= row.due_at <= real_now() + EARLY_PAUSE
    assert row.last_fault == outbox.HEARD_SINCE, "it is not said to be silent meanwhile"


def test_what_a_partner_asked_to_wait_with_waits_though_it_is_heard(sender: Sender) -> None:
    row = failed(sender)
    until = real_now() + timedelta(minutes=20)
    OutboxRow.objects.filter(pk=row.pk).update(due_at=until, last_fault="partner-busy")
    other, urgent = failed(sender), failed(sender, emergency=True)
    sender.delivery._client.busy[ASKED] = until
    sender.delivery._client.hear(ASKED)
    sender.delivery.step()
    assert leased() == [urgent.pk]
    other.refresh_from_db()
    row.refresh_from_db()
    assert row.due_at == other.due_at == until


def test_a_partner_that_is_heard_while_an_attempt_runs_is_not_said_to_be_silent(
    sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = sender.queue()

    def push(_lease: outbox.Lease) -> None:
        sender.delivery._client.hear(ASKED)
        raise PartnerUnreachableError("no answer")

    monkeypatch.setattr(sender.delivery, "push", push)
    sender.attempt()
    row.refresh_from_db()
    assert row.last_fault == outbox.HEARD_SINCE
    assert sender.delivery.step() == 1


def test_where_nothing_failed_it_costs_no_statement_that_a_partner_was_heard(
    sender: Sender,
) -> None:
    row = sender.queue()
    OutboxRow.objects.filter(pk=row.pk).update(due_at=real_now() + timedelta(hours=1))
    with counted() as before:
        sender.delivery.step()
    sender.delivery._client.hear(ASKED)
    with counted() as after:
        sender.delivery.step()
    assert after.statements == before.statements


def test_an_emergency_is_tried_every_two_minutes_in_its_first_hour(sender: Sender) -> None:
    row, other = failed(sender, emergency=True), failed(sender)
    pause = row.due_at - real_now()
    assert pause <= outbox.EMERGENCY_PAUSE
    assert other.due_at - real_now() > outbox.EMERGENCY_PAUSE
    long = timedelta(minutes=61)
    OutboxRow.objects.update(due_at=real_now(), queued_at=now() - long)
    sender.attempt()
    row.refresh_from_db()
    assert outbox.EMERGENCY_PAUSE < row.due_at - real_now() <= timedelta(minutes=3)


def test_the_pauses_of_an_emergency_double_only_after_the_first_hour() -> None:
    waited, attempts, pauses = timedelta(0), 0, []
    while waited < timedelta(hours=9):
        attempts += 1
        pauses.append((waited, outbox.pause_after(attempts, emergency_for=waited)))
        waited += pauses[-1][1]
    first = [pause for since, pause in pauses if since < outbox.EMERGENCY_NEW]
    assert max(first) == outbox.EMERGENCY_PAUSE
    later = [pause for since, pause in pauses if since >= outbox.EMERGENCY_NEW]
    assert all(b <= 2 * a + outbox.EMERGENCY_PAUSE for a, b in pairwise(later))
    assert outbox.pause_after(30, emergency_for=timedelta(days=9)) == outbox.LONGEST_PAUSE


def test_a_pending_delivery_goes_at_once_on_a_persons_word(sender: Sender) -> None:
    row = failed(sender)
    assert outbox.retry(row.pk, at=real_now(), until=now() + timedelta(days=99))
    again = OutboxRow.objects.get(pk=row.pk)
    assert (again.due_at <= real_now(), again.attempts) == (True, row.attempts)
    assert again.expires_at == row.expires_at
    assert sender.delivery.step() == 1
    outbox.delivered(row.record, ASKED)
    assert not outbox.retry(row.pk, at=real_now(), until=now())
