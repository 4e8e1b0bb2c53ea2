"""What a trainer does to one team or to all: one event each, all of them or none."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from comity.drills import DrillEventError, Event
from comity.drills.values import STEERS
from comity.node.exercise import team_events
from comity.node.exercise.errors import ExerciseError
from comity.node.models import Exercise, Team


@transaction.atomic
def steer(
    exercise: Exercise,
    kind: str,
    names: Mapping[str, str],
    *,
    at: datetime,
    by: str,
    teams: Sequence[str] | None = None,
) -> list[Team]:
    """Do one thing to teams of an exercise.

    Args:
        exercise: whose teams.
        kind: a key of `drills.values.STEERS`.
        names: what it is done to or with; what is empty is left out.
        at: this node's clock.
        by: user name of the trainer or evaluator.
        teams: keys; None for all of them.

    Returns:
        The teams to which it was done.

    Raises:
        DrillEventError: the kind is none, or a name does not fit it or the scenario.
        ExerciseError: not begun, closed, or a team is not of this exercise.
    """
    if kind not in STEERS:
        raise DrillEventError("a trainer does no such thing")
    told = {name: text for name, text in names.items() if text}
    needed = "text" if kind == "speak" else "reason" if kind == "judge" else ""
    if needed and not told.get(needed, "").strip():
        raise DrillEventError(f"{kind} needs {needed}")
    rows = exercise.teams.select_related("exercise__edition").order_by("id")
    found = list(rows if teams is None else rows.filter(pk__in=set(teams)))
    if teams is not None and len(found) != len(set(teams)):
        raise ExerciseError("a team that was named is not of this exercise")
    if not found:
        raise ExerciseError("no team was named")
    event = Event(at=at, kind=kind, by=by, names=told)
    for team in found:
        team_events.steer(team, event)
    return found
