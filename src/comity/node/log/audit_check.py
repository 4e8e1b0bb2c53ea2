"""Recomputing the anchors over audit rows, a slice of the log at a time.

Each entry is compared with its leaf, each anchor with the rows under it, and all leaves with the
tree that was signed last: the head guard holds it, outside the database.

Source: spec/10-log.md, Audit.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, Literal

from django.db import transaction
from django.db.models import Max, Min

from comity.canonical import ComityError, MisuseError, OperationError, parse_digest, time_text
from comity.ledger import (
    Frontier,
    LogOrigin,
    entry,
    leaf_hash,
    open_checkpoint,
    peek_checkpoint,
)
from comity.ledger.tree import HASH_BYTES
from comity.node.core.clock import now
from comity.node.log.audit_anchors import KIND, anchor_digest
from comity.node.log.guarded_log import read_guarded
from comity.node.log.store import opening_of
from comity.node.models import AuditCheck, AuditRow, LogEntry, LogHead

if TYPE_CHECKING:
    from comity.node.core.node import Node

SLICE: Final = 128
"""Leaves that one step reads, with the rows that they anchor."""
MOST_FAULTS: Final = 20
_TOLD_AGAIN: Final = timedelta(minutes=1)


class CheckpointOfOtherError(MisuseError, code="checkpoint-of-other"):
    """A checkpoint was given that is of another log."""


class CheckpointBeyondError(OperationError, code="checkpoint-beyond"):
    """A checkpoint that this node signed covers entries that its log does not have."""


type What = Literal["rows", "anchor", "entry", "tree"]


@dataclass(frozen=True)
class Fault:
    """Something that does not hold, and between which checkpoints it lies.

    Attributes:
        what: ``rows``: those under an anchor are not those that it anchored; ``anchor``: rows name
            an anchor that the log does not have; ``entry``: an entry is missing, or is not what its
            leaf commits to; ``tree``: the entries are not those of a signed tree.
        epoch: of the log.
        after_size: leaves of the last tree that holds; 0 if none.
        size: leaves of the first tree that does not.
        since: time of the last entry of the former.
        until: time of the last entry of the latter.
        first_row: number of the first audit row in between; 0 if none is left.
        last_row: number of the last one.
    """

    what: What
    epoch: int
    after_size: int
    size: int
    since: datetime | None = None
    until: datetime | None = None
    first_row: int = 0
    last_row: int = 0

    def value(self) -> dict[str, Any]:
        """Return the JSON form."""
        moments = {"since": self.since, "until": self.until}
        return asdict(self) | {name: at and time_text(at) for name, at in moments.items()}


@dataclass(frozen=True)
class SignedTree:
    """A tree that the entries of an epoch must give."""

    epoch: int
    size: int
    root: bytes


class Check:
    """One look at every anchor, in steps.

    Attributes:
        faults: what does not hold, `MOST_FAULTS` at most.
        leaves: how many were read.
        rows: how many audit rows were recomputed.
        anchors: how many anchors were compared with them.
        total: leaves that are to be read.
    """

    def __init__(self, trees: Sequence[SignedTree]) -> None:
        """Begin a look.

        Args:
            trees: the largest of each epoch, and more of them to compare with, in any order.
        """
        self._trees = sorted(trees, key=lambda tree: (tree.epoch, tree.size))
        self._epoch, self._frontier = 0, Frontier()
        self._before = b""
        self._held: tuple[int, datetime | None] = (0, None)
        self.faults: list[Fault] = []
        self.leaves, self.rows, self.anchors = 0, 0, 0
        self.total = sum({tree.epoch: tree.size for tree in self._trees}.values())

    def step(self) -> bool:
        """Check the next slice; tell whether there is more."""
        if self._trees:
            tree = self._trees[0]
            if tree.epoch != self._epoch:
                self._epoch, self._frontier, self._held = tree.epoch, Frontier(), (0, None)
            self._slice(self._frontier.tree_size, tree.size)
            if self._frontier.tree_size == tree.size:
                self._trees.pop(0)
                if self._frontier.root() != tree.root:
                    self._tell(Fault("tree", tree.epoch, 0, tree.size))
        if not self._trees:
            self._beyond()
        return bool(self._trees)

    def _slice(self, start: int, size: int) -> None:
        """Check leaves from one on, at most `SLICE` of a tree of a size."""
        end = min(size, start + SLICE)
        hashes = _hashes(self._epoch, start, end)
        try:
            self._entries(start, hashes)
        except (ArithmeticError, ComityError, TypeError, ValueError):
            # nothing that this node writes reads like that, so somebody else wrote it
            self._tell(Fault("entry", self._epoch, start, end))
        self.leaves += end - start
        self._frontier, _ = self._frontier.append(hashes)

    def _entries(self, start: int, hashes: Sequence[bytes]) -> None:
        end = start + len(hashes)
        place = {"epoch": self._epoch, "index__gte": start, "index__lt": end}
        found = {row.index: row for row in LogEntry.objects.filter(**place)}
        anchored = _rows(self._epoch, start, end)
        for index, leaf in enumerate(hashes, start):
            row, under = found.get(index), anchored.get(index, [])
            self.rows += len(under)
            if row is None or not _opens(row, leaf):
                self._tell(Fault("entry", self._epoch, index, index + 1))
            if row is not None and row.kind == KIND:
                self._anchor(row, under)
            elif under:
                self._tell(self._between("anchor", index, row, under))

    def _anchor(self, row: LogEntry, under: list[AuditRow]) -> None:
        """Compare an anchor with the rows under it; the next one continues what it says itself."""
        said = parse_digest(row.record)
        if anchor_digest(self._before, under) != said:
            self._tell(self._between("rows", row.index, row, under))
        self.anchors += 1
        self._before, self._held = said, (row.index + 1, row.time)

    def _between(
        self, what: What, index: int, row: LogEntry | None, under: list[AuditRow]
    ) -> Fault:
        size, since = self._held
        numbers = [one.pk for one in under] or [0]
        return Fault(
            what=what,
            epoch=self._epoch,
            after_size=size,
            size=index + 1,
            since=since,
            until=row.time if row else None,
            first_row=min(numbers),
            last_row=max(numbers),
        )

    def _beyond(self) -> None:
        """Tell of rows that name an anchor beyond the log, or in an epoch that it does not have."""
        sizes = dict(LogHead.objects.values_list("epoch", "tree_size"))
        for epoch in _epochs_named():
            size = sizes.get(epoch, 0)
            wrong = AuditRow.objects.filter(anchor_epoch=epoch, anchor_index__gte=size)
            ends = wrong.aggregate(first=Min("pk"), last=Max("pk"))
            if ends["first"] is not None:
                rows = {"first_row": ends["first"], "last_row": ends["last"]}
                self._tell(Fault("anchor", epoch, size, size, **rows))

    def _tell(self, fault: Fault) -> None:
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(fault)


def _rows(epoch: int, start: int, end: int) -> dict[int, list[AuditRow]]:
    """Return the rows that each leaf of a range anchors."""
    found: dict[int, list[AuditRow]] = defaultdict(list)
    place = {"anchor_epoch": epoch, "anchor_index__gte": start, "anchor_index__lt": end}
    for row in AuditRow.objects.filter(**place):
        found[row.anchor_index or 0].append(row)
    return found


def _hashes(epoch: int, start: int, end: int) -> list[bytes]:
    """Return the leaf hashes of a range."""
    place = {"epoch": epoch, "index__gte": start, "index__lt": end}
    found = dict(LogEntry.objects.filter(**place).values_list("index", "leaf_hash"))
    return [_hash(found.get(index)) for index in range(start, end)]


def _hash(value: object) -> bytes:
    """Return what a column holds if it is a hash, else 32 zero bytes."""
    data = bytes(value) if isinstance(value, (bytes, memoryview)) else b""
    return data if len(data) == HASH_BYTES else bytes(HASH_BYTES)


def _opens(row: LogEntry, leaf: bytes) -> bool:
    """Tell whether an entry is what its leaf commits to; one without salt shows nothing.

    The salt of an anchor is never taken away.
    """
    if row.salt is None:
        return row.kind != KIND
    return leaf_hash(entry(opening_of(row))) == leaf


def _epochs_named() -> Iterator[int]:
    """Yield each epoch in which an audit row says that it is anchored, without reading all rows."""
    after = -1
    while True:
        later = AuditRow.objects.filter(anchor_epoch__gt=after)
        found = later.aggregate(first=Min("anchor_epoch"))["first"]
        if found is None:
            return
        yield found
        after = found


def signed_trees(node: "Node") -> list[SignedTree]:
    """Return the largest tree of each epoch; of the newest one the tree that the head guard holds.

    Raises:
        HeadGuardError: the head guard is missing, or cannot be read.
    """
    guarded = read_guarded(node)
    found = [SignedTree(guarded.epoch, guarded.tree_size, guarded.root)]
    for head in LogHead.objects.filter(epoch__lt=guarded.epoch):
        frontier = Frontier.decode(bytes(head.frontier))
        found.append(SignedTree(head.epoch, frontier.tree_size, frontier.root()))
    return found


def tree_of(node: "Node", note: bytes) -> SignedTree:
    """Return the tree of a checkpoint of this node's log that somebody else holds.

    Args:
        node: this node.
        note: the checkpoint, a signed note.

    Raises:
        CheckpointOfOtherError: it is of another log.
        CheckpointBeyondError: the log has fewer entries, or not this epoch.
        PeerError: it is no checkpoint, or is not signed by this node.
    """
    origin = LogOrigin.parse(peek_checkpoint(note).origin)
    if node.origin(origin.epoch) != str(origin):
        raise CheckpointOfOtherError("the checkpoint is of another log than this node's")
    verifiers = node.directory.log_verifiers(node.party, str(origin))
    checkpoint = open_checkpoint(note, verifiers).checkpoint
    head = LogHead.objects.filter(epoch=origin.epoch).first()
    own = head.tree_size if head else 0
    if checkpoint.tree_size > own:
        raise CheckpointBeyondError(
            f"the checkpoint is of {checkpoint.tree_size} entries in epoch {origin.epoch}, and "
            f"this log has {own}: entries that this node signed are missing"
        )
    return SignedTree(origin.epoch, checkpoint.tree_size, checkpoint.root)


def unanchored() -> int:
    """Return how many audit rows no leaf anchors yet."""
    return AuditRow.objects.filter(anchor_epoch=None).count()


class Watch:
    """Looks at the anchors again and again, a slice a step, and keeps what was found."""

    def __init__(self, node: "Node") -> None:
        self._node = node
        self._check: Check | None = None

    def step(self) -> int:
        """Check the next slice; return 0, nothing is counted."""
        self._check = self._check or Check(signed_trees(self._node))
        more = self._check.step()
        keep(self._check, ended=not more, at=now())
        if not more:
            self._check = None
        return 0


def keep(check: Check, *, ended: bool, at: datetime) -> None:
    """Keep what a look found so far, for the health of the node.

    Args:
        check: the look.
        ended: whether it has seen everything.
        at: this node's clock.
    """
    with transaction.atomic():
        kept = AuditCheck.objects.select_for_update().first() or AuditCheck()
        if _take_over(kept, check, ended=ended, at=at):
            kept.save()


def _take_over(kept: AuditCheck, check: Check, *, ended: bool, at: datetime) -> bool:
    """Write what a look found into the row; tell if it is to be saved."""
    faults = [fault.value() for fault in check.faults]
    if not ended and (not faults or kept.faults):
        return False
    lately = kept.whole_at is not None and abs(at - kept.whole_at) < _TOLD_AGAIN
    if ended and lately and faults == kept.faults:
        return False
    if faults and not kept.faults:
        kept.since = at
    elif not faults:
        kept.since = None
    kept.faults = faults
    if ended:
        kept.whole_at, kept.rows = at, check.rows
    return True
