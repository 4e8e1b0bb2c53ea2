"""Everything a node does without being asked: one thread, one step after the other."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from django.db import close_old_connections

from comity.canonical import ComityError
from comity.node import clocks, linking, recovery, snapshots, succession, witnessing
from comity.node.clock import now
from comity.node.committer import Committer
from comity.node.delivery import Delivery
from comity.node.fetching import fetch_wanted
from comity.node.node import Node
from comity.node.partner_http import PartnerClient

TICK_S: Final = 1.0
_LOG = logging.getLogger("comity.loop")


@dataclass
class Task:
    """One kind of work with its rhythm."""

    name: str
    work: Callable[[], int]
    every: timedelta
    due_at: datetime | None = None


class Loop(threading.Thread):
    """Runs deliveries, polls, fetches and clocks until told to stop; a fault never ends it."""

    def __init__(
        self, node: Node, committer: Committer, client: PartnerClient, delivery: Delivery
    ) -> None:
        super().__init__(name="loop", daemon=True)
        self._begin = partial(recovery.begin, node, committer, client)
        self._committer = committer
        self._wake = threading.Event()
        self._stopping = False
        short, long = timedelta(seconds=2), timedelta(minutes=10)
        self._tasks = [
            Task("deliver", delivery.step, timedelta(0)),
            *(
                Task(f"poll {p}", partial(delivery.poll, p), timedelta(seconds=1))
                for p in node.config.poll
            ),
            Task("fetch", partial(fetch_wanted, node, client), timedelta(seconds=1)),
            Task("link", partial(linking.link_receipts, node, client), short),
            Task("epochs", partial(succession.explain_epochs, node, client), short),
            *(
                Task(f"witness {w}", partial(witnessing.request_from, node, client, w), short)
                for w in node.config.witnesses
            ),
            Task("snapshot", partial(snapshots.log_newest, node, committer), short),
            *(
                Task(f"snapshot {w}", partial(snapshots.fetch_proof, node, client, w), short)
                for w in node.config.witnesses
            ),
            Task("recover", partial(recovery.step, node, committer, client), short),
            Task("directory", partial(clocks.refresh_directory, node), long),
            Task("clocks", clocks.warn, timedelta(seconds=30)),
        ]

    def wake(self) -> None:
        """Look for work now instead of at the next tick."""
        self._wake.set()

    def stop(self) -> None:
        """End after the step under way."""
        self._stopping = True
        self._wake.set()

    def run(self) -> None:
        """Compare the log once, then step, and wait for a wake-up or the next tick."""
        try:
            self._begin()
        finally:
            self._committer.open()
        while not self._stopping:
            self._wake.clear()
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
