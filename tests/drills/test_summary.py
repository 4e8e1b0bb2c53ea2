"""The first page of a report as keys and facts, and runs in a line each."""

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pytest

from comity.drills import (
    DrillRunError,
    Event,
    Report,
    Scenario,
    admit,
    ended_at,
    naming,
    outline,
    read_outline,
    read_scenario,
    rehearse,
    report,
    start,
    summary,
)
from comity.drills.summary import SENTENCES
from comity.files.drills import read_shipped, shipped_names

T0 = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)


@cache
def scenario_of(name: str) -> Scenario:
    return read_scenario(name, read_shipped(name))


@cache
def told(name: str, skill: str) -> Report:
    scenario = scenario_of(name)
    run = rehearse(scenario, skill=skill, at=T0)
    return report(scenario, run, ended_at(scenario, run))


@pytest.mark.parametrize(
    "change",
    [
        {"team": ""},
        {"team": "x" * 65},
        {"got": "7"},
        {"got": True},
        {"lost": 10**9},
        {"started_at": "soon"},
        {"edition": 7},
        {"more": 1},
    ],
)
def test_a_line_that_is_none_is_refused(change: dict[str, Any]) -> None:
    value = outline(told("first-night", "late")).to_value() | change
    with pytest.raises(DrillRunError):
        read_outline(value)


def test_a_line_that_was_written_down_is_the_same_when_read() -> None:
    line = outline(told("first-night", "late"))
    assert read_outline(line.to_value()) == line
    assert line.percent == max(line.got, 0) * 100 // line.of


def test_what_others_did_is_no_longer_theirs_where_names_are_taken_out() -> None:
    known = naming(told("hospital-ransomware", "careless"), {"careless duty"})
    assert set(known.board.by_person) == {"careless duty"}
    names = {one.by for one in known.timeline} | {one.by for one in known.wrong}
    names |= {one.by for one in (*known.board.points, *known.late)}
    assert names == {"", "careless duty"}
    assert known.board.by_role == told("hospital-ransomware", "careless").board.by_role


@pytest.mark.parametrize("name", shipped_names())
@pytest.mark.parametrize("skill", ["good", "late", "careless", "silent"])
def test_each_first_page_has_known_sentences_with_their_facts(name: str, skill: str) -> None:
    found = summary(scenario_of(name), told(name, skill))
    assert 4 <= len(found.sentences) <= 8
    for one in found.sentences:
        given = {*one.facts, *(["names"] if one.names else [])}
        assert given == set(SENTENCES[one.key])
        english = scenario_of(name).texts["en"]
        assert all(key in english for key in one.names)
    assert [one.key for one in found.figures] == ["points", "steps", "clocks"]
    assert all(0 <= one.value <= one.of for one in found.figures[1:])


def test_silence_is_told_as_what_it_was_and_care_too() -> None:
    silent, good = (
        {one.key for one in summary(scenario_of(NAME), told(NAME, skill)).sentences}
        for skill in ("silent", "good")
    )
    assert silent == {"reached", "lost", "untold", "nothing-done", "hints-none"}
    assert good == {"reached", "lost-nothing", "untold-nobody", "slowest-none", "hints-none"}
    assert summary(scenario_of(NAME), told(NAME, "good")).dearest == ()


NAME = "hospital-ransomware"


def test_hints_and_their_price_are_named() -> None:
    scenario = scenario_of(NAME)
    key, hint = next(iter(scenario.plan.hints.items()))
    at = T0 + timedelta(minutes=1)
    event = Event(at=at, kind="hint", by="x", role="duty", names={"hint": key})
    run = admit(scenario, start(scenario, team="x", at=T0), event)
    found = summary(scenario, report(scenario, run, at))
    (sentence,) = [one for one in found.sentences if one.key.startswith("hints")]
    assert dict(sentence.facts) == {"count": 1, "points": hint.cost}


def test_a_run_that_stands_still_ends_with_its_last_event() -> None:
    scenario = scenario_of(NAME)
    run = start(scenario, team="x", at=T0)
    assert ended_at(scenario, run) == T0 + timedelta(minutes=scenario.plan.minutes)
    at = T0 + timedelta(minutes=4)
    stopped = admit(scenario, run, Event(at=at, kind="pause", by="t", names={}))
    assert ended_at(scenario, stopped) == at
    assert report(scenario, stopped, at).passed_s == 240


def test_before_anything_was_due_nothing_is_said_to_be_in_time() -> None:
    scenario = scenario_of("hospital-ransomware")
    early = report(scenario, start(scenario, team="A", at=T0), T0)
    keys = {one.key for one in summary(scenario, early).sentences}
    assert {"untold-not-due", "nothing-due"} <= keys
    assert not keys & {"untold-nobody", "slowest-none", "nothing-done"}
