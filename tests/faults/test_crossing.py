"""Messages that cross on the way: both sides come to one state, whichever each saw first."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.api.nodes import Office, Pair, eventually, preservation_request, start_pair, text
from tests.faults.books import check_deliveries, check_log, check_same_state, read_books, waiting
from tests.faults.quick import QuickNode

pytestmark = pytest.mark.full


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    made = start_pair(tmp_path / "world")
    for office in (made.asking, made.asked):  # a stopped worker's leases end sooner
        office.process.stop()
        office.process = QuickNode(office.process.folder)
        office.process.start()
        office.process.wait_ready()
    yield made
    made.stop()


def seen(office: Office, conversation: str) -> Any:
    answer = office.call("approver", "GET", f"/conversations/{conversation}")
    return answer.json() if answer.is_success else None


def state(office: Office, conversation: str) -> Any:
    found = seen(office, conversation)
    return found and found["state"]


def only(running: Office, stopped: Office) -> None:
    """Let one office work while the other's node is down."""
    stopped.process.stop()
    running.process.start()
    running.process.wait_ready()


@pytest.mark.long
def test_a_withdrawal_that_crosses_an_acceptance_gives_both_sides_one_state(pair: Pair) -> None:
    asking, asked = pair.asking, pair.asked
    digest = asking.say(preservation_request())["conversation"]
    eventually(lambda: seen(asked, digest))
    receipt = {"acknowledgement": {"reference": "ZA-7", "note": None}}
    asked.say({"type": "request.acknowledged", "conversation": digest, "sections": receipt})
    eventually(lambda: state(asking, digest) == "acknowledged")

    only(asking, asked)
    reason = {"note": {"text": text("The account was closed.")}}
    asking.say({"type": "request.withdrawn", "conversation": digest, "sections": reason})
    only(asked, asking)
    assert state(asked, digest) == "acknowledged"
    decision: dict[str, Any] = {
        "reasons": text("Granted."),
        "grounds": [],
        "domestic_order": "Order 12",
        "review_by": None,
    }
    asked.say(
        {"type": "request.accepted", "conversation": digest, "sections": {"decision": decision}}
    )
    assert state(asked, digest) == "accepted"
    asking.process.start()
    asking.process.wait_ready()

    for office in (asked, asking):
        eventually(lambda o=office: (f := seen(o, digest)) and len(f["timeline"]) == 4, 60)
    assert state(asking, digest) == state(asked, digest) == "withdrawn"
    eventually(lambda: not any(waiting(o.process.folder) for o in (asking, asked)), 60)
    pair.stop()
    ours, theirs = (read_books(o.party, o.process.folder) for o in (asking, asked))
    for books in (ours, theirs):
        check_log(books)
    directory = pair.world.places[asking.party].config.directory
    check_deliveries(ours, theirs, directory)
    check_deliveries(theirs, ours, directory)
    check_same_state(ours, theirs)
