"""A bundle and a trust file whose keys of a State differ: both are named, and neither is blamed."""

from dataclasses import replace

import pytest
from tests.bundle.makers import short_bundle, trust_file, whole_bundle
from tests.directory.world import key_set, state_keys

from comity.bundle import verify
from comity.bundle.reader import MemoryReader
from comity.cli.court.verdict import lines
from comity.directory import KeySet, TrustFile
from comity.verifier.preface import JudgedBy
from comity.verifier.speech import Speech

UNPINNED = "keys here are not those of your trust file; either may be wrong."


def told(trust: TrustFile | None) -> tuple[str, list[str]]:
    report = verify(MemoryReader(short_bundle()), trust=trust)
    judged = None if trust is None else JudgedBy("ab" * 32, tuple(sorted(trust.delegations)))
    return report.verdict, list(lines(report, Speech("en"), judged=judged))


def changed(pin: KeySet) -> TrustFile:
    trust = trust_file()
    return replace(trust, delegations={**trust.delegations, "za": pin})


def one_key_changed() -> KeySet:
    keys = key_set(state_keys("za")).keys
    return KeySet((*keys[:-1], key_set(state_keys("fr")).keys[0]), 1)


@pytest.mark.parametrize("pin", [key_set(state_keys("vn")), one_key_changed()])
def test_the_state_and_the_trust_file_are_named_and_neither_is_blamed(pin: KeySet) -> None:
    verdict, text = told(changed(pin))
    assert verdict == "damaged"
    assert text[0] == "NOT VERIFIED WITH THIS TRUST FILE"
    named = "The keys of za (South Africa) in this bundle are not those in your trust file. Either"
    assert any(line.startswith(named) for line in text[:5])
    whole = "\n".join(text)
    assert UNPINNED in whole
    assert "The directory records in the bundle have no such key of" in whole


@pytest.mark.parametrize("state", ["vn", "za"])
def test_what_is_told_first_is_the_cause(state: str) -> None:
    trust = trust_file()
    pins = {**trust.delegations, state: key_set(state_keys("fr"))}
    _, text = told(replace(trust, delegations=pins))
    assert text[1].startswith("This bundle was not verified with this trust file; that does not")
    assert text[1].endswith(
        "Step 3 found: The keys of a State are not those that your trust file names."
    )
    assert "new export" not in text[1]
    assert text[2].startswith(f"  data/directory/states/{state}-1.json: ")
    lacking = Speech("en").word("detail-state-none")
    assert lacking not in "\n".join(text), "the record is here"
    entry = next(i for i, line in enumerate(text) if f"entries/{state}" in line)
    assert UNPINNED in text[entry]
    assert f"data/directory/states/{state}-1.json" in text[entry - 1]


def test_nothing_is_complete_up_to_anything_after_a_failed_step() -> None:
    heading = Speech("en").word("heads")
    assert heading not in told(changed(one_key_changed()))[1]
    assert heading in told(trust_file())[1]


def test_nothing_is_proved_by_keys_unlike_those_pinned() -> None:
    report = verify(MemoryReader(whole_bundle()), trust=changed(key_set(state_keys("fr"))))
    assert {one.word for one in report.claims} == {"unknown"}


def test_a_trust_file_of_the_other_mode_blames_no_bundle() -> None:
    _, text = told(replace(trust_file(), mode="exercise"))
    assert text[0] == "NOT VERIFIED WITH THIS TRUST FILE"
    assert text[1].startswith("This bundle was not verified with this trust file, which is of the")


@pytest.mark.parametrize(
    "trust", [changed(one_key_changed()), replace(trust_file(), mode="exercise")]
)
def test_a_file_that_changed_is_damage_whatever_the_trust_file(trust: TrustFile) -> None:
    files = short_bundle()
    path = next(name for name in files if name.startswith("data/messages/"))
    report = verify(MemoryReader({**files, path: files[path] + b" "}), trust=trust)
    judged = JudgedBy("ab" * 32, tuple(sorted(trust.delegations)))
    text = list(lines(report, Speech("en"), judged=judged))
    assert (report.heading, text[0]) == ("damaged", "DAMAGED")
    assert text[1].startswith("Step 1 found: It was changed.")
    assert "does not show whether" not in "\n".join(text)


def test_a_program_reads_what_the_heading_says() -> None:
    for trust in (changed(one_key_changed()), replace(trust_file(), mode="exercise")):
        value = verify(MemoryReader(short_bundle()), trust=trust).value()
        told_there = (value["verdict"], value["heading"], value["exit_status"])
        assert told_there == ("damaged", "not-verified", 1)
    value = verify(MemoryReader(short_bundle()), trust=trust_file()).value()
    assert value["heading"] == value["verdict"] == "intact"


@pytest.mark.parametrize("trust", [None, trust_file(), trust_file("vn")])
def test_nothing_is_said_of_a_trust_file_that_agrees(trust: TrustFile | None) -> None:
    assert "Either may be wrong" not in "\n".join(told(trust)[1])
