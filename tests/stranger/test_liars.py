"""Both verifiers on cases in which one party lies with its own keys (tests/bundle/adversary.py)."""

import json

import pytest
from tests.bundle.adversary import Play, trust
from tests.bundle.makers import at_odds
from tests.bundle.test_adversary import judge
from tests.stranger import verdict as judging

OWN_REFUSED = {38, 58}
"""Where a liar shows the sections for which it was refused: the first verifier fails step 4."""
STRICTER = "received-at contradicted "
"""The second verifier knows that to have seen a message is to have seen those before it."""


def bundles(play: Play) -> list[tuple[bool, dict[str, bytes]]]:
    """Return the bundles of a case, and whether the exporter lies."""
    honest = [party for party in play.members if party != play.liar]
    holding = [
        party
        for party in honest
        if any(message.content == play.conversation for message in play.sides[party].messages)
    ]
    found = [(False, play.export(party)) for party in holding]
    return [*found, (True, play.export(play.liar, play.lie()))]


def check(seed: int) -> None:
    given = json.dumps(trust().value()).encode()
    for lies, files in bundles(Play(seed)):
        if lies and seed in OWN_REFUSED:
            continue
        own, other = judging.verify(files, given), judge(files)
        first = other.first_failure
        failed = (first[0], first[1].code) if first else (0, "")
        assert (own.exit, own.step, own.code) == (other.exit_status, *failed)
        if not own.step:
            more = set(judging.at_odds(own)) ^ set(at_odds(other))
            assert all(claim.startswith(STRICTER) for claim in more), more


@pytest.mark.parametrize("seed", [13, 16, 45])
def test_both_verifiers_agree_about_a_liar(seed: int) -> None:
    check(seed)


@pytest.mark.full
@pytest.mark.parametrize("seed", range(60))
def test_both_verifiers_agree_about_many_liars(seed: int) -> None:
    check(seed)
