"""Scenarios on pages: what is refused keeps what was typed; what is kept can be played."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from tests.exercise.conftest import T0
from tests.exercise.editing import NAME, edition_now, hidden, post, text_of

from comity.drills.reading import read_scenario
from comity.node.exercise import scenario_editing, scenario_library
from comity.node.exercise.errors import (
    ExerciseLiveError,
    ScenarioStaleError,
    ScenarioTakenError,
    ScenarioUnknownError,
)
from comity.node.models import ScenarioEdition

# ------------------------------------------------------------------ who, and where


PATHS = [
    "/scenarios",
    "/scenarios/new",
    "/scenarios/upload",
    "/scenarios/first-night",
    "/scenarios/first-night/run",
    "/scenarios/first-night/drop",
    "/scenarios/first-night/files",
    "/scenarios/first-night/files/zip",
    "/scenarios/first-night/table",
    "/scenarios/first-night/texts/ar/injects",
    "/scenarios/first-night/sources",
    "/scenarios/first-night/sources/scenario.toml",
    "/scenarios/first-night/timeline",
    "/scenarios/first-night/add-inject",
    "/scenarios/first-night/injects/handover",
    "/scenarios/first-night/injects/handover/remove",
    "/scenarios/first-night/tasks",
    "/scenarios/first-night/tasks/find-address",
    "/scenarios/first-night/add-task",
    "/scenarios/first-night/tasks/find-address/remove",
    "/scenarios/first-night/add-trigger",
    "/scenarios/first-night/triggers/midnight",
    "/scenarios/first-night/triggers/midnight/remove",
    "/scenarios/first-night/exhibits",
    "/scenarios/first-night/add-exhibit",
    "/scenarios/first-night/make-exhibit",
    "/scenarios/first-night/exhibits/gateway",
    "/scenarios/first-night/exhibits/gateway/remove",
]


@pytest.mark.parametrize("path", PATHS)
def test_a_live_node_says_that_there_are_no_exercises_at_whatever_address(
    trainer: Client, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr("comity.node.exercise.mode.held_here", lambda: False)
    answer = trainer.get(path)
    assert answer.status_code == 404
    assert b"This node is live" in answer.content
    assert b"Seafarers" not in answer.content


def test_nothing_is_changed_on_a_live_node(border: str, monkeypatch: pytest.MonkeyPatch) -> None:
    files, began = scenario_library.files_of(NAME), edition_now()
    monkeypatch.setattr("comity.node.exercise.mode.held_here", lambda: False)
    for wrong in (
        lambda: scenario_editing.change(NAME, files, began=began, at=T0, by="x"),
        lambda: scenario_editing.copy("first-night", "other", at=T0, by="x"),
        lambda: scenario_editing.take_in("other", files, at=T0, by="x"),
        lambda: scenario_editing.summaries("en"),
    ):
        with pytest.raises(ExerciseLiveError):
            wrong()


@pytest.mark.parametrize("role", ["case", "duty", "operator", "auditor", "trainee"])
@pytest.mark.parametrize("path", ["/scenarios", "/scenarios/first-night/sources/scenario.toml"])
def test_who_may_not_train_sees_no_scenario(
    add: Callable[..., Any], sign_in: Callable[[str], Client], role: str, path: str
) -> None:
    add("somebody", role)
    answer = sign_in("somebody").get(path)
    assert answer.status_code == 403
    assert b"tessany" not in answer.content


@pytest.mark.parametrize(
    "path",
    [
        "/scenarios/no-such",
        "/scenarios/no-such/run",
        "/scenarios/first-night/injects/no-such",
        "/scenarios/first-night/tasks/no-such",
        "/scenarios/first-night/tasks/no-such/remove",
        "/scenarios/first-night/triggers/no-such",
        "/scenarios/first-night/triggers/no-such/remove",
        "/scenarios/first-night/exhibits/no-such",
        "/scenarios/first-night/exhibits/no-such/remove",
        "/scenarios/first-night/files/exe",
        "/scenarios/first-night/texts/en/no-such",
        "/scenarios/first-night/sources/run.py",
        "/scenarios/first-night/sources/../../node.toml",
        "/scenarios/first-night/run?players=no-such",
        "/scenarios/first-night/drop",
    ],
)
def test_what_is_not_there_is_not_there(trainer: Client, path: str) -> None:
    assert trainer.get(path).status_code == 404


# ------------------------------------------------------------------ what is refused


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("first-night", ScenarioTakenError),
        ("new", ScenarioTakenError),
        ("blank", ScenarioTakenError),
    ],
)
def test_a_copy_replaces_nothing(
    db: None, config: object, name: str, code: type[Exception]
) -> None:
    with pytest.raises(code):
        scenario_editing.copy("first-night", name, at=T0, by="trainer")
    assert not ScenarioEdition.objects.exists()


@pytest.mark.parametrize("name", ["", "Border", "../x", "a b", "x" * 65, "-a"])
def test_a_copy_under_no_name_stays_on_the_page(trainer: Client, name: str) -> None:
    answer = trainer.post("/scenarios/new", {"source": "blank", "name": name})
    assert answer.status_code == 422
    assert not ScenarioEdition.objects.exists()


def test_nothing_is_copied_of_what_is_not_there(db: None, config: object) -> None:
    with pytest.raises(ScenarioUnknownError):
        scenario_editing.copy("no-such", "other", at=T0, by="trainer")


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "{% load x %}",
        "a {stray brace",
        "right\u202eleft",
    ],
)
def test_a_script_in_a_text_is_refused_and_what_was_typed_stays(
    trainer: Client, border: str, text: str
) -> None:
    before = edition_now()
    path = f"/scenarios/{NAME}/texts/en/injects"
    answer = post(
        trainer, path, **{"t:injects.handover.text": text, "t:injects.at-risk.title": "New"}
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in page
    assert "New</textarea>" in page  # the other text that was typed is not lost
    assert "<script>alert" not in page
    assert edition_now() == before


@pytest.mark.parametrize(
    ("toml", "told"),
    [
        ("[scenario\n", "line 1"),
        ('[scenario]\nname = "border-case"\n', "version"),
        ("x = 1", "scenario"),
    ],
)
def test_a_plan_that_cannot_be_read_is_refused_with_why_and_where(
    trainer: Client, border: str, toml: str, told: str
) -> None:
    before = edition_now()
    answer = post(trainer, f"/scenarios/{NAME}/sources/scenario.toml", text=toml)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert told in page
    assert "Nothing was saved" in page
    assert toml.strip().partition("\n")[0].replace('"', "&quot;") in page
    assert edition_now() == before


def test_the_name_inside_cannot_become_another(trainer: Client, border: str) -> None:
    toml = scenario_library.files_of(NAME)["scenario.toml"].decode().replace(NAME, "foreign")
    answer = post(trainer, f"/scenarios/{NAME}/sources/scenario.toml", text=toml)
    assert answer.status_code == 422
    assert "foreign" not in scenario_library.names()


def test_who_saves_second_is_refused_and_sees_both(trainer: Client, border: str) -> None:
    path = f"/scenarios/{NAME}/texts/en/frame"
    began = hidden(trainer.get(path).content.decode())
    assert post(trainer, path, **{"t:title": "The other trainer's"}).status_code == 302
    answer = trainer.post(path, {"edition": began, "t:title": "Mine"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Another person saved this scenario after you opened it" in page
    assert "Mine</textarea>" in page
    assert "The other trainer&#x27;s" in page
    assert text_of(NAME, "en", "title") == "The other trainer's"
    again = trainer.post(path, {"edition": hidden(page), "t:title": "Mine"})  # on purpose
    assert again.status_code == 302
    assert text_of(NAME, "en", "title") == "Mine"


def test_a_stale_inject_shows_what_stands_now(trainer: Client, border: str) -> None:
    path = f"/scenarios/{NAME}/injects/handover"
    fields = {"kind": "note", "minute": "0", "title": "From the evening watch", "text": "Quiet."}
    began = hidden(trainer.get(path).content.decode())
    assert post(trainer, path, **fields | {"minute": "7"}).status_code == 302
    answer = trainer.post(path, {"edition": began, **fields | {"minute": "9"}})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert 'value="9"' in page
    assert re.search(r"<dt>Minute</dt><dd>7<", page)
    assert read_scenario(NAME, scenario_library.files_of(NAME)).plan.injects["handover"].minute == 7


def test_a_stale_file_shows_what_stands_now(trainer: Client, border: str) -> None:
    path = f"/scenarios/{NAME}/sources/exhibits/rules.txt"
    began = hidden(trainer.get(path).content.decode())
    assert post(trainer, path, text="theirs").status_code == 302
    answer = trainer.post(path, {"edition": began, "text": "mine"})
    assert answer.status_code == 409
    assert b">theirs" in answer.content
    assert b"mine</textarea>" in answer.content


@pytest.mark.parametrize("began", ["", "sha256:0", "sha256:" + "0" * 64])
def test_a_save_that_names_no_edition_is_stale(border: str, began: str) -> None:
    files = {**scenario_library.files_of(NAME), "exhibits/more.txt": b"x"}
    with pytest.raises(ScenarioStaleError):
        scenario_editing.change(NAME, files, began=began, at=T0, by="trainer")


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"minute": "", "trigger": ""}, "A minute, or a trigger"),
        ({"minute": "3", "trigger": "midnight"}, "A minute, or a trigger"),
        ({"minute": "-1"}, "whole number from 0"),
        ({"kind": "bomb"}, "bomb"),
        ({"to": "admiral"}, "admiral"),
        ({"thread": "kept"}, "thread and type go together"),
        ({"text": "<script>"}, "Plain text only"),
    ],
)
def test_an_inject_that_cannot_be_is_said_and_what_was_typed_stays(
    trainer: Client, border: str, changed: dict[str, str], told: str
) -> None:
    before = edition_now()
    fields = {"kind": "note", "minute": "3", "title": "My title", "text": "My text"}
    answer = post(trainer, f"/scenarios/{NAME}/injects/handover", **fields | changed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert told in page
    assert "My title" in page
    assert edition_now() == before


def test_a_key_that_is_there_adds_nothing(trainer: Client, border: str) -> None:
    before = edition_now()
    fields = {"key": "handover", "kind": "note", "minute": "3", "title": "T", "text": "T"}
    answer = post(trainer, f"/scenarios/{NAME}/add-inject", **fields)
    assert answer.status_code == 422
    assert edition_now() == before
