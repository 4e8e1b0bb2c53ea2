"""Two offices settle a preservation over the API alone."""

from typing import Any

import pytest
from tests.api.nodes import Pair, eventually, preservation_request, text


@pytest.fixture(scope="module")
def case(pair: Pair) -> dict[str, Any]:
    """Return a preservation request that both sides hold."""
    sent: dict[str, Any] = pair.asking.say(preservation_request())
    eventually(lambda: at(pair.asked, sent["conversation"]))
    return sent


def at(office: Any, conversation: str) -> Any:
    answer = office.call("approver", "GET", f"/conversations/{conversation}")
    return answer.json() if answer.is_success else None


def test_a_request_reaches_the_other_side_and_its_receipt_comes_back(
    pair: Pair, case: dict[str, Any]
) -> None:
    def receipted() -> Any:
        (message,) = at(pair.asking, case["conversation"])["timeline"]
        return message["receipts"]

    (receipt,) = eventually(receipted)
    assert receipt["outcome"] == "applied"
    assert receipt["recorded_is"] == "proved"
    assert receipt["received_at_is"] == "attested"
    (message,) = at(pair.asking, case["conversation"])["timeline"]
    assert message["sent_at_is"] == "claimed"
    assert message["proved_at"] == receipt["received_at"]


def test_each_side_sees_its_own_next_moves(pair: Pair, case: dict[str, Any]) -> None:
    ours = {move["type"] for move in at(pair.asking, case["conversation"])["next"]}
    theirs = {move["type"] for move in at(pair.asked, case["conversation"])["next"]}
    assert "request.withdrawn" in ours
    assert "request.acknowledged" in theirs
    assert "request.acknowledged" not in ours


def test_the_other_side_answers_and_both_reach_the_same_state(
    pair: Pair, case: dict[str, Any]
) -> None:
    digest = case["conversation"]
    pair.asked.say(
        {
            "type": "request.acknowledged",
            "conversation": digest,
            "about": None,
            "sections": {"acknowledgement": {"reference": "ZA-7", "note": None}},
        }
    )
    preserved = {
        "until": "2097-02-22T00:00:00Z",
        "domestic_order": "Order 12 of 2026",
        "holder": "mail.example.za",
        "note": text("Preserved as asked."),
    }
    pair.asked.say(
        {
            "type": "preservation.confirmed",
            "conversation": digest,
            "sections": {"preservation": preserved},
        }
    )
    found = eventually(
        lambda: (seen := at(pair.asking, digest)) and seen["state"] == "preserved" and seen
    )
    assert at(pair.asked, digest)["state"] == "preserved"
    assert found["timeline"][-1]["sections"]["preservation"]["domestic_order"] == "Order 12 of 2026"
    assert found["due_at"] == "2097-02-22T00:00:00Z"
    (listed,) = pair.asking.ok("author", "GET", "/cases?state=preserved")["cases"]
    assert listed["case"] == case["case"]


def test_reading_a_case_reaches_every_role(pair: Pair, case: dict[str, Any]) -> None:
    for role in ("author", "approver", "auditor"):
        seen = pair.asking.ok(role, "GET", f"/cases/{case['case']}")
        assert [c["conversation"] for c in seen["conversations"]] == [case["conversation"]]


def test_health_tells_of_the_partners_log(pair: Pair, case: dict[str, Any]) -> None:
    health = pair.asking.ok("approver", "GET", "/health")
    assert health["log"]["tree_size"] > 0
    assert health["log"]["checkpoint"].startswith(health["log"]["origin"])
    assert [(p["party"], p["agrees"]) for p in health["partners"]] == [(pair.asked.party, True)]
