"""The second implementation as a receiver: what is refused before its time (spec 8.2)."""

from typing import Any

import pytest
from tests.nodes.offices import preservation_request
from tests.stranger.message import Message
from tests.stranger.party import Stored
from tests.stranger.test_written import ZA, Meeting, deliver, meet

NOTE = {"note": {"text": {"lang": "en", "text": "The provider deletes tomorrow."}}}
BAD = [
    ("request.withdrawn", {"note": {"text": "no language"}}, "refused:body-malformed"),
    ("request.withdrawn", NOTE, "refused:approvals-missing"),
    ("preservation.promised", NOTE, "held"),
]
"""A type, its sections, and the outcome where a message before it is missing.

Whether a type is outside the edition in force, nobody can tell without the past.
"""


def said(made: Meeting, name: str, kind: str, sections: Any) -> tuple[Message, bytes, Any]:
    """Return a message of VN that ZA has not got, its parcel and its sections."""
    payload, salted = made.vn.draft(name, kind, sections)
    message = made.vn.sign(payload)
    return message, made.vn.parcel(message, salted, ZA), salted


def take(made: Meeting, message: Message, parcel: bytes, salted: Any) -> str:
    receipt = made.za.receive(parcel)
    return str(made.vn.take_receipt(message, salted, receipt).value["outcome"])


@pytest.mark.parametrize(("kind", "sections", "outcome"), BAD, ids=[one[2] for one in BAD])
def test_what_it_refuses_for_what_it_says_it_refuses_before_its_time(
    kind: str, sections: dict[str, Any], outcome: str
) -> None:
    made = meet()
    drafted = made.vn.opening(ZA, "request.submitted", preservation_request())
    name = deliver(made.vn, made.za, drafted, "author", "approver").envelope.content
    asked, asking, bare = said(made, name, "request.status-asked", {})
    made.vn.messages[asked.envelope.record] = Stored(asked, {})
    early, parcel, salted = said(made, name, kind, sections)
    assert take(made, early, parcel, salted) == outcome
    assert take(made, asked, asking, bare) == "applied"
    after = made.za.outcome(name)
    assert after.state.main == "submitted"
    if outcome != "held":
        assert after.standing[early.envelope.content] == outcome
