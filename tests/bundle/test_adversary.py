"""One party lies with its own keys: no honest bundle is harmed, and no lie of it is proved.

Each case follows from its seed: `adversary.Play(SEED)` tells it again.
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.bundle.adversary import Play, trust

from comity.bundle import MemoryReader, Report, layout, verify

SEEDS = st.integers(0, 1 << 40)


def judge(files: dict[str, bytes]) -> Report:
    return verify(MemoryReader(files), trust=trust())


def against(play: Play) -> list[str]:
    """Return everything that must not be, in the bundles of a case."""
    wrong: list[str] = []
    honest = [party for party in play.members if party != play.liar]
    states = set.union(*(play.sides[party].signed for party in honest))
    for party in honest:
        side = play.sides[party]
        if not any(message.content == play.conversation for message in side.messages):
            continue
        report = judge(play.export(party))
        if report.verdict not in ("intact", "disputed"):
            wrong.append(f"{party} is honest and {report.verdict}: {report.first_failure}")
        if report.states[play.conversation] != side.now().state.to_value():
            wrong.append(f"{party} is told another state than its own")
        for claim in report.claims:
            if claim.word == "contradicted" and party in claim.by:
                wrong.append(f"{party} is honest and contradicts itself: {claim.value()}")
            if claim.word == "disputed" and play.liar not in claim.by:
                wrong.append(f"honest parties dispute: {claim.value()}")
        wrong += false(play, report, None)
    wrong += false(play, judge(play.export(play.liar, play.lie())), states)
    return wrong


def false(play: Play, report: Report, states: set[str] | None) -> list[str]:
    """Return claims that are called proved and are not so; of a liar's bundle its states too."""
    given = {layout.receipt_path(record, to): told for (record, to), told in play.answers.items()}
    wrong = []
    for claim in report.claims:
        facts = claim.facts
        if claim.word != "proved":
            continue
        if claim.name == "receipt" and given.get(str(facts["path"])) != facts["outcome"]:
            wrong.append(f"an answer that was never given: {claim.value()}")
        if claim.name == "state" and states is not None and facts["main"] not in states:
            wrong.append(f"a state that nobody else ever saw: {claim.value()}")
    return wrong


@settings(max_examples=60, deadline=None)
@given(SEEDS)
def test_no_lie_harms_an_honest_bundle_or_is_proved(seed: int) -> None:
    assert against(Play(seed)) == []


@pytest.mark.long
@settings(max_examples=1500, deadline=None)
@given(SEEDS)
def test_no_lie_harms_an_honest_bundle_or_is_proved_at_length(seed: int) -> None:
    assert against(Play(seed)) == []
