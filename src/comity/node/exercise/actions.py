"""What may be done about exercises and scenarios: the rows of the table of actions.

What a player does in the room is none of them: thirty deeds a minute are the run itself, which
keeps who did each and when, and leave no audit row. Joining is none either: who joins is nobody
yet.
"""

import contextlib
from typing import Annotated, Any, Final

from django.http import Http404
from pydantic import Field

from comity.drills import DrillError, DrillEventError
from comity.files.drills import shipped_names
from comity.node.actions.action import Action, ActionCall
from comity.node.actions.perform import Unchanged
from comity.node.exercise import (
    exercises,
    lessons,
    mode,
    quiz_store,
    scenario_library,
    trainer_actions,
)
from comity.node.exercise import schemas as shapes
from comity.node.exercise import schemas_room as room_shapes
from comity.node.exercise import schemas_scenarios as scenario_shapes
from comity.node.exercise.answers import (
    exercise_named,
    exercise_value,
    file_bytes,
    lesson_value,
    member_named,
    quiz_value,
    scenario_value,
    team_named,
    team_value,
)
from comity.node.exercise.errors import (
    ExerciseError,
    ExerciseLiveError,
    LessonWithdrawnError,
    QuizPaperError,
    ScenarioStaleError,
    ScenarioTakenError,
    ScenarioUnknownError,
)
from comity.node.exercise.quiz import Quiz
from comity.node.models import Exercise, Lesson, QuizPaper, ScenarioEdition, Team
from comity.node.people.permissions import Right
from comity.training.errors import QuizAnswerError

_KEY: Final = Annotated[str, Field(max_length=36)]
_NUMBER: Final = Annotated[int, Field(ge=1, le=2**62)]
_NAME: Final = Annotated[str, Field(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$", max_length=64)]


def _look_through(call: ActionCall) -> None:
    """Let the scenario be looked through before the transaction; what was found is remembered."""
    mode.require()
    name = call.input.scenario
    with contextlib.suppress(ScenarioUnknownError):  # the act says so
        scenario_library.findings(name, scenario_library.files_of(name))


def _make(call: ActionCall) -> Exercise:
    """Make an exercise: people may join its teams, and nothing begins yet."""
    said = call.input
    return exercises.make(
        said.scenario, teams=said.teams, at=call.at, by=call.by, board_shown=said.board_shown
    )


def _begin(call: ActionCall) -> None:
    """Start the exercise clock for every team."""
    found = exercise_named(call.place["exercise"])
    exercises.begin(found, at=call.at, by=call.by, percent=call.input.percent)


def _steer(call: ActionCall) -> list[Team]:
    """Do one thing to teams: to all of those named, or to none."""
    said = call.input
    told = said.model_dump(exclude={"kind", "teams"}, exclude_none=True)
    return trainer_actions.steer(
        exercise_named(call.place["exercise"]),
        said.kind,
        {name: str(value) for name, value in told.items()},
        at=call.at,
        by=call.by,
        teams=said.teams,
    )


def _show_points(call: ActionCall) -> None:
    """Show points to players and spectators, or hide them."""
    found = exercise_named(call.place["exercise"])
    exercises.show_board(found, call.input.shown, at=call.at, by=call.by)


def _close(call: ActionCall) -> None:
    """Close an exercise and the accounts of its players."""
    exercises.close(exercise_named(call.place["exercise"]), at=call.at, by=call.by)


def _branch(call: ActionCall) -> Team:
    """Make a team that shares the past of this one and goes on by itself."""
    team = team_named(exercise_named(call.place["exercise"]), call.place["team"])
    return exercises.branch_off(team, call.input.name, at=call.at, by=call.by)


def _write_lesson(call: ActionCall) -> Lesson:
    """Write a lesson of a team down: what is to change, who does it, by which day."""
    said = call.input
    team = team_named(exercise_named(call.place["exercise"]), call.place["team"])
    return lessons.add(team, text=said.text, owner=said.owner, due=said.due, at=call.at, by=call.by)


def _mark_lesson(call: ActionCall) -> Unchanged | None:
    """Mark a lesson as done, or as open again."""
    found = lessons.mark(_lesson_named(call), done=call.input.done, at=call.at, by=call.by)
    return None if found else Unchanged()


def _correct_lesson(call: ActionCall) -> Unchanged | None:
    """Correct a lesson; its earlier wording is retained, with who corrected it and when."""
    changes = call.input.changes
    found = lessons.correct(_lesson_named(call), changes, at=call.at, by=call.by)
    return None if found else Unchanged()


def _withdraw_lesson(call: ActionCall) -> None:
    """Withdraw a lesson, with a reason; the report goes on showing it, as withdrawn."""
    lessons.withdraw(_lesson_named(call), why=call.input.reason, at=call.at, by=call.by)


def _lesson_named(call: ActionCall) -> Lesson:
    team = team_named(exercise_named(call.place["exercise"]), call.place["team"])
    found = team.lessons.filter(pk=call.place["number"]).first()
    if found is None:
        raise Http404
    return found


def _hand_in(call: ActionCall) -> QuizPaper:
    """Hand in what you answer in the short test, before the exercise or after it."""
    said = call.input
    return quiz_store.hand_in(
        member_named(call.officer), said.moment, said.answers, lang=said.lang.lower(), at=call.at
    )


def _keep(call: ActionCall) -> ScenarioEdition:
    """Keep a changed scenario if it is still what was read, or a new one.

    A scenario need not be sound to be kept: only a sound one is played.
    """
    name, began = call.place["scenario"], call.input.edition
    files = file_bytes(call.input.files)
    if began is None:
        return scenario_library.take_in(name, files, at=call.at, by=call.by)
    try:
        return scenario_library.change(name, files, began=began, at=call.at, by=call.by)
    except ScenarioUnknownError as fault:
        raise Http404 from fault


def _drop(call: ActionCall) -> None:
    """Drop the office's own edition of a scenario; the shipped one is shown again."""
    mode.require()
    try:
        scenario_library.drop(call.place["scenario"], at=call.at, by=call.by)
    except ScenarioUnknownError as fault:
        raise Http404 from fault


def _exercise(call: ActionCall, _made: object) -> dict[str, Any]:
    return exercise_value(exercise_named(call.place["exercise"]))


def _team(call: ActionCall, made: Team) -> dict[str, Any]:
    return team_value(exercise_named(call.place["exercise"]), made)


def _quiz(call: ActionCall, made: QuizPaper) -> Quiz:
    return quiz_value(made.member, call.input.lang.lower())


MAKE: Final = Action(
    name="exercise.make",
    right=Right.TRAIN,
    path="/exercises",
    input=shapes.ExerciseIn,
    output=shapes.ExerciseOne,
    status=201,
    errors=(ExerciseError, ExerciseLiveError, ScenarioUnknownError),
    audit=("exercise.made",),
    command="exercise new SCENARIO",
    example="exercise new first-night --teams 4",
    prepare=_look_through,
    apply=_make,
    answer=lambda _call, made: exercise_value(made),
)
BEGIN: Final = Action(
    name="exercise.begin",
    right=Right.TRAIN,
    path="/exercises/{exercise}/begin",
    place={"exercise": _KEY},
    input=shapes.BeginIn,
    output=shapes.ExerciseOne,
    errors=(DrillEventError, ExerciseError, ExerciseLiveError),
    audit=("exercise.begun",),
    command="exercise begin EXERCISE",
    example="exercise begin 0192f3a1-7c1e-7d3b-9a55-0d3c2b1a0f9e --pace 200",
    apply=_begin,
    answer=_exercise,
)
STEER: Final = Action(
    name="exercise.steer",
    right=Right.TRAIN,
    path="/exercises/{exercise}/steer",
    place={"exercise": _KEY},
    input=shapes.SteerIn,
    output=shapes.SteerOut,
    errors=(DrillEventError, ExerciseError, ExerciseLiveError),
    audit=("exercise.steered",),
    command="exercise steer EXERCISE KIND",
    example="exercise steer 0192f3a1-7c1e-7d3b-9a55-0d3c2b1a0f9e pause --team Heron",
    apply=_steer,
    answer=lambda _call, done: {"teams": [team.pk for team in done]},
)
SHOW_POINTS: Final = Action(
    name="points.show",
    right=Right.TRAIN,
    path="/exercises/{exercise}/board",
    place={"exercise": _KEY},
    input=shapes.BoardIn,
    output=shapes.ExerciseOne,
    errors=(ExerciseLiveError,),
    audit=("exercise.board",),
    command="exercise points EXERCISE",
    example="exercise points 0192f3a1-7c1e-7d3b-9a55-0d3c2b1a0f9e --hide",
    apply=_show_points,
    answer=_exercise,
)
CLOSE: Final = Action(
    name="exercise.close",
    right=Right.TRAIN,
    path="/exercises/{exercise}/close",
    place={"exercise": _KEY},
    output=shapes.ExerciseOne,
    errors=(ExerciseError, ExerciseLiveError),
    audit=("exercise.closed",),
    command="exercise close EXERCISE",
    example="exercise close 0192f3a1-7c1e-7d3b-9a55-0d3c2b1a0f9e --yes",
    asks="Close exercise {exercise} for good?",
    apply=_close,
    answer=_exercise,
)
BRANCH: Final = Action(
    name="team.branch",
    right=Right.TRAIN,
    path="/exercises/{exercise}/teams/{team}/branch",
    place={"exercise": _KEY, "team": _KEY},
    input=shapes.BranchIn,
    output=shapes.TeamOne,
    status=201,
    errors=(ExerciseError, ExerciseLiveError),
    audit=("exercise.branched",),
    command="exercise branch EXERCISE TEAM NAME",
    example="exercise branch 0192f3a1-7c1e-7d3b-9a55-0d3c2b1a0f9e Heron 'Heron again'",
    apply=_branch,
    answer=_team,
)
WRITE_LESSON: Final = Action(
    name="lesson.write",
    right=Right.TRAIN,
    path="/exercises/{exercise}/teams/{team}/lessons",
    place={"exercise": _KEY, "team": _KEY},
    input=shapes.LessonIn,
    output=shapes.LessonOut,
    status=201,
    errors=(ExerciseError, ExerciseLiveError),
    audit=("exercise.lesson-written",),
    command="exercise lesson record EXERCISE TEAM",
    example=(
        "exercise lesson record 0192f3a1-7c1e-7d3b-9a55-0d3c2b1a0f9e Heron "
        "--text 'Ask for keys first.' --owner Watch --due 2031-01-01"
    ),
    apply=_write_lesson,
    answer=lambda _call, made: lesson_value(made),
)
MARK_LESSON: Final = Action(
    name="lesson.mark",
    right=Right.TRAIN,
    path="/exercises/{exercise}/teams/{team}/lessons/{number}",
    place={"exercise": _KEY, "team": _KEY, "number": _NUMBER},
    input=shapes.LessonMarkIn,
    output=shapes.LessonOut,
    errors=(ExerciseLiveError, LessonWithdrawnError),
    audit=("exercise.lesson-done", "exercise.lesson-opened"),
    command="exercise lesson mark EXERCISE TEAM NUMBER",
    example="exercise lesson mark 0192f3a1-7c1e-7d3b-9a55-0d3c2b1a0f9e Heron 3 --done",
    apply=_mark_lesson,
    answer=lambda call, _made: lesson_value(_lesson_named(call)),
)
CORRECT_LESSON: Final = Action(
    name="lesson.correct",
    right=Right.TRAIN,
    path="/exercises/{exercise}/teams/{team}/lessons/{number}/correct",
    place={"exercise": _KEY, "team": _KEY, "number": _NUMBER},
    input=shapes.LessonCorrectionIn,
    output=shapes.LessonOut,
    errors=(ExerciseError, ExerciseLiveError, LessonWithdrawnError),
    audit=("exercise.lesson-corrected",),
    command="exercise lesson correct EXERCISE TEAM NUMBER",
    example="exercise lesson correct 0192f3a1-7c1e-7d3b-9a55-0d3c2b1a0f9e Heron 3 --owner Watch",
    apply=_correct_lesson,
    answer=lambda call, _made: lesson_value(_lesson_named(call)),
)
WITHDRAW_LESSON: Final = Action(
    name="lesson.withdraw",
    right=Right.TRAIN,
    path="/exercises/{exercise}/teams/{team}/lessons/{number}/withdraw",
    place={"exercise": _KEY, "team": _KEY, "number": _NUMBER},
    input=shapes.LessonWithdrawalIn,
    output=shapes.LessonOut,
    errors=(ExerciseLiveError, LessonWithdrawnError),
    audit=("exercise.lesson-withdrawn",),
    command="exercise lesson withdraw EXERCISE TEAM NUMBER",
    example=(
        "exercise lesson withdraw 0192f3a1-7c1e-7d3b-9a55-0d3c2b1a0f9e Heron 3 --reason Doubled"
    ),
    asks="Withdraw lesson {number} for good?",
    apply=_withdraw_lesson,
    answer=lambda call, _made: lesson_value(_lesson_named(call)),
)
HAND_IN_TEST: Final = Action(
    name="short-test.answer",
    right=Right.PLAY,
    path="/exercise/room/test",
    input=room_shapes.QuizIn,
    output=room_shapes.QuizOut,
    status=201,
    errors=(ExerciseLiveError, QuizAnswerError, QuizPaperError),
    audit=("exercise.tested",),
    apply=_hand_in,
    answer=_quiz,
)
KEEP_SCENARIO: Final = Action(
    name="scenario.keep",
    right=Right.TRAIN,
    method="PUT",
    path="/scenarios/{scenario}",
    place={"scenario": _NAME},
    input=scenario_shapes.FilesIn,
    output=scenario_shapes.ScenarioOne,
    errors=(DrillError, ExerciseError, ExerciseLiveError, ScenarioStaleError, ScenarioTakenError),
    audit=("scenario.saved",),
    apply=_keep,
    answer=lambda call, _made: scenario_value(call.place["scenario"]),
)
DROP_SCENARIO: Final = Action(
    name="scenario.drop",
    right=Right.TRAIN,
    method="DELETE",
    path="/scenarios/{scenario}",
    place={"scenario": _NAME},
    output=scenario_shapes.DroppedOut,
    errors=(ExerciseLiveError,),
    audit=("scenario.dropped",),
    apply=_drop,
    answer=lambda call, _made: {"shipped": call.place["scenario"] in shipped_names()},
)
ACTIONS: Final = (
    MAKE,
    BEGIN,
    STEER,
    SHOW_POINTS,
    CLOSE,
    BRANCH,
    WRITE_LESSON,
    MARK_LESSON,
    CORRECT_LESSON,
    WITHDRAW_LESSON,
    HAND_IN_TEST,
    KEEP_SCENARIO,
    DROP_SCENARIO,
)
