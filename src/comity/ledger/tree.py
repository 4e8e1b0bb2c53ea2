"""The Merkle tree of RFC 9162: hashes, roots, proofs, and their verification."""

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from typing import Final, Protocol

from comity.canonical.errors import MisuseError
from comity.ledger.errors import ProofMismatchError, ProofRangeError

HASH_BYTES: Final = 32
EMPTY_ROOT: Final = hashlib.sha256(b"").digest()
MAX_TREE_SIZE: Final = 2**63 - 1  # what sumdb and tlog-cosignature can count


class SubtreeReader(Protocol):
    """Gives the hash of a complete subtree, from tiles, rows or memory."""

    def __call__(self, level: int, index: int, /) -> bytes:
        """Return the 32-byte hash over leaves ``[index << level, (index + 1) << level)``."""


def leaf_hash(entry: bytes) -> bytes:
    """Return the 32-byte hash of a log entry (RFC 9162 section 2.1.1)."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the 32-byte hash over two subtree hashes (RFC 9162 section 2.1.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root(leaf_hashes: Iterable[bytes]) -> bytes:
    """Return the root over leaf hashes in order; of none, SHA-256 of nothing.

    Source: RFC 9162 section 2.1.1.
    """
    row = list(leaf_hashes)
    if not row:
        return EMPTY_ROOT
    sha256 = hashlib.sha256
    while len(row) > 1:
        even = len(row) & ~1
        paired = [sha256(b"\x01" + row[i] + row[i + 1]).digest() for i in range(0, even, 2)]
        # A last hash without a partner moves up as it is: RFC 9162 splits at a power of two.
        row = paired + row[even:]
    return row[0]


def root_from_reader(tree_size: int, read: SubtreeReader) -> bytes:
    """Return the root of a tree whose complete subtrees can be read."""
    return _edge(0, tree_size, read) if tree_size else EMPTY_ROOT


def inclusion_proof(index: int, tree_size: int, read: SubtreeReader) -> list[bytes]:
    """Return the sibling hashes from a leaf up to the root, leaf level first.

    Args:
        index: zero-based position of the leaf; ``0 <= index < tree_size``.
        tree_size: number of leaves of the tree to prove against.
        read: answers for every complete subtree of that tree.

    Raises:
        MisuseError: the leaf is outside the tree.

    Source: RFC 9162 section 2.1.3.1.
    """
    if not 0 <= index < tree_size:
        raise MisuseError("the leaf is outside the tree")
    return _siblings(index, tree_size, 0, read)


def consistency_proof(old_size: int, new_size: int, read: SubtreeReader) -> list[bytes]:
    """Return the hashes by which an old tree is shown to begin a new one.

    Args:
        old_size: leaves of the old tree, at least 1: an empty tree needs no proof and gets none.
        new_size: leaves of the new tree, not fewer.
        read: answers for every complete subtree of the new tree.

    Raises:
        MisuseError: the old tree is empty or the larger one.

    Source: RFC 9162 section 2.1.4.1.
    """
    if not 0 < old_size <= new_size:
        raise MisuseError("an old tree has at least one leaf and no more than the new one")
    if old_size == new_size:
        return []
    level = (old_size & -old_size).bit_length() - 1  # height of the old tree's last peak
    index = (old_size - 1) >> level
    first = [read(level, index)] if index else []
    return first + _siblings(index, new_size, level, read)


def root_from_path(leaf: bytes, index: int, tree_size: int, path: Sequence[bytes]) -> bytes:
    """Return the root an inclusion path leads to.

    Args:
        leaf: leaf hash, 32 bytes, already prefixed and hashed.
        index: zero-based position; ``0 <= index < tree_size``.
        tree_size: number of leaves covered, not bytes.
        path: sibling hashes, 32 bytes each, leaf level first.

    Returns:
        32 bytes. Proves nothing until it equals the root in a verified checkpoint.

    Raises:
        ProofRangeError: the leaf is outside the tree.
        ProofMismatchError: the path is longer or shorter than index and size require.

    Source: RFC 9162 section 2.1.3.2.
    """
    if not 0 <= index < tree_size <= MAX_TREE_SIZE:
        raise ProofRangeError("the leaf is outside the tree")
    _check_hashes(leaf, *path)
    sha256 = hashlib.sha256
    position, last, value = index, tree_size - 1, leaf
    for sibling in path:
        if last == 0:
            raise ProofMismatchError("the path is too long")
        if position & 1 or position == last:
            value = sha256(b"\x01" + sibling + value).digest()
            while not position & 1 and position:
                position >>= 1
                last >>= 1
        else:
            value = sha256(b"\x01" + value + sibling).digest()
        position >>= 1
        last >>= 1
    if last:
        raise ProofMismatchError("the path is too short")
    return value


def verify_inclusion(
    *, leaf: bytes, index: int, tree_size: int, path: Sequence[bytes], expected_root: bytes
) -> None:
    """Return if the leaf stands at that place under that root.

    Raises:
        ProofRangeError, ProofMismatchError: it is not shown to.

    Source: RFC 9162 section 2.1.3.2.
    """
    if not hmac.compare_digest(root_from_path(leaf, index, tree_size, path), expected_root):
        raise ProofMismatchError("the path leads to another root")


def verify_consistency(
    *, old_size: int, new_size: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes
) -> None:
    """Return if the tree under the new root begins with the tree under the old one.

    A proof from an empty tree says nothing and is refused.

    Raises:
        ProofRangeError: the old tree is empty or the larger one.
        ProofMismatchError: the proof does not lead to both roots.

    Source: RFC 9162 section 2.1.4.2.
    """
    if not 0 < old_size <= new_size <= MAX_TREE_SIZE:
        raise ProofRangeError("the old tree is empty or larger than the new one")
    _check_hashes(old_root, new_root, *proof)
    if old_size == new_size:
        if proof or not hmac.compare_digest(old_root, new_root):
            raise ProofMismatchError("trees of one size have one root")
        return
    hashes = list(proof)
    if old_size & (old_size - 1) == 0:
        hashes.insert(0, old_root)
    if not hashes:
        raise ProofMismatchError("the proof is too short")
    old_seen, new_seen = _roots_of_consistency(old_size, new_size, hashes)
    if not (hmac.compare_digest(old_seen, old_root) and hmac.compare_digest(new_seen, new_root)):
        raise ProofMismatchError("the proof leads to other roots")


def _roots_of_consistency(old_size: int, new_size: int, hashes: list[bytes]) -> tuple[bytes, bytes]:
    """Walk steps 3 to 6 of RFC 9162 section 2.1.4.2."""
    sha256 = hashlib.sha256
    position, last = old_size - 1, new_size - 1
    while position & 1:
        position >>= 1
        last >>= 1
    old = new = hashes[0]
    for sibling in hashes[1:]:
        if last == 0:
            raise ProofMismatchError("the proof is too long")
        if position & 1 or position == last:
            old = sha256(b"\x01" + sibling + old).digest()
            new = sha256(b"\x01" + sibling + new).digest()
            while not position & 1 and position:
                position >>= 1
                last >>= 1
        else:
            new = sha256(b"\x01" + new + sibling).digest()
        position >>= 1
        last >>= 1
    if last:
        raise ProofMismatchError("the proof is too short")
    return old, new


def _siblings(index: int, tree_size: int, level: int, read: SubtreeReader) -> list[bytes]:
    """Collect the siblings of one node and of all above it, up to the root."""
    path = []
    last = (tree_size - 1) >> level
    while last:
        if index & 1:
            path.append(read(level, index - 1))
        elif index < last:
            if (index + 2) << level <= tree_size:
                path.append(read(level, index + 1))
            else:
                path.append(_edge((index + 1) << level, tree_size, read))
        index >>= 1
        last >>= 1
        level += 1
    return path


def _edge(start: int, end: int, read: SubtreeReader) -> bytes:
    """Return the hash over ``[start, end)``, where ``start`` is aligned to the whole range."""
    peaks = []
    while start < end:
        level = (end - start).bit_length() - 1
        peaks.append(read(level, start >> level))
        start += 1 << level
    value = peaks.pop()
    while peaks:
        value = node_hash(peaks.pop(), value)
    return value


def _check_hashes(*hashes: bytes) -> None:
    for value in hashes:
        if len(value) != HASH_BYTES:
            raise ProofMismatchError("a hash is not 32 bytes long")
