"""The root over the blocks of sealed bytes, by which a carrier without a key can check them.

A block has 1 MiB, the last may be shorter; its hash is BLAKE3 (ADR 0028). The tree is the ledger's
(RFC 9162 section 2.1.1, SHA-256 throughout), and its entries are the block hashes.

Source: spec 15.2.
"""

from collections.abc import Iterable, Sequence

import blake3

from comity.evidence.package_errors import OfferBlockError, OfferRootError, OfferSizeError
from comity.ledger import tree

BLOCK_BYTES = 1 << 20


def block_hash(block: bytes | memoryview) -> bytes:
    """Return the 32-byte hash of one block: BLAKE3 of its bytes, as `b3sum` gives it.

    Source: spec 15.2.
    """
    return blake3.blake3(block).digest()


def root_over(block_hashes: Iterable[bytes]) -> bytes:
    """Return the 32-byte root over block hashes in order, each an entry of the tree.

    Source: spec 15.2; RFC 9162 section 2.1.1.
    """
    return tree.root(tree.leaf_hash(value) for value in block_hashes)


class BlockHasher:
    """Feed it sealed bytes in any pieces; it keeps one hash a block.

    With ``expected`` block hashes, a wrong block is refused as soon as it is complete.
    """

    def __init__(self, expected: Sequence[bytes] | None = None) -> None:
        self.block_hashes: list[bytes] = []
        self.size_bytes = 0
        self._expected = expected
        self._state = blake3.blake3()
        self._room = BLOCK_BYTES  # left in the current block

    def update(self, view: memoryview) -> None:
        """Hash the next bytes; `OfferBlockError` names a block that is not the expected one."""
        position = 0
        while position < len(view):
            part = view[position : position + self._room]
            self._state.update(part)
            position += len(part)
            self.size_bytes += len(part)
            self._room -= len(part)
            if not self._room:
                self._close()

    def root(self) -> bytes:
        """Return the root over all blocks, after the last byte."""
        if self._room < BLOCK_BYTES:
            self._close()
        return root_over(self.block_hashes)

    def _close(self) -> None:
        number = len(self.block_hashes)
        found = self._state.digest()
        if self._expected is not None and (
            number >= len(self._expected) or found != self._expected[number]
        ):
            raise OfferBlockError(f"block {number} is not the one offered", block=number)
        self.block_hashes.append(found)
        self._state = blake3.blake3()
        self._room = BLOCK_BYTES


def join_block_hashes(block_hashes: Sequence[bytes]) -> bytes:
    """Return the list as it is kept or sent beside a package: 32 bytes a block, in order."""
    return b"".join(block_hashes)


def split_block_hashes(data: bytes, *, root: bytes, size_bytes: int) -> tuple[bytes, ...]:
    """Inverse of `join_block_hashes`, checked against an offer; `OfferRootError`."""
    block_hashes = tuple(data[start : start + 32] for start in range(0, len(data), 32))
    check_block_hashes(block_hashes, root=root, size_bytes=size_bytes)
    return block_hashes


def check_block_hashes(block_hashes: Sequence[bytes], *, root: bytes, size_bytes: int) -> None:
    """Check a list of block hashes, fetched from anywhere, against the offered root.

    Raises:
        OfferRootError: the list has another length than the size gives, or another root.
    """
    if len(block_hashes) != -(-size_bytes // BLOCK_BYTES) or root_over(block_hashes) != root:
        raise OfferRootError("the list of block hashes does not lead to the offered root")


def verify_blocks(
    pieces: Iterable[memoryview],
    *,
    root: bytes,
    size_bytes: int,
    block_hashes: Sequence[bytes] | None = None,
) -> None:
    """Check sealed bytes without a key.

    Args:
        pieces: the sealed bytes in order.
        root: 32 bytes, from a verified offer.
        size_bytes: sealed length, from the same offer.
        block_hashes: if given, they are checked first and a wrong block is then named.

    Raises:
        OfferSizeError, OfferBlockError, OfferRootError.
    """
    if block_hashes is not None:
        check_block_hashes(block_hashes, root=root, size_bytes=size_bytes)
    hasher = BlockHasher(block_hashes)
    for piece in pieces:
        if hasher.size_bytes + len(piece) > size_bytes:
            raise OfferSizeError("more sealed bytes than offered", offered_bytes=size_bytes)
        hasher.update(piece)
    check_sealed(hasher, root=root, size_bytes=size_bytes)


def check_sealed(hasher: BlockHasher, *, root: bytes, size_bytes: int) -> None:
    """Check what a hasher has seen, after the last byte; `OfferSizeError` or `OfferRootError`."""
    if hasher.size_bytes != size_bytes:
        raise OfferSizeError(
            f"{hasher.size_bytes} sealed bytes where {size_bytes} were offered",
            size_bytes=hasher.size_bytes,
            offered_bytes=size_bytes,
        )
    if hasher.root() != root:
        raise OfferRootError("the sealed bytes are not those that were offered")
