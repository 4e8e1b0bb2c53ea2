"""What a node does without being asked, in loops that do not hold each other up.

Delivering, polling, moving packages, and talking about logs each have a thread: a package of a
terabyte or a partner that hangs delays its own kind of work only.
"""

import contextlib
import functools
import logging
import threading
from datetime import datetime, timedelta
from functools import partial
from typing import Final, cast

from comity.canonical import OperationError
from comity.node.assistance.solution_fetch import SolutionFetcher
from comity.node.cases import deadline_notices
from comity.node.core.clock import now, real_now
from comity.node.core.node import Node
from comity.node.core.partner_clocks import ENOUGH
from comity.node.core.partner_http import PartnerClient, PartnerUnreachableError
from comity.node.core.periodic_loop import Loop, Task
from comity.node.court import orders
from comity.node.duty import ask_partner, jobs, notice_delivery, partner_tests_schedule
from comity.node.evidence import destruction
from comity.node.evidence.storage import store_health
from comity.node.evidence.transfer import resumable_uploads
from comity.node.evidence.transfer.fetch import Fetcher
from comity.node.evidence.transfer.push import upload_offered
from comity.node.federation import recovery
from comity.node.federation.delivery import Delivery
from comity.node.integrations import webhook_delivery as handing
from comity.node.integrations import webhooks
from comity.node.log import (
    audit_anchors,
    audit_check,
    consistency,
    directory_snapshots,
    refusals,
    successor_logs,
    timestamps,
    witnesses,
)
from comity.node.log.copies import Copies
from comity.node.log.group_commit import Committer
from comity.node.log.refusals import HeldClient, Job
from comity.node.log.superseded import newer_log
from comity.node.messages import outbox
from comity.node.privacy import traces
from comity.node.service.handle import Service, this_service
from comity.node.web import idempotency, unfinished_forms
from comity.node.work.recompute import Comparison

RETRY_S: Final = 5.0
WATCHED: Final = ("deliver", "clocks", "duty", "notices")
"""Loops whose step is short; the others may be busy with one package for long."""
SUPERSEDED: Final = "superseded"
"""What is told alone: a newer copy of the node is at work."""
UNCONFIRMED: Final = "unconfirmed"
"""What is told in the place of the log: the node was restored, and nobody answered it yet."""
CHECKED: Final = ("log", UNCONFIRMED, "clock", SUPERSEDED)
"""What is told beside them: the log has a guard, the clock those of partners."""
_STUCK: Final = timedelta(minutes=3)
_LOG = logging.getLogger("comity.work")
_AT_ONCE, _SECOND, _SHORT = timedelta(0), timedelta(seconds=1), timedelta(seconds=2)
_FEW = timedelta(seconds=5)
_HALF_MINUTE, _LONG = timedelta(seconds=30), timedelta(minutes=10)


class Work:
    """All loops of a node; nothing is recorded before its log was compared with partners."""

    def __init__(self, service: Service) -> None:
        node, committer, client = service.node, service.committer, service.client
        delivery = Delivery(node, committer, client)
        self._started_at: datetime | None = None
        self._client = client
        self._log_fault = ""
        node.standing = self.standing
        node.worked_at = self.worked_at
        self._folder = node.config.folder
        self._begin = partial(recovery.begin, node, committer, client)
        self._committer = committer
        self._stopped = threading.Event()
        self._deliver = Loop("deliver", [Task("deliver", delivery.step, _AT_ONCE)])
        delivery.on_done = service.waker.wake = self._deliver.wake
        polls = [Task(f"poll {p}", partial(delivery.poll, p), _SECOND) for p in node.config.poll]
        upload = partial(upload_offered, node, committer, client)
        ask = partial(_ask_watches, service)
        destroy = partial(destruction.finish, node, committer)
        watch = partial(jobs.watch, node, client)
        solutions = SolutionFetcher(node, committer, client)
        self._loops = [
            self._deliver,
            Loop("poll", polls),
            Loop("fetch", [Task("fetch", Fetcher(node, committer, client).step, _SECOND)]),
            Loop("solutions", [Task("solutions", solutions.step, _SECOND)]),
            Loop("store", _about_store(node, committer)),
            Loop("upload", [Task("upload", upload, _SHORT)]),
            Loop("logs", _about_logs(node, committer, client)),
            Loop("log", [Task("log", self._settle, _SHORT)]),
            Loop("audit", _about_audit(node, committer)),
            Loop("copies", [Task("copies", Copies(node, client).step, _FEW)]),
            Loop("clock", [Task("clock", partial(_ask_the_time, node, client), _LONG)]),
            Loop("stamps", [Task("stamps", partial(timestamps.stamp_newest, node), _SHORT)]),
            Loop(
                "clocks",
                [Task("clocks", deadline_notices.Looks().step, _HALF_MINUTE, hurried=True)],
            ),
            Loop("work", [Task("work items", Comparison().step, _FEW, hurried=True)]),
            Loop("programs", _about_programs(node)),
            Loop(
                "exports",
                [
                    Task("exports", partial(orders.step, node), _SHORT),
                    Task("erasures", partial(traces.step, node), _SHORT),
                ],
            ),
            Loop("destroy", [Task("destroy", destroy, _SHORT)]),
            Loop("duty", [Task("alarms", watch, _FEW, hurried=True)]),
            Loop("reach", [Task("reach", ask, _LONG)]),
            Loop("notices", [Task("notices", partial(jobs.hand_over, node), _SECOND)]),
        ]

    def start(self) -> None:
        """Compare the log, open the committer, run the loops; returns at once."""
        self._started_at = real_now()
        threading.Thread(target=self._start, name="begin", daemon=True).start()

    def _start(self) -> None:
        while not self._begun():
            self._stopped.wait(RETRY_S)
        self._committer.open()
        outbox.release()
        notice_delivery.release()
        for loop in self._loops:
            loop.start()

    def _settle(self) -> int:
        """Guard what the register holds beyond the guard; keep in mind what stops the log."""
        try:
            done = self._committer.settle()
        except OperationError as fault:
            self._log_fault = fault.code
            raise
        self._log_fault = ""
        return int(done)

    def _begun(self) -> bool:
        """Tell whether the log may grow; a fault here must never let it grow unasked."""
        try:
            self._begin()
        except OperationError as fault:
            if fault.code != self._log_fault:
                _LOG.error("nothing is recorded yet: [%s] %s", fault.code, fault)
            self._log_fault = fault.code
            return self._stopped.is_set()
        except Exception:  # noqa: BLE001 - said, and tried again
            _LOG.exception("the log could not be compared; nothing is recorded yet")
            return self._stopped.is_set()
        self._log_fault = ""
        return True

    def stuck(self, at: datetime) -> bool:
        """Tell whether a loop that watches or delivers has done nothing without a fault lately.

        Args:
            at: this moment of the real world, in which loops go.
        """
        return bool(self._still(at))

    def standing(self, at: datetime) -> tuple[str, ...]:
        """Return what stands still: log, clock, loops that watch or deliver, those not soon.

        Where a newer copy of the node is at work, that alone.

        Args:
            at: this moment of the real world.
        """
        begun = self._started_at is not None and at - self._started_at > _STUCK
        loops = self._still(at) if begun else ()
        if newer_log(self._folder):
            return (SUPERSEDED,)
        waits = self._log_fault == recovery.NobodyAnsweredError.code
        log = (UNCONFIRMED if waits else "log",) if self._log_fault else ()
        return (*log, *(("clock",) if self._client.clocks.are_apart() else ()), *loops)

    def worked_at(self) -> datetime | None:
        """Return since when no loop that watches or delivers looked for work, in the real world.

        None while one of them has not begun.
        """
        beats = [loop.beat_at for loop in self._loops if loop.name in WATCHED]
        return min((beat for beat in beats if beat), default=None) if all(beats) else None

    def _still(self, at: datetime) -> tuple[str, ...]:
        loops = (loop for loop in self._loops if loop.name in WATCHED)
        return tuple(loop.name for loop in loops if loop.stands_still(at, longest=_STUCK))

    def stop(self) -> None:
        """End each loop after the task under way."""
        self._stopped.set()
        for loop in self._loops:
            loop.stop()


@functools.cache
def this_work() -> Work:
    """Return the loops of the node this process serves; not started."""
    return Work(this_service())


def _ask_watches(service: Service) -> int:
    """Ask those partners' watches that are due, as a person would."""
    return partner_tests_schedule.step(
        service.node, partial(ask_partner.ask_by_itself, service), at=now()
    )


def _ask_the_time(node: Node, client: PartnerClient) -> int:
    """Hear the time from a few partners, where messages did not bring it lately."""
    heard = client.clocks.heard()
    due = [p for p in node.directory.parties() if p not in heard and p != node.party]
    asked = 0
    for party in filter(client.reachable, due):
        if len(client.clocks.heard()) >= ENOUGH:
            break
        with contextlib.suppress(PartnerUnreachableError):
            client.call(party, "GET", "/exchange/v1/epochs")
            asked += 1
    return asked


def _about_programs(node: Node) -> list[Task]:
    """Return the tasks that tell programs what happened, and forget what was told."""
    return [
        Task("hooks", lambda: webhooks.look(at=now()), _SHORT),
        Task("hand over", lambda: handing.send_due(node.config, at=now()), _SECOND),
        Task("forms", lambda: unfinished_forms.expire(at=now()), _LONG),
        Task("repeats", lambda: idempotency.forget(at=real_now()), _LONG),
        Task("told", lambda: webhooks.forget(at=now()), _LONG),
    ]


def _about_store(node: Node, committer: Committer) -> list[Task]:
    """Return the tasks that look after the store of packages and what is on its way into it."""
    return [
        Task("store", partial(store_health.look, node.config), _LONG),
        Task("uploads", partial(resumable_uploads.expire, node, committer), _LONG),
        Task("sweep", partial(resumable_uploads.sweep, node), _LONG),
    ]


def _link(node: Node, client: PartnerClient) -> int:
    """Link receipts; a proof that a partner refused for good is asked for on a person's word."""
    refusals.forget_ended_logs()
    asks = HeldClient(client, Job.LINK, "/exchange/v1/consistency")
    return consistency.link_receipts(node, cast("PartnerClient", asks))


def _explain(node: Node, client: PartnerClient) -> int:
    """Ask partners to explain new epochs, but for those that refused it for good."""
    asks = HeldClient(client, Job.EPOCHS, "/exchange/v1/epochs")
    return successor_logs.explain_epochs(node, cast("PartnerClient", asks))


def _about_audit(node: Node, committer: Committer) -> list[Task]:
    """Return the tasks that anchor audit rows and recompute the anchors."""
    return [
        Task("audit anchors", partial(_anchor_audit, committer), _HALF_MINUTE, hurried=True),
        Task("audit check", audit_check.Watch(node).step, _FEW),
    ]


def _anchor_audit(committer: Committer) -> int:
    """Seal what no commit anchored for minutes; return how many commits it took."""
    if not audit_anchors.is_due():
        return 0
    committer.run(audit_anchors.ask)
    return 1


def _about_logs(node: Node, committer: Committer, client: PartnerClient) -> list[Task]:
    """Return the tasks that keep logs and directory linked to those of others."""
    tasks = [
        Task("recover", partial(recovery.step, node, committer, client), _SHORT),
        Task("directory", partial(deadline_notices.refresh_directory, node), _LONG),
        Task("link", partial(_link, node, client), _SHORT),
        Task("epochs", partial(_explain, node, client), _SHORT),
        Task("snapshot", partial(directory_snapshots.log_newest, node, committer), _SHORT),
    ]
    for witness in node.config.witnesses:
        ask = partial(witnesses.request_from, node, client, witness)
        prove = partial(directory_snapshots.fetch_proof, node, client, witness)
        tasks += [
            Task(f"witness {witness}", ask, _SHORT),
            Task(f"snapshot {witness}", prove, _SHORT),
        ]
    return tasks
