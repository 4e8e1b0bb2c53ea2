"""`comity drill report`: what is no run is refused, and what is one is told in any language."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from tests.conftest import needs
from tests.papers.makers import text_of

from comity.cli import main
from comity.papers.words import LANGUAGES


def run(*words: object) -> Result:
    return CliRunner().invoke(main, ["drill", *map(str, words)])


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kept") / "runs"
    players = ("--players", "good", "--players", "careless")
    assert run("rehearse", "first-night", *players, "-o", folder).exit_code == 0
    return folder


def changed(runs: Path, place: Path, change: Callable[[dict[str, Any]], Any]) -> Path:
    value = json.loads((runs / "good.json").read_text())
    change(value)
    file = place / "changed.json"
    file.write_text(json.dumps(value))
    return file


@pytest.mark.parametrize(
    "change",
    [
        lambda value: value.update(edition="sha256:" + "0" * 64),
        lambda value: value.update(scenario="hospital-ransomware"),
        lambda value: value.pop("team"),
        lambda value: value.update(events=[{"at": "soon"}]),
        lambda value: value["events"].reverse(),
        lambda value: value.update(run=value.copy(), scenario=7) or value["run"].pop("events"),
    ],
)
def test_what_is_no_run_of_this_edition_is_refused(
    runs: Path, tmp_path: Path, change: Callable[[dict[str, Any]], Any]
) -> None:
    result = run("report", changed(runs, tmp_path, change))
    assert result.exit_code == 2
    assert "drill-run" in result.output


@pytest.mark.parametrize("text", ["", "[]", "{", '"x"', "[" * 100_000])
def test_what_is_no_json_object_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "run.json").write_text(text)
    result = run("report", tmp_path / "run.json")
    assert "drill-run" in result.output


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"team": "x"},
        {**dict.fromkeys(("passed_s", "got", "of", "in_time", "steps", "late", "lost"), 0)},
        "x",
    ],
)
def test_an_earlier_line_that_is_none_is_refused(runs: Path, tmp_path: Path, value: object) -> None:
    (tmp_path / "old.json").write_text(json.dumps({"outline": value}))
    result = run("report", runs / "good.json", "--earlier", tmp_path / "old.json")
    assert "drill-run" in result.output


def test_an_unknown_language_is_refused(runs: Path) -> None:
    assert "paper-content" in run("report", runs / "good.json", "--lang", "xx").output


def test_a_rehearsal_is_kept_once_and_overwrites_nothing(runs: Path) -> None:
    assert sorted(file.name for file in runs.iterdir()) == ["careless.json", "good.json"]
    assert run("rehearse", "first-night", "-o", runs).exit_code != 0


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_run_is_told_in_every_language(runs: Path, lang: str) -> None:
    good, careless = (
        run("report", runs / f"{name}.json", "--lang", lang) for name in ("good", "careless")
    )
    assert good.exit_code == careless.exit_code == 0
    assert good.output != careless.output
    assert good.output.splitlines()[0]


def test_a_run_is_compared_with_runs_and_with_reports(runs: Path, tmp_path: Path) -> None:
    value = json.loads(run("report", runs / "careless.json", "--json").stdout)
    assert value["earlier"] == []
    old = {**value, "outline": {**value["outline"], "edition": "sha256:old", "team": "Old"}}
    (tmp_path / "old.json").write_text(json.dumps(old))
    more = ("--earlier", runs / "good.json", "--earlier", tmp_path / "old.json")
    told = run("report", runs / "careless.json", "--lang", "en", *more).stdout
    assert "same edition" in told
    assert "other edition" in told
    value = json.loads(run("report", runs / "careless.json", "--json", *more).stdout)
    assert [one["team"] for one in value["earlier"]] == ["good", "Old"]


def test_names_can_be_left_out_and_the_report_becomes_a_paper(runs: Path, tmp_path: Path) -> None:
    needs("pdftotext")
    out = tmp_path / "report.pdf"
    result = run(
        "report", runs / "careless.json", "--no-names", "--lang", "en", "-o", out, "--json"
    )
    assert json.loads(result.stdout)["file"] == str(out)
    read = text_of(out.read_bytes(), tmp_path)
    assert "EXERCISE" in read
    assert "careless duty" not in read
    assert run("report", runs / "careless.json", "-o", out).exit_code != 0  # nothing is overwritten


def test_what_is_printed_names_the_columns(runs: Path) -> None:
    told = run("report", runs / "careless.json", "--lang", "en").stdout
    lines = [" ".join(line.split()) for line in told.splitlines()]
    assert "Step | Article | Due | Done | Outcome | By" in lines
