"""The clock of an exercise's nodes is kept: it goes with the team whose time is furthest ahead.

Teams may be paced apart, and partners serve them all: so there is one clock, and one rule. It says
the story's time. It stands at the story's beginning until the exercise begins, goes on as the
exercise time of the leading team, and stands while that team's time stands, when the story is over,
and when the exercise is closed.
"""

import logging
import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from django.db import DatabaseError, connection

from comity.canonical import ComityError
from comity.drills import Run
from comity.drills.run import TICKS_PER_MINUTE, TICKS_PER_SECOND, ticks_at
from comity.node.core import shared_clock
from comity.node.exercise import exercises, team_events
from comity.node.models import Exercise

LOOK_EVERY_S: Final = 0.25
_APART: Final = timedelta(milliseconds=100)
"""Real time by which the clock may differ before it is written anew."""
_ANEW_MS: Final = shared_clock.KEPT_MS // 4
_LOG = logging.getLogger("comity.hall")


def leading(runs: Sequence[Run], *, minutes: int, at: datetime) -> tuple[timedelta, int]:
    """Return how much exercise time has passed for the team furthest ahead, and its pace.

    Args:
        runs: of all teams, begun.
        minutes: length of the story; no time passes after it.
        at: aware.

    Returns:
        Per cent of real time; 0 while it stands.
    """
    found, end = (0, 0), minutes * TICKS_PER_MINUTE
    for run in runs:
        changes = run.changes()
        ticks = ticks_at(changes, at)
        paces = [change.percent for change in changes if change.at <= at]
        percent = paces[-1] if paces and ticks < end else 0
        found = max(found, (min(ticks, end), percent))
    return timedelta(seconds=1) * found[0] / TICKS_PER_SECOND, found[1]


def told(exercise: Exercise, at: datetime) -> tuple[datetime, int]:
    """Return what the clock of an exercise is to say at a moment, and how fast it is to go."""
    plan = exercises.scenario_in(exercise).plan
    when = min(at, exercise.closed_at) if exercise.closed_at else at
    if exercise.begun_at is None:
        return plan.begins, 0
    teams = list(exercise.teams.all())
    for team in teams:
        team.exercise = exercise
    runs = list(team_events.read_all(teams).values())
    passed, percent = leading(runs, minutes=plan.minutes, at=when)
    return plan.begins + passed, 0 if exercise.closed_at else percent


class Keeper(threading.Thread):
    """Looks at the house a few times a second, and lets the clock go as the trainer says."""

    def __init__(self, clock: Path, exercise: str) -> None:
        super().__init__(name="exercise clock", daemon=True)
        self._clock, self._exercise = clock, exercise
        self._over = threading.Event()

    def run(self) -> None:
        """Keep the clock until told to stop; what fails is said, and tried again."""
        while not self._over.wait(LOOK_EVERY_S):
            try:
                self.step(datetime.now(UTC))
            except (ComityError, DatabaseError, OSError):
                _LOG.exception("the exercise's clock was not kept")
        connection.close()

    def step(self, at: datetime) -> None:
        """Look once, and write the clock if it has to go otherwise."""
        exercise = Exercise.objects.select_related("edition").get(pk=self._exercise)
        story, percent = told(exercise, at)
        clock, real_ms = shared_clock.read(self._clock), shared_clock.machine_ms()
        due = shared_clock.moment(clock.due_ms(real_ms))
        apart = abs(due - story) * 100 > _APART * max(percent, 100)
        old = percent and real_ms - clock.real_ms > _ANEW_MS
        if apart or old or percent != clock.percent:
            shared_clock.keep(self._clock, story, percent)

    def stop(self) -> None:
        """Let the clock stand where it is, and end."""
        self._over.set()
        self.join()
        now_ms = shared_clock.machine_ms()
        shared_clock.keep(self._clock, shared_clock.read(self._clock).at(now_ms), 0)
