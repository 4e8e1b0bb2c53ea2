"""Group commit: whatever waits is made durable in one transaction, by whoever comes first.

Rule 1: fact, log entry and audit row are written by one `work` and commit together. Rule 2: a
checkpoint is signed after the commit, of the committed tree. Rule 3: one work's failure undoes that
work alone. No background thread: the thread that takes the leader's lock commits for all.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.db import DatabaseError, OperationalError, transaction

from comity.canonical import ComityError, OperationError
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
    """

    checkpoint: Checkpoint
    note: str
    proofs: dict[int, tuple[bytes, ...]]


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


class Committer:
    """Runs works in shared transactions."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._mutex = threading.Lock()
        self._leader = threading.Lock()
        self._waiting: list[_Item] = []
        self._open = threading.Event()

    def open(self) -> None:
        """Let works run: the log was compared with what partners hold, or there is no need."""
        self._open.set()

    def run[T](self, work: Callable[[Batch], T]) -> Committed[T]:
        """Run a work inside a transaction and return after it is durable.

        Args:
            work: reads and writes the database and appends to the batch; may run in another
                thread; must not wait for anything.

        Raises:
            StorageError: the transaction could not be committed; the work left no trace.
            Exception: whatever the work raised; it left no trace either.
        """
        self._open.wait()
        item = _Item(work)
        with self._mutex:
            self._waiting.append(item)
        while not item.done:
            self._lead(item)
        if item.fault is not None:
            raise item.fault
        return Committed(item.value, item.tree)

    def run_first(self, work: Callable[[Batch], None]) -> None:
        """Run a work before the committer is open to others."""
        item = _Item(work)
        with self._leader:
            self._commit([item])
        if item.fault is not None:
            raise item.fault

    def _lead(self, item: _Item) -> None:
        """Commit for everybody who waits, unless another leader has done this item meanwhile."""
        with self._leader:
            if item.done:
                return
            with self._mutex:
                items = self._waiting[:MAX_BATCH]
                del self._waiting[:MAX_BATCH]
            self._commit(items)

    def _commit(self, items: list[_Item]) -> None:
        try:
            with transaction.atomic():
                batch = Batch(read_head())
                for item in items:
                    self._work(item, batch)
                growth = batch.grow()
                if batch.leaves:
                    batch.write(growth)
            if batch.leaves:
                batch.committed(growth)
                signed = self._sign(batch, growth)
                for item in items:
                    item.tree = signed
        except DatabaseError as fault:
            for item in items:
                item.fault = item.fault or _translated(fault)
        except BaseException as fault:
            for item in items:
                item.fault = item.fault or fault
            raise
        finally:
            for item in items:
                item.done = True

    def _work(self, item: _Item, batch: Batch) -> None:
        mark, receipted = len(batch.leaves), len(batch.receipted)
        try:
            with transaction.atomic():
                item.value = item.work(batch)
        except (ComityError, ValueError, LookupError, TypeError) as fault:
            del batch.leaves[mark:]
            del batch.receipted[receipted:]
            item.fault = fault

    def _sign(self, batch: Batch, growth: Growth) -> Tree:
        node = self._node
        origin = node.origin(batch.head.epoch)
        checkpoint = Checkpoint(origin, growth.frontier.tree_size, growth.root)
        note = sign_checkpoint(checkpoint, [ed25519_signer(origin, node.log_key)])
        first = batch.head.frontier.tree_size
        proofs = dict(enumerate(growth.inclusion_proofs(), start=first))
        return Tree(checkpoint, note.decode(), proofs)


def _translated(fault: DatabaseError) -> StorageError:
    if isinstance(fault, OperationalError) and "full" in str(fault):
        return StorageFullError("the disk is full: free space, then repeat; nothing was lost")
    return StorageError("the database refused the write; nothing was acknowledged")
