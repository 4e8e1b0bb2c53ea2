"""The sentences of a verdict: each claim has one, and says it whole in every language."""

import json
import re
from typing import get_args

import pytest
from tests.bundle.makers import VN, ZA, redacted_bundle, short_story, whole_bundle
from tests.bundle.makers import judged as judged_bundle
from tests.bundle.test_corrupt_exporter import without_messages
from tests.conftest import REPOSITORY

from comity.bundle.ceilings import CEILINGS
from comity.bundle.claims import WORDS, Assertion, Claim, Group, grouped
from comity.bundle.verdict import EXIT, Finding, Status
from comity.exchange.types import MAIN_STATES
from comity.verifier.speech import MOST, Speech
from comity.verifier.tables import LANGUAGES, words

ROOM = REPOSITORY / "src" / "comity"
CLAIMED = re.compile(r'notes\.claim\(\s*"([a-z-]+)",\s*(?:"([a-z]+)")?')
PLACE = re.compile(r"\{\w*\}|\?")


def group(name: str, word: str, *by: str, **facts: str | int) -> Group:
    (found,) = grouped((Claim(name, word, by, facts),))  # type: ignore[arg-type]
    return found


def test_every_claim_that_the_judge_makes_has_a_sentence() -> None:
    made = "".join(path.read_text("utf-8") for path in sorted((ROOM / "bundle").glob("*.py")))
    found = CLAIMED.findall(made)
    assert {name for name, _ in found} <= set(CEILINGS)
    for name, word in found:
        named = [key for key in words("en") if key.startswith(f"claim-{name}-")]
        assert f"claim-{name}-{word}" in named if word else named, name
    for name, ceiling in CEILINGS.items():
        told = {word for word in WORDS if f"claim-{name}-{word}" in words("en")}
        assert told, name
        assert "proved" not in told or ceiling == "proved"


def test_every_statement_that_the_judge_sets_beside_another_has_a_sentence() -> None:
    made = "".join(path.read_text("utf-8") for path in sorted((ROOM / "bundle").glob("*.py")))
    says = set(re.findall(r'Assertion\((?:[^()"]|\([^()]*\))*?"([a-z-]+)",\s*\{', made))
    assert len(says) >= 8
    assert [say for say in sorted(says) if f"say-{say}" not in words("en")] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_place_is_left_open_in_any_language(lang: str) -> None:
    speech = Speech(lang)
    for files in (whole_bundle(), redacted_bundle()):
        for found in judged_bundle(files).groups:
            line = speech.line(found)
            assert not PLACE.search(line), line
            assert all(party in line for party in found.by) or "{by}" not in speech.word(
                f"claim-{found.name}-{found.word}"
            )
    for verdict in EXIT:
        for trusted in (True, False):
            told = speech.verdict(verdict, first=None, exporter=ZA, trusted=trusted)
            assert not PLACE.search(told)
    finding = Finding("bundle-file-changed", "data/x", "its bytes are others")
    assert speech.word("why-changed") in speech.verdict(
        "damaged", first=(1, finding), exporter=None, trusted=True
    )
    for status in get_args(Status.__value__):
        assert speech.word(f"status-{status}")
    for state in MAIN_STATES:
        assert speech.state(state) != state


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_sentence_says_whose_word_it_is(lang: str) -> None:
    """All but what nobody's word can show, and what the heading says of a file."""
    for name, text in words(lang).items():
        if name.startswith("claim-") and not name.endswith("-unknown"):
            assert "{by}" in text, name


def test_one_two_and_several_parties_are_named() -> None:
    speech = Speech("en")
    assert speech.names(["a"]) == "a"
    assert speech.names(["a", "b"]) == "a and b"
    assert speech.names(["a", "b", "c"]) == "a, b and c"
    many = speech.names([f"p{number}" for number in range(MOST + 5)])
    assert many.endswith("p19, and 5 more")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_line_names_the_state_of_a_party_beside_its_code(lang: str) -> None:
    speech = Speech(lang)
    land = words(lang)["land-za"]
    for found in (
        group("message-signed", "proved", ZA),
        group("log-single", "unknown", party=ZA),
        group("held-by-both", "proved", VN, ZA),
    ):
        assert land in speech.line(found)
    said = speech.statement(Assertion(VN, "p", "holds-receipt", {"party": ZA}))
    assert land in said
    assert words(lang)["land-vn"] in said
    assert land in speech.head(ZA, 3)


def test_a_witness_is_not_named_as_a_state_by_the_beginning_of_its_name() -> None:
    found = group("log-single", "proved", "vn/witness", party=ZA)
    assert "Viet Nam" not in Speech("en").line(found)
    assert "za/central-authority (South Africa)" in Speech("en").line(found)


def test_a_line_tells_outcomes_states_and_times() -> None:
    speech = Speech("en")
    answers = tuple(
        Claim("receipt", "proved", (ZA,), {"outcome": outcome})
        for outcome in ("applied", "refused:schema", "applied")
    )
    (found,) = grouped(answers)
    assert speech.line(found).endswith(": received and applied (2); refused (schema) (1)")
    assert speech.line(group("state", "proved", ZA, main="preserved")).endswith(": Preserved (1)")
    times = tuple(Claim("sent-at", "attested", (ZA,), {"time": f"2026-03-0{n}"}) for n in (2, 1))
    (found,) = grouped(times)
    assert "2026-03-01 to 2026-03-02" in speech.line(found)


def test_what_a_bundle_says_cannot_deceive_in_a_line() -> None:
    speech = Speech("en")
    said = speech.statement(Assertion(ZA, "p", "answered", {"outcome": "refused:\u202egpj{by}"}))
    assert "\u202e" not in said
    assert "\\u{202e}gpj{by}" in said


def test_entries_that_nobody_shows_are_told_in_one_line_with_their_number() -> None:
    story = short_story()
    last = story.nodes[VN].messages[-1]
    files = without_messages(story, {last.content})
    report = judged_bundle(files)
    more = Claim("log-entry", "unknown", (), {"path": "p", "kind": "message.sent"})
    far = Claim("log-entry", "unknown", (), {"count": 7, "origin": "o"})
    lines = [Speech("en").line(one) for one in grouped((*report.claims, more, far))]
    told = [line for line in lines if "what other entries" in line]
    assert len(told) == 1
    assert told[0].endswith("Entries: 9")


def test_a_line_stays_short_whatever_a_bundle_holds() -> None:
    many = tuple(
        Claim("receipt", "attested", (ZA,), {"outcome": f"refused:c{number}"})
        for number in range(5000)
    )
    (found,) = grouped(many)
    assert len(Speech("en").line(found)) < 2000


def test_words_files_are_laid_out_alike() -> None:
    for lang in LANGUAGES:
        path = ROOM / "verifier" / "words" / f"{lang}.json"
        text = path.read_text("utf-8")
        assert text == json.dumps(json.loads(text), ensure_ascii=False, indent=1) + "\n", lang
