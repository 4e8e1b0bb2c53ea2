"""Both verifiers on bundles of one case by two parties (spec 16, Two bundles)."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from tests.bundle import test_compare as scenes
from tests.bundle.adversary import Play
from tests.bundle.adversary_rules import bundles
from tests.bundle.adversary_side import knowing, speaking, trust
from tests.bundle.makers import VN, ZA, bundle_of, case_of, short_story, trust_file
from tests.bundle.rewriting import rewrite
from tests.stranger.test_bundles import files
from tests.stranger.test_vectors import VECTORS
from tests.stranger.together import compare
from tests.stranger.verdict import UNREADABLE
from tests.walks import every

from comity.bundle.errors import NotOfOneCaseError
from comity.directory import TrustFile


def check(one: dict[str, bytes], other: dict[str, bytes], given: TrustFile) -> None:
    own = compare(one, other, json.dumps(given.value()).encode())
    try:
        ours = scenes.compared(one, other, given)
    except NotOfOneCaseError:
        assert own.exit == UNREADABLE or any(verdict.step for verdict in own.each)
        return
    assert own.exit == ours.exit_status
    if any(verdict.step for verdict in own.each):
        return  # the second implementation says no more of a bundle of which a step fails
    told = {" ".join((claim.name, claim.word, *claim.by)) for claim in own.claims}
    assert told == scenes.words(ours)


Bundles = tuple[dict[str, bytes], dict[str, bytes]]


def two_honest() -> Bundles:
    story = scenes.told()
    return bundle_of(case_of(story, VN)), bundle_of(case_of(story, ZA))


def one_is_older() -> Bundles:
    story = scenes.told()
    early = bundle_of(case_of(story, ZA, exported_at=story.at))
    story.tick(60)
    story.say(VN, "request.withdrawn", conversation=story.nodes[VN].messages[0].content)
    return bundle_of(case_of(story, VN)), early


def one_leaves_out() -> Bundles:
    return bundle_of(case_of(scenes.told(), VN)), bundle_of(case_of(short_story(), ZA))


def one_answers_twice() -> Bundles:
    honest, lying = scenes.told(), scenes.told()
    asked = next(m for m in lying.nodes[VN].messages if m.draft.type == "request.status-asked")
    rewrite(lying, asked, "refused:body-malformed", ZA)
    return bundle_of(case_of(honest, VN)), bundle_of(case_of(lying, ZA))


@pytest.mark.parametrize("make", [two_honest, one_is_older, one_leaves_out, one_answers_twice])
@pytest.mark.parametrize("states", [("vn", "za"), ("vn",)])
def test_both_verifiers_agree_about_two_bundles(
    make: Callable[[], Bundles], states: tuple[str, ...]
) -> None:
    check(*make(), trust_file(*states))


PAIRS = json.loads((VECTORS / "bundle" / "pairs.json").read_text("utf-8"))["vectors"]


@every("vector", PAIRS, ids=lambda vector: vector["name"])
def test_two_bundles_have_their_stated_verdict(vector: dict[str, Any]) -> None:
    one, other = (files({**vector, "changes": changes}) for changes in vector["changes"])
    found, expect = compare(one, other, json.dumps(vector["trust"]).encode()), vector["expect"]
    told = {" ".join((c.name, c.word, *c.by)) for c in found.claims}
    odd = sorted(text for text in told if text.split()[1] in ("contradicted", "disputed"))
    assert (found.exit, odd) == (expect["exit"], expect["claims"])
    assert set(expect.get("shows", ())) <= told
    assert not {" ".join(text.split()[:2]) for text in told} & set(expect.get("never", ()))


@pytest.mark.full
@pytest.mark.parametrize("seed", range(20))
def test_both_verifiers_agree_about_an_honest_party_and_a_liar(seed: int) -> None:
    *honest, (_, lie) = bundles(Play(seed))
    with knowing(speaking(newer=False)):
        for _, files in honest:
            check(files, lie, trust())
