"""Templates at the terminal: shown in every language, and a file that the other commands take."""

from pathlib import Path

import pytest
from tests.cli.lawful import NOT_JUDGED, law, told

from comity.files.instruments import shipped
from comity.instruments import LANGUAGES
from comity.instruments.templates import templates

KEYS = sorted(templates(shipped()))


def test_the_list_names_every_template() -> None:
    assert [one["key"] for one in told("template", "list")["templates"]] == KEYS


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("key", KEYS)
def test_a_template_is_shown_whole_in_every_language(key: str, lang: str) -> None:
    result = law("template", "show", key, "--lang", lang)
    assert result.exit_code == 0, result.output
    assert "[en]" not in result.stdout
    assert "{" not in result.stdout


def test_what_is_proposed_is_said_to_be_unverified_and_policy() -> None:
    value = told("template", "show", "payment-recall")
    assert value["verified"] is False
    assert [(step["key"], step["hours"]) for step in value["clock"]] == [
        ("report", None),
        ("bank-recall", 72),
        ("fiu", None),
        ("freeze", None),
    ]
    assert all(step["policy"] for step in value["clock"])
    assert "local policy" in law("template", "show", "payment-recall").stdout


@pytest.mark.parametrize("instrument", ["un-2024", "coe-2001"])
@pytest.mark.parametrize("key", KEYS)
def test_a_started_file_is_judged_and_asked_about_as_it_stands(
    key: str, instrument: str, tmp_path: Path
) -> None:
    file = tmp_path / "facts.toml"
    made = law("template", "start", key, "--instrument", instrument, "-o", file, "--lang", "vi")
    assert made.exit_code == 0, made.output
    value = told("check", file)
    assert (value["instrument"], value["measure"]) == (instrument, "preservation")
    asked = {one["fact"] for one in told("ask", file)["questions"]}
    assert asked  # the template answers nothing that only an officer knows
    text = file.read_text("utf-8")
    assert all(
        f'# "{fact}" = ' in text for fact in asked & set(templates(shipped())[key].questions)
    )


def test_every_question_is_a_fact_once_its_mark_is_taken_away(tmp_path: Path) -> None:
    file = tmp_path / "facts.toml"
    assert law("template", "start", "bank-fraud", "-o", file).exit_code == 0
    lines = file.read_text("utf-8").splitlines()
    filled = [
        line.removeprefix("# ").replace('""', '"iban"') if line.startswith('# "') else line
        for line in lines
        if " or " not in line or not line.startswith('# "')  # a choice between codes
    ]
    file.write_text("\n".join(filled), "utf-8")
    assert law("check", file).exit_code == NOT_JUDGED


def test_another_measure_is_started_if_the_instrument_has_it(tmp_path: Path) -> None:
    file = tmp_path / "facts.toml"
    words = ("template", "start", "bank-fraud", "-o", file, "--measure")
    assert law(*words, "reading-minds").exit_code == 2
    assert law(*words, "freezing").exit_code == 0
    assert 'measure = "freezing"' in file.read_text("utf-8")
    assert law(*words, "freezing").exit_code == 2  # the file is there already


def test_an_unknown_template_lists_those_there_are() -> None:
    result = law("template", "show", "unknown")
    assert result.exit_code == 2
    assert "payment-recall" in result.stderr
