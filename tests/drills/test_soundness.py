"""Lint never fails on a spoilt scenario, and what it finds sound plays to its end."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.drills.making import T0, at

from comity.drills import (
    DrillEventError,
    Event,
    Run,
    Scenario,
    admit,
    lint,
    look,
    read_scenario,
    report,
    start,
)
from comity.drills.values import DEEDS, Deed
from comity.files.drills import read_shipped
from comity.files.instruments import shipped

FILES = read_shipped("first-night")
LINES = FILES["scenario.toml"].decode().split("\n")
MEMBERS = [number for number, line in enumerate(LINES) if re.match(r"\w+ = ", line)]
HEADS = [number for number, line in enumerate(LINES) if line.startswith("[[")]


@st.composite
def spoilt_plans(draw: st.DrawFn) -> bytes:
    """Return the first night with members dropped, given each other's values, or entries gone."""
    lines = list(LINES)
    for _ in range(draw(st.integers(1, 3))):
        here, there = draw(st.sampled_from(MEMBERS)), draw(st.sampled_from(MEMBERS))
        how = draw(st.sampled_from(["drop", "value", "line", "entry"]))
        if how == "drop":
            lines[here] = ""
        elif how == "value":
            lines[here] = lines[here].partition(" = ")[0] + " = " + LINES[there].partition(" = ")[2]
        elif how == "line":
            lines[here] = LINES[there]
        else:
            begin = draw(st.integers(0, len(HEADS) - 2))
            for number in range(HEADS[begin], HEADS[begin + 1]):
                lines[number] = ""
    return "\n".join(lines).encode()


@settings(max_examples=150, deadline=None)
@given(spoilt_plans())
def test_a_spoilt_plan_is_linted_and_a_sound_one_plays_to_its_end(plan: bytes) -> None:
    files = {**FILES, "scenario.toml": plan}
    found = lint("first-night", files, shipped(), languages=["en"])
    if any(one.code not in {"text-foreign", "text-missing", "place-unknown"} for one in found):
        return
    scenario = read_scenario("first-night", files)
    run = everything(scenario)
    for minute in (0, scenario.plan.minutes / 2, scenario.plan.minutes):
        look(scenario, run, at(minute)).to_value()
        report(scenario, run, at(minute)).to_value()


def everything(scenario: Scenario) -> Run:
    """Return a run in which each deed that the scenario speaks of is done, a minute apart."""
    plan = scenario.plan
    wanted: list[Deed] = [one.did for one in plan.triggers.values()]
    wanted += [did for one in plan.scores.values() for did in one.steps or (one.did,)]
    wanted += [one.did for one in plan.good.values()]
    run = start(scenario, team="all", at=T0)
    for number, deed in enumerate(wanted):
        names = {name: text for name, text in deed.names.items() if name != "right"}
        event = Event(
            at=at(number), kind=deed.kind, by="kim", role=next(iter(plan.roles)), names=names
        )
        try:
            run = admit(scenario, run, event)
        except DrillEventError:
            break  # after the end
    return run


def test_the_scenario_as_it_ships_plays_with_every_deed_done() -> None:
    scenario = read_scenario("first-night", FILES)
    run = everything(scenario)
    assert {event.kind for event in run.events} <= set(DEEDS)
    told = report(scenario, run, at(scenario.plan.minutes))
    assert told.wrong, "accepting and releasing are among the deeds"
