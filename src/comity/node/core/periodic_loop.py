"""A thread that does its tasks when they are due, and is never ended by a fault."""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import close_old_connections

from comity.canonical import ComityError
from comity.node.core.clock import now, real_now

TICK_S: Final = 1.0
_LOG = logging.getLogger("comity.loop")


@dataclass
class Task:
    """One kind of work with its rhythm; it returns how much it did.

    Attributes:
        every: real time between two steps.
        hurried: as often by the office's clock too, which may be an exercise's that runs fast.
        tried_at: when it was first begun, in the real world.
        done_at: when it last ended without a fault, in the real world.
    """

    name: str
    work: Callable[[], int]
    every: timedelta
    hurried: bool = False
    due_at: datetime | None = None
    office_due_at: datetime | None = None
    tried_at: datetime | None = None
    done_at: datetime | None = None

    def is_due(self) -> bool:
        """Tell whether it is time; never before it ran once."""
        if self.due_at is None or self.due_at <= real_now():
            return True
        return self.hurried and (self.office_due_at is None or self.office_due_at <= now())

    def wait(self) -> None:
        """Begin to wait for the next step."""
        self.tried_at = self.tried_at or real_now()
        self.due_at = real_now() + self.every
        self.office_due_at = now() + self.every if self.hurried else None


class Loop(threading.Thread):
    """Runs tasks one after the other until told to stop."""

    def __init__(self, name: str, tasks: Sequence[Task]) -> None:
        super().__init__(name=name, daemon=True)
        self._tasks = tasks
        self._wake = threading.Event()
        self._stopping = False
        self.beat_at: datetime | None = None
        """When it last looked for work; None before it ran."""

    def stands_still(self, at: datetime, *, longest: timedelta) -> bool:
        """Tell whether it, or a task of it, has done nothing without a fault for too long.

        Args:
            at: this moment of the real world.
            longest: what is not too long, besides a task's own rhythm.
        """
        if self.beat_at is None or at - self.beat_at > longest:
            return True
        begun = ((one, one.done_at or one.tried_at) for one in self._tasks)
        return any(since and at - since > longest + one.every for one, since in begun)

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
            self.beat_at = real_now()
            close_old_connections()
            if not self.step():
                self._wake.wait(TICK_S)

    def step(self) -> int:
        """Run what is due once; return how much was done."""
        done = 0
        for task in self._tasks:
            done += self._guarded(task)
        return done

    def _guarded(self, task: Task) -> int:
        try:
            if not task.is_due():
                return 0
            task.wait()
            done = task.work()
            task.done_at = real_now()
        except ComityError as fault:
            _LOG.info("%s: %s", task.name, fault.code)
        except Exception:  # noqa: BLE001 - the loop outlives any fault, and says it
            _LOG.exception("%s failed", task.name)
        else:
            return done
        return 0
