"""A good bundle is intact, and reaches the floor of what is proved; without a trust file, none."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.bundle.makers import (
    EXPORTED,
    START,
    VN,
    WITNESS,
    ZA,
    bundle_of,
    case_of,
    claims,
    evidence_of,
    found,
    judged,
    short_bundle,
    short_story,
    trust_file,
    whole_bundle,
    whole_story,
    witness,
)

from comity.bundle import MemoryReader, Report, Withheld, layout, verify
from comity.bundle.ceilings import CEILINGS
from comity.bundle.claims import Claim

HIDDEN = Withheld("ongoing investigation", "Court of Appeal, 2026-02-01, no. 7")


def step(report: Report, number: int) -> str:
    return report.steps[number - 1].status


def test_every_step_of_a_good_bundle_passes() -> None:
    report = judged(whole_bundle())
    assert found(report) == []
    assert report.verdict == "intact"
    assert report.exit_status == 0
    assert [s.status for s in report.steps] == ["passed"] * 11


FLOOR = {
    "exporter-signed", "party-keys", "message-signed", "section-content", "receipt", "state",
    "log-heard", "hand-over", "package-sealed",
}  # fmt: skip


@pytest.mark.parametrize("party", [VN, ZA])
def test_an_honest_bundle_reaches_the_floor_of_what_is_proved(party: str) -> None:
    report = judged(bundle_of(case_of(whole_story(), party), evidence_of(whole_story())))
    words: dict[str, set[str]] = {name: set() for name in CEILINGS}
    for one in report.claims:
        words[one.name].add(one.word)
    assert {name for name, said in words.items() if "proved" in said} == FLOOR
    assert not any({"contradicted", "disputed"} & said for said in words.values())
    partners = [one for one in claims(report, "receipt") if one.facts["addressee"] != party]
    assert {one.word for one in partners} == {"proved"}
    assert claims(report, "state", "proved"), "up to the other side's newest statement"
    for name, ceiling in CEILINGS.items():
        assert ceiling == "proved" or "proved" not in words[name], name


def test_no_claim_is_surer_than_its_ceiling() -> None:
    for name, word in (("approval", "proved"), ("nothing-later", "attested")):
        with pytest.raises(ValueError, match=name):
            Claim(name, word)  # type: ignore[arg-type]


def test_the_steps_are_eleven_in_the_order_of_the_specification() -> None:
    assert [s.number for s in judged(short_bundle()).steps] == list(range(1, 12))


@pytest.mark.parametrize("party", [VN, ZA])
def test_either_side_can_export(party: str) -> None:
    files = bundle_of(case_of(whole_story(), party), evidence_of(whole_story()))
    assert judged(files).verdict == "intact"


def test_without_a_trust_file_nothing_is_proved() -> None:
    report = verify(MemoryReader(whole_bundle()), trust=None)
    assert report.verdict == "unpinned"
    assert report.exit_status == 3
    assert step(report, 1) == "passed"
    assert {step(report, n) for n in range(2, 12)} == {"unpinned"}
    assert not [one for one in report.claims if one.word == "proved"]


def test_a_state_that_the_trust_file_does_not_pin_proves_nothing() -> None:
    report = judged(whole_bundle(), trust_file("vn"))
    assert (report.verdict, found(report)) == ("unpinned", [])
    assert "not pinned: za" in report.steps[2].summary
    signed = {one.by: one.word for one in claims(report, "message-signed")}
    assert signed == {(VN,): "proved", (ZA,): "attested"}


def test_a_step_without_anything_to_check_is_empty() -> None:
    report = judged(short_bundle())
    assert (report.verdict, step(report, 9), step(report, 10)) == (
        "intact",
        "empty",
        "empty",
    )


def test_it_is_complete_up_to_the_heads_of_each_member_and_each_chain() -> None:
    report = judged(whole_bundle())
    sequences = [
        {party: head["sequence"] for party, head in heads.items()}
        for heads in report.heads.values()
    ]
    assert sorted(sequences, key=str) == [{VN: 1, ZA: 2}, {VN: 2, ZA: 3}]
    assert [head["count"] for head in report.custody.values()] == [4]


def test_a_receipt_of_another_state_proves_the_time() -> None:
    story = short_story()
    report = judged(bundle_of(case_of(story)))
    first = layout.message_path(story.nodes[VN].messages[0].content, VN, 1)
    assert report.times[first] == {"at": "2026-03-01T03:06:00Z", "by": ZA}


def test_an_earlier_trusted_cosignature_proves_an_earlier_time() -> None:
    story = short_story()
    case = case_of(story)
    at = START + timedelta(minutes=5, seconds=30)
    note = story.nodes[VN].note(witnessed_at=at)
    files = bundle_of(replace(case, checkpoints={**case.checkpoints, (VN, 1): note}))
    first = layout.message_path(story.nodes[VN].messages[0].content, VN, 1)
    trusted = judged(files, trust_file(witnesses=(witness(),)))
    assert trusted.verdict == "intact"
    assert trusted.times[first] == {"at": "2026-03-01T03:05:30Z", "by": WITNESS}
    assert judged(files).times[first]["by"] == ZA, "a witness nobody trusts proves nothing"


def test_withheld_sections_are_listed_and_the_rest_is_proved() -> None:
    story = whole_story()
    case = case_of(story)
    path = layout.section_path(case.messages[0].content, "subject")
    files = bundle_of(replace(case, withheld={path: HIDDEN}), evidence_of(story))
    assert path not in files
    report = judged(files)
    assert (report.verdict, found(report)) == ("intact", [])
    assert report.withheld == {path: HIDDEN}
    (hidden,) = claims(report, "section-content", "unknown")
    assert hidden.facts == {"path": path, "reason": HIDDEN.reason, "decision": HIDDEN.decision}


def test_a_receipt_that_has_not_come_is_said_and_fails_nothing() -> None:
    story = short_story()
    last = story.say(VN, "request.status-asked", conversation=whole(story), delivered=False)
    case = case_of(story)
    path = layout.receipt_path(last.record, ZA)
    report = judged(bundle_of(replace(case, withheld={path: Withheld("not received so far")})))
    assert (report.verdict, found(report)) == ("intact", [])
    (gone,) = claims(report, "receipt", "unknown")
    assert (gone.facts["addressee"], gone.facts["reason"]) == (ZA, "not received so far")
    (late,) = claims(report, "existed-by", "unknown")
    assert late.facts["path"] == layout.message_path(whole(story), VN, 2)


def whole(story: object) -> str:
    return story.nodes[VN].messages[0].content  # type: ignore[attr-defined,no-any-return]


def test_a_message_refused_on_arrival_is_shown_and_has_no_effect() -> None:
    story = short_story()
    message = story.say(
        VN, "request.status-asked", conversation=whole(story), outcome="refused:body-malformed"
    )
    case = case_of(story)
    report = judged(bundle_of(case))
    assert (report.verdict, found(report)) == ("intact", [])
    assert report.heads[whole(story)][VN]["sequence"] == 2, "it keeps its place"
    assert judged(bundle_of(case_of(short_story()))).states == report.states
    assert message.record in {m.record for m in case.messages}


def test_names_survive_other_file_systems() -> None:
    for path in whole_bundle():
        assert not set(path) & set('<>:"\\|?*'), path
        assert path.isascii()
        assert all(not part.endswith((".", " ")) for part in path.split("/"))


def test_the_report_as_json_says_all() -> None:
    value = judged(whole_bundle()).value()
    assert (value["verdict"], value["intact"]) == ("intact", True)
    assert len(value["claims"]) == len(judged(whole_bundle()).claims)
    assert value["exported_at"] == EXPORTED.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert [s["number"] for s in value["steps"]] == list(range(1, 12))
