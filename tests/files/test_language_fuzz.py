"""No bytes of a language's files raise anything but the coded error."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.files.language_maker import portuguese, whole

from comity.files.languages import english
from comity.instruments.language_files import LanguageError, parse_language, parse_mo, problems

RUNS = 150
PIECES = (b'"', b"\\", b"{", b"}", b"[", b"]", b"%(", b"\n", b"\xff", b"\x00", b"msgid", b"<", b"=")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return whole(tmp_path_factory.mktemp("fuzz"), "pt", portuguese) / "pt"


def spoilt(data: bytes, seed: int) -> bytes:
    """Return the data with a few pieces put in, taken out or exchanged."""
    chance, found = random.Random(seed), bytearray(data)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(found) + 1)
        length = chance.choice((0, 1, 3, 40))
        found[at : at + length] = chance.choice(PIECES) * chance.choice((0, 1, 2))
    return bytes(found)


def refused(read: Callable[..., object], *given: object) -> bool:
    try:
        read(*given)
    except LanguageError as fault:
        return bool(fault.facts["file"])
    return False


def catalogue(data: bytes) -> object:
    return parse_mo(data, file="pt/django.mo")


def test_a_spoilt_catalogue_is_read_or_refused(folder: Path) -> None:
    data = (folder / "LC_MESSAGES" / "django.mo").read_bytes()
    assert not refused(catalogue, data)
    found = {refused(catalogue, spoilt(data, seed)) for seed in range(RUNS)}
    assert found == {True, False}


def test_spoilt_words_are_read_or_refused_and_then_can_be_linted(folder: Path) -> None:
    about = (folder / "language.toml").read_bytes()
    data = (folder / "papers.toml").read_bytes()
    seen = set()
    for seed in range(RUNS):
        files = {"language.toml": about, "papers.toml": spoilt(data, seed)}
        outcome = refused(parse_language, "pt", files, english())
        if not outcome:
            assert problems("pt", files, english())  # the other files are not there
        seen.add(outcome)
    assert seen == {True, False}
