"""Every measure there is, asked by one node and judged and answered by another."""

from collections.abc import Mapping
from typing import Any

import pytest
from tests.nodes.conftest import Pair
from tests.nodes.offices import preservation_request
from tests.walks import sampled

from comity.demo.office import Office
from comity.demo.story import text
from comity.exchange.bodies import MEASURES
from comity.files.instruments import shipped
from comity.instruments import Instrument
from comity.node.law.assessment import measures_of

UN: Instrument = shipped().instruments["un-2024"]
OWN_TYPE = {"spontaneous-information", "preservation-extension", "point-of-contact"}
"""Measures of an instrument that are no request: other types of message, and the addressee."""


def law_measure(measure: str) -> str:
    """Return the instrument's own name of a measure."""
    return next(one for one in measures_of("request.submitted", measure) if UN.provides(one))


def wanted(measure: str) -> dict[str, Any]:
    sections = preservation_request()
    article = UN.measures[law_measure(measure)].cite[0]
    basis = [{"instrument": UN.key, "article": article, "status": "signed-not-in-force"}]
    sections["request"] |= {"measure": measure, "basis": basis}
    return sections


def asked(pair: Pair, measure: str) -> str:
    """Ask, and return the conversation once the other side has it and acknowledged it."""
    sent = pair.vn.send("request.submitted", wanted(measure), signatures=2, to=pair.za.party)
    digest: str = sent["conversation"]
    pair.za.wait_message(digest, "request.submitted")
    note = {"acknowledgement": {"reference": "ZA-1", "note": None}}
    pair.za.send("request.acknowledged", note, signatures=0, conversation=digest)
    return digest


def decision(grounds: list[str]) -> dict[str, Any]:
    said = {"reasons": text("As the law has it."), "grounds": grounds}
    return {"decision": {**said, "domestic_order": None, "review_by": None}}


def seen(office: Office, digest: str) -> Mapping[str, Any]:
    found = office.conversation(digest)
    return {
        "state": found["state"],
        "measure": found["measure"],
        "standing": [(row["content"], row["standing"]) for row in found["timeline"]],
    }


def test_the_protocol_knows_every_measure_of_the_instrument() -> None:
    assert {law_measure(measure) for measure in MEASURES} == set(UN.measures) - OWN_TYPE
    assert set(MEASURES) - set(UN.measures) == {"search"}


@pytest.mark.parametrize("measure", sampled(MEASURES, list(MEASURES)[:2]))
def test_a_measure_is_asked_judged_accepted_and_executed(pair: Pair, measure: str) -> None:
    digest = asked(pair, measure)
    (found,) = pair.za.case.get(f"/conversations/{digest}/findings")["instruments"]
    assert found["measure"] == law_measure(measure)
    assert found["findings"], "something is always left to look at"
    pair.za.send("request.accepted", decision([]), signatures=2, conversation=digest)
    done = {"execution": {"summary": text("It was done."), "domestic_order": None}}
    pair.za.send("request.executed", done, signatures=1, conversation=digest)
    pair.vn.wait_message(digest, "request.executed")
    assert seen(pair.vn, digest) == seen(pair.za, digest)
    assert seen(pair.vn, digest)["state"] == "executed"


def ground_for(measure: str) -> str:
    """Return a ground on which an instrument lets a measure be refused."""
    key = law_measure(measure)
    fitting = (
        ground.key
        for ground in UN.grounds.values()
        if ground.kind == "refuse" and {"*", key} & set(ground.measures)
    )
    return next(fitting)


@pytest.mark.long
@pytest.mark.parametrize("measure", sampled(MEASURES, list(MEASURES)[:2]))
def test_a_measure_is_refused_on_a_ground_of_the_treaty(pair: Pair, measure: str) -> None:
    digest = asked(pair, measure)
    refusal = decision([f"un-2024 {ground_for(measure)}"])
    draft = pair.za.case.post(
        "/drafts", {"type": "request.refused", "sections": refusal, "conversation": digest}
    )
    (found,) = pair.za.case.get(f"/drafts/{draft['id']}/findings")["instruments"]
    assert "R-061" not in {one["rule"] for one in found["findings"]}, "it is one of its grounds"
    pair.za.case.delete(f"/drafts/{draft['id']}")
    pair.za.send("request.refused", refusal, signatures=2, conversation=digest)
    pair.vn.wait_message(digest, "request.refused")
    assert seen(pair.vn, digest) == seen(pair.za, digest)
    assert seen(pair.vn, digest)["state"] == "refused"
