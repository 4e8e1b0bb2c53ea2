"""The one place where the node reads the time.

Two clocks, which are one on a live node. `now` dates what an office does: messages, log, deadlines,
watch. On a node of an exercise it goes at the trainer's pace (ADR 0064). `real_now` is for what
guards a person or a secret and for what must go on while the exercise stands: sessions, throttles,
tokens, signatures of requests, pauses before something is tried again.
"""

import os
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from comity.canonical import Mode
from comity.node.core import shared_clock
from comity.node.core.shared_clock import Clock, ExerciseClockError

__all__ = ["ExerciseClockError", "follow", "is_followed", "now", "now_at", "real_now"]


class _Followed:
    """The exercise's clock as this process sees it: never earlier than it saw before."""

    def __init__(self) -> None:
        self.path: Path | None = None
        self._seen_ms = 0
        self._lock = threading.Lock()
        self._kept: tuple[tuple[int, int, int], Clock] | None = None

    def follow(self, path: Path | None) -> None:
        self.path, self._seen_ms, self._kept = path, 0, None

    def at(self, path: Path) -> datetime:
        with self._lock:  # read within: a thread that read earlier must not come later
            machine_ms = shared_clock.machine_ms()
            self._seen_ms = max(self._read(path).at_ms(machine_ms), self._seen_ms)
            return shared_clock.moment(self._seen_ms)

    def _read(self, path: Path) -> Clock:
        """Return what is in the file, which is read again once it is another one."""
        try:
            found = os.stat(path)  # noqa: PTH116 - a Path costs more than the call
        except OSError:
            return shared_clock.read(path)
        mark = (found.st_ino, found.st_mtime_ns, found.st_size)
        if self._kept is None or self._kept[0] != mark:
            self._kept = (mark, shared_clock.read(path))
        return self._kept[1]


_FOLLOWED: Final = _Followed()


def now() -> datetime:
    """Return this moment in UTC, to the second, as the protocol writes it.

    Raises:
        ExerciseClockError: this is a node of an exercise whose clock cannot be read.
    """
    path = _FOLLOWED.path
    found = datetime.now(UTC) if path is None else _FOLLOWED.at(path)
    return found.replace(microsecond=0)


def real_now() -> datetime:
    """Return this moment of the real world in UTC, to the second, whatever an exercise says."""
    return datetime.now(UTC).replace(microsecond=0)


def follow(path: Path | None, *, mode: Mode) -> None:
    """Let `now` of this process be an exercise's clock, or with None the real one.

    Raises:
        ExerciseClockError: the node is live, or the clock cannot be read; nothing has changed.
    """
    if path is not None:
        if mode != "exercise":
            raise ExerciseClockError("a live node never follows the clock of an exercise")
        shared_clock.read(path)
    _FOLLOWED.follow(path)


def is_followed() -> bool:
    """Tell whether `now` of this process is the clock of an exercise."""
    return _FOLLOWED.path is not None


def now_at(path: Path | None) -> datetime:
    """Return what `now` says at another node: by its exercise's clock, or the real one.

    Raises:
        ExerciseClockError: the clock cannot be read.
    """
    if path is None:
        return real_now()
    found = shared_clock.read(path)
    return found.at(shared_clock.machine_ms()).replace(microsecond=0)
