"""`comity drill`: what it prints, as text and as JSON, and with which status it ends."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from comity.cli import main
from comity.files.drills import shipped_names


def run(*args: str) -> Result:
    return CliRunner().invoke(main, ["drill", *args], env={"COMITY_LANG": "en"})


def told(*args: str, status: int = 0) -> Any:
    done = run(*args, "--json")
    assert done.exit_code == status, done.output
    return json.loads(done.stdout)


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    assert run("new", "mine", "-o", str(tmp_path)).exit_code == 0
    return tmp_path / "mine"


def test_what_is_shipped_is_listed_as_sound() -> None:
    value = told("list")
    found = {one["name"]: one for one in value["scenarios"]}
    assert found.keys() == set(shipped_names())
    assert [name for name, one in found.items() if not one["sound"]] == []
    assert found["first-night"]["languages"] == ["ar", "en", "es", "fr", "ru", "vi", "zh-hans"]
    assert "first-night  First night  (60 min" in run("list").output


def test_a_new_scenario_lints_in_english_and_says_what_is_left(mine: Path) -> None:
    assert told("lint", str(mine), "--lang", "en") == {"problems": []}
    value = told("lint", str(mine))
    assert {one["code"] for one in value["problems"]} == {"language-missing"}
    done = run("lint", str(mine))
    assert done.exit_code == 0
    assert done.output.splitlines()[-1] == "nothing to mend; 6 warnings: English stands in"
    assert told("lint", str(mine), "--lang", "fr", status=1)["problems"][0]["warning"] is False


def test_what_was_written_is_told_to_a_program(tmp_path: Path) -> None:
    value = told("new", "mine", "-o", str(tmp_path))
    assert value["folder"] == str(tmp_path / "mine")
    assert "texts/vi.toml" in value["files"]


def test_a_new_scenario_overwrites_nothing(mine: Path) -> None:
    done = run("new", "mine", "-o", str(mine.parent))
    assert done.exit_code == 2
    assert "error [output-exists]" in done.stderr


@pytest.mark.parametrize("name", ["../mine", "Mine", 'mine"\nx = "', "a" * 65, "."])
def test_a_name_that_is_none_writes_nothing(name: str, tmp_path: Path) -> None:
    done = run("new", name, "-o", str(tmp_path / "in"))
    assert done.exit_code == 2
    assert "error [misuse]" in done.stderr
    assert not (tmp_path / "in").exists()


def test_a_finding_names_file_line_why_and_what_next(mine: Path) -> None:
    plan = (mine / "scenario.toml").read_text("utf-8")
    (mine / "scenario.toml").write_text(plan.replace("cost = 3", "cost = 30"), "utf-8")
    line = plan[: plan.index("[[task]]")].count("\n") + 1
    (one,) = told("lint", str(mine), "--lang", "en", status=1)["problems"]
    assert one == {
        "code": "hint-cost",
        "file": "scenario.toml",
        "key": "task what-is-asked",
        "line": line + 1,
        "next": "Let the hints of a task cost no more than the task brings.",
        "text": "its hints cost 30, more than its 10 points",
        "warning": False,
    }
    assert f"scenario.toml:{line + 1}: task what-is-asked:" in run("lint", str(mine)).output


def test_a_broken_folder_is_listed_and_not_run(mine: Path) -> None:
    (mine / "scenario.toml").write_text("[", "utf-8")
    value = told("list", str(mine.parent), status=1)
    assert value["scenarios"][0]["sound"] is False
    done = run("show", str(mine))
    assert done.exit_code == 1
    assert "error [drill-unsound]" in done.stderr


def test_a_scenario_is_told_in_the_language_asked_for_without_its_secrets() -> None:
    value = told("show", "first-night", "--lang", "fr")
    assert value["title"] == "Première nuit"
    assert "tasks" not in value
    assert "injects" not in value
    value = told("show", "first-night", "--answers")
    answers = {one["key"]: one["answers"] for one in value["tasks"]}
    assert answers["find-address"] == ["198.51.100.23"]
    assert "trigger" in value["injects"][0]


def test_the_text_of_a_story_names_who_plays_and_with_answers_what_comes() -> None:
    plain, whole = run("show", "first-night"), run("show", "first-night", "--answers")
    assert plain.exit_code == whole.exit_code == 0
    assert "Duty officer" in plain.output
    assert "198.51.100.23" not in plain.output
    assert "= 198.51.100.23" in whole.output
    assert "by no-extension" in whole.output


def test_a_story_without_answers_does_not_say_who_is_false() -> None:
    value = told("show", "forged-emergency")
    assert [one["key"] for one in value["parties"]] == ["us", "cordania"]
    assert "character" not in value["parties"][0]
    assert "says that he is" not in run("show", "forged-emergency").output
    whole = told("show", "forged-emergency", "--answers")
    assert {one["key"]: one["character"] for one in whole["parties"]}["stranger"] == "forger"


def test_a_rehearsal_ends_with_different_scores_each_line_with_its_why() -> None:
    teams = {one["team"]: one for one in told("rehearse", "first-night")["teams"]}
    assert list(teams) == ["good", "late", "careless", "silent"]
    assert teams["good"]["board"]["got"] == teams["good"]["board"]["of"]
    assert teams["silent"]["board"]["got"] == 0
    assert all(line["why"] for one in teams.values() for line in one["board"]["points"])
    done = run("rehearse", "first-night", "--players", "silent", "--lang", "en")
    assert done.exit_code == 0
    assert "silent: 0 of 195 points" in done.output
    assert "there is nothing left to extend" in done.output
    assert "lost: data-lapse, minute 45" in done.output
    careless = run("rehearse", "first-night", "--players", "careless").output
    assert "wrong: score mailbox-given, minute " in careless


def test_a_new_scenario_can_be_rehearsed_as_it_stands(mine: Path) -> None:
    (good,) = told("rehearse", str(mine), "--players", "good")["teams"]
    assert good["board"]["got"] == good["board"]["of"] == 20


def test_what_is_no_scenario_is_misuse() -> None:
    done = run("show", "no-such-night")
    assert done.exit_code == 2
    assert "first-night" in done.stderr


def test_an_empty_folder_says_what_to_do(tmp_path: Path) -> None:
    done = run("list", str(tmp_path))
    assert done.exit_code == 0
    assert "comity drill new" in done.output


def test_what_a_file_holds_cannot_steer_the_terminal(mine: Path) -> None:
    (mine / "texts" / "en.toml").write_bytes(b'title = "\\u001b[2J"\n"x\\u202e" = "y"\n')
    done = run("lint", str(mine), "--lang", "en")
    assert done.exit_code == 1
    assert "\x1b" not in done.output
    assert "\u202e" not in done.output
