"""Group commit: whatever waits is made durable in one transaction, by whoever comes first.

Rule 1: fact, log entry and audit row are written by one `work` and commit together. Rule 2: a
checkpoint is signed after the commit, of the committed tree. Rule 3: one work's failure undoes that
work alone: if one fails the transaction is undone, and each is run again in its own.

No background thread: a work's own thread commits for all that wait, wakes them, and hands the lead
to the first that came meanwhile. So nobody whose work is done waits for another's commit.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.db import DatabaseError, OperationalError, transaction

from comity.canonical import OperationError
from comity.ledger import Checkpoint, Growth, ed25519_signer, sign_checkpoint
from comity.node.logstore import Batch, read_head
from comity.node.node import Node

MAX_BATCH: Final = 256


class StorageError(OperationError):
    """The database refused a write: a full disk, a lock held too long, a damaged file."""

    code = "database"


class StorageFullError(StorageError):
    """The disk is full; nothing was acknowledged, nothing was lost."""

    code = "database-full"


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
            StorageError: the transaction could not be committed; the work left no trace.
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

    def run_first(self, work: Callable[[Batch], None]) -> None:
        """Run a work before the committer is open to others."""
        item = _Item(work)
        self._commit([item])
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

    def _commit(self, items: list[_Item]) -> None:
        try:
            try:
                batch, growth = _transact(items)
            except Exception:
                if len(items) == 1:
                    raise
                for item in items:
                    self._commit([item])
                return
            if batch.leaves:
                batch.committed(growth)
                signed = self._sign(batch, growth)
                for item in items:
                    item.tree = signed
        except DatabaseError as fault:
            _fail(items, _translated(fault))
        except Exception as fault:  # noqa: BLE001 - raised again where its work was handed in
            _fail(items, fault)
        except BaseException as fault:
            _fail(items, fault)
            raise
        finally:
            for item in items:
                item.done = True

    def _sign(self, batch: Batch, growth: Growth) -> Tree:
        node = self._node
        origin = node.origin(batch.head.epoch)
        checkpoint = Checkpoint(origin, growth.frontier.tree_size, growth.root)
        note = sign_checkpoint(checkpoint, [ed25519_signer(origin, node.log_key)])
        first = batch.head.frontier.tree_size
        proofs = dict(enumerate(growth.inclusion_proofs(), start=first))
        salts = {leaf.index: leaf.opening.salt for leaf in batch.leaves}
        return Tree(checkpoint, note.decode(), proofs, salts)


def _transact(items: list[_Item]) -> tuple[Batch, Growth]:
    """Run works in one transaction; if one raises, nothing of any is left."""
    with transaction.atomic():
        batch = Batch(read_head())
        for item in items:
            item.value = item.work(batch)
        growth = batch.grow()
        if batch.leaves:
            batch.write(growth)
    return batch, growth


def _fail(items: list[_Item], fault: BaseException) -> None:
    for item in items:
        item.fault = item.fault or fault


def _translated(fault: DatabaseError) -> StorageError:
    if isinstance(fault, OperationalError) and "full" in str(fault):
        return StorageFullError("the disk is full: free space, then repeat; nothing was lost")
    return StorageError("the database refused the write; nothing was acknowledged")
