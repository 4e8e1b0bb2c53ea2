"""Events of a team's run, and how it stands: `drills` computes, this keeps.

A run is read from its rows; what was read before is remembered, since rows are only ever added.
"""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q

from comity.drills import (
    Board,
    DrillEventError,
    Event,
    Report,
    Run,
    View,
    admit,
    look,
    read_event,
    read_run,
    report,
    score,
)
from comity.node.exercise import scenario_library
from comity.node.exercise.errors import ExerciseError, FloodError
from comity.node.log import audit
from comity.node.models import Team, TeamEvent, TeamMember

MINUTE: Final = timedelta(minutes=1)
MOST_A_MINUTE: Final = 30
"""What one player may do in a minute; more is a program or a mistake."""
_KEPT: Final = 256

_known: "OrderedDict[tuple[str, str], Run]" = OrderedDict()
_lock: Final = threading.Lock()


def read(team: Team) -> Run:
    """Return a team's run with all its events.

    Raises:
        ExerciseError: the exercise has not begun.
    """
    return read_all([team])[team.pk]


def read_all(teams: Sequence[Team]) -> dict[str, Run]:
    """Return the runs of teams by their keys; one query for the events of them all.

    Raises:
        ExerciseError: the exercise has not begun.
    """
    runs = {team.pk: _known_run(team) for team in teams}
    newer = Q()
    for key, run in runs.items():
        newer |= Q(team=key, number__gte=len(run.events))
    rows = TeamEvent.objects.filter(newer).order_by("team", "number") if runs else ()
    more: dict[str, list[Event]] = {}
    for row in rows:
        more.setdefault(row.team_id, []).append(read_event(row.value))
    for key, events in more.items():
        runs[key] = replace(runs[key], events=(*runs[key].events, *events))
    if not transaction.get_connection().in_atomic_block:  # rows of this one may yet be undone
        for team in teams:
            _remember(_key(team), runs[team.pk])
    return runs


def known(team: Team) -> Run | None:
    """Return a team's run as this process last read it, or None if it never did."""
    with _lock:
        return _known.get(_key(team))


def _key(team: Team) -> tuple[str, str]:
    return team.pk, str((team.run or {}).get("started_at", ""))


def _known_run(team: Team) -> Run:
    """Return what is remembered of a run, or the run without its events."""
    if team.run is None:
        raise ExerciseError("the exercise has not begun")
    with _lock:
        run = _known.get(_key(team))
    if run is None:
        scenario = scenario_library.scenario_of(team.exercise.edition)
        run = read_run(scenario, {**team.run, "events": []})
    return run


def _remember(key: tuple[str, str], run: Run) -> None:
    with _lock:
        _known[key] = run
        _known.move_to_end(key)
        while len(_known) > _KEPT:
            _known.popitem(last=False)


def look_at(team: Team, at: datetime) -> View:
    """Return everything about a team's run at a moment."""
    return look(scenario_library.scenario_of(team.exercise.edition), read(team), at)


def board_of(team: Team, at: datetime) -> Board:
    """Return a team's points at a moment."""
    return score(scenario_library.scenario_of(team.exercise.edition), read(team), at)


def report_of(team: Team, at: datetime) -> Report:
    """Return a team's after-action report as it stands at a moment."""
    return report(scenario_library.scenario_of(team.exercise.edition), read(team), at)


@transaction.atomic
def do(member: TeamMember, event: Event) -> None:
    """Keep what a player did.

    Args:
        member: who; name and role of the event are theirs, whatever it says.
        event: aware time of this node's clock.

    Raises:
        DrillEventError: it does not fit the run, or is no player's to do.
        ExerciseError: the exercise has not begun, or is closed.
        FloodError: too much in a minute.
    """
    if event.is_steer():
        raise DrillEventError("only a trainer does that")
    event = replace(event, by=member.name, role=member.role)
    team = _held(member.team)
    latest = list(team.events.order_by("-number").values_list("value", flat=True)[:MOST_A_MINUTE])
    if len(latest) == MOST_A_MINUTE and all(
        one["by"] == event.by and read_event(one).at > event.at - MINUTE for one in latest
    ):
        raise FloodError("that is more than one player does in a minute; wait a little")
    _add(team, event)


@transaction.atomic
def relay(team: Team, event: Event) -> None:
    """Keep what a team did at its own node, as the program beside the nodes saw it.

    Raises:
        DrillEventError: it does not fit the run, or is no player's.
        ExerciseError: the exercise has not begun, or is closed.
    """
    if event.is_steer():
        raise DrillEventError("only a trainer does that")
    _add(_held(team), event)


@transaction.atomic
def steer(team: Team, event: Event) -> None:
    """Keep what the trainer, or an evaluator, did.

    Raises:
        DrillEventError: it does not fit the run, or is a player's.
        ExerciseError: the exercise has not begun, or is closed.
    """
    if not event.is_steer():
        raise DrillEventError("a trainer plays for nobody")
    _add(_held(team), event)
    audit.note(
        at=event.at, actor=event.by, action="exercise.steered", subject=team.pk, detail=event.kind
    )


def _add(team: Team, event: Event) -> None:
    run = read(team)
    grown = admit(scenario_library.scenario_of(team.exercise.edition), run, event)
    number = len(run.events)
    TeamEvent.objects.create(team=team, number=number, value=grown.events[-1].to_value())


def _held(team: Team) -> Team:
    rows = Team.objects.select_for_update(of=("self",)).select_related("exercise__edition")
    held = rows.get(pk=team.pk)
    if held.exercise.closed_at is not None:
        raise ExerciseError("the exercise is closed")
    return held
