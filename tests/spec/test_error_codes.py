"""The registry of error codes lists what travels or what a verifier names, and nothing else."""

import importlib
import pkgutil
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from scripts.errors import error_classes
from tests.conftest import REPOSITORY
from tests.spec.named import files
from tests.walks import every

import comity.canonical
import comity.exchange
import comity.keys
import comity.ledger
from comity.canonical import PeerError
from comity.exchange.conversation import ILLEGAL
from comity.exchange.wire_codes import STATUS
from comity.keys.bech32 import AgeError
from comity.node.web.problem_codes import ANSWERS
from comity.spec.registry import REGISTRY, RegistryError, codes

CODES = {one.name: one for one in codes(REPOSITORY)}
OF_NO_CLASS = {ILLEGAL.removeprefix("refused:")}
ROOTS = {"comity", "peer"}
STATUS_SAID = re.compile(r" \(\d+(?: or \d+)?\)(?=\.$)")
WORDS_OF_VECTORS = {
    "ok",
    "delegation-differs",
    "differs",
    "member-doubled",
    "member-unknown",
    "metadata-expired",
    "mismatch",
    "reset-pending",
}


def below(kind: type[PeerError]) -> set[type[PeerError]]:
    return {kind}.union(*(below(one) for one in kind.__subclasses__()))


def meanings() -> dict[str, set[str]]:
    """Return what the source says that each code means."""
    found: dict[str, set[str]] = {}
    for one in error_classes():
        found.setdefault(one.code, set()).add(one.meaning)
    for code, (meaning, _) in ANSWERS.items():
        found.setdefault(code, set()).add(STATUS_SAID.sub("", meaning))
    return found


def test_each_code_is_one_that_the_program_has_and_means_the_same() -> None:
    known = meanings()
    assert CODES.keys() - known.keys() == OF_NO_CLASS
    told = {code: one.meaning for code, one in CODES.items() if code in known}
    assert {code: text for code, text in told.items() if text not in known[code]} == {}


def test_each_error_that_the_bytes_of_a_partner_can_cause_is_listed() -> None:
    packages = (comity.canonical, comity.keys, comity.exchange, comity.ledger)
    for package in packages:
        for one in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            importlib.import_module(one.name)
    names = tuple(f"{package.__name__}." for package in packages)
    found = {one.code for one in below(PeerError) if f"{one.__module__}.".startswith(names)}
    found -= {AgeError.code, *(one.code for one in below(AgeError))}  # of files, and in no answer
    assert found - ROOTS - CODES.keys() == set()


@every(
    ("file", "content"),
    lambda: [one for one in files() if not one[0].startswith(("conversation/", "ledger/witness"))],
)
def test_each_code_that_a_vector_expects_is_listed(file: str, content: dict[str, Any]) -> None:
    for vector in content["vectors"]:
        expected = vector["expect"]
        code = expected["code"] if isinstance(expected, dict) else expected
        assert not code or code in CODES.keys() | WORDS_OF_VECTORS, (file, vector["name"])


def test_the_answers_have_the_status_of_the_registry() -> None:
    assert {code: one.status for code, one in CODES.items() if one.status} == STATUS
    assert all(400 <= status < 600 for status in STATUS.values())


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("busy = { status", "zzz = { status", "not in the order"),
        ("busy = { status = 503", "busy = { stats = 503", "stats"),
        ("age-hmac = { meaning", "age-hmac = { retryable = true, meaning", "not tried again"),
        (
            "name-malformed = { status = 400, retryable = false, receipt = true, meaning",
            "name-malformed = { text",
            "text",
        ),
    ],
)
def test_a_row_that_cannot_be_is_refused(tmp_path: Path, old: str, new: str, why: str) -> None:
    shutil.copytree(REPOSITORY / REGISTRY, tmp_path / REGISTRY)
    path = tmp_path / REGISTRY / "errors.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(RegistryError, match=why):
        codes(tmp_path)
