"""Two parties' bundles of one case, held against each other."""

from dataclasses import replace
from pathlib import Path

import pytest
from tests.bundle.adversary import Play
from tests.bundle.adversary_rules import bundles
from tests.bundle.adversary_side import knowing, speaking, trust
from tests.bundle.attack import flip_signature, rewritten
from tests.bundle.makers import (
    VN,
    ZA,
    Story,
    bundle_of,
    case_of,
    resigned,
    short_story,
    trust_file,
)
from tests.bundle.rewriting import rewrite
from tests.bundle.test_corrupt_exporter import without_messages

from comity.bundle import MemoryReader
from comity.bundle.compare import Comparison, compare
from comity.bundle.errors import NotOfOneCaseError
from comity.cli.court.verify_bundle import _lines
from comity.directory import TrustFile
from comity.exchange import Draft
from comity.verifier.speech import Speech


def told() -> Story:
    story = short_story()
    first = story.nodes[VN].messages[0].content
    story.say(VN, "request.status-asked", conversation=first)
    story.say(ZA, "request.at-risk", conversation=first)
    return story


def compared(
    one: dict[str, bytes], other: dict[str, bytes], trust: TrustFile | None = None
) -> Comparison:
    return compare(MemoryReader(one), MemoryReader(other), trust=trust or trust_file())


def both(story: Story) -> Comparison:
    return compared(bundle_of(case_of(story, VN)), bundle_of(case_of(story, ZA)))


def words(found: Comparison) -> set[str]:
    return {" ".join((one.name, one.word, *one.by)) for one in found.claims}


def test_two_honest_bundles_hold_the_same_and_agree() -> None:
    found = both(told())
    assert (found.verdict, found.exit_status) == ("intact", 0)
    assert words(found) == {
        f"held-by-both proved {VN} {ZA}",
        f"state-agreed proved {VN} {ZA}",
        f"nothing-later unknown {VN} {ZA}",
        "not-invented-together unknown",
    }
    assert len([one for one in found.claims if one.name == "held-by-both"]) == 5


def test_keys_that_nobody_vouches_for_prove_nothing_together() -> None:
    story = told()
    files = bundle_of(case_of(story, VN)), bundle_of(case_of(story, ZA))
    found = compared(*files, trust_file("vn"))
    assert found.verdict == "unpinned"
    assert not [one for one in found.claims if one.word == "proved"]


def test_what_came_later_stands_in_one_only() -> None:
    story = told()
    early = bundle_of(case_of(story, ZA, exported_at=story.at))
    story.tick(60)
    story.say(VN, "request.withdrawn", conversation=story.nodes[VN].messages[0].content)
    found = compared(bundle_of(case_of(story, VN)), early)
    assert found.verdict == "intact"
    assert f"only-in-one unknown {VN}" in words(found)


def test_a_message_left_out_by_one_that_had_answered_it_is_said() -> None:
    story = told()
    last = next(m for m in story.nodes[VN].messages if m.draft.type == "request.status-asked")
    less = short_story()
    shorter = bundle_of(case_of(less, ZA))
    found = compared(bundle_of(case_of(story, VN)), shorter)
    assert f"left-out contradicted {ZA}" in words(found)
    assert (found.verdict, found.exit_status) == ("damaged", 1)
    (one, *_) = (c for c in found.claims if c.name == "left-out")
    assert one.statements[0].by == ZA
    assert last.record not in {m.record for m in less.nodes[ZA].messages}


def test_the_partners_last_message_left_out_is_said_by_its_own_bundle() -> None:
    story = short_story()
    last = story.nodes[VN].messages[-1]
    files = without_messages(story, {last.content})
    found = compared(files, bundle_of(case_of(story, ZA)))
    assert f"left-out contradicted {VN}" in words(found)


def test_two_answers_to_one_message_contradict_one_another() -> None:
    honest, lying = told(), told()
    asked = next(m for m in lying.nodes[VN].messages if m.draft.type == "request.status-asked")
    rewrite(lying, asked, "refused:body-malformed", ZA)
    found = compared(bundle_of(case_of(honest, VN)), bundle_of(case_of(lying, ZA)))
    assert f"receipt contradicted {ZA}" in words(found)
    assert f"log-single contradicted {ZA}" in words(found)
    assert found.verdict == "damaged"


def test_twins_one_in_each_bundle_are_found() -> None:
    def story(kind: str) -> Story:
        made = short_story()

        def change(draft: Draft) -> Draft:
            return replace(draft, type=kind)

        first = made.nodes[VN].messages[0].content
        made.say(ZA, "request.at-risk", conversation=first, change=change)
        return made

    one, other = story("request.at-risk"), story("request.status-given")
    found = compared(bundle_of(case_of(one, VN)), bundle_of(case_of(other, ZA)))
    assert f"one-message-a-place contradicted {ZA}" in words(found)


def test_bundles_of_two_cases_accuse_nobody() -> None:
    other = Story()
    other.count = 50  # other identifiers
    asked = other.say(VN, "information.shared")
    assert asked.content not in {m.content for m in told().nodes[VN].messages}
    mine = bundle_of(case_of(told(), VN))
    with pytest.raises(NotOfOneCaseError, match="share no conversation"):
        compared(mine, bundle_of(case_of(other, ZA)))
    with pytest.raises(NotOfOneCaseError, match="given twice"):
        compared(mine, mine)


def test_what_does_not_verify_accuses_nobody_and_bears_nothing_out() -> None:
    mine, theirs = (bundle_of(case_of(told(), party)) for party in (VN, ZA))
    for path in [path for path in mine if path.startswith("data/messages/")]:
        mine = rewritten(mine, path, flip_signature)
    found = compared(resigned(mine), theirs)
    assert (found.verdict, found.exit_status) == ("damaged", 1)
    assert {one.word for one in (*found.claims, *found.reports[0].claims)} <= {"unknown"}


def test_no_state_is_agreed_in_an_edition_that_the_verifier_does_not_know() -> None:
    files = [made for _, made in bundles(Play(3))][:2]  # a case whose edition is NEWER
    with knowing(speaking(newer=False)):
        found = compare(*map(MemoryReader, files), trust=trust())
        assert [one for one in found.claims if one.name == "nothing-later"]
        assert not [one for one in found.claims if one.name == "state-agreed"]


def test_a_damaged_copy_is_called_damaged_whatever_it_shares() -> None:
    one = bundle_of(case_of(told(), VN))
    path = next(path for path in one if path.startswith("data/messages/"))
    spoilt = {**one, path: one[path] + b"x"}
    for pair in ((one, spoilt), (spoilt, one), (spoilt, bundle_of(case_of(told(), ZA)))):
        found = compared(*pair)
        assert (found.verdict, found.claims, found.failed) == ("damaged", (), True)
    places = Path("a"), Path("b")
    text = list(_lines(compared(one, spoilt), places, None, (), Speech("en")))
    at = text.index("  b: vn/contact-point: DAMAGED")
    assert text[at - 1] == "  a: vn/contact-point: INTACT"
    assert text[at + 1].startswith("    Step 1 found: It was changed.")
    assert text[at + 2].startswith(f"      {path}: ")
    assert f"  {Speech('en').word('together-damaged')}" in text
