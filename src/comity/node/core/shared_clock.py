"""The clock that all nodes of one exercise share: a small file that goes at the trainer's pace.

Rule 1: it never goes back, whatever is written into it by way of `keep`.
Rule 2: what cannot be read is no time at all: nothing is dated by a guess.
Rule 3: it stands when nobody keeps it any more, so that a pace never outlives its trainer.

Real time in it is the machine's monotonic clock, which all processes share and nobody sets; so the
nodes of an exercise are on one machine (ADR 0062, 0064).
"""

import json
import os
import secrets
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from comity.canonical import OperationError

FILE: Final = "clock.json"
KEPT_MS: Final = 60_000
"""How long the clock goes on after it was written last."""
MOST_PERCENT: Final = 10_000
_FORMAT: Final = "comity exercise clock 1"
_MAX_BYTES: Final = 1024
_MS: Final = timedelta(milliseconds=1)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST_MS: Final = (datetime(9999, 1, 1, tzinfo=UTC) - _EPOCH) // _MS
_SEEN_LATE_MS: Final = 50
"""Whoever reads while the file is replaced may go on by the old one for so long."""


class ExerciseClockError(OperationError, code="exercise-clock"):
    """The clock of the exercise cannot be read; without it nothing is dated."""


@dataclass(frozen=True, kw_only=True)
class Clock:
    """How the time of an exercise goes from a moment on.

    Attributes:
        real_ms: when this was written, by the machine's monotonic clock.
        story_ms: what the exercise's clock says then, since 1970 in UTC.
        percent: exercise time for real time; 100 is as fast, 0 stands.
        least_ms: what it has said before; it says nothing earlier. Where that is ahead it goes at
            half the pace until its time has come again: nobody sees it go back, or stop.
    """

    real_ms: int
    story_ms: int
    percent: int
    least_ms: int

    def at_ms(self, real_ms: int) -> int:
        """Return what it says at a moment of the machine's clock, since 1970 in UTC."""
        return max(self.due_ms(real_ms), self.least_ms + self._passed(real_ms) // 200)

    def due_ms(self, real_ms: int) -> int:
        """Return what it would say if it had said nothing before."""
        return self.story_ms + self._passed(real_ms) // 100

    def _passed(self, real_ms: int) -> int:
        """Return hundredths of the milliseconds that have passed in the exercise."""
        return self.percent * min(max(real_ms - self.real_ms, 0), KEPT_MS)

    def at(self, real_ms: int) -> datetime:
        """Return what it says at a moment of the machine's clock, aware UTC."""
        return moment(self.at_ms(real_ms))


def moment(story_ms: int) -> datetime:
    """Return a time of the clock as aware UTC."""
    return _EPOCH + story_ms * _MS


def machine_ms() -> int:
    """Return this machine's monotonic clock: the same for all its processes."""
    return time.monotonic_ns() // 1_000_000


def read(path: Path) -> Clock:
    """Return the clock in a file.

    Raises:
        ExerciseClockError: there is none, or none that can be read.
    """
    try:
        with path.open("rb") as file:
            value = json.loads(file.read(_MAX_BYTES))
        if value.pop("format") != _FORMAT:
            raise ValueError("format")
        found = Clock(**value)
    except (OSError, ValueError, TypeError, LookupError, AttributeError) as fault:
        raise ExerciseClockError(f"the exercise's clock cannot be read: {path.name}") from fault
    if any(type(one) is not int for one in asdict(found).values()):
        raise ExerciseClockError("the exercise's clock holds what is no number")
    told = (found.story_ms, found.least_ms)
    if not 0 <= found.percent <= MOST_PERCENT or not all(0 <= one < _LATEST_MS for one in told):
        raise ExerciseClockError("the exercise's clock says a time or a pace that is none")
    return found


def begin(path: Path, story: datetime) -> None:
    """Write a clock that begins to go as fast as real time."""
    real_ms, story_ms = machine_ms(), (story - _EPOCH) // _MS
    _write(path, Clock(real_ms=real_ms, story_ms=story_ms, percent=100, least_ms=story_ms))


def keep(path: Path, story: datetime, percent: int) -> None:
    """Let the clock go on from a time at a pace, or more slowly while it is ahead of that.

    Args:
        path: of a clock that was begun; one process alone keeps it.
        story: what it is to say now, aware.
        percent: 0 to `MOST_PERCENT`.

    Raises:
        ExerciseClockError: what is there cannot be read.
    """
    real_ms, story_ms = machine_ms(), (story - _EPOCH) // _MS
    said_ms = read(path).at_ms(real_ms + _SEEN_LATE_MS)
    _write(path, Clock(real_ms=real_ms, story_ms=story_ms, percent=percent, least_ms=said_ms))


def _write(path: Path, clock: Clock) -> None:
    """Replace the file in one step: who reads finds the old one or the new one, and it whole."""
    new = path.with_name(f"{path.name}-{secrets.token_hex(4)}")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        json.dump({"format": _FORMAT, **asdict(clock)}, file)
    new.replace(path)
