"""A package that comes from its beginning, and whose root shows only at the end.

Beside the bytes lie the hashes of the whole blocks that were forced to the disk, and their number
is how far it is: a later process goes on after them and hashes nothing again.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from comity.evidence.blocks import BLOCK_BYTES, block_hash, root_over
from comity.evidence.package_errors import OfferRootError, OfferSizeError
from comity.files.errors import translating
from comity.node.core.block_writer import HASH_BYTES, cut, write_at

FORCE_BLOCKS: Final = 16
"""How many blocks are written before they are forced to the disk together."""
_FLAGS: Final = os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC


class Filling:
    """Bytes that are appended; one writer at a time.

    Args:
        folder: of everything that is on its way in.
        name: unique in it, without a dot.
        size_bytes: how long it will be.
    """

    def __init__(self, folder: Path, name: str, size_bytes: int) -> None:
        self.path = folder / name
        self._leaves_path = self.path.with_suffix(".leaves")
        self.size_bytes = size_bytes

    @property
    def leaves(self) -> bytes:
        """Return the hashes of the blocks that are on the disk, joined."""
        try:
            found = self._leaves_path.read_bytes()
        except FileNotFoundError:
            return b""
        return found[: len(found) // HASH_BYTES * HASH_BYTES]

    @property
    def here_bytes(self) -> int:
        """Return how many bytes are here: whole blocks, or everything."""
        return self._bytes(len(self.leaves))

    def _bytes(self, leaves: int) -> int:
        return min(leaves // HASH_BYTES * BLOCK_BYTES, self.size_bytes)

    def append(self, pieces: Iterable[bytes]) -> None:
        """Add what follows `here_bytes`; a rest that fills no block is dropped.

        Raises:
            OfferSizeError: more came than is due; the whole blocks before it stay.
            StorageError: the disk refused; what was forced to it before stays.
        """
        known = len(self.leaves)
        start = self._bytes(known)
        with self._opened(known) as writer:
            for block in cut(pieces, self.size_bytes - start):
                writer.add(block)

    @contextmanager
    def _opened(self, known: int) -> Iterator["_Writer"]:
        with translating("write a package"):
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            file = os.open(self.path, _FLAGS, 0o600)
            leaves = os.open(self._leaves_path, _FLAGS, 0o600)
            os.ftruncate(leaves, known)
        writer = _Writer(file, leaves, place=known, at=self._bytes(known))
        try:
            try:
                yield writer
            finally:
                writer.force()
        finally:
            os.close(file)
            os.close(leaves)

    def check(self, root: bytes) -> None:
        """Check what came against the root that was promised.

        Raises:
            OfferSizeError: not everything is here.
            OfferRootError: it is something else.
        """
        if self.here_bytes != self.size_bytes:
            raise OfferSizeError("fewer sealed bytes than offered", offered_bytes=self.size_bytes)
        if self.root() != root:
            raise OfferRootError("the sealed bytes are not those that were offered")

    def root(self) -> bytes:
        """Return the root over the blocks that are here."""
        found = self.leaves
        return root_over(found[i : i + HASH_BYTES] for i in range(0, len(found), HASH_BYTES))

    def move(self, name: str) -> None:
        """Give it another name in its folder; the hashes first, so that it is never without."""
        target = self.path.with_name(name)
        self._leaves_path.replace(target.with_suffix(".leaves"))
        self.path.replace(target)

    def discard(self) -> None:
        """Forget everything that has come."""
        self._leaves_path.unlink(missing_ok=True)
        self.path.unlink(missing_ok=True)


class _Writer:
    """Writes blocks, and now and then forces them to the disk and says so beside them."""

    def __init__(self, file: int, leaves: int, *, place: int, at: int) -> None:
        self._file, self._leaves = file, leaves
        self._place, self._at = place, at
        self._fresh: list[bytes] = []

    def add(self, block: memoryview) -> None:
        with translating("write a package"):
            write_at(self._file, block, self._at)
        self._fresh.append(block_hash(block))
        self._at += len(block)
        if len(self._fresh) == FORCE_BLOCKS:
            self.force()

    def force(self) -> None:
        if not self._fresh:
            return
        data = b"".join(self._fresh)
        with translating("write a package"):
            os.fdatasync(self._file)
            write_at(self._leaves, memoryview(data), self._place)
            os.fdatasync(self._leaves)
        self._place += len(data)
        self._fresh.clear()
