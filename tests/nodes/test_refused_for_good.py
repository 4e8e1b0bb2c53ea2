"""A partner that says that a message will be refused again gets it once, and a person is told."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.nodes.answering import Sender, sending

from comity.demo.world import ASKED
from comity.node.cases.queries import Undelivered, case_threads
from comity.node.cases.severity import Kind
from comity.node.core.clock import now, real_now
from comity.node.core.partner_http import LONGEST_WAIT
from comity.node.health.checks import checks
from comity.node.health.status import condition
from comity.node.messages import outbox
from comity.node.models import Conversation, OutboxRow
from comity.node.web import labels
from comity.node.work.technical import failures

pytestmark = pytest.mark.django_db
FINAL = {"code": "message-malformed", "retryable": False}


@pytest.fixture
def sender(tmp_path: Path) -> Iterator[Sender]:
    with sending(tmp_path) as found:
        yield found


def test_a_message_that_is_refused_for_good_is_sent_once_and_shown_to_a_person(
    sender: Sender,
) -> None:
    row = sender.answered(400, FINAL)
    fault = "partner-refused: message-malformed"
    assert (row.stage, row.last_fault, row.lease_until) == (OutboxRow.Stage.DEAD, fault, None)
    OutboxRow.objects.update(due_at=real_now() - timedelta(days=1))
    sender.attempt()
    assert sender.partner.came == 1, "it is not tried again by itself"

    at = now()
    case = Conversation.objects.get().case
    (alert,) = [one for one in failures(sender.node, at) if one.facts.kind is Kind.DEAD]
    assert (alert.party, alert.case, alert.what) == (ASKED, case, fault)
    assert labels.fault(alert.what) == (
        "The partner authority's node rejected the message. A field is missing or "
        "invalid. Correct the marked field."
    )
    found = condition(sender.node, at=at)
    assert [one.stands for one in checks(sender.node, found, at=at) if one.key == "deliveries"] == [
        "bad"
    ]
    (thread,) = case_threads(sender.node, case)
    assert thread.events[0].undelivered == (Undelivered(row.pk, ASKED, fault),)

    assert outbox.retry(row.pk, at=real_now(), until=at + timedelta(days=30))
    sender.attempt()
    row.refresh_from_db()
    assert (sender.partner.came, row.attempts) == (2, 1), "a person tries it again"


REFUSALS: dict[str, tuple[int, Any, str, str]] = {
    "no such member": (400, {"code": "message-malformed"}, "dead", ": message-malformed"),
    "no body": (404, b"", "dead", ""),
    "a page": (403, b"<html><b>No</b></html>", "dead", ""),
    "a code that is none": (
        400,
        {"code": "<b>x</b>", "retryable": False},
        "dead",
        ": code-unknown",
    ),
    "a code of tomorrow": (
        400,
        {"code": "moon-full", "retryable": True},
        "queued",
        ": code-unknown",
    ),
    "a long code": (400, {"code": "a" * 9000, "retryable": False}, "dead", ": code-unknown"),
    "a code that is no text": (400, {"code": ["x"], "retryable": False}, "dead", ""),
    "a word for yes": (400, {"code": "not-for-us", "retryable": "true"}, "dead", ": not-for-us"),
    "too long": (400, {"code": "not-for-us", "retryable": True, "x": "x" * 20_000}, "dead", ""),
    "a list": (400, [1], "dead", ""),
    "too deep": (400, b"[" * 5000, "dead", ""),
    "may pass": (400, {"code": "sent-ahead", "retryable": True}, "queued", ": sent-ahead"),
    "a slow line": (408, b"", "queued", ""),
    "too early": (425, b"", "queued", ""),
    "too many": (429, b"", "queued", ""),
    "broken": (500, b"oh", "queued", ""),
    "broken for good": (501, {"code": "x", "retryable": False}, "dead", ": code-unknown"),
    "full": (507, {"code": "database-full", "retryable": True}, "queued", ": database-full"),
    "nothing": (204, b"", "queued", ""),
}


def test_what_a_refusal_says_decides_and_nothing_of_it_reaches_a_page(sender: Sender) -> None:
    for name, (status, body, stage, said) in REFUSALS.items():
        row = sender.answered(status, body)
        assert (row.stage, row.last_fault) == (stage, f"partner-refused{said}"), name
        assert (row.due_at > real_now()) == (stage == "queued"), name
        row.delete()


def test_a_partner_that_says_when_is_asked_again_then(sender: Sender) -> None:
    begun = real_now()
    row = sender.answered(503, {"code": "busy", "retryable": True}, Retry_After="7")
    assert (row.stage, row.last_fault) == ("queued", "partner-busy")
    assert timedelta(seconds=7) <= row.due_at - begun < timedelta(seconds=30)
    OutboxRow.objects.update(due_at=real_now(), queued_at=now() - timedelta(days=2))
    sender.attempt()
    assert sender.partner.came == 2
    found = {
        one.key: one.stands
        for one in checks(sender.node, condition(sender.node, at=now()), at=now())
    }
    assert found["deliveries"] == "soon", "it waits long, even if no attempt failed"

    begun = real_now()
    row = sender.answered(503, b"", Retry_After="999999999")
    assert row.due_at - begun < LONGEST_WAIT + timedelta(seconds=30)
    assert outbox.LONGEST_PAUSE >= LONGEST_WAIT
    row = sender.answered(503, b"", Retry_After="-5")
    assert (row.stage, row.last_fault) == ("queued", "partner-refused")
    assert row.due_at > real_now()
    row = sender.answered(503, {"code": "busy", "retryable": False}, Retry_After="7")
    assert row.stage == "dead", "what it says of the message counts, not when"
