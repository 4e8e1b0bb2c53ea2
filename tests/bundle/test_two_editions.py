"""Two systems of different editions settle a case, and a bundle of it is judged the same."""

import pytest
from tests.bundle.makers import bundle_of, case_of, claims, found, judged
from tests.bundle.parties import VN, ZA
from tests.bundle.two_editions import TwoEditions, known, refused_within, whole_case
from tests.exchange.editions import NEW_TYPE, NEWER

from comity.exchange import TypeNotSharedError
from comity.exchange.editions import CURRENT


def test_what_the_older_system_does_not_know_is_not_sent_to_it() -> None:
    story = TwoEditions()
    assert story.editions[VN].shared(story.listed) is CURRENT
    story.go(VN, "request.submitted")
    with pytest.raises(TypeNotSharedError):
        story.compose(VN, NEW_TYPE)


def test_both_systems_come_to_one_state_and_the_edition_is_raised_in_the_middle() -> None:
    story = whole_case()
    one, other = story.view(VN), story.view(ZA)
    assert one.state == other.state
    assert one.state.main == "released"
    assert one.state.edition == NEWER.digest
    assert one.standing == other.standing
    told = {m.draft.type: [] for m in story.seen_here[VN]}  # type: dict[str, list[str]]
    for message in story.seen_here[VN]:
        told[message.draft.type].append(one.standing[message.content])
    assert told[NEW_TYPE] == ["refused:type-unknown", "applied"]


@pytest.mark.parametrize("exporter", [VN, ZA])
def test_a_verifier_that_knows_the_edition_proves_the_state(exporter: str) -> None:
    with known(NEWER):
        report = judged(bundle_of(case_of(whole_case(), exporter)))
        assert found(report) == []
        assert report.exit_status == 0
        assert {one.facts["main"] for one in claims(report, "state")} == {"released"}
        (ground,) = claims(report, "refusal-ground")
        assert ground.word == "proved", "the type was outside the edition then"


def test_a_verifier_that_does_not_know_the_edition_says_so_and_fails_nothing() -> None:
    with known(NEWER):
        files = bundle_of(case_of(whole_case(), ZA))
    report = judged(files)
    assert found(report) == []
    assert report.exit_status == 0
    (state,) = claims(report, "state")
    assert (state.word, state.facts["edition"]) == ("unknown", NEWER.digest)
    assert claims(report, "receipt", "disputed") == []


@pytest.mark.parametrize(("exporter", "status"), [(VN, 0), (ZA, 1)])
def test_who_refuses_a_type_of_its_own_edition_as_unknown_contradicts_itself(
    exporter: str, status: int
) -> None:
    report = judged(bundle_of(case_of(refused_within(), exporter)))
    assert report.exit_status == status
    (receipt,) = claims(report, "receipt", "contradicted")
    assert receipt.by == (ZA,)
    assert [one.say for one in receipt.statements] == ["answered", "speaks-edition"]
