"""Two suites of signatures settle a case with each other: agility is shown, not promised."""

import pytest
from tests.nodes.offices import free_ports, preservation_request, started, timeline
from tests.worlds import build_world

from comity.demo.story import text
from comity.demo.world import ASKED, ASKING
from comity.node.core.clock import now
from comity.node.core.keystore import load_keys

PRESERVED = {
    "until": "2030-01-01T00:00:00Z",
    "domestic_order": "Order 1/2026",
    "holder": "a provider",
    "note": None,
}


@pytest.mark.full
@pytest.mark.parametrize("suites", [("ES256", "Ed25519"), ("ES256", "ES256")])
def test_an_office_with_es256_keys_settles_a_case_with_another(
    tmp_path_factory: pytest.TempPathFactory, suites: tuple[str, str]
) -> None:
    parties = (ASKING, ASKED)
    ports = dict(zip(parties, free_ports(2), strict=True))
    alg = dict(zip(parties, suites, strict=True))
    folder = tmp_path_factory.mktemp("agility")
    world = build_world(folder, mode="live", ports=ports, now=now(), alg=alg)
    keys = load_keys(world.places[ASKING].config.keys).signing
    of_one_suite = {"log", "receipt"}  # a note's key is Ed25519; a receipt's is where speed counts
    assert {key.public.alg for use, key in keys.items() if use not in of_one_suite} == {suites[0]}
    with started(world, parties) as offices:
        vn, za = offices[ASKING], offices[ASKED]
        sent = vn.send("request.submitted", preservation_request(), signatures=2, to=ASKED)
        case = str(sent["conversation"])
        za.wait_message(case, "request.submitted")
        known = {"acknowledgement": {"reference": "ZA-1", "note": None}}
        za.send("request.acknowledged", known, signatures=0, conversation=case)
        za.send(
            "preservation.confirmed", {"preservation": PRESERVED}, signatures=1, conversation=case
        )
        vn.wait_message(case, "preservation.confirmed")
        note = {"note": {"text": text("The provider's order ended.")}}
        lapsed = za.send("preservation.lapsed", note, signatures=1, conversation=case)
        vn.wait_message(case, "preservation.lapsed")
        za.wait_receipt(case, lapsed["content"])
        closed = vn.send("request.closed", {}, signatures=0, conversation=case)
        vn.wait_receipt(case, closed["content"])
        for office in (vn, za):
            assert office.conversation(case)["state"] == "closed"
            rows = timeline(office, case)
            assert {row["standing"] for row in rows} == {"applied"}
            assert {r["fault"] for row in rows for r in row["receipts"]} == {""}
