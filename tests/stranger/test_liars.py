"""Both verifiers on cases in which one party lies with its own keys (tests/bundle/adversary.py)."""

import json

import pytest
from tests.bundle.adversary import Play
from tests.bundle.adversary_rules import bundles
from tests.bundle.adversary_side import knowing, speaking, trust
from tests.bundle.makers import at_odds
from tests.stranger import verdict as judging
from tests.walks import every

from comity.bundle import MemoryReader, Report, verify


def check(seed: int) -> list[str]:
    """Return where the verifiers differ about the bundles of a case."""
    given, wrong = json.dumps(trust().value()).encode(), list[str]()
    with knowing(speaking(newer=False)):
        for exporter, files in bundles(Play(seed)):
            other = verify(MemoryReader(files), trust=trust())
            own = judging.verify(files, given)
            wrong += [f"{seed}, bundle of {exporter}: {line}" for line in differing(own, other)]
    return wrong


def differing(own: judging.Verdict, other: Report) -> list[str]:
    """Return in what two verdicts on one bundle differ."""
    first = other.first_failure
    told = (other.exit_status, *((first[0], first[1].code) if first else (0, "")))
    if told != (own.exit, own.step, own.code):
        return [f"{told} and {(own.exit, own.step, own.code, own.why)}"]
    return [] if own.step else sorted(set(judging.at_odds(own)) ^ set(at_odds(other)))


ODD = (79, 103, 146, 158, 168, 250, 292, 470, 1344, 1571)
"""Cases about which the verifiers once differed."""


@every("seed", ODD)
def test_both_verifiers_agree_about_a_liar(seed: int) -> None:
    assert check(seed) == []


@pytest.mark.full
@every("seed", range(60))
def test_both_verifiers_agree_about_many_liars(seed: int) -> None:
    assert check(seed) == []


@pytest.mark.long
@every("seed", range(60, 300))
def test_both_verifiers_agree_about_every_liar(seed: int) -> None:
    assert check(seed) == []
