"""Exercises over the API: made, begun, steered, judged, branched and closed by a trainer."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Query, Router, Status

from comity.node.core.clock import now
from comity.node.core.pagination import MAX_CHARS
from comity.node.exercise import exercises, mode, trainer_actions
from comity.node.exercise import schemas as shapes
from comity.node.exercise.exercise_list import Listed, listed
from comity.node.exercise.scenario_list import choices
from comity.node.exercise.team_status import Standing, standings, whole
from comity.node.log import audit
from comity.node.models import Exercise, Team
from comity.node.people.permissions import Right
from comity.node.web.api_errors import NotHere
from comity.node.web.api_permissions import caller, only

router = Router(tags=["exercises"])
Named = Annotated[str, Path(max_length=36)]


@router.get("/exercises", auth=only(Right.TRAIN), response=shapes.ExercisesOut)
def list_(
    request: HttpRequest, after: Annotated[str, Query(max_length=MAX_CHARS)] = ""
) -> dict[str, Any]:
    """List exercises, the newest first."""
    mode.require()
    found, following = listed(after)
    return {"exercises": [_listed(one) for one in found], "next": following or None}


@router.post("/exercises", auth=only(Right.TRAIN), response={201: shapes.ExerciseOne})
def make(request: HttpRequest, wanted: shapes.ExerciseIn) -> Status[dict[str, Any]]:
    """Make an exercise: people may join its teams, and nothing begins yet; audited."""
    made = exercises.make(
        wanted.scenario,
        teams=wanted.teams,
        at=now(),
        by=_name(request),
        board_shown=wanted.board_shown,
    )
    return Status(201, _one(made))


@router.get("/exercises/scenarios", auth=only(Right.TRAIN), response=shapes.PlayablesOut)
def scenarios(
    request: HttpRequest, lang: Annotated[str, Query(max_length=35)] = "en"
) -> dict[str, Any]:
    """List the scenarios that can be chosen, and those in which something is to mend first."""
    mode.require()
    return {"scenarios": [vars(one) for one in choices(lang)]}


@router.get("/exercises/{exercise}", auth=only(Right.TRAIN), response=shapes.ExerciseOne)
def one(request: HttpRequest, exercise: Named) -> dict[str, Any]:
    """Give an exercise with how every team stands now."""
    return _one(_exercise(exercise))


@router.get("/exercises/{exercise}/export", auth=only(Right.TRAIN), response=dict[str, Any])
def export(request: HttpRequest, exercise: Named) -> dict[str, Any]:
    """Give everything of an exercise but for the codes that let people in; audited."""
    found, at = _exercise(exercise), now()
    audit.note(at=at, actor=_name(request), action="exercise.exported", subject=found.pk)
    return whole(found, at)


@router.post("/exercises/{exercise}/begin", auth=only(Right.TRAIN), response=shapes.ExerciseOne)
def begin(request: HttpRequest, exercise: Named, wanted: shapes.BeginIn) -> dict[str, Any]:
    """Let exercise time run, for every team from the same moment; audited."""
    exercises.begin(_exercise(exercise), at=now(), by=_name(request), percent=wanted.percent)
    return _one(_exercise(exercise))


@router.post("/exercises/{exercise}/steer", auth=only(Right.TRAIN), response=shapes.SteerOut)
def steer(request: HttpRequest, exercise: Named, wanted: shapes.SteerIn) -> dict[str, Any]:
    """Do one thing to teams: to all of those named, or to none; audited for each."""
    found = _exercise(exercise)
    told = wanted.model_dump(exclude={"kind", "teams"}, exclude_none=True)
    done = trainer_actions.steer(
        found,
        wanted.kind,
        {name: str(value) for name, value in told.items()},
        at=now(),
        by=_name(request),
        teams=wanted.teams,
    )
    return {"teams": [team.pk for team in done]}


@router.post("/exercises/{exercise}/board", auth=only(Right.TRAIN), response=shapes.ExerciseOne)
def board(request: HttpRequest, exercise: Named, wanted: shapes.BoardIn) -> dict[str, Any]:
    """Show points to players and spectators, or hide them; audited."""
    exercises.show_board(_exercise(exercise), wanted.shown, at=now(), by=_name(request))
    return _one(_exercise(exercise))


@router.post("/exercises/{exercise}/close", auth=only(Right.TRAIN), response=shapes.ExerciseOne)
def close(request: HttpRequest, exercise: Named) -> dict[str, Any]:
    """Close an exercise, and with it the accounts of its players; audited."""
    exercises.close(_exercise(exercise), at=now(), by=_name(request))
    return _one(_exercise(exercise))


@router.get("/exercises/{exercise}/teams/{team}", auth=only(Right.TRAIN), response=shapes.TeamOne)
def one_team(request: HttpRequest, exercise: Named, team: Named) -> dict[str, Any]:
    """Give a team in full: what came and is planned, every event, every line of points."""
    found = _exercise(exercise)
    return _team_one(found, _team(found, team))


@router.post(
    "/exercises/{exercise}/teams/{team}/branch",
    auth=only(Right.TRAIN),
    response={201: shapes.TeamOne},
)
def branch(
    request: HttpRequest, exercise: Named, team: Named, wanted: shapes.BranchIn
) -> Status[dict[str, Any]]:
    """Make a team that shares the past of this one and goes on by itself; audited."""
    found = _exercise(exercise)
    made = exercises.branch_off(_team(found, team), wanted.name, at=now(), by=_name(request))
    return Status(201, _team_one(found, made))


def _name(request: HttpRequest) -> str:
    return str(caller(request).user.get_username())


def _exercise(key: str) -> Exercise:
    mode.require()
    found = Exercise.objects.select_related("edition").filter(pk=key).first()
    if found is None:
        raise NotHere
    return found


def _team(exercise: Exercise, key: str) -> Team:
    found = exercise.teams.filter(pk=key).first()
    if found is None:
        raise NotHere
    found.exercise = exercise
    return found


def _listed(one: Listed) -> dict[str, Any]:
    names = ("made_at", "made_by", "begun_at", "closed_at")
    return {
        "exercise": one.exercise.pk,
        "scenario": one.exercise.edition.name,
        "edition": one.exercise.edition.edition,
        "state": one.state,
        "teams": one.teams,
        "members": one.members,
        **{name: getattr(one.exercise, name) for name in names},
    }


def _one(exercise: Exercise) -> dict[str, Any]:
    names = ("board_shown", "made_at", "made_by", "begun_at", "closed_at")
    return {
        "exercise": exercise.pk,
        "scenario": exercise.edition.name,
        "edition": exercise.edition.edition,
        "hall": "" if exercise.closed_at else exercise.hall,
        **{name: getattr(exercise, name) for name in names},
        "teams": [_line(exercise, one) for one in standings(exercise, now())],
    }


def _line(exercise: Exercise, one: Standing) -> dict[str, Any]:
    view, board = one.view, one.board
    return {
        "team": one.team.pk,
        "name": one.team.name,
        "code": "" if exercise.closed_at else one.team.code,
        "members": [{"name": each.name, "role": each.role} for each in one.members],
        "state": one.state,
        "passed_s": view.passed_s if view else None,
        "percent": one.percent,
        "last": vars(view.delivered[-1]) if view and view.delivered else None,
        "next": vars(one.planned[0]) if one.planned else None,
        "open_tasks": list(one.open_tasks),
        "got": board.got if board else None,
        "of": board.of if board else None,
        "needs": [vars(need) for need in one.needs],
        "test_before": one.quiz.before if one.quiz else None,
        "test_after": one.quiz.after if one.quiz else None,
    }


def _team_one(exercise: Exercise, team: Team) -> dict[str, Any]:
    (one,) = standings(exercise, now(), only=team.pk)
    return {
        "line": _line(exercise, one),
        "view": one.view.to_value() if one.view else None,
        "board": one.board.to_value() if one.board else None,
        "run": one.run.to_value() if one.run else None,
    }
