"""A package on its way in whose block hashes are known, so its blocks may come in any order.

What has been verified survives any end of the process. Beside the bytes lies a map of one byte a
block: 0 not here, 1 verified and written, 2 also forced to the disk. The 2 is written after
``fdatasync``, so it holds even after the power failed, and such a block is never read again. A 1
holds while the machine stays up; a later process hashes it once, because it cannot know that.
"""

import os
import threading
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from comity.evidence.blocks import BLOCK_BYTES, block_hash, check_block_hashes
from comity.evidence.offer import Offer
from comity.evidence.package_errors import OfferBlockError
from comity.files.errors import translating
from comity.node.core.block_writer import (
    HASH_BYTES,
    opened_direct,
    write_at,
    write_durably,
    wrote_direct,
)

_ABSENT: Final = 0
_WRITTEN: Final = 1
_KEPT: Final = 2
_FLAGS: Final = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC


class Arrival:
    """A package whose blocks are known one by one; safe between threads while it is open.

    Args:
        folder: of everything that is on its way in.
        offer: what it must be.
    """

    def __init__(self, folder: Path, offer: Offer) -> None:
        self.offer = offer
        self.path = folder / offer.root.hex()
        self._blocks_path = self.path.with_suffix(".blocks")
        self._map_path = self.path.with_suffix(".map")
        self.count = -(-offer.sealed_size_bytes // BLOCK_BYTES)
        self._hashes = b""
        self._map = bytearray()
        self._file = self._map_file = -1
        self._direct: int | None = None
        self._lock = threading.Lock()

    @property
    def expected(self) -> bytes | None:
        """Return the block hashes as they were verified and kept, joined; None before that."""
        try:
            found = self._blocks_path.read_bytes()
        except FileNotFoundError:
            return None
        return found if len(found) == self.count * HASH_BYTES else None

    def expect(self, blocks: bytes) -> None:
        """Keep the block hashes, durably.

        Raises:
            OfferRootError: they do not lead to the offered root.
            StorageError: the disk refused.
        """
        hashes = [blocks[i : i + HASH_BYTES] for i in range(0, len(blocks), HASH_BYTES)]
        size = self.offer.sealed_size_bytes
        check_block_hashes(hashes, root=self.offer.root, size_bytes=size)
        with translating("write a package"):
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_durably(self._blocks_path, blocks)

    def __enter__(self) -> Self:
        """Open the files; `expected` must be there."""
        self._hashes = self.expected or b""
        with translating("write a package"):
            self._file = os.open(self.path, _FLAGS, 0o600)
            self._map_file = os.open(self._map_path, _FLAGS, 0o600)
            if os.fstat(self._file).st_size != self.offer.sealed_size_bytes:
                os.ftruncate(self._map_file, 0)  # a map of bytes that are not here says nothing
            os.ftruncate(self._file, self.offer.sealed_size_bytes)
            os.ftruncate(self._map_file, self.count)
            self._map = bytearray(os.pread(self._map_file, self.count, 0))
            self._recheck()
            self._direct = opened_direct(self.path)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the files."""
        if self._direct is not None:
            os.close(self._direct)
        os.close(self._file)
        os.close(self._map_file)

    def _recheck(self) -> None:
        """Hash what was written but perhaps never forced to the disk; a few blocks at most."""
        for number in [n for n, state in enumerate(self._map) if state == _WRITTEN]:
            block = os.pread(self._file, self.length(number), number * BLOCK_BYTES)
            good = block_hash(block) == self._hash(number)
            self._mark(number, number + 1, _WRITTEN if good else _ABSENT)
            if good:
                self.keep(number, number + 1)

    def length(self, number: int) -> int:
        """Return how long a block is, bytes."""
        return min(BLOCK_BYTES, self.offer.sealed_size_bytes - number * BLOCK_BYTES)

    def _hash(self, number: int) -> bytes:
        return self._hashes[number * HASH_BYTES : (number + 1) * HASH_BYTES]

    def missing(self, most: int) -> list[tuple[int, int]]:
        """Return runs (first, end) of absent blocks, none longer than ``most``."""
        found: list[tuple[int, int]] = []
        for number, state in enumerate(self._map):
            if state != _ABSENT:
                continue
            if found and found[-1][1] == number and number - found[-1][0] < most:
                found[-1] = (found[-1][0], number + 1)
            else:
                found.append((number, number + 1))
        return found

    @property
    def absent(self) -> int:
        """Return the number of blocks that are not here."""
        return self._map.count(_ABSENT)

    @property
    def here_bytes(self) -> int:
        """Return the bytes of all verified blocks."""
        missing = self.absent * BLOCK_BYTES
        if self._map.endswith(bytes((_ABSENT,))):
            missing -= BLOCK_BYTES - self.length(self.count - 1)
        return self.offer.sealed_size_bytes - missing

    @property
    def leading_bytes(self) -> int:
        """Return how many bytes are here without a gap from the beginning."""
        first = self._map.find(_ABSENT)
        return self.offer.sealed_size_bytes if first < 0 else first * BLOCK_BYTES

    def put(self, number: int, block: memoryview) -> None:
        """Write a block once it is verified.

        Raises:
            OfferBlockError: it is not the one offered; nothing was written.
            StorageError: the disk refused.
        """
        if len(block) != self.length(number) or block_hash(block) != self._hash(number):
            raise OfferBlockError(f"block {number} is not the one offered", block=number)
        with translating("write a package"):
            place = number * BLOCK_BYTES
            if self._direct is None or not wrote_direct(self._direct, block, place):
                write_at(self._file, block, place)
            self._mark(number, number + 1, _WRITTEN)

    def keep(self, first: int, end: int) -> None:
        """Force the blocks from ``first`` to before ``end`` that are here to the disk."""
        with translating("write a package"):
            os.fdatasync(self._file)
            for number in range(first, end):
                if self._map[number] == _WRITTEN:
                    self._mark(number, number + 1, _KEPT)

    def _mark(self, first: int, end: int, state: int) -> None:
        with self._lock:
            self._map[first:end] = bytes((state,)) * (end - first)
            os.pwrite(self._map_file, self._map[first:end], first)

    @property
    def whole(self) -> bool:
        """Tell whether every block is verified and on the disk."""
        return self._map.count(_KEPT) == self.count

    def discard(self) -> None:
        """Forget everything that has come."""
        for path in (self._map_path, self.path, self._blocks_path):
            path.unlink(missing_ok=True)
