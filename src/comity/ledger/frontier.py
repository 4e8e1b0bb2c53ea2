"""The right edge of a tree: all that appending and proving a new batch needs."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Self, cast

from comity.canonical.errors import MisuseError
from comity.ledger.errors import FrontierError
from comity.ledger.tree import EMPTY_ROOT, HASH_BYTES, MAX_TREE_SIZE

type Subtree = tuple[int, int, bytes]
"""Level, index and hash of a complete subtree of ``2**level`` leaves."""

_SIZE_BYTES = 8


@dataclass(frozen=True, slots=True)
class Frontier:
    """The complete subtrees whose leaves are the whole tree.

    Attributes:
        tree_size: number of leaves.
        hashes: one of 32 bytes for each bit set in ``tree_size``, the largest subtree first.
    """

    tree_size: int = 0
    hashes: tuple[bytes, ...] = ()

    def root(self) -> bytes:
        """Return the root of the tree (RFC 9162 section 2.1.1)."""
        if not self.hashes:
            return EMPTY_ROOT
        value = self.hashes[-1]
        for peak in self.hashes[-2::-1]:
            value = hashlib.sha256(b"\x01" + peak + value).digest()
        return value

    def grow(self, leaf_hashes: Sequence[bytes]) -> "Growth":
        """Append leaf hashes, hashing each new subtree once; see `Growth` for what that gives."""
        return Growth(self, leaf_hashes)

    def append(self, leaf_hashes: Sequence[bytes]) -> tuple["Frontier", list[Subtree]]:
        """Return the new right edge, and each subtree completed by the batch, leaves included."""
        growth = self.grow(leaf_hashes)
        return growth.frontier, growth.completed

    def encode(self) -> bytes:
        """Return the size in 8 bytes, big-endian, then the hashes."""
        return self.tree_size.to_bytes(_SIZE_BYTES, "big") + b"".join(self.hashes)

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Return what `encode` wrote.

        Raises:
            FrontierError: the length does not fit the size.
        """
        tree_size = int.from_bytes(data[:_SIZE_BYTES], "big")
        due = _SIZE_BYTES + HASH_BYTES * tree_size.bit_count()
        if len(data) != due or tree_size > MAX_TREE_SIZE:
            raise FrontierError("length does not fit the tree size")
        hashes = (data[i : i + HASH_BYTES] for i in range(_SIZE_BYTES, due, HASH_BYTES))
        return cls(tree_size, tuple(hashes))

    def by_level(self) -> dict[int, bytes]:
        """Return the hash of each peak by its level."""
        levels = (level for level in range(self.tree_size.bit_length() - 1, -1, -1))
        return dict(
            zip((lv for lv in levels if self.tree_size >> lv & 1), self.hashes, strict=True)
        )


class Growth:
    """What one batch does to a tree, hashed once and read in several ways.

    The rows hold, per level, every complete subtree over new leaves, and before it, where the
    first of them is a right child, the old peak that is its left sibling. So every row begins at
    an even index, and siblings of new nodes are in the row, are the unfinished right edge, or
    (above the last row) are old peaks.
    """

    def __init__(self, old: Frontier, leaf_hashes: Sequence[bytes]) -> None:
        self._old = old
        self._new_size = old.tree_size + len(leaf_hashes)
        if self._new_size > MAX_TREE_SIZE:
            raise MisuseError("the tree is full")
        if any(len(value) != HASH_BYTES for value in leaf_hashes):
            raise MisuseError("a leaf hash has 32 bytes")
        self._peaks = peaks = old.by_level()
        self._rows: list[tuple[int, list[bytes]]] = []
        row, first, level, sha256 = list(leaf_hashes), old.tree_size, 0, hashlib.sha256
        while row:
            if first & 1:
                row.insert(0, peaks[level])
            self._rows.append((first & ~1, row))
            row = [
                sha256(b"\x01" + row[i] + row[i + 1]).digest() for i in range(0, len(row) - 1, 2)
            ]
            first >>= 1
            level += 1

    @cached_property
    def frontier(self) -> Frontier:
        """The new right edge."""
        size, height = self._new_size, len(self._rows)
        low = [row[-1] for _, row in reversed(self._rows) if len(row) & 1]
        high = [peak for level, peak in self._peaks.items() if level >= height]
        return Frontier(size, tuple(high + low))

    @property
    def completed(self) -> list[Subtree]:
        """Each subtree that the batch completed, the leaves (level 0) first."""
        found: list[Subtree] = []
        for level, (start, row) in enumerate(self._rows):
            old = (self._old.tree_size >> level) - start
            found += [(level, start + i, row[i]) for i in range(old, len(row))]
        return found

    @cached_property
    def root(self) -> bytes:
        """The root of the new tree."""
        return self.frontier.root()

    @cached_property
    def _edges(self) -> list[bytes | None]:
        """Per level, one beyond the rows too, the hash of the unfinished last subtree, if any."""
        edge: bytes | None = None
        edges = [edge]
        for _, row in self._rows:
            if len(row) & 1:
                edge = (
                    row[-1] if edge is None else hashlib.sha256(b"\x01" + row[-1] + edge).digest()
                )
            edges.append(edge)
        return edges

    def inclusion_proofs(self) -> list[tuple[bytes, ...]]:
        """Return the proof of each new leaf in the new tree, in the order of the batch.

        Source: RFC 9162 section 2.1.3.1, from the root down so that common ends are shared.
        """
        if not self._rows:
            return []
        height, size, old_size = len(self._rows), self._new_size, self._old.tree_size
        above = tuple(p for lv, p in reversed(self._peaks.items()) if lv >= height)
        paths: list[tuple[bytes, ...]] = [above]
        for level in range(height - 1, -1, -1):
            start, row = self._rows[level]
            edge = self._edges[level]
            first, last, parents = old_size >> level, (size - 1) >> level, paths
            shift = first >> 1
            aligned = row if edge is None else [*row, edge]
            count = len(aligned)
            paths = []
            for index in range(first, last + 1):
                parent = parents[(index >> 1) - shift]
                sibling = (index ^ 1) - start
                paths.append((aligned[sibling], *parent) if sibling < count else parent)
        return paths

    def consistency_proof(self) -> list[bytes]:
        """Return the proof that the tree before the batch begins the tree after it.

        Raises:
            MisuseError: the tree before the batch is empty.

        Source: RFC 9162 section 2.1.4.1.
        """
        old_size = self._old.tree_size
        if not old_size:
            raise MisuseError("an old tree has at least one leaf")
        if self._new_size == old_size:
            return []
        level = (old_size & -old_size).bit_length() - 1
        index = (old_size - 1) >> level
        proof = [self._peaks[level]] if index else []
        last = (self._new_size - 1) >> level
        while last:
            if index & 1:
                proof.append(self._peaks[level])
            elif index < last:
                proof.append(self._new_subtree(level, index + 1))
            index >>= 1
            last >>= 1
            level += 1
        return proof

    def _new_subtree(self, level: int, index: int) -> bytes:
        """Return the hash of a subtree of new leaves only, complete or the unfinished last one."""
        # Above the rows no subtree of new leaves is complete: there is only the last edge.
        if level < len(self._rows):
            start, row = self._rows[level]
            if index - start < len(row):
                return row[index - start]
        return cast("bytes", self._edges[min(level, len(self._rows))])


def batch_proofs(frontier: Frontier, leaf_hashes: Sequence[bytes]) -> list[tuple[bytes, ...]]:
    """Return the inclusion proofs of new leaves in the new tree, from the old edge alone."""
    return frontier.grow(leaf_hashes).inclusion_proofs()
