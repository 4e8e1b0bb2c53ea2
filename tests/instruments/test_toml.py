"""TOML from other people: no key makes the reader slow, and editors' marks do no harm."""

import time

import pytest
from tests.instruments.treaty import FACTS

from comity.instruments import Library, read_facts
from comity.instruments.errors import FactsError, LawFileError, ReviewError
from comity.instruments.library import read_table
from comity.instruments.reviews import parse_reviewers
from comity.instruments.toml import MAX_DOTS, parse_toml

KNOWN = Library({"facts.toml": FACTS}).facts
LONG = ".".join(["a"] * 100_000)
ENOUGH_S = 5.0


@pytest.mark.parametrize(
    "text",
    [
        f"{LONG} = 1",
        f"[{LONG}]",
        f"x = {{{LONG} = 1}}",
        " . ".join(['"a"'] * 100_000) + " = 1",
        ".".join(["'a b'"] * 100_000) + " = 1",
        ".".join(["é"] * 100_000) + " = 1",
        f'x = "\\""\n{LONG} = 1',
        f"x = '''\n'''\n{LONG} = 1",
        f'x = """a""""\n{LONG} = 1',
        f"# it's a note\n{LONG} = 1",
        "a = " + "[" * 100_000,
        '"' + '\\"' * 400_000,
        "a" * 1_000_000,
        "a b " * 250_000,
    ],
    ids=str.__len__,
)
def test_no_key_takes_long(text: str) -> None:
    before = time.process_time()
    with pytest.raises(ValueError):
        parse_toml(text.encode())
    assert time.process_time() - before < ENOUGH_S


@pytest.mark.parametrize("text", ["." * 5000, "a." * 5000, "a.b.c " * 5000])
@pytest.mark.parametrize("quote", ['"', "'", '"""', "'''"])
def test_dots_in_a_text_are_no_key(text: str, quote: str) -> None:
    assert parse_toml(f"x = {quote}{text}{quote} # {text}".encode()) == {"x": text}


def test_a_key_may_have_as_many_dots_as_are_allowed() -> None:
    key = ".".join(["a"] * (MAX_DOTS + 1))
    assert parse_toml(f"{key} = 1".encode())
    with pytest.raises(ValueError, match="dots"):
        parse_toml(f"a.{key} = 1".encode())


@pytest.mark.parametrize(
    "text", ["[facts]\ncase.closed = true", '{"facts": {"case.closed": true}}']
)
def test_a_mark_before_utf_8_is_passed_over(text: str) -> None:
    assert read_facts(text.encode("utf-8-sig"), KNOWN).facts == {"case.closed": True}


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be"])
def test_another_encoding_is_called_by_its_name(encoding: str) -> None:
    text = "[facts]\n"
    data = (text if encoding == "utf-16" else "\ufeff" + text).encode(encoding)
    with pytest.raises(FactsError, match="UTF-16"):
        read_facts(data, KNOWN)
    with pytest.raises(LawFileError, match="UTF-16"):
        read_table("facts.toml", data)
    with pytest.raises(ReviewError, match="UTF-16"):
        parse_reviewers(data)
