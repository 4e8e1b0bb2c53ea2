"""Reading exercises over the API; what a trainer does stands in `actions`."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Query, Router

from comity.node.actions.mount import mount
from comity.node.core.clock import now
from comity.node.core.pagination import MAX_CHARS
from comity.node.exercise import mode
from comity.node.exercise import schemas as shapes
from comity.node.exercise.actions import (
    BEGIN,
    BRANCH,
    CLOSE,
    CORRECT_LESSON,
    MAKE,
    MARK_LESSON,
    SHOW_POINTS,
    STEER,
    WITHDRAW_LESSON,
    WRITE_LESSON,
)
from comity.node.exercise.answers import (
    exercise_named,
    exercise_value,
    lesson_value,
    team_named,
    team_value,
)
from comity.node.exercise.exercise_list import Listed, listed
from comity.node.exercise.scenario_list import choices
from comity.node.exercise.team_status import whole
from comity.node.log import audit
from comity.node.people.permissions import Right
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
    return exercise_value(exercise_named(exercise))


@router.get("/exercises/{exercise}/export", auth=only(Right.TRAIN), response=dict[str, Any])
def export(request: HttpRequest, exercise: Named) -> dict[str, Any]:
    """Give everything of an exercise but for the codes that let people in; audited."""
    found, at = exercise_named(exercise), now()
    by = caller(request).user.get_username()
    audit.note(at=at, actor=by, action="exercise.exported", subject=found.pk)
    return whole(found, at)


@router.get("/exercises/{exercise}/teams/{team}", auth=only(Right.TRAIN), response=shapes.TeamOne)
def one_team(request: HttpRequest, exercise: Named, team: Named) -> dict[str, Any]:
    """Give a team in full: what came and is planned, every event, every line of points."""
    found = exercise_named(exercise)
    return team_value(found, team_named(found, team))


@router.get(
    "/exercises/{exercise}/teams/{team}/lessons",
    auth=only(Right.TRAIN),
    response=shapes.LessonsOut,
)
def list_lessons(request: HttpRequest, exercise: Named, team: Named) -> dict[str, Any]:
    """List the lessons of a team, what is due first."""
    found = team_named(exercise_named(exercise), team)
    rows = found.lessons.prefetch_related("wordings").order_by("due", "pk")
    return {"lessons": [lesson_value(one) for one in rows]}


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


mount(router, MAKE, BEGIN, STEER, SHOW_POINTS, CLOSE, BRANCH)
mount(router, WRITE_LESSON, MARK_LESSON, CORRECT_LESSON, WITHDRAW_LESSON)
