"""Scenarios of the library: who sees them, and what is refused."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from tests.exercise.conftest import T0
from tests.exercise.own_scenario import NAME, copied, edition_now

from comity.drills import DrillError
from comity.node.exercise import scenario_library
from comity.node.exercise.errors import (
    ExerciseLiveError,
    ScenarioStaleError,
    ScenarioTakenError,
)
from comity.node.models import ScenarioEdition

# ------------------------------------------------------------------ who, and where


PATHS = [
    "/scenarios",
    "/scenarios/upload",
    "/scenarios/first-night",
    "/scenarios/first-night/run",
    "/scenarios/first-night/drop",
    "/scenarios/first-night/files/zip",
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
        lambda: scenario_library.change(NAME, files, began=began, at=T0, by="x"),
        lambda: scenario_library.take_in("other", files, at=T0, by="x"),
        lambda: scenario_library.summaries("en"),
    ):
        with pytest.raises(ExerciseLiveError):
            wrong()


@pytest.mark.parametrize("role", ["case", "duty", "operator", "auditor", "trainee"])
@pytest.mark.parametrize("path", ["/scenarios", "/scenarios/first-night/files/zip"])
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
        "/scenarios/no-such/files/zip",
        "/scenarios/first-night/files/exe",
        "/scenarios/first-night/run?players=no-such",
        "/scenarios/first-night/drop",
    ],
)
def test_what_is_not_there_is_not_there(trainer: Client, path: str) -> None:
    assert trainer.get(path).status_code == 404


# ------------------------------------------------------------------ what is refused


@pytest.mark.parametrize("name", ["first-night", "upload"])
def test_what_is_taken_in_replaces_nothing(db: None, config: object, name: str) -> None:
    with pytest.raises(ScenarioTakenError):
        scenario_library.take_in(name, copied(name), at=T0, by="trainer")
    assert not ScenarioEdition.objects.exists()


def test_the_name_inside_cannot_become_another(border: str) -> None:
    files = {**copied("foreign"), "exhibits/more.txt": b"x"}
    with pytest.raises(DrillError):
        scenario_library.change(NAME, files, began=edition_now(), at=T0, by="trainer")
    assert "foreign" not in scenario_library.names()


@pytest.mark.parametrize("began", ["", "sha256:0", "sha256:" + "0" * 64])
def test_a_save_that_names_no_edition_is_stale(border: str, began: str) -> None:
    files = {**scenario_library.files_of(NAME), "exhibits/more.txt": b"x"}
    with pytest.raises(ScenarioStaleError):
        scenario_library.change(NAME, files, began=began, at=T0, by="trainer")
