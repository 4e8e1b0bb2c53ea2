"""A bundle and a trust file whose keys of a State differ: both are named, and neither is blamed."""

from dataclasses import replace
from pathlib import Path

import pytest
from tests.bundle.makers import ZA, short_bundle, trust_file
from tests.directory.world import key_set, state_keys

from comity.bundle import verify
from comity.bundle.reader import MemoryReader
from comity.cli.verify import lines
from comity.directory import KeySet, TrustFile

TRUST = Path("from-za") / "trust.json"


def told(trust: TrustFile | None) -> tuple[str, list[str]]:
    report = verify(MemoryReader(short_bundle()), trust=trust)
    return report.verdict, list(lines(report, TRUST if trust else None))


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
    assert text[0].startswith("FAILED at step ")
    assert text[1] == f"The keys of za in this bundle are not those in the trust file {TRUST}."
    assert text[2].startswith("  Either may be wrong.")
    whole = "\n".join(text)
    assert "the keys of za are not those pinned: either may be wrong [state-unpinned]" in whole
    assert f"{ZA} has no such key [key-unknown]" in whole


@pytest.mark.parametrize("trust", [None, trust_file(), trust_file("vn")])
def test_nothing_is_said_of_a_trust_file_that_agrees(trust: TrustFile | None) -> None:
    assert "Either may be wrong" not in "\n".join(told(trust)[1])
