"""This process is a node in exercise mode, and its trainers hold exercises."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from tests.exercise.own_scenario import NAME, copied
from tests.programs.conftest import add, config, inside, run, sign_in

from comity.node.actions.action import ActionCall
from comity.node.exercise import exercises, membership, room_cache, scenario_library
from comity.node.models import Exercise, Officer, Team, TeamMember

__all__ = ["add", "config", "inside", "run", "sign_in"]
T0 = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
"""When the tests' exercises begin, on the wall."""


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let who looks on see at once what a test just did."""
    monkeypatch.setattr(room_cache, "FRESH_S", 0.0)


def minute(number: float) -> datetime:
    return T0 + timedelta(minutes=number)


def act_at(monkeypatch: pytest.MonkeyPatch, moment: Callable[[], datetime]) -> None:
    """Let what is done over the API and by pages be done at a moment."""

    def call(**told: Any) -> ActionCall:
        return ActionCall(at=moment(), **told)

    for module in ("mount", "action_form"):
        monkeypatch.setattr(f"comity.node.actions.{module}.ActionCall", call)


@pytest.fixture
def begun(db: None, config: object) -> Exercise:
    """The first night, played by two teams since T0."""
    made = exercises.make("first-night", teams=["Heron", "Ibis"], at=minute(-5), by="trainer")
    exercises.begin(made, at=T0, by="trainer")
    return Exercise.objects.get(pk=made.pk)


@pytest.fixture
def heron(begun: Exercise) -> Team:
    return Team.objects.select_related("exercise__edition").get(exercise=begun, name="Heron")


@pytest.fixture
def player(heron: Team) -> Callable[..., TeamMember]:
    def joined(name: str = "Kim", role: str = "duty", team: Team = heron) -> TeamMember:
        return membership.join(team.code, name=name, role=role, at=minute(1))[0]

    return joined


@pytest.fixture
def trainer(add: Callable[..., Officer], sign_in: Callable[[str], Client]) -> Client:
    """A trainer who has signed in."""
    add("trainer", "trainer")
    return sign_in("trainer")


@pytest.fixture
def border(db: None, config: object) -> str:
    """A copy of the first night."""
    scenario_library.take_in(NAME, copied(), at=T0, by="trainer")
    return NAME
