"""A thread that does its tasks when they are due, and is never ended by a fault."""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import close_old_connections

from comity.canonical import ComityError
from comity.node.clock import now

TICK_S: Final = 1.0
_LOG = logging.getLogger("comity.loop")


@dataclass
class Task:
    """One kind of work with its rhythm; it returns how much it did."""

    name: str
    work: Callable[[], int]
    every: timedelta
    due_at: datetime | None = None


class Loop(threading.Thread):
    """Runs tasks one after the other until told to stop."""

    def __init__(self, name: str, tasks: Sequence[Task]) -> None:
        super().__init__(name=name, daemon=True)
        self._tasks = tasks
        self._wake = threading.Event()
        self._stopping = False
        self.beat_at: datetime | None = None
        """When it last looked for work; None before it ran."""

    def wake(self) -> None:
        """Look for work now instead of at the next tick."""
        self._wake.set()

    def stop(self) -> None:
        """End after the task under way."""
        self._stopping = True
        self._wake.set()

    def run(self) -> None:
        """Step, then wait for a wake-up or the next tick."""
        while not self._stopping:
            self._wake.clear()
            self.beat_at = now()
            close_old_connections()
            if not self.step():
                self._wake.wait(TICK_S)

    def step(self) -> int:
        """Run what is due once; return how much was done."""
        done = 0
        for task in self._tasks:
            moment = now()
            if task.due_at is None or task.due_at <= moment:
                done += self._guarded(task)
                task.due_at = moment + task.every
        return done

    def _guarded(self, task: Task) -> int:
        try:
            return task.work()
        except ComityError as fault:
            _LOG.info("%s: %s", task.name, fault.code)
        except Exception:  # noqa: BLE001 - the loop outlives any fault, and says it
            _LOG.exception("%s failed", task.name)
        return 0
