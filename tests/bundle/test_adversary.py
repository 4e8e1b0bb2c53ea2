"""One party lies with its own keys: no honest bundle is harmed, and no lie of it is proved.

Each case follows from its seed: `adversary.Play(SEED)` tells it again, and
`adversary_rules.against` and `adversary_browser.differing` judge what is exported of it.
"""

from collections.abc import Iterator, Mapping
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.bundle.adversary import Play
from tests.bundle.adversary_browser import Page, differing, pages
from tests.bundle.adversary_rules import against
from tests.bundle.adversary_side import Side, knowing
from tests.walks import every

from comity.exchange import Replay
from comity.node.cases import conversations
from comity.node.models import MessageRow

SEEDS = st.integers(0, 1 << 40)


FOUND = (151, 188, 5156105)
"""Cases in which a lie did harm once."""
UNLIKE = (818677590814,)
"""Cases that page and program judged unlike once."""


@every("seed", FOUND)
def test_no_lie_harms_a_bundle_that_one_harmed_before(seed: int) -> None:
    assert against(Play(seed)) == []


@settings(max_examples=24, deadline=None)
@given(SEEDS)
def test_no_lie_harms_an_honest_bundle_or_is_proved(seed: int) -> None:
    assert against(Play(seed)) == []


@pytest.mark.long
@settings(max_examples=1500, deadline=None)
@given(SEEDS)
def test_no_lie_harms_an_honest_bundle_or_is_proved_at_length(seed: int) -> None:
    assert against(Play(seed)) == []


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[bool, Page]]:
    """The page's modules under node, with and without the newer edition."""
    with pages(tmp_path_factory.mktemp("pages")) as made:
        yield made


def test_the_page_judges_every_bundle_as_the_program_does(both: Mapping[bool, Page]) -> None:
    seeds = (*range(8), *UNLIKE)
    assert [line for seed in seeds for line in differing(Play(seed), both)] == []


@pytest.mark.long
def test_the_page_judges_every_bundle_as_the_program_does_at_length(
    both: Mapping[bool, Page],
) -> None:
    draw = Random()
    seeds = [draw.randrange(1 << 40) for _ in range(300)]
    assert [line for seed in seeds for line in differing(Play(seed), both)] == []


def stored(side: Side) -> Replay:
    """Return what the node's own code makes of the messages of a party, as it stores them."""
    rows = [
        MessageRow(
            record=message.record,
            content=message.content,
            author=message.draft.author,
            jws=message.envelope.record,
            outgoing=message.draft.author == side.party,
            outcome=side.outcomes.get(message.content, ""),
        )
        for message in side.messages
    ]
    conversations._parsed.cache_clear()
    found = [(conversations.message_of(row), conversations._counting(row)) for row in rows]
    return conversations._replayed(found)


@settings(max_examples=30, deadline=None)
@given(SEEDS)
def test_a_node_stores_the_state_that_its_party_has(seed: int) -> None:
    play = Play(seed)
    for party in play.honest:
        side = play.sides[party]
        with knowing(side.editions):
            found, mine = stored(side), side.now()
        assert (found.state, found.order, found.standing) == (
            mine.state,
            mine.order,
            mine.standing,
        )
