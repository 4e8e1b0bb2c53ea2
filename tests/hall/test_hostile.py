"""Hostile partners at real nodes: nothing they do is taken for what it pretends to be."""

from pathlib import Path

import pytest
from tests.hall.conftest import Pair
from tests.hall.test_words import words
from tests.nodes.offices import preservation_request

from comity.demo.office import Office
from comity.exchange.types import MOVES
from comity.hall import hostile
from comity.hall.partners import Saying, offer

pytestmark = pytest.mark.full  # exercises on nodes


def count(office: Office) -> int:
    return len(office.case.get("/cases")["cases"])


def test_a_forged_opening_is_refused_and_leaves_no_case(pair: Pair) -> None:
    before = count(pair.za)
    answer = hostile.forge(pair.vn.place, pair.za.place, words(measure="emergency"))
    assert (answer.status, answer.code) == (401, "transport-signature")
    assert count(pair.za) == before


def asked(pair: Pair) -> str:
    sent = pair.vn.send("request.submitted", preservation_request(), signatures=2, to=pair.za.party)
    digest: str = sent["conversation"]
    pair.za.wait_message(digest, "request.submitted")
    return digest


def test_what_is_sent_again_changes_nothing(pair: Pair) -> None:
    digest = asked(pair)
    before = pair.za.conversation(digest)
    answer = hostile.replay(pair.vn.place, pair.za.place, digest)
    assert (answer.status, answer.code) == (200, ""), "it is receipted, as it was"
    assert pair.za.conversation(digest)["timeline"] == before["timeline"]


def test_a_spoilt_package_is_offered_and_not_taken(pair: Pair, tmp_path: Path) -> None:
    digest = asked(pair)
    reference = {"acknowledgement": {"reference": "ZA-1", "note": None}}
    pair.za.send("request.acknowledged", reference, signatures=0, conversation=digest)
    decision = {"reasons": {"lang": "en", "text": "Yes."}, "grounds": []}
    accepted = {"decision": {**decision, "domestic_order": None, "review_by": None}}
    floor = MOVES["request.accepted"].floor
    signatures = floor.author + floor.approver
    pair.za.send("request.accepted", accepted, signatures=signatures, conversation=digest)
    saying = Saying(
        thread="x",
        type="evidence.offered",
        words=words(),
        exhibit=("log.txt", b"line\n" * 1000),
        spoilt=lambda root: hostile.spoil(pair.za.place, root),
    )
    offer(pair.za, digest, saying, to=pair.vn.party, folder=tmp_path)
    pair.vn.wait_message(digest, "evidence.offered")

    def failed() -> list[str]:
        rows = pair.vn.case.get("/packages", conversation=digest)["packages"]
        return [row["stage"] for row in rows if row["stage"] == "failed"]

    assert pair.vn.wait_for("the verdict on the package", failed) == ["failed"]
