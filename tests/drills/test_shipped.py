"""The scenarios that ship: each language in its own writing, whole, and as long as the others."""

import re
import unicodedata
from pathlib import Path

import pytest
from tests.drills.making import T0, at

from comity import drills
from comity.drills import (
    Report,
    exhibit_bytes,
    exhibit_digest,
    read_run,
    read_scenario,
    rehearse,
    report,
)
from comity.drills.texts import due_keys, say
from comity.files.drills import read_shipped, shipped_names
from comity.instruments import LANGUAGES

SCRIPTS = {"ar": "ARABIC", "ru": "CYRILLIC", "zh-hans": "CJK"}
SHARE = {"ar": 0.8, "ru": 0.8, "zh-hans": 0.7}
"""Of the letters; the rest are references, addresses and names of firms."""
ENGLISH_WORDS = re.compile(r"\b(?:the|and|with|which|what|this|from|your)\b", re.IGNORECASE)

ORIGINALS = (Path(drills.__file__).parent / "scenarios" / "README.md").read_text("utf-8")


@pytest.fixture(params=shipped_names())
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_language_is_whole_and_fills_in_every_value(name: str, lang: str) -> None:
    scenario = read_scenario(name, read_shipped(name))
    for key in due_keys(scenario.plan):
        text, spoken = say(scenario.plan, scenario.texts, key, lang)
        assert spoken == lang, key
        assert "{" not in text, key


@pytest.mark.parametrize("lang", SCRIPTS)
def test_a_language_is_written_in_its_own_script(name: str, lang: str) -> None:
    texts = read_scenario(name, read_shipped(name)).texts[lang]
    whole = re.sub(r"\{\w+\}|[\w.-]+@[\w.-]+|[a-z]+\.[a-z]+", "", "".join(texts.values()))
    letters = [char for char in whole if char.isalpha()]
    own = sum(unicodedata.name(char, "").startswith(SCRIPTS[lang]) for char in letters)
    assert own / len(letters) >= SHARE[lang]


@pytest.mark.parametrize("lang", [lang for lang in LANGUAGES if lang != "en"])
def test_no_english_sentence_was_left_in_another_language(name: str, lang: str) -> None:
    texts = read_scenario(name, read_shipped(name)).texts[lang]
    left = {key: text for key, text in texts.items() if len(ENGLISH_WORDS.findall(text)) > 1}
    assert left == {}


@pytest.mark.parametrize("lang", [lang for lang in LANGUAGES if lang != "en"])
def test_no_number_of_the_english_text_is_missing_in_another(name: str, lang: str) -> None:
    texts = read_scenario(name, read_shipped(name)).texts
    missing = {
        key: sorted(numbers(text) - numbers(texts[lang][key]))
        for key, text in texts["en"].items()
        if not numbers(text) <= numbers(texts[lang][key])
    }
    assert missing == {}


def numbers(text: str) -> set[int]:
    """Return the numbers of a text that are written in digits, places for values left out."""
    return {int(found) for found in re.findall(r"\d+", re.sub(r"\{\w+\}", "", text))}


@pytest.mark.parametrize("lang", ["es", "fr", "ru", "vi"])
def test_no_text_is_a_stump_of_its_english(name: str, lang: str) -> None:
    texts = read_scenario(name, read_shipped(name)).texts
    short = {
        key: text
        for key, text in texts[lang].items()
        if len(texts["en"][key]) > 60 and len(text) < 0.6 * len(texts["en"][key])
    }
    assert short == {}


def test_an_original_holds_the_texts_that_its_tasks_ask_about(name: str) -> None:
    scenario = read_scenario(name, read_shipped(name))
    originals = [one for one in scenario.plan.exhibits.values() if one.original]
    assert originals
    for exhibit in originals:
        data = exhibit_bytes(scenario, exhibit) or b""
        assert [text for text in exhibit.files if scenario.files[text] not in data] == []
        row = f"| `{name}/exhibits/{exhibit.original}` | {len(data)} | `{exhibit.digest}` |"
        assert row in ORIGINALS, "README.md of the scenarios says what each original is"
        assert exhibit_digest(scenario, exhibit) == exhibit.digest


def test_a_shipped_scenario_is_deep(name: str) -> None:
    plan = read_scenario(name, read_shipped(name)).plan
    assert plan.minutes >= 60
    assert len(plan.injects) >= 12
    assert len(plan.tasks) >= 6
    assert plan.hints
    assert len(plan.debrief) >= 5
    assert len(plan.good) >= 8
    assert sum(one.when == "not-done" for one in plan.triggers.values()) >= 2


# ------------------------------------------------------------------ rehearsed


def rehearsed(name: str, skill: str) -> Report:
    scenario = read_scenario(name, read_shipped(name))
    run = rehearse(scenario, skill=skill, at=T0)
    assert read_run(scenario, run.to_value()) == run
    return report(scenario, run, at(scenario.plan.minutes))


def test_a_good_team_gets_every_point_and_loses_nothing(name: str) -> None:
    told = rehearsed(name, "good")
    assert [one for one in told.board.points if one.got != one.of] == []
    assert (told.lost, told.wrong, told.late) == ((), (), ())
    assert [one.key for one in told.timeline if one.late_s != 0] == []


def test_a_silent_team_gets_nothing_and_something_is_lost(name: str) -> None:
    told = rehearsed(name, "silent")
    assert told.board.got == 0
    assert told.lost
    assert all(one.at_s is None for one in told.told)


def test_a_late_team_stands_between_them_and_can_be_told_why(name: str) -> None:
    told = rehearsed(name, "late")
    assert 0 < told.board.got < rehearsed(name, "good").board.got
    assert told.late
    assert {one.outcome for one in told.late} <= {"late", "not-done"}


def test_a_careless_team_does_what_never_should_be_done(name: str) -> None:
    told = rehearsed(name, "careless")
    assert {one.what for one in told.wrong} >= {"did-it"}
    assert any(one.got < 0 for one in told.board.points)
    assert told.board.got < rehearsed(name, "good").board.got
