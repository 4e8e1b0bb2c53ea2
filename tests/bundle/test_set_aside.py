"""What a partner signed that its addressee never took in spoils nothing, and proves nothing."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from tests.bundle.attack import record_of
from tests.bundle.deeds import DEEDS, honest_bundle
from tests.bundle.makers import (
    VN,
    ZA,
    at_odds,
    bundle_of,
    case_of,
    claims,
    evidence_of,
    judged,
    private,
    short_story,
    trust_file,
)
from tests.bundle.rewriting import own_receipts, sign_again
from tests.bundle.stories import Story, whole_story
from tests.exchange.makers import seed

from comity.bundle import MemoryReader, verify
from comity.directory import TrustFile
from comity.exchange import Consistency, Draft, Receipt, Section, sign_receipt

NOWHERE = "sha256:" + "ab" * 32


def whole_again() -> Story:
    """Return the whole story, told anew."""
    return whole_story.__wrapped__()


def sections_of_offer(story: Story) -> dict[str, Section]:
    node = story.nodes[VN]
    return next(found for found in node.sections.values() if "offer" in found)


def told_otherwise(custody: Any) -> Any:
    return {**custody, "count": 1, "digest": NOWHERE}


def too_long(offer: Any) -> Any:
    return {**offer, "description": {"lang": "en", "text": "x" * 5000}}


@pytest.mark.parametrize(
    ("name", "lie"),
    [
        ("offer", lambda offer: {**offer, "files": 3}),
        ("offer", lambda offer: {**offer, "root": NOWHERE}),
        ("offer", too_long),
        ("custody", told_otherwise),
    ],
    ids=["other files", "other bytes", "no offer at all", "another chain"],
)
@pytest.mark.parametrize("outcome", ["held:double-speak", "refused:illegal-move"])
def test_an_offer_that_was_never_taken_in_spoils_no_bundle(
    name: str, lie: Callable[[Any], Any], outcome: str
) -> None:
    story = whole_again()
    values = {part: one.value for part, one in sections_of_offer(story).items()}
    values[name] = lie(values[name])
    offered = next(m for m in story.nodes[ZA].messages if m.draft.type == "evidence.offered")

    def change(draft: Draft) -> Draft:
        if outcome == "refused:illegal-move":
            return replace(draft, about=NOWHERE)
        twin = offered.draft
        return replace(draft, sequence=twin.sequence, previous=twin.previous)

    kind, case = "evidence.offered", offered.conversation
    story.say(ZA, kind, conversation=case, outcome=outcome, change=change, **values)
    report = judged(bundle_of(case_of(story), evidence_of(whole_story())))
    assert (report.verdict, report.first_failure) == ("intact", None)
    assert claims(report, "hand-over", "proved")
    assert [one.by for one in claims(report, "package-sealed", "proved")] == [(ZA,)]


def test_a_twin_that_was_refused_for_what_it_says_spoils_no_bundle() -> None:
    story = short_story()
    first = story.nodes[VN].messages[0].content
    asked = story.say(VN, "request.status-asked", conversation=first)

    def twin(draft: Draft) -> Draft:
        before = asked.draft
        return replace(
            draft, type="request.amended", sequence=before.sequence, previous=before.previous
        )

    story.say(
        VN, "request.status-asked", conversation=first, outcome="held:double-speak", change=twin
    )
    report = judged(bundle_of(case_of(story, ZA)))
    assert (report.verdict, report.first_failure) == ("intact", None)
    assert at_odds(report) == [f"one-message-a-place contradicted {VN}"]


def with_receipt(change: Callable[[Receipt], Receipt]) -> Story:
    """Return the short story with a question of VN, whose last receipt VN signs otherwise."""
    story = short_story()
    first = story.nodes[VN].messages[0].content
    story.say(ZA, "request.at-risk", conversation=first)
    envelope, receipt = own_receipts(story.nodes[VN])[-1]
    lie = sign_receipt(change(receipt), private(VN, "receipt"))
    exporter = story.nodes[ZA]
    exporter.receipts = [lie if one is envelope else one for one in exporter.receipts]
    exporter.openings = [
        replace(one, record=record_of(lie)) if one.record == record_of(envelope) else one
        for one in exporter.openings
    ]
    sign_again(exporter)
    return story


def test_a_proof_of_a_partners_log_that_does_not_hold_shows_nothing_and_spoils_nothing() -> None:
    def spoilt(receipt: Receipt) -> Receipt:
        assert receipt.consistency is not None
        size = receipt.consistency.tree_size
        return replace(receipt, consistency=Consistency(size, (seed("no proof"),)))

    report = judged(bundle_of(case_of(with_receipt(spoilt), ZA)))
    assert (report.verdict, report.first_failure, at_odds(report)) == ("intact", None, [])
    assert claims(report, "log-continues", "unknown")


@pytest.mark.parametrize(
    ("trust", "word"),
    [(trust_file(), "proved"), (trust_file("za"), "attested"), (None, "attested")],
)
def test_the_ground_of_a_refusal_is_proved_by_pinned_keys_alone(
    trust: TrustFile | None, word: str
) -> None:
    (deed,) = [one for one in DEEDS if one.name.startswith("a message of a type")]
    report = verify(MemoryReader(honest_bundle(deed)), trust=trust)
    assert [one.word for one in claims(report, "refusal-ground")] == [word]
