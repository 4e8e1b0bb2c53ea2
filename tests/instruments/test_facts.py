"""Facts that an officer or a program gives: what is taken, what is refused, and by which code."""

import contextlib
import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.instruments.treaty import FACTS, NOW
from tests.walks import every

from comity.instruments import Library, check_facts, read_facts
from comity.instruments.errors import (
    FactsError,
    FactTypeError,
    FactUnknownError,
    FactValueError,
)
from comity.instruments.facts import MAX_LIST, MAX_TEXT

KNOWN = Library({"facts.toml": FACTS}).facts
IDS = "request.identifiers"


# ------------------------------------------------------------------ what is taken


def test_dotted_names_and_tables_say_the_same() -> None:
    dotted = check_facts({"case.scope": "wide", "case.closed": False, "at": NOW}, KNOWN)
    nested = check_facts({"case": {"scope": "wide", "closed": False}, "at": NOW}, KNOWN)
    assert dotted == nested == {"case.scope": "wide", "case.closed": False, "at": NOW}


@pytest.mark.parametrize(
    "facts",
    [
        {"case.text": ""},
        {"case.text": " \n\t "},
        {"case.text": "\u200b\u2060 \u00ad"},
        {"case.text": "\u2800\u3164"},
        {"case.text": None},
        {"case.offence": ""},
        {"preservation.end": ""},
        {"request.classes": []},
        {"request.classes": ["", ""]},
        {"request.classes": ()},
        {IDS: []},
        {"case": {}},
    ],
)
def test_what_is_empty_is_not_given(facts: dict[str, object]) -> None:
    assert check_facts(facts, KNOWN) == {}


@pytest.mark.parametrize(("key", "value"), [("case.closed", False), ("case.years", 0)])
def test_no_and_nought_are_given(key: str, value: object) -> None:
    assert check_facts({key: value}, KNOWN) == {key: value}


@pytest.mark.parametrize(
    "value",
    [
        "2026-03-05T12:00:00Z",
        datetime(2026, 3, 5, 12, tzinfo=UTC),
        datetime(2026, 3, 5, 19, tzinfo=timezone(timedelta(hours=7))),
    ],
)
def test_a_time_becomes_utc(value: object) -> None:
    (found,) = check_facts({"preservation.end": value}, KNOWN).values()
    assert found == NOW
    assert found.tzinfo is UTC


def test_an_item_keeps_the_members_that_a_rule_may_name() -> None:
    given_ = [{"type": "e-mail", "value": " a@example.org ", "old": False, "colour": object()}, {}]
    assert check_facts({IDS: given_}, KNOWN) == {
        IDS: ({"item.type": "e-mail", "item.value": "a@example.org", "item.old": False}, {})
    }


# ------------------------------------------------------------------ what is refused


@every(
    ("facts", "kind", "key"),
    [
        ({"case.text": 1}, FactTypeError, "case.text"),
        ({"case.text": ["x"]}, FactTypeError, "case.text"),
        ({"case.closed": "yes"}, FactTypeError, "case.closed"),
        ({"case.closed": 1}, FactTypeError, "case.closed"),
        ({"case.years": True}, FactTypeError, "case.years"),
        ({"case.years": "4"}, FactTypeError, "case.years"),
        ({"case.years": float("nan")}, FactTypeError, "case.years"),
        ({"case.years": float("inf")}, FactTypeError, "case.years"),
        ({"preservation.end": "2026-03-05"}, FactTypeError, "preservation.end"),
        ({"preservation.end": "2026-03-05T12:00:00+07:00"}, FactTypeError, "preservation.end"),
        ({"preservation.end": datetime(2026, 3, 5)}, FactTypeError, "preservation.end"),  # noqa: DTZ001
        ({"preservation.end": 0}, FactTypeError, "preservation.end"),
        ({"case.scope": "tiny"}, FactValueError, "case.scope"),
        ({"case.scope": ["wide"]}, FactTypeError, "case.scope"),
        ({"case.scope": False}, FactTypeError, "case.scope"),
        ({"case.offence": "no code at all"}, FactTypeError, "case.offence"),
        ({"case.offence": "x" * 65}, FactTypeError, "case.offence"),
        ({"case.offence": "\u202efraud"}, FactTypeError, "case.offence"),
        ({"request.classes": "content"}, FactTypeError, "request.classes"),
        ({"request.classes": ["content", "smoke"]}, FactValueError, "request.classes"),
        ({"request.classes": [None]}, FactTypeError, "request.classes"),
        ({"request.classes": ["content"] * (MAX_LIST + 1)}, FactTypeError, "request.classes"),
        ({"case.text": "x" * (MAX_TEXT + 1)}, FactValueError, "case.text"),
        ({IDS: ["a@example.org"]}, FactTypeError, IDS),
        ({IDS: {"value": "x"}}, FactUnknownError, f"{IDS}.value"),
        ({IDS: [{"count": "many"}]}, FactTypeError, f"{IDS}.count"),
        ({IDS: [{"period_start": "yesterday"}]}, FactTypeError, f"{IDS}.period_start"),
        ({"case": "x"}, FactUnknownError, "case"),
        ({"case.scope": "wide", "case": {"scope": "wide"}}, FactsError, "case.scope"),
        ({"a": {"b": {"c": {"d": {"e": 1}}}}}, FactTypeError, "a.b.c.d"),
        ({1: "x"}, FactTypeError, ""),
    ],
)
def test_what_does_not_fit_is_refused_by_name(
    facts: dict[str, object], kind: type[FactsError], key: str
) -> None:
    with pytest.raises(FactsError) as caught:
        check_facts(facts, KNOWN)
    assert type(caught.value) is kind
    assert caught.value.facts["key"] == key


@pytest.mark.parametrize(
    ("key", "closest"),
    [
        ("case.ofence", "case.offence"),
        ("request.necesity", "request.necessity"),
        ("x" * 100_000, ""),
    ],
)
def test_an_unknown_name_comes_with_the_closest(key: str, closest: str) -> None:
    with pytest.raises(FactUnknownError) as caught:
        check_facts({key: "x"}, KNOWN)
    assert caught.value.facts["closest"] == closest
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize("facts", [None, [], "case.text", 7])
def test_facts_are_a_table(facts: object) -> None:
    with pytest.raises(FactTypeError):
        check_facts(facts, KNOWN)


# ------------------------------------------------------------------ files


TOML = b"""
instrument = "made"
measure = "stored-data"
step = "draft"
[facts]
"case.scope" = "wide"
preservation.end = 2026-03-05T12:00:00Z
case.years = 3.5
"""


def test_a_file_in_toml() -> None:
    found = read_facts(TOML, KNOWN)
    assert (found.instrument, found.measure, found.step) == ("made", "stored-data", "draft")
    assert found.facts == {"case.scope": "wide", "preservation.end": NOW, "case.years": 3.5}


def test_a_file_in_json() -> None:
    data = json.dumps(
        {"measure": "stored-data", "facts": {"case": {"scope": "wide"}, IDS: [{"count": 2}]}}
    )
    found = read_facts(b"\n " + data.encode(), KNOWN)
    assert (found.instrument, found.measure, found.step) == (None, "stored-data", None)
    assert found.facts == {"case.scope": "wide", IDS: ({"item.count": 2},)}


def test_an_empty_file_says_nothing() -> None:
    assert read_facts(b"", KNOWN).facts == {}


@pytest.mark.parametrize(
    "data",
    [
        b"\xff",
        b"facts = ",
        b"facts = 1",
        b"facts = {}\nfact = {}",
        b"measure = 7",
        b'measure = "no code"',
        b"[facts]\ncase.scope = 'wide'\ncase.scope = 'narrow'",
        b"{",
        b'{"facts": {}} x',
        b'{"facts": {"case.years": 3.5}}',
        b'{"facts": {"case.text": "a", "case.text": "b"}}',
        b'{"facts": ' + b"[" * 5000,
        b"facts = " + b"[" * 5000,
        b"# " + b"x" * 1024 * 1024,
    ],
)
def test_a_file_that_is_none_is_refused(data: bytes) -> None:
    with pytest.raises(FactsError):
        read_facts(data, KNOWN)


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode()))
def test_no_bytes_raise_anything_but_our_errors(data: bytes) -> None:
    with contextlib.suppress(FactsError):
        read_facts(data, KNOWN)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(sorted(KNOWN)) | st.text(max_size=9), JSON, max_size=4))
def test_no_values_raise_anything_but_our_errors(facts: dict[str, object]) -> None:
    try:
        found = check_facts(facts, KNOWN)
    except FactsError:
        return
    assert set(found) <= set(KNOWN)
    assert check_facts({**found, IDS: None}, KNOWN) == {
        key: value for key, value in found.items() if key != IDS
    }


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("case.years", 10**400),
        ("case.years", -(10**400)),
        ("case.years", 2**53),
        ("case.years", 1e300),
        ("preservation.end", datetime.min.replace(tzinfo=timezone(timedelta(hours=14)))),
        ("preservation.end", datetime.max.replace(tzinfo=timezone(timedelta(hours=-12)))),
    ],
)
def test_what_no_year_or_number_holds_is_refused(key: str, value: object) -> None:
    with pytest.raises(FactTypeError):
        check_facts({key: value}, KNOWN)


def test_half_a_character_is_refused() -> None:
    with pytest.raises(FactValueError):
        check_facts({"case.text": "a\ud800"}, KNOWN)
