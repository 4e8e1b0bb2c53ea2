"""The nodes of an exercise live in its story: time, names of States, a treaty in force, seats."""

import tomllib
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from comity.drills import Scenario, read_scenario
from comity.drills.blank import blank
from comity.files.drills import read_shipped, shipped_names
from comity.files.instruments import library
from comity.hall import story
from comity.hall.seats import APPROVER, approving_role, seats_for
from comity.instruments import LANGUAGES
from comity.instruments.bases import between
from comity.instruments.state_names import state_names


def shipped(name: str) -> Scenario:
    return read_scenario(name, read_shipped(name))


def test_the_nodes_of_the_first_night_begin_on_the_day_on_which_data_were_preserved() -> None:
    plan = shipped("first-night").plan
    assert story.lapse_of(plan, "kept") == datetime(2027, 1, 1, tzinfo=UTC)
    first = story.first_moment(plan)
    assert plan.values["kept_since"] == f"{first:%Y-%m-%d %H:%M} UTC", "as the room says"
    later = shipped("hospital-ransomware").plan
    assert story.first_moment(later) == later.begins


@pytest.mark.parametrize("name", shipped_names())
def test_every_state_of_a_story_has_its_name_and_its_treaty_at_the_nodes(
    tmp_path: Path, name: str
) -> None:
    scenario = shipped(name)
    law = library(story.write_law(tmp_path, scenario) / "instruments")
    names, plan = state_names(law), scenario.plan
    states = sorted({one.address[:2] for one in plan.parties.values() if one.address})
    assert len(states) >= 2
    for state in states:
        for lang in LANGUAGES:
            assert names(state, lang) == scenario.texts[lang][f"states.{state}"]
    for asked in states[1:]:
        found = {one.instrument: one for one in between(law, states[0], asked, plan.begins.date())}
        assert found[plan.treaty].value == "in-force", f"{states[0]} and {asked}"
    away = {one.instrument: one.value for one in between(law, "za", "vn", date(2026, 12, 31))}
    assert away["un-2024"] != "in-force", "what the story says of its States is of no others"


def test_a_state_without_a_name_is_called_as_its_authority_and_takes_no_other_states_name(
    tmp_path: Path,
) -> None:
    scenario = shipped("first-night")
    texts = {lang: dict(given) for lang, given in scenario.texts.items()}
    for given in texts.values():
        del given["states.xb"]
        given["states.xc"] = "South Africa"
    changed = Scenario(plan=scenario.plan, texts=texts, files={}, digest="")
    names = story.names_of(changed)
    assert names["xb"]["en"] == "Contact point of Belmora"
    assert "xc" not in names
    written = story.write_law(tmp_path, changed) / "instruments" / "states.toml"
    assert set(tomllib.loads(written.read_text("utf-8"))) == {"xa", "xb"}


@pytest.mark.parametrize("name", shipped_names())
def test_the_role_that_approves_drafts_nothing(name: str) -> None:
    plan = shipped(name).plan
    approving = approving_role(plan)
    assert approving in plan.roles
    seats = seats_for(plan)
    (approver,) = [one for one in seats if one.role == "approver"]
    assert (approver.name, approver.holder) == (APPROVER, approving)
    assert approving not in {one.holder for one in seats if one.role != "approver"}
    assert {one.holder for one in seats} == set(plan.roles)
    assert seats[0].role not in {"approver", "examiner"}


def test_where_no_role_can_approve_the_seat_is_the_second_persons() -> None:
    alone = read_scenario("mine", blank("mine")).plan
    assert approving_role(alone) == ""
    assert [one.holder for one in seats_for(alone)] == ["duty", ""]
