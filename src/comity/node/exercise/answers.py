"""What addresses of exercises name, and values that answers hold, one function a thing."""

from collections.abc import Mapping
from typing import Any, Final

from django.http import Http404

from comity.drills import Finding
from comity.drills.reading import edition
from comity.node.core.clock import now
from comity.node.exercise import membership, mode, scenario_library
from comity.node.exercise.errors import QuizPaperError, ScenarioUnknownError
from comity.node.exercise.quiz import Quiz, quiz_of
from comity.node.exercise.schemas_scenarios import ScenarioFinding, ScenarioOut
from comity.node.exercise.team_status import Standing, standings
from comity.node.models import Exercise, Lesson, Officer, Team, TeamMember

_ENGLISH: Final = "en"


def exercise_named(key: str) -> Exercise:
    """Return an exercise of an address.

    Raises:
        ExerciseLiveError: this node is live.
        Http404: there is none.
    """
    mode.require()
    found = Exercise.objects.select_related("edition").filter(pk=key).first()
    if found is None:
        raise Http404
    return found


def team_named(exercise: Exercise, key: str) -> Team:
    """Return a team of an exercise and of no other.

    Raises:
        Http404: there is none.
    """
    found = exercise.teams.filter(pk=key).first()
    if found is None:
        raise Http404
    found.exercise = exercise
    return found


def member_named(officer: Officer) -> TeamMember:
    """Return an officer's place in a team, on a node where exercises are held.

    Raises:
        ExerciseLiveError: this node is live.
        Http404: the officer is in no team.
    """
    mode.require()
    member = membership.member_of(officer)
    if member is None:
        raise Http404
    return member


def exercise_value(exercise: Exercise) -> dict[str, Any]:
    """Return an exercise with how every team stands now."""
    names = ("board_shown", "made_at", "made_by", "begun_at", "closed_at")
    return {
        "exercise": exercise.pk,
        "scenario": exercise.edition.name,
        "edition": exercise.edition.edition,
        "hall": "" if exercise.closed_at else exercise.hall,
        **{name: getattr(exercise, name) for name in names},
        "teams": [_line(exercise, one) for one in standings(exercise, now())],
    }


def team_value(exercise: Exercise, team: Team) -> dict[str, Any]:
    """Return a team in full."""
    (one,) = standings(exercise, now(), only=team.pk)
    return {
        "line": _line(exercise, one),
        "view": one.view.to_value() if one.view else None,
        "board": one.board.to_value() if one.board else None,
        "run": one.run.to_value() if one.run else None,
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


def lesson_value(one: Lesson) -> dict[str, Any]:
    """Return a lesson as it stands, and what it said before."""
    said = ("text", "owner", "due")
    acts = ("made_at", "made_by", "done_at", "withdrawn_at", "withdrawn_by", "withdrawn_why")
    before = [
        {name: getattr(each, name) for name in (*said, "corrected_at", "corrected_by")}
        for each in sorted(one.wordings.all(), key=lambda each: each.pk)
    ]
    return {
        "number": one.pk,
        **{name: getattr(one, name) for name in (*said, *acts)},
        "before": before,
    }


def quiz_value(member: TeamMember, lang: str) -> Quiz:
    """Return the short test as a player sees it now.

    Raises:
        QuizPaperError: the exercise has none.
    """
    found = quiz_of(member, now(), lang)
    if found is None:
        raise QuizPaperError("this exercise has no test", why="none")
    return found


def scenario_value(name: str) -> dict[str, Any]:
    """Return a scenario with its files, its edition and what is to mend.

    Raises:
        ExerciseLiveError: this node is live.
        Http404: there is none of that name.
    """
    mode.require()
    try:
        files = scenario_library.files_of(name)
    except ScenarioUnknownError as fault:
        raise Http404 from fault
    return {
        **summary_value(scenario_library.summary(name, _ENGLISH)),
        "edition": edition(files),
        "files": {path: data.decode() for path, data in files.items()},
        "findings": [finding_value(one) for one in scenario_library.findings(name, files)],
    }


def summary_values() -> list[dict[str, Any]]:
    """Return every scenario of the library."""
    return [summary_value(one) for one in scenario_library.summaries(_ENGLISH)]


def summary_value(one: scenario_library.Summary) -> dict[str, Any]:
    """Return a scenario as it stands in the list."""
    return {name: getattr(one, name) for name in ScenarioOut.model_fields}


def finding_value(one: Finding) -> dict[str, Any]:
    """Return one thing to mend."""
    names = ScenarioFinding.model_fields.keys() - {"warning"}
    return {name: getattr(one, name) for name in names} | {"warning": one.is_warning}


def file_bytes(files: Mapping[str, str]) -> dict[str, bytes]:
    """Return files as they are kept, of their texts."""
    return {path: text.encode() for path, text in files.items()}
