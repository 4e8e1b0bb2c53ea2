"""Group commit: whatever waits is made durable in one transaction, by whoever comes first.

Rule 1: fact, log entry and audit row are written by one `work` and commit together. Rule 2: a
checkpoint is signed after the commit, of the committed tree, and guarded before anybody is told
(`guarded_log` has the order). Rule 3: one work's failure undoes that work alone: if one fails the
transaction is undone, and each is run again in its own.

No background thread: a work's own thread commits for all that wait, wakes them, and hands the lead
to the first that came meanwhile. So nobody whose work is done waits for another's commit.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

from django.db import transaction

from comity.canonical import OperationError
from comity.ledger import Checkpoint, Growth
from comity.node.core.clock import now
from comity.node.core.database_errors import FAULTS, StorageError, StorageFullError, translate_fault
from comity.node.core.http_errors import RecordedAlready
from comity.node.core.node import Node
from comity.node.log import audit_anchors
from comity.node.log.guarded_log import (
    Guarded,
    check_continues,
    move_guard,
    read_guarded,
    settle,
    sign_tree,
)
from comity.node.log.store import Batch, read_head

__all__ = ["Committed", "Committer", "StorageError", "StorageFullError", "Tree"]
MAX_BATCH: Final = 256


class UnguardedWorkError(RecordedAlready, OperationError, code="recorded-unguarded"):
    """The fact is recorded, but its checkpoint is not guarded. Do not disclose it yet.

    The node guards it by itself as soon as it can.
    """


@dataclass(frozen=True)
class Tree:
    """A committed tree, with what is needed to prove its newest leaves.

    Attributes:
        checkpoint: the tree.
        note: the checkpoint as this node signed it, text.
        proofs: inclusion path by leaf index, of the leaves of this commit.
        salts: what opens them, by leaf index.
    """

    checkpoint: Checkpoint
    note: str
    proofs: dict[int, tuple[bytes, ...]]
    salts: dict[int, bytes]


@dataclass(frozen=True)
class Committed[T]:
    """What a work returned, and the tree after its commit (None if it added no leaf)."""

    value: T
    tree: Tree | None


class _Item:
    """One waiting work."""

    def __init__(self, work: Callable[[Batch], Any]) -> None:
        self.work = work
        self.value: Any = None
        self.fault: BaseException | None = None
        self.tree: Tree | None = None
        self.done = False
        self.turn = threading.Semaphore(0)  # released when it is done, or its thread is to lead


class Committer:
    """Runs works in shared transactions."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._mutex = threading.Lock()
        self._led = False
        self._waiting: list[_Item] = []
        self._open = threading.Event()

    @property
    def is_open(self) -> bool:
        """Tell whether works may run: until then the log may prove to be behind."""
        return self._open.is_set()

    def open(self) -> None:
        """Let works run: the log was compared with what partners hold, or there is no need."""
        self._open.set()

    def run[T](self, work: Callable[[Batch], T]) -> Committed[T]:
        """Run a work inside a transaction and return after it is durable.

        Args:
            work: reads and writes the database and appends to the batch, and has no other effect:
                it may run in another thread, and a second time after its first was undone; must
                not wait for anything.

        Raises:
            StorageError, DatabaseAwayError: the transaction could not be committed; the work left
                no trace, or its commit is in doubt because the database went away in it.
            RegisterBehindError, HeadGuardError: the log must not grow; the work left no trace.
            UnguardedWorkError: it is in the register, but its tree could not be guarded.
            Exception: whatever the work raised; it left no trace either.
        """
        self._open.wait()
        item = _Item(work)
        with self._mutex:
            self._waiting.append(item)
            follows, self._led = self._led, True
        if follows:
            item.turn.acquire()
        if not item.done:
            self._lead()
        if item.fault is not None:
            raise item.fault
        return Committed(item.value, item.tree)

    def settle(self) -> bool:
        """Guard what a crash left in the register beyond the guard; tell if there was any.

        Raises:
            HeadGuardError, RegisterBehindError, HeadGuardOldError: the log must not go on.
        """
        return settle(self._node)

    def open_log(self, work: Callable[[Batch], None]) -> None:
        """Run the work that opens an epoch, before the committer is open to others."""
        item = _Item(work)
        self._commit([item], opening=True)
        if item.fault is not None:
            raise item.fault

    def _lead(self) -> None:
        """Commit for everybody who waits, this thread's work first; then hand over."""
        with self._mutex:
            items = self._waiting[:MAX_BATCH]
            del self._waiting[:MAX_BATCH]
        try:
            self._commit(items)
        finally:
            with self._mutex:
                self._led = bool(self._waiting)
                if self._waiting:
                    self._waiting[0].turn.release()
            for item in items[1:]:
                item.turn.release()

    def _commit(self, items: list[_Item], *, opening: bool = False) -> None:
        try:
            try:
                seen, batch, growth = self._transact(items, opening=opening)
            except Exception:
                if len(items) == 1:
                    raise
                for item in items:
                    self._commit([item])
                return
            if batch.leaves:
                batch.committed(growth)
                signed = self._guard(seen, batch, growth)
                for item in items:
                    item.tree = signed
        except FAULTS as fault:
            _fail(items, translate_fault(fault))
        except Exception as fault:  # noqa: BLE001 - raised again where its work was handed in
            _fail(items, fault)
        except BaseException as fault:
            _fail(items, fault)
            raise
        finally:
            for item in items:
                item.done = True

    def _transact(self, items: list[_Item], *, opening: bool) -> tuple[bytes | None, Batch, Growth]:
        """Run works in one transaction; if one raises, nothing of any is left.

        The guard is read inside, where nobody else writes, so it is never older than the register.
        """
        with transaction.atomic():
            if opening:
                seen, head = self._node.guard.read(), read_head()
            else:
                guarded, head = read_guarded(self._node), read_head()
                check_continues(guarded, head)
                seen, head = guarded.note, replace(head, guarded_size=guarded.tree_size)
            batch = Batch(head)
            for item in items:
                item.value = item.work(batch)
            if batch.leaves or batch.anchors_audit:
                audit_anchors.add_to(batch, at=now())
            growth = batch.grow()
            if batch.leaves:
                batch.write(growth)
        return seen, batch, growth

    def _guard(self, seen: bytes | None, batch: Batch, growth: Growth) -> Tree:
        """Sign the committed tree, and return it once the guard has it."""
        node, epoch, size = self._node, batch.head.epoch, growth.frontier.tree_size
        note = sign_tree(node, epoch, size, growth.root)
        try:
            move_guard(node, seen, Guarded(epoch, size, growth.root, note))
        except (OperationError, *FAULTS) as fault:
            raise UnguardedWorkError(
                "it was recorded, and its checkpoint could not be guarded: look before you repeat"
            ) from fault
        checkpoint = Checkpoint(node.origin(epoch), size, growth.root)
        first = batch.head.frontier.tree_size
        proofs = dict(enumerate(growth.inclusion_proofs(), start=first))
        salts = {leaf.index: leaf.opening.salt for leaf in batch.leaves}
        return Tree(checkpoint, note.decode(), proofs, salts)


def _fail(items: list[_Item], fault: BaseException) -> None:
    for item in items:
        item.fault = item.fault or fault
