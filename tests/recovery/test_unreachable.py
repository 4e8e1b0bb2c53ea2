"""A node that nobody can reach polls its partners, pushes to them, and brings its evidence."""

import os
from pathlib import Path

import pytest
from tests.carrying.offices import ACKNOWLEDGED, DECISION, eventually, offer_evidence
from tests.recovery.conftest import Network

from comity.demo.world import ASKED, ASKING

pytestmark = pytest.mark.full  # real nodes start, stop and wait for each other
PARTS = 9 * 1024 * 1024  # three parts of an upload


@pytest.mark.parametrize(
    "network",
    [{"outbound_only": frozenset({ASKED})}, {"outbound_only": frozenset({ASKING})}],
    ids=["the giver cannot be reached", "the receiver cannot be reached"],
    indirect=True,
)
def test_a_case_with_evidence_settles(network: Network, tmp_path: Path) -> None:
    vn, za = network.vn, network.za
    case = network.ask("VN-1", "stored-data")
    za.say("request.acknowledged", ACKNOWLEDGED, conversation=case)
    za.say("request.accepted", DECISION, conversation=case)
    network.heard(vn, case, ASKED, 2)
    data = os.urandom(PARTS)
    root, offered = offer_evidence(za, tmp_path, case, receiver=ASKING, data=data)
    eventually(lambda: vn.do("stages").get(root) == "stored", 60)
    place = "vault/packages/" + root.removeprefix("sha256:")
    assert (vn.folder / place).read_bytes() == (za.folder / place).read_bytes()
    chain = vn.do("handover", root=root, event="received")
    vn.say("evidence.received", {"custody": chain}, conversation=case, about=offered["content"])
    network.heard(za, case, ASKING, 2)
    network.settle()
    assert za.do("conversation", digest=case) == vn.do("conversation", digest=case)
    assert {r["fault"] for o in (vn, za) for r in o.do("receipts")} == {""}
    served = eventually(lambda: za.do("audited", action="evidence.served"))
    assert served == [[ASKING, root, ""]]
