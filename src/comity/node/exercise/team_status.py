"""How every team of an exercise stands at a moment: what came, what comes, who needs help.

A fixed number of queries, however many teams there are.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from comity.canonical import time_text
from comity.drills import Board, Delivered, Event, Run, Scenario, View, look, report, score
from comity.drills.run import TICKS_PER_SECOND, ticks_at
from comity.node.exercise import quiz_store, scenario_library, team_events
from comity.node.exercise.quiz_store import Counted
from comity.node.models import Exercise, Team, TeamMember

SILENT_MINUTES: Final = 10
"""Of exercise time without any deed of a team's players, from which it needs attention."""
WAITING: Final = "waiting"
RUNNING: Final = "running"
STANDING: Final = "standing"
FROZEN: Final = "frozen"
OVER: Final = "over"
CLOSED: Final = "closed"


@dataclass(frozen=True, kw_only=True)
class Need:
    """Why a team needs attention.

    Attributes:
        code: ``empty``: nobody joined; ``silent``: minutes without a deed; ``late``: things whose
            time is over, undone or done late; ``lost``: things lost for good; ``wrong``: tasks of
            which every try is used.
        number: how many minutes, things or tasks; 0 of ``empty``.
    """

    code: str
    number: int = 0


@dataclass(frozen=True, kw_only=True)
class Latest:
    """The last thing that a player or the trainer did, in exercise seconds."""

    event: Event
    at_s: int


@dataclass(frozen=True, kw_only=True)
class Standing:
    """One team.

    Attributes:
        state: one of the words above.
        run, view, board: None until the exercise begins.
        percent: pace of its time as it was set last, running or not.
        open_tasks: keys of tasks that wait for an answer.
        quiz: how many answered the short test; None where the scenario has none.
    """

    team: Team
    members: tuple[TeamMember, ...]
    state: str
    run: Run | None = None
    view: View | None = None
    board: Board | None = None
    percent: int = 100
    latest: Latest | None = None
    open_tasks: tuple[str, ...] = ()
    needs: tuple[Need, ...] = ()
    quiz: Counted | None = None

    @property
    def planned(self) -> tuple[Delivered, ...]:
        """Return what is to come if nobody does anything more; nothing once it is over."""
        if self.view is None or self.view.over or self.state == CLOSED:
            return ()
        return self.view.planned


def moment_of(exercise: Exercise, at: datetime) -> datetime:
    """Return the moment at which an exercise is looked at: a closed one as it was closed."""
    return min(at, exercise.closed_at) if exercise.closed_at else at


def standings(exercise: Exercise, at: datetime, *, only: str = "") -> list[Standing]:
    """Return how the teams stand, in the order in which they were made.

    Args:
        exercise: with its edition.
        at: aware UTC.
        only: key of the one team to look at; empty for all.
    """
    rows = exercise.teams.prefetch_related("members").order_by("id")
    teams = list(rows.filter(pk=only) if only else rows)
    for team in teams:
        team.exercise = exercise
    begun = exercise.begun_at is not None
    runs = team_events.read_all(teams) if begun and teams else {}
    scenario = scenario_library.scenario_of(exercise.edition) if begun else None
    when = moment_of(exercise, at)
    stand = [_standing(exercise, scenario, team, runs.get(team.pk), when) for team in teams]
    if not quiz_store.has_test(exercise):
        return stand
    counted = quiz_store.counted(exercise)
    return [replace(one, quiz=counted.get(one.team.pk, Counted())) for one in stand]


def _standing(
    exercise: Exercise, scenario: Scenario | None, team: Team, run: Run | None, at: datetime
) -> Standing:
    members = tuple(sorted(team.members.all(), key=lambda one: one.pk))
    if scenario is None or run is None:
        needs = () if members or exercise.closed_at else (Need(code="empty"),)
        state = CLOSED if exercise.closed_at else WAITING
        return Standing(team=team, members=members, state=state, needs=needs)
    view, board = look(scenario, run, at), score(scenario, run, at)
    state = state_of(view, closed=exercise.closed_at is not None)
    tasks = tuple(key for key, one in view.tasks.items() if one.open)
    return Standing(
        team=team,
        members=members,
        state=state,
        run=run,
        view=view,
        board=board,
        percent=_percent(run),
        latest=_latest(run),
        open_tasks=tasks,
        needs=() if state == CLOSED else tuple(_needs(scenario, run, view, board, members)),
    )


def state_of(view: View, *, closed: bool) -> str:
    """Return the word for how a team's time stands."""
    if closed:
        return CLOSED
    if view.over:
        return OVER
    if view.frozen:
        return FROZEN
    return RUNNING if view.running else STANDING


def _percent(run: Run) -> int:
    paces = [one.names["percent"] for one in run.events if one.kind == "pace"]
    return int(paces[-1]) if paces else run.percent


def _latest(run: Run) -> Latest | None:
    if not run.events:
        return None
    last = run.events[-1]
    return Latest(event=last, at_s=ticks_at(run.changes(), last.at) // TICKS_PER_SECOND)


def _needs(
    scenario: Scenario, run: Run, view: View, board: Board, members: tuple[TeamMember, ...]
) -> list[Need]:
    found = [] if members else [Need(code="empty")]
    deeds = [one for one in run.events if not one.is_steer()]
    since = ticks_at(run.changes(), deeds[-1].at) // TICKS_PER_SECOND if deeds else 0
    silent = max(view.passed_s - since, 0) // 60
    if members and silent >= SILENT_MINUTES and not view.over:
        found.append(Need(code="silent", number=silent))
    late = sum(one.kind == "clock" and one.outcome in {"late", "not-done"} for one in board.points)
    injects = scenario.plan.injects
    lost = sum(injects[one.inject].loss for one in view.delivered)
    wrong = sum(one.outcome == "wrong" for one in board.points)
    counted = (("late", late), ("lost", lost), ("wrong", wrong))
    return found + [Need(code=code, number=number) for code, number in counted if number]


def whole(exercise: Exercise, at: datetime) -> dict[str, Any]:
    """Return everything about an exercise as JSON, but for codes and numbers that let people in."""
    when = moment_of(exercise, at)
    scenario = scenario_library.scenario_of(exercise.edition)
    return {
        "begun_at": _time(exercise.begun_at),
        "closed_at": _time(exercise.closed_at),
        "edition": exercise.edition.edition,
        "exercise": exercise.pk,
        "form": exercise.form,
        "looked_at": _time(when),
        "made_at": _time(exercise.made_at),
        "made_by": exercise.made_by,
        "scenario": exercise.edition.name,
        "teams": [_whole(scenario, one, when) for one in standings(exercise, at)],
    }


def _whole(scenario: Scenario, one: Standing, at: datetime) -> dict[str, Any]:
    told: dict[str, Any] = {
        "members": [{"name": member.name, "role": member.role} for member in one.members],
        "name": one.team.name,
        "report": None,
        "run": None,
        "team": one.team.pk,
        "test": _test(one, ended=one.state in {OVER, CLOSED}),
        "view": None,
    }
    if one.run is None or one.view is None:
        return told
    found = report(scenario, one.run, at).to_value()
    return {**told, "report": found, "run": one.run.to_value(), "view": one.view.to_value()}


def _test(one: Standing, *, ended: bool) -> dict[str, Any] | None:
    """Return how many answered the short test, and after the end what the team knew."""
    if one.quiz is None:
        return None
    found = quiz_store.figures_of(one.team) if ended else None
    return {
        "answered_after": one.quiz.after,
        "answered_before": one.quiz.before,
        "knew": found.to_value() if found else None,
    }


def _time(at: datetime | None) -> str | None:
    return time_text(at.replace(microsecond=0)) if at else None
