"""A file of facts that the composer writes is read back as the same facts, in TOML and in JSON."""

import json
import tomllib
from datetime import UTC, date, datetime
from datetime import time as clock
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.canonical import MisuseError
from comity.cli.law.facts import Asked, asked_of, written
from comity.files.instruments import shipped
from comity.instruments import read_facts

LAWS = shipped()
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
TIMES = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)).map(  # noqa: DTZ001 - a zone comes
    lambda at: at.replace(microsecond=0, tzinfo=UTC)
)
OTHERS = st.recursive(
    TEXTS | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.none(),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(NAMES, inner, max_size=2),
    max_leaves=4,
)
ITEMS = st.dictionaries(NAMES.filter(lambda n: n not in {"type", "value"}), OTHERS, max_size=3)
FACTS = st.fixed_dictionaries(
    {},
    optional={
        "request.data": TEXTS,
        "case.facts": TEXTS,
        "request.mla_intended": st.booleans(),
        "case.max_penalty_years": st.integers(-100, 100),
        "request.deadline": TIMES,
        "case.scope": st.sampled_from(LAWS.facts["case.scope"].values),
        "request.data_classes": st.lists(
            st.sampled_from(LAWS.facts["request.data_classes"].values), max_size=3
        ),
        "request.persons": st.lists(ITEMS, max_size=2),
    },
)


def asked(raw: dict[str, Any]) -> Asked:
    one = LAWS.instruments["un-2024"]
    return Asked(one, "preservation", "draft", raw, {}, at_told=False)


def without_null(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: without_null(one) for name, one in value.items() if one is not None}
    if isinstance(value, list):
        return [without_null(one) for one in value if one is not None]
    return value


@settings(max_examples=150, deadline=None)
@given(FACTS)
def test_toml_holds_every_fact_as_it_was(raw: dict[str, Any]) -> None:
    data = written(asked(raw), raw, as_json=False)
    table = tomllib.loads(data.decode())
    assert table["facts"] == without_null(raw)
    read = read_facts(data, LAWS.facts)
    assert (read.instrument, read.measure, read.step) == ("un-2024", "preservation", "draft")


@settings(max_examples=150, deadline=None)
@given(FACTS)
def test_json_holds_the_facts_that_toml_holds(raw: dict[str, Any]) -> None:
    both = [
        read_facts(written(asked(raw), raw, as_json=as_json), LAWS.facts).facts
        for as_json in (False, True)
    ]
    assert both[0] == both[1]


def test_json_refuses_a_fraction_and_toml_holds_it() -> None:
    raw = {"case.max_penalty_years": 2.5}
    with pytest.raises(MisuseError):
        written(asked(raw), raw, as_json=True)
    assert tomllib.loads(written(asked(raw), raw, as_json=False).decode())["facts"] == raw


def test_members_that_no_rule_sees_are_kept_with_their_days() -> None:
    items = [{"born": date(1990, 1, 2), "at": clock(3, 4), "role": "user"}]
    raw = {"request.persons": items}
    assert tomllib.loads(written(asked(raw), raw, as_json=False).decode())["facts"] == raw
    told = json.loads(written(asked(raw), raw, as_json=True))["facts"]["request.persons"]
    assert told == [{"born": "1990-01-02", "at": "03:04:00", "role": "user"}]


@pytest.mark.parametrize("as_json", [False, True])
def test_what_a_file_holds_survives_being_read_and_written(tmp_path: Path, as_json: bool) -> None:
    file = tmp_path / "facts"
    text = (
        'instrument = "un-2024"\nmeasure = "preservation"\nstep = "draft"\n'
        '[facts]\n"case.scope" = "serious-crime"\n[facts.request]\nmla_intended = true\n'
        'identifiers = [{type = "ip", value = "192.0.2.1", note = "of the night"}]\n'
    )
    file.write_text(text, encoding="utf-8")
    first = asked_of(LAWS, file, instrument=None, measure=None, step=None)
    file.write_bytes(written(first, first.raw, as_json=as_json))
    again = asked_of(LAWS, file, instrument=None, measure=None, step=None)
    assert again.raw == first.raw
    assert again.raw["request.identifiers"][0]["note"] == "of the night"
