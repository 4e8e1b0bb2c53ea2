"""Exercises of this node: made, begun, branched and closed, each with its audit row."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction

from comity.canonical import new_id
from comity.drills import Scenario, branch, start
from comity.node.core.randomness import random_bytes
from comity.node.exercise import codes, mode, scenario_library
from comity.node.exercise.errors import ExerciseError
from comity.node.exercise.team_events import read
from comity.node.log import audit
from comity.node.models import Exercise, Team, TeamEvent, TeamMember
from comity.node.people.accounts import tell_owners_changed

MAX_TEAMS: Final = 40
MAX_NAME: Final = 64


@transaction.atomic
def make(
    name: str,
    *,
    teams: Sequence[str],
    at: datetime,
    by: str,
    form: str = Exercise.Form.TABLE,
    board_shown: bool = True,
    desks: Sequence[dict[str, Any]] = (),
) -> Exercise:
    """Make an exercise that waits to be begun: people may join its teams.

    Args:
        name: of the scenario; the edition it has now is what is played, whatever is saved later.
        teams: names, 1 to `MAX_TEAMS`, each once.
        at: this node's clock.
        by: user name of the trainer.
        form: where the teams work.
        board_shown: whether players and spectators see points.
        desks: of teams at nodes of their own, one for one.

    Raises:
        ExerciseLiveError: this node is live.
        ScenarioUnknownError: there is none of that name.
        ExerciseError: the scenario is not sound, or the teams are too many or not told apart.
    """
    mode.require()
    if not 1 <= len(teams) <= MAX_TEAMS:
        raise ExerciseError(f"an exercise has 1 to {MAX_TEAMS} teams")
    named = [_named(one) for one in teams]
    if len({one.casefold() for one in named}) != len(named):
        raise ExerciseError(f"an exercise has 1 to {MAX_TEAMS} teams, each with a name of its own")
    made = Exercise.objects.create(
        id=new_id(at, random_bytes(10)),
        edition=scenario_library.kept_edition(name, at=at, by=by),
        form=form,
        hall=codes.new_code(),
        board_shown=board_shown,
        made_at=at,
        made_by=by,
    )
    for number, one in enumerate(named):
        desk = desks[number] if desks else {}
        _team(made, one, number, at=at, desk=desk)
    audit.note(at=at, actor=by, action="exercise.made", subject=made.id, detail=name)
    return made


@transaction.atomic
def begin(exercise: Exercise, *, at: datetime, by: str, percent: int = 100) -> None:
    """Let exercise time run, for every team from the same moment.

    Raises:
        ExerciseError: it has begun, or is closed.
        DrillEventError: the pace is none.
    """
    held = _held(exercise)
    if held.begun_at is not None or held.closed_at is not None:
        raise ExerciseError("this exercise has begun, or was closed")
    scenario = scenario_library.scenario_of(held.edition)
    for team in held.teams.all():
        _set_run(team, start(scenario, team=team.name, at=at, percent=percent).to_value())
    held.begun_at = at
    held.save(update_fields=["begun_at"])
    audit.note(at=at, actor=by, action="exercise.begun", subject=held.id)


@transaction.atomic
def show_board(exercise: Exercise, shown: bool, *, at: datetime, by: str) -> None:  # noqa: FBT001
    """Let players and spectators see points, or hide them."""
    Exercise.objects.filter(pk=exercise.pk).update(board_shown=shown)
    detail = "shown" if shown else "hidden"
    audit.note(at=at, actor=by, action="exercise.board", subject=exercise.id, detail=detail)


@transaction.atomic
def branch_off(team: Team, name: str, *, at: datetime, by: str) -> Team:
    """Return a new team of the same exercise that shares the past of another.

    Raises:
        ExerciseError: nothing has begun, the name is taken, or there are too many teams.
    """
    held, name = _held(team.exercise), _named(name)
    if held.closed_at is not None:
        raise ExerciseError("the exercise is closed")
    if team.run is None:
        raise ExerciseError("what has not begun has no past to share")
    if held.form != Exercise.Form.TABLE:
        raise ExerciseError("a team at a node of its own cannot be branched: its node has one past")
    taken = {one.casefold() for one in held.teams.values_list("name", flat=True)}
    if len(taken) >= MAX_TEAMS or name.casefold() in taken:
        raise ExerciseError(f"the name is taken, or there are {MAX_TEAMS} teams")
    past = read(team)
    run = branch(past, team=name, at=at)
    made = _team(held, name, len(taken), at=at, desk={})
    _set_run(made, run.to_value())
    TeamEvent.objects.bulk_create(
        TeamEvent(team=made, number=number, value=event.to_value())
        for number, event in enumerate(run.events)
    )
    audit.note(at=at, actor=by, action="exercise.branched", subject=made.id, detail=team.id)
    return made


@transaction.atomic
def close(exercise: Exercise, *, at: datetime, by: str) -> None:
    """End an exercise: nobody plays any more, and the accounts of its players are closed.

    Raises:
        ExerciseError: it is closed.
    """
    held = _held(exercise)
    if held.closed_at is not None:
        raise ExerciseError("this exercise is closed")
    held.closed_at = at
    held.save(update_fields=["closed_at"])
    for member in TeamMember.objects.filter(team__exercise=held).select_related("officer__user"):
        user = member.officer.user
        user.is_active = False
        user.save(update_fields=["is_active"])
        tell_owners_changed(member.officer)
    audit.note(at=at, actor=by, action="exercise.closed", subject=held.id)


def scenario_in(exercise: Exercise) -> Scenario:
    """Return the scenario that is played."""
    return scenario_library.scenario_of(exercise.edition)


def _named(name: str) -> str:
    """Return a team's name as it is kept.

    Raises:
        ExerciseError: it is none, too long, or holds what cannot be seen.
    """
    if not all(one.isprintable() or one.isspace() for one in name):
        raise ExerciseError("a team's name has characters that can be seen, and no others")
    name = " ".join(name.split())
    if not 0 < len(name) <= MAX_NAME:
        raise ExerciseError(f"a team's name has 1 to {MAX_NAME} characters")
    return name


def _held(exercise: Exercise) -> Exercise:
    return Exercise.objects.select_for_update().select_related("edition").get(pk=exercise.pk)


def _team(
    exercise: Exercise, name: str, number: int, *, at: datetime, desk: dict[str, Any]
) -> Team:
    """Make a team; keys are in the order of the numbers, since all teams are of one moment."""
    return Team.objects.create(
        id=new_id(at + number * timedelta(milliseconds=1), random_bytes(10)),
        exercise=exercise,
        name=name,
        code=codes.new_code(),
        desk=desk,
    )


def _set_run(team: Team, value: dict[str, Any]) -> None:
    team.run = {name: item for name, item in value.items() if name != "events"}
    team.save(update_fields=["run"])
