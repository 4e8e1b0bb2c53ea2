"""Identifiers as a whole: what every type keeps, whatever is typed into it."""

import json
import re
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.walks import every

from comity.instruments.identifiers import KINDS, NOTICES, Identifier, IdentifierError, parse
from comity.instruments.identifiers.errors import IdentifierFieldError, IdentifierTextError
from comity.instruments.identifiers.text import isolated

SOURCE = Path(__file__).parents[2] / "src" / "comity" / "instruments" / "identifiers"
PAGE = Path(__file__).parents[2] / "docs" / "reference" / "identifiers.md"

GOOD: list[tuple[str, str | dict[str, object]]] = [
    ("ip", "8.8.8.8:443 2026-11-24T16:00:00+07:00"),
    ("ip", "[2606:4700::1111]:53"),
    ("domain", "Bücher.de"),
    ("url", "HTTPS://name@Bücher.de:8443/%7ea?q=ä#b"),
    ("email", "Case+tag@Bücher.de"),
    ("phone", "tel:+12025550123;ext=7"),
    ("account", {"provider": "Mail.Org", "id": "@anna", "name": "Anna"}),
    ("imei", "49-015420-323751-8"),
    ("imsi", "310150123456789"),
    ("mac", "D050.9984.A2A0"),
    ("cell", "452-04-12345-678 lte"),
    ("hash", "SHA-256:" + "AB" * 32),
    ("wallet", "1BoatSLRHtKNngkdXEeobR76b53LETtpyT"),
    ("iban", "DE89 3704 0044 0532 0130 00"),
    ("bank-account", {"country": "vn", "number": "0011-0042", "bic": "BFTVVNVX"}),
    (
        "transaction",
        {"id": "T-1", "amount": "1250.5", "currency": "eur", "value_date": "2026-11-01"},
    ),
    ("file", {"name": "a.pdf", "size": "12", "hash": "md5:" + "0" * 32}),
    (
        "person",
        {
            "names": [
                {"text": "Nguyễn Văn An", "script": "latn", "order": "family-first"},
                {"text": "阮文安", "order": "family-first"},
            ],
            "birth_date": "1990-05",
            "nationality": ["vn"],
            "documents": [{"kind": "passport", "number": "c 123 456", "country": "vn"}],
        },
    ),
    ("organization", {"name": "Bank", "country": "de", "lei": "213800KUD8LAJWSQ9D15"}),
    ("device", {"description": "phone", "imei": "490154203237518"}),
    ("other", {"kind": "number plate", "text": "29A-123.45"}),
]


# ------------------------------------------------------------------ what a good one gives


def test_every_type_has_an_example_here() -> None:
    assert {type for type, _ in GOOD} == set(KINDS)


@pytest.mark.parametrize(("type", "value"), GOOD)
def test_the_normal_form_is_its_own_normal_form(type: str, value: str | dict[str, object]) -> None:
    found = parse(type, value)
    again = parse(type, dict(found.fields))
    assert (again.fields, again.text, again.display) == (found.fields, found.text, found.display)


@pytest.mark.parametrize(("type", "value"), GOOD)
def test_the_normal_form_survives_json(type: str, value: str | dict[str, object]) -> None:
    found = parse(type, value)
    assert parse(type, json.loads(json.dumps(found.fields))).fields == found.fields


ONE_TEXT = {"ip", "domain", "url", "email", "phone", "imei", "imsi", "mac", "cell", "hash"} | {
    "wallet",
    "iban",
}


@pytest.mark.parametrize(("type", "value"), [good for good in GOOD if good[0] in ONE_TEXT])
def test_the_text_on_one_line_says_all(type: str, value: str | dict[str, object]) -> None:
    found = parse(type, value)
    assert parse(type, found.text).fields == found.fields


# ------------------------------------------------------------------ what none takes


@pytest.mark.parametrize("type", ["", "IP", "passport", "__class__"])
def test_an_unknown_type_is_refused(type: str) -> None:
    with pytest.raises(IdentifierError) as caught:
        parse(type, "x")
    assert caught.value.code == "identifier-type"


@every("type", KINDS)
@every("bad", ["", "   ", "a\nb", "a\x00b", "a\x1bb", "a\u2028b", "a\ud800b"])
def test_nothing_empty_and_no_control_character_is_taken(type: str, bad: str) -> None:
    with pytest.raises(IdentifierError):
        parse(type, bad)
    for field in KINDS[type].fields:
        with pytest.raises(IdentifierError):
            parse(type, {field: bad})


@pytest.mark.parametrize("type", KINDS)
def test_no_text_is_taken_that_is_too_long(type: str) -> None:
    with pytest.raises(IdentifierTextError):
        parse(type, "1" * 3000)
    for field in KINDS[type].fields:
        with pytest.raises(IdentifierError):
            parse(type, {field: "1" * 100_000})


@pytest.mark.parametrize("type", KINDS)
def test_a_field_that_the_type_has_not_is_refused(type: str) -> None:
    with pytest.raises(IdentifierFieldError):
        parse(type, {"colour": "red"})


@every("type", KINDS)
@every("bad", [None, 3, [], b"x"])
def test_what_is_neither_text_nor_table_is_refused(type: str, bad: Any) -> None:
    with pytest.raises(IdentifierFieldError):
        parse(type, bad)


def test_an_error_says_what_why_and_what_to_do_next_and_not_the_value() -> None:
    with pytest.raises(IdentifierError) as caught:
        parse("ip", "198.51.100.7 2026-11-24T09:00:00")
    assert caught.value.code == "identifier-time"
    assert caught.value.facts == {
        "what": "time",
        "why": "its zone is missing",
        "next": "write the time with its zone, as 2026-11-24T09:00:00Z or +07:00",
    }
    assert "198.51" not in str(caught.value)


# ------------------------------------------------------------------ properties

VALUES = st.one_of(
    st.text(max_size=60),
    st.from_regex(r"[0-9a-fA-Fx:.+\-@/ TZ]{1,45}", fullmatch=True),
    st.text(alphabet="аbсd.-@:/1xn٣\u202e\u200dß\uff21", max_size=20),
)
TABLES = st.one_of(
    VALUES,
    st.integers(),
    st.none(),
    st.booleans(),
    st.lists(VALUES, max_size=3),
    st.lists(
        st.dictionaries(
            st.sampled_from(["text", "script", "order", "number", "country", "kind"]), VALUES
        ),
        max_size=3,
    ),
)


def settled(type: str, value: Any) -> Identifier | None:
    """Return what is parsed, having been parsed again; None if it was refused."""
    try:
        found = parse(type, value)
    except IdentifierError:
        return None
    again = parse(type, dict(found.fields))
    assert (again.fields, again.text, again.display) == (found.fields, found.text, found.display)
    return found


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(KINDS)), VALUES)
def test_any_text_is_refused_in_our_words_or_has_one_normal_form(type: str, text: str) -> None:
    found = settled(type, text)
    if found is not None and type in ONE_TEXT:
        assert parse(type, found.text).fields == found.fields


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_any_fields_are_refused_in_our_words_or_have_one_normal_form(data: st.DataObject) -> None:
    type = data.draw(st.sampled_from(sorted(KINDS)))
    names = st.sampled_from(KINDS[type].fields)
    settled(type, data.draw(st.dictionaries(names, TABLES)))


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(KINDS)), VALUES)
def test_nothing_hidden_is_displayed_and_every_isolate_is_closed(type: str, text: str) -> None:
    found = settled(type, text)
    if found is None:
        return
    depth = 0
    for char in found.display:
        depth += (char in "\u2066\u2068") - (char == "\u2069")
        assert 0 <= depth <= 1
        if char not in "\u2066\u2068\u2069\u200c\u200d":
            assert unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Zl", "Zp", "Cn", "Co"}
    assert depth == 0


# ------------------------------------------------------------------ what is shown


def test_a_text_cannot_turn_what_stands_beside_it() -> None:
    assert isolated("a\u202efdp.exe") == "\u2068a⟨U+202E⟩fdp.exe\u2069"
    assert isolated("x\u2069y") == "\u2068x⟨U+2069⟩y\u2069"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("аlice", "а⟨U+0430⟩lice"),  # a Cyrillic letter among Latin ones
        ("οmega", "ο⟨U+03BF⟩mega"),  # a Greek one
        ("ра", "р⟨U+0440⟩а⟨U+0430⟩"),  # nothing but look-alikes
        ("раша", "раша"),  # a letter that is none
        ("東京tower", "東京tower"),  # scripts that are written together
        ("alice", "alice"),
    ],
)
def test_letters_that_deceive_are_marked_in_technical_names(text: str, shown: str) -> None:
    assert isolated(text, technical=True) == f"\u2066{shown}\u2069"


def test_a_name_in_one_script_is_left_alone() -> None:
    assert isolated("Сара") == "\u2068Сара\u2069"
    assert isolated("Сaра") == "\u2068С⟨U+0421⟩aр⟨U+0440⟩а⟨U+0430⟩\u2069"


# ------------------------------------------------------------------ warnings and the page


def test_every_warning_in_the_source_is_listed_and_every_listed_one_is_given() -> None:
    used = {
        code
        for path in SOURCE.glob("*.py")
        if path.name != "notices.py"
        for code in re.findall(r'"([a-z]+(?:-[a-z]+)+)"', path.read_text(encoding="utf-8"))
    }
    assert set(NOTICES) <= used


def test_the_page_lists_every_type_field_and_warning() -> None:
    text = PAGE.read_text(encoding="utf-8")
    listed = set(re.findall(r"^\| `([^`]+)` \|", text, re.MULTILINE))
    assert listed == set(KINDS) | set(NOTICES)
    for type, kind in KINDS.items():
        row = re.search(rf"^\| `{type}` \| (.*?) \|", text, re.MULTILINE)
        assert row is not None
        assert re.findall(r"`([^`]+)`", row[1]) == list(kind.fields), type
    for code, said in NOTICES.items():
        assert f"| `{code}` | {said} |" in text
