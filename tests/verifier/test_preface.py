"""What stands above the claims: case, trust file and witnesses; and what details say."""

import json
import re
from base64 import b64decode
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from tests.bundle.attacks import attacks
from tests.bundle.makers import (
    DECIDED,
    VN,
    ZA,
    bundle_of,
    case_of,
    evidence_of,
    judged,
    redacted_bundle,
    resigned,
    trust_file,
    whole_bundle,
    whole_story,
    witness,
)
from tests.bundle.stories import CONDITIONS, conditions_story, short_story
from tests.spec.named import VECTORS

from comity.bundle import MemoryReader, verify
from comity.bundle.about import Matter, Reference
from comity.bundle.claims import Claim, grouped
from comity.bundle.layout import section_path
from comity.bundle.statement import Withheld
from comity.canonical import encode
from comity.directory.trust import parse_trust
from comity.verifier.preface import MOST_CHARS, JudgedBy, about_lines, judged_lines
from comity.verifier.speech import Speech
from comity.verifier.tables import DETAILS, LANGUAGES, OTHERWISE, detail_of, words

ENGLISH = Speech("en")
JUDGED = JudgedBy("ab" * 32, ("vn", "za"))
PLACE = re.compile(r"\{\w*\}")


def told(files: dict[str, bytes], lang: str = "en") -> str:
    return "\n".join(about_lines(judged(files), Speech(lang)))


def test_the_case_is_named_with_its_parties_requests_and_references() -> None:
    text = told(whole_bundle())
    assert f"Parties: {VN} (Viet Nam) and {ZA} (South Africa)." in text
    assert f"Request, from {VN}: Stored data." in text
    assert f"Reference of {VN}: “VN-1”." in text
    assert f"Reference of {ZA}: “" in text, "the other side's own number"


def test_an_exhibit_is_named_with_its_description_root_and_where_it_is() -> None:
    files = whole_bundle()
    path = next(path for path in files if path.endswith(".age"))
    root, ordinary = Path(path).stem, sha256(files[path]).hexdigest()
    text = told(files)
    assert f"from {ZA}: “a mailbox”" in text
    assert f"SHA-256 root of the sealed package: {root}; it is computed over the blocks" in text
    assert f"{ordinary}  {path}" in files["manifest-sha256.txt"].decode()
    assert f"as sha256sum prints it and manifest-sha256.txt lists it: {ordinary}." in text
    assert "The sealed package is in this bundle. " in text
    assert "Its opened files are in this bundle. Opened files here: accounts.txt, mail.txt." in text
    text = told(redacted_bundle())
    assert f"SHA-256 root of the sealed package: {root};" in text
    assert "as sha256sum prints it" not in text, "the sealed file is not here"
    assert "Opened files here: accounts.txt." in text
    assert "The sealed package is withheld from this bundle" in text
    assert "A part of its opened files is in this bundle" in text


def test_the_conditions_of_use_are_told_with_who_set_them_and_how_they_stand() -> None:
    story = conditions_story()
    text = told(bundle_of(case_of(story), {}))
    accepted, refused, open_still = CONDITIONS
    limit = f"Condition of use (limit on use), set by {ZA}"
    assert f"Condition of use (confidentiality), set by {VN}, without a text.\n" in text
    assert f"{limit}: “{accepted}”. The other side accepted it." in text
    assert f"{limit}: “{refused}”. The other side refused it" in text
    assert f"(return), set by {ZA}: “{open_still}”. No answer to it takes effect here." in text
    assert "Conditions of use: none" not in text


def test_a_condition_that_is_withheld_is_told_without_its_text() -> None:
    story = conditions_story()
    laid = next(m for m in story.nodes[VN].messages if m.draft.type == "conditions.set")
    hidden = {section_path(laid.content, "conditions"): DECIDED}
    text = told(bundle_of(case_of(story, withheld=hidden), {}))
    assert CONDITIONS[0] not in text
    assert f"Condition of use, set by {ZA}; its text is not in this bundle. The other side" in text


def test_that_there_is_no_condition_is_told() -> None:
    report = judged(bundle_of(case_of(short_story()), {}))
    bare = replace(report, about=replace(report.about, conditions=()))
    assert "Conditions of use: none in the messages here." in "\n".join(about_lines(bare, ENGLISH))


def test_a_package_that_was_removed_is_listed_as_not_there_by_its_root() -> None:
    files = {path: data for path, data in whole_bundle().items() if not path.endswith(".age")}
    report = judged(resigned(files))
    (piece,) = report.about.exhibits
    assert (report.verdict, piece.package) == ("damaged", "absent")
    assert "The sealed package is not in this bundle; what it contains is not known." in "".join(
        about_lines(report, ENGLISH)
    )


def test_what_is_withheld_is_told_in_the_words_of_whoever_withheld_it() -> None:
    text = told(redacted_bundle())
    assert f"{VN} withholds: " in text
    assert "mail.txt" in text
    assert f"Its reason: “{DECIDED.reason}”" in text
    assert f"The decision that it names: “{DECIDED.decision}”" in text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_language_says_it_whole(lang: str) -> None:
    speech = Speech(lang)
    for files in (whole_bundle(), redacted_bundle(), bundle_of(case_of(conditions_story()), {})):
        report = judged(files)
        for line in (*about_lines(report, speech), *judged_lines(report, JUDGED, speech)):
            assert not PLACE.search(line), line
            assert "?" not in line
        for step in report.steps:
            assert not PLACE.search(speech.summary(step.number, step.looked_at))


def test_what_a_party_writes_is_cut_and_cannot_deceive() -> None:
    long = Matter(
        conversation="sha256:" + "ab" * 32,
        by=VN,
        type="request.submitted",
        measure="x-own",
        text="a" * 5_000 + "b",
        references=(Reference(ZA, "7\u202e8"),),
    )
    report = judged(whole_bundle())
    report = replace(report, about=replace(report.about, matters=(long,), exhibits=()))
    line = list(about_lines(report, ENGLISH))[1]
    assert "a" * (MOST_CHARS - 1) + "…”" in line
    assert "7\\u{202e}8" in line
    assert "x-own" in line, "a measure that nobody knows keeps its name"


def test_the_trust_file_and_the_threshold_of_witnesses_are_told() -> None:
    trust = trust_file(witnesses=(witness("ch"), witness("vn", "own.example/w")), due=2)
    report = verify(MemoryReader(whole_bundle()), trust=trust)
    text = "\n".join(judged_lines(report, JUDGED, ENGLISH))
    assert JUDGED.sha256 in text
    assert "States whose witnesses must agree, by your trust file: 2." in text
    assert "keys of: vn (Viet Nam) and za (South Africa)." in text
    assert "\nWitness witness.example, operated by ch (Switzerland)." in text
    assert "own.example" not in text, "a State of the case is no witness in it"
    alone = list(judged_lines(verify(MemoryReader(whole_bundle()), trust=None), None, ENGLISH))
    assert alone == [ENGLISH.word("trust-none"), ENGLISH.word("witnesses-unset")]


def test_states_are_named_in_the_language_of_the_reader() -> None:
    report = judged(whole_bundle())
    assert "فييت نام" in told(whole_bundle(), "ar")
    assert "vn/contact-point (Việt Nam)" in told(whole_bundle(), "vi")
    assert "vn/contact-point（越南）" in told(whole_bundle(), "zh-hans")
    (keys, _) = (one for one in report.groups if one.name == "party-keys")
    assert "vn (Вьетнам)" in Speech("ru").line(keys)
    assert ENGLISH.party("qq/anybody") == "qq/anybody", "a State that nobody named"


@pytest.mark.parametrize("reason", ["restored-backup", "key-lost", "migration"])
def test_the_reason_of_a_new_log_is_told_in_every_language(reason: str) -> None:
    for lang in LANGUAGES:
        speech = Speech(lang)
        (group,) = grouped((Claim("log-epoch", "attested", (VN,), {"reason": reason}),))
        assert speech.word(f"reason-{reason}") in speech.line(group)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_who_watches_a_log_is_no_subject_of_a_verb_so_one_and_many_fit(lang: str) -> None:
    (group,) = grouped((Claim("log-single", "proved", ("witness.example/w",), {"party": VN}),))
    line = Speech(lang).line(group)
    assert "witness.example/w" in line
    assert not re.search(r"w (watch|surveillent|vigilan|наблюдает) ", line)


def test_a_detail_is_told_in_the_readers_language() -> None:
    speech = Speech("fr")
    assert speech.detail(f"no entry of {ZA} stands") == speech.line_of(
        "detail-entry-none", party=ZA
    )
    assert speech.detail("a reason that nobody foresaw") == (
        "Note technique, en anglais : a reason that nobody foresaw"
    )
    state = speech.detail("sha256:ab replays to accepted, not as stated")
    assert speech.state("accepted") in state


def test_every_pattern_leads_to_its_own_sentence_with_the_facts_that_it_needs() -> None:
    for name, patterns in DETAILS.items():
        needed = set(re.findall(r"\{(\w+)\}", words("en")[name]))
        for pattern in patterns:
            assert needed <= set(re.findall(r"\{(\w+)\}", pattern)), pattern
            assert detail_of(pattern.replace("{", "").replace("}", ""))[0] == name


def test_what_usual_attacks_bring_up_first_is_translated() -> None:
    firsts = []
    for attack in attacks():
        found = verify(MemoryReader(attack.files), trust=attack.trust).first_failure
        if found is not None:
            firsts.append(detail_of(found[1].reason)[0])
    assert len(firsts) > 60
    assert firsts.count(OTHERWISE) <= len(firsts) / 10


def _vectors(name: str) -> dict[str, Any]:
    path = VECTORS / "bundle" / f"{name}.json"
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found


def _bytes(content: str | dict[str, str]) -> bytes:
    return content.encode() if isinstance(content, str) else b64decode(content["base64"])


@pytest.mark.full
def test_every_finding_of_the_vectors_is_a_sentence_without_a_code() -> None:
    bases = {name: _vectors(name)["files"] for name in ("short", "stamped", "whole")}
    seen = set()
    for vector in _vectors("vectors")["vectors"]:
        if not vector["expect"].get("step"):
            continue
        held = {**bases[vector["base"]], **vector["changes"]}
        files = {path: _bytes(one) for path, one in held.items() if one is not None}
        trust = None if vector["trust"] is None else parse_trust(encode(vector["trust"]))
        report = verify(MemoryReader(files), trust=trust)
        seen |= {(one.code, one.reason) for step in report.steps for one in step.findings}
    assert len(seen) > 60
    assert [reason for _code, reason in seen if detail_of(reason)[0] == OTHERWISE] == []
    for lang in ("en", "ar"):
        told = {(code, Speech(lang).detail(reason)) for code, reason in seen}
        assert [(code, text) for code, text in told if code in text] == []


def test_a_name_that_is_no_ascii_is_told_as_it_is() -> None:
    assert "证据.txt" in ENGLISH.named("data/证据.txt", "")
    report = judged(
        bundle_of(
            case_of(
                whole_story(),
                withheld={"data/مستند.txt": Withheld("a reason")},
            ),
            evidence_of(whole_story()),
        )
    )
    (finding,) = [f for step in report.steps for f in step.findings]
    assert "مستند" in finding.reason + finding.path
