"""This node's log in the database: growing it inside a transaction, reading subtrees for proofs.

An entry row holds its leaf hash, so a tile of 256 leaves is one range read; the hash of each full
tile is a `LogNode`, so a proof from any log reads a few ranges whatever its size. Subtrees that a
batch completed stay in memory for a while, because partners ask about the newest tree.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import connection

from comity.canonical import OperationError, parse_digest
from comity.ledger import Frontier, Growth, LeafOpening, entry, leaf_hash, tree
from comity.node.core import prepared_sql
from comity.node.models import LogEntry, LogHead

TILE_HEIGHT: Final = 8
_CACHED_SUBTREES: Final = 200_000
_EMPTY: Final = Frontier(0, ())


class LogReadError(OperationError, code="log-damaged"):
    """The log lacks a hash it must have: the database is damaged."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A new leaf with its opening and place."""

    index: int
    hash: bytes
    opening: LeafOpening


@dataclass(frozen=True)
class Head:
    """The newest epoch's right edge, and how far the register knows it to be guarded."""

    epoch: int
    frontier: Frontier
    guarded_size: int = 0
    audit_anchor: bytes = b""
    """Digest of the newest anchor over audit rows; empty before the first."""


def read_head() -> Head:
    """Return the head; an empty first epoch where the log has none yet."""
    row = prepared_sql.select_one(LogHead, "TRUE ORDER BY epoch DESC")
    if row is None:
        return Head(1, _EMPTY)
    frontier = Frontier.decode(bytes(row.frontier))
    return Head(row.epoch, frontier, row.guarded_size, bytes(row.audit_anchor))


class _Subtrees:
    """Hashes of complete subtrees, the most recently completed ones; safe between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._found: OrderedDict[tuple[int, int, int], bytes] = OrderedDict()

    def add(self, epoch: int, subtrees: Iterable[tuple[int, int, bytes]]) -> None:
        with self._lock:
            for level, index, value in subtrees:
                self._found[epoch, level, index] = value
            while len(self._found) > _CACHED_SUBTREES:
                self._found.popitem(last=False)

    def get(self, epoch: int, level: int, index: int) -> bytes | None:
        return self._found.get((epoch, level, index))


_RECENT = _Subtrees()


class Reader:
    """Reads the hash of a complete subtree of one epoch (the ledger's ``SubtreeReader``).

    Args:
        epoch: which log.
        remembered: whether memory may answer for the register.
    """

    def __init__(self, epoch: int, *, remembered: bool = True) -> None:
        self._epoch, self._remembered = epoch, remembered

    def __call__(self, level: int, index: int, /) -> bytes:
        """Return the root of the subtree of ``2**level`` leaves at an index of its level."""
        found = _RECENT.get(self._epoch, level, index) if self._remembered else None
        if found is not None:
            return found
        base = level - level % TILE_HEIGHT
        start, count = index << (level - base), 1 << (level - base)
        hashes = self._stored(base, start, count)
        if len(hashes) != count:
            raise LogReadError("the log lacks hashes it must have")
        return tree.root(hashes) if base == 0 else _fold(hashes)

    def _stored(self, level: int, start: int, count: int) -> list[bytes]:
        place = (self._epoch, start, start + count)
        with connection.cursor() as cursor:
            if level:
                cursor.execute(_READ_NODES, (level, *place))
            else:
                cursor.execute(_READ_LEAVES, place)
            return [bytes(value) for (value,) in cursor.fetchall()]


def _fold(hashes: list[bytes]) -> bytes:
    while len(hashes) > 1:
        pairs = zip(hashes[::2], hashes[1::2], strict=True)
        hashes = [tree.node_hash(left, right) for left, right in pairs]
    return hashes[0]


class Batch:
    """Leaves that one transaction adds; nothing is written before `write`."""

    def __init__(self, head: Head) -> None:
        self.head = head
        self.leaves: list[Leaf] = []
        self.receipted: list[str] = []
        """Record digests of messages whose receipts name the tree of this commit."""
        self.audit_anchor = head.audit_anchor
        """What `Head.audit_anchor` is after the commit."""
        self.anchors_audit = False
        """Whether audit rows are to be anchored even if nothing else is added."""

    def append(
        self, *, salt: bytes, kind: str, time: datetime, record: str, outcome: str | None = None
    ) -> Leaf:
        """Add a leaf and return it; its index is final once the transaction commits.

        Args:
            salt: 32 random bytes.
            kind: one of the ledger's kinds.
            time: this node's clock.
            record: digest text of what is recorded.
            outcome: what became of it, for a message received and for nothing else.
        """
        opening = LeafOpening(
            salt=salt, kind=kind, time=time, record=parse_digest(record), outcome=outcome
        )
        index = self.head.frontier.tree_size + len(self.leaves)
        leaf = Leaf(index, leaf_hash(entry(opening)), opening)
        self.leaves.append(leaf)
        return leaf

    def grow(self) -> Growth:
        """Return what the batch does to the tree."""
        return Growth(self.head.frontier, [leaf.hash for leaf in self.leaves])

    def write(self, growth: Growth) -> None:
        """Write entries, completed tiles and the head; inside the caller's transaction."""
        epoch, adapt = self.head.epoch, connection.ops.adapt_datetimefield_value
        moments = {moment: adapt(moment) for moment in {leaf.opening.time for leaf in self.leaves}}
        entries = [
            (
                epoch,
                leaf.index,
                leaf.hash,
                leaf.opening.salt,
                leaf.opening.kind,
                moments[leaf.opening.time],
                "sha256:" + leaf.opening.record.hex(),
                leaf.opening.outcome or "",
            )
            for leaf in self.leaves
        ]
        nodes = [
            (epoch, level, index, value)
            for level, index, value in growth.completed
            if level and level % TILE_HEIGHT == 0
        ]
        frontier = growth.frontier
        with connection.cursor() as cursor:
            cursor.executemany(_INSERT_ENTRY, entries)
            if nodes:
                cursor.executemany(_INSERT_NODE, nodes)
            size, guarded = frontier.tree_size, self.head.guarded_size
            told = (epoch, size, frontier.encode(), guarded, self.audit_anchor)
            cursor.execute(_UPSERT_HEAD, told)
            if self.receipted:
                sizes = [(frontier.tree_size, record) for record in self.receipted]
                cursor.executemany(_SET_TREE_SIZE, sizes)

    def committed(self, growth: Growth) -> None:
        """Remember completed subtrees; only after the commit."""
        _RECENT.add(self.head.epoch, growth.completed)


# Written by hand because they run for every fact, or twenty times for a proof; columns are those
# of the models.
_READ_LEAVES: Final = (
    'SELECT leaf_hash FROM node_logentry WHERE epoch = %s AND "index" >= %s AND "index" < %s'
    ' ORDER BY "index"'
)
_READ_NODES: Final = (
    "SELECT hash FROM node_lognode WHERE level = %s AND epoch = %s"
    ' AND "index" >= %s AND "index" < %s ORDER BY "index"'
)
_INSERT_ENTRY: Final = (
    'INSERT INTO node_logentry (epoch, "index", leaf_hash, salt, kind, time, record, outcome)'
    " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)"
)
_INSERT_NODE: Final = (
    'INSERT INTO node_lognode (epoch, level, "index", hash) VALUES (%s, %s, %s, %s)'
)
_SET_TREE_SIZE: Final = "UPDATE node_messagerow SET tree_size = %s WHERE record = %s"
_UPSERT_HEAD: Final = (
    "INSERT INTO node_loghead (epoch, tree_size, frontier, guarded_size, audit_anchor)"
    " VALUES (%s, %s, %s, %s, %s)"
    " ON CONFLICT (epoch) DO UPDATE SET tree_size = excluded.tree_size,"
    " frontier = excluded.frontier, guarded_size = excluded.guarded_size,"
    " audit_anchor = excluded.audit_anchor"
)


def root_at(epoch: int, tree_size: int) -> bytes:
    """Return the root the log of an epoch had at a size it has reached."""
    return tree.root_from_reader(tree_size, Reader(epoch))


def openings(epoch: int, start: int, end: int) -> list[LeafOpening] | None:
    """Return the openings of a range of entries, or None if one was unlinked or is not there."""
    place = {"epoch": epoch, "index__gte": start, "index__lt": end}
    rows = list(LogEntry.objects.filter(**place).order_by("index"))
    if len(rows) != end - start or any(row.salt is None for row in rows):
        return None
    return [opening_of(row) for row in rows]


def opening_of(row: LogEntry) -> LeafOpening:
    """Return what explains an entry whose salt is still there."""
    return LeafOpening(
        salt=bytes(row.salt or b""),
        kind=row.kind,
        time=row.time,
        record=parse_digest(row.record),
        outcome=row.outcome or None,
    )
