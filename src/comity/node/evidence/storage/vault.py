"""Sealed packages as bytes: found by their root, read by range, written whole or not at all.

Keys in the store: ``packages/<root hex>`` and ``packages/<root hex>.blocks`` (hashes of the
1 MiB blocks). Names are content, so writing twice is harmless. What is on its way in lies on the
node's own disk whatever the store is (``incoming/``, ``quarantine/``), because it has to be resumed
to the block; a store of objects gets a package only whole, and completes no upload whose blocks do
not lead to the root.
"""

import functools
import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import obstore
from obstore.store import LocalStore, ObjectStore

from comity.canonical import OperationError
from comity.evidence.blocks import BLOCK_BYTES, BlockHasher, check_sealed
from comity.evidence.offer import Offer
from comity.files.errors import translating
from comity.node.core.block_writer import write_durably
from comity.node.core.clock import now
from comity.node.core.config import NodeConfig
from comity.node.evidence.storage.object_store import asking, open_store
from comity.node.evidence.storage.store_probe import check
from comity.node.evidence.transfer.sequential_writer import Filling

CHUNK_BYTES: Final = BLOCK_BYTES
_PART_BYTES: Final = 8 * BLOCK_BYTES
_PARTS_AT_ONCE: Final = 3


class PackageMissingError(OperationError, code="package-missing"):
    """The vault does not hold the package."""


@dataclass(frozen=True)
class Vault:
    """One node's sealed packages.

    Attributes:
        folder: of what is on its way in, and of the packages where the store is local.
        store: of the packages.
    """

    folder: Path
    store: ObjectStore = field(repr=False)

    @property
    def incoming(self) -> Path:
        """Return the folder of what is on its way in."""
        return self.folder / "incoming"

    @property
    def quarantine(self) -> Path:
        """Return the folder of packages that came before anybody promised them."""
        return self.folder / "quarantine"

    def has(self, root: bytes) -> bool:
        """Tell whether a whole, verified package is here."""
        try:
            self.size_bytes(root)
        except PackageMissingError:
            return False
        return True

    def size_bytes(self, root: bytes) -> int:
        """Return a package's length.

        Raises:
            PackageMissingError: it is not here.
            StoreError: the store does not answer.
        """
        with _present(), asking("looking for a package"):
            return int(obstore.head(self.store, _key(root))["size"])

    def read(self, root: bytes, *, start: int, end: int) -> Iterator[bytes]:
        """Yield the bytes from ``start`` up to but not including ``end``, a block at a time."""
        if isinstance(self.store, LocalStore):  # a thread and a copy less a block than by the store
            yield from self._read_file(root, start, end)
            return
        for at in range(start, end, CHUNK_BYTES):
            until = min(at + CHUNK_BYTES, end)
            with _present(), asking("reading a package"):
                part = obstore.get_range(self.store, _key(root), start=at, end=until)
            yield bytes(part)

    def _read_file(self, root: bytes, start: int, end: int) -> Iterator[bytes]:
        with _present(), (self.folder / _key(root)).open("rb", buffering=0) as file:
            file.seek(start)
            for at in range(start, end, CHUNK_BYTES):
                yield file.read(min(CHUNK_BYTES, end - at))

    def blocks(self, root: bytes) -> bytes:
        """Return the hashes of a package's blocks, joined."""
        with _present(), asking("reading a package"):
            return bytes(obstore.get(self.store, f"{_key(root)}.blocks").bytes())

    def put(self, offer: Offer, pieces: Iterable[bytes]) -> None:
        """Take in a whole package, verified against its offer before it has its name.

        Raises:
            OfferError: it is not the package offered; nothing is stored.
            StorageError, StoreError: the disk or the store refused.
        """
        name = f"{offer.root.hex()}-{secrets.token_hex(8)}"  # others may bring it too
        filling = Filling(self.incoming, name, offer.sealed_size_bytes)
        try:
            filling.append(pieces)
            filling.check(offer.root)
            self.publish(offer.root, filling.path, filling.leaves)
        finally:
            filling.discard()

    def publish(self, root: bytes, path: Path, blocks: bytes) -> None:
        """Give a verified file its name as a package, durably; the list of blocks first.

        Args:
            root: to which the blocks lead.
            path: of the file, on the disk of ``incoming``; it is moved or left to be discarded.
            blocks: block hashes, joined.

        Raises:
            StorageError, StoreError: the disk or the store refused.
        """
        if isinstance(self.store, LocalStore):
            with translating("write a package"):
                target = self.folder / _key(root)
                target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                write_durably(target.with_suffix(".blocks"), blocks)
                path.replace(target)
                _force_folder(target.parent)
            return
        with asking("storing a package"):
            obstore.put(self.store, f"{_key(root)}.blocks", blocks)
            obstore.put(
                self.store,
                _key(root),
                _verified(path, root),
                use_multipart=True,
                chunk_size=_PART_BYTES,
                max_concurrency=_PARTS_AT_ONCE,
            )

    def delete(self, root: bytes) -> None:
        """Destroy a package; the fact is recorded elsewhere and stays."""
        for key in (_key(root), f"{_key(root)}.blocks"):
            with asking("destroying a package"):
                try:
                    obstore.delete(self.store, key)
                except FileNotFoundError:
                    continue


@functools.cache
def open_vault(config: NodeConfig) -> Vault:
    """Return the vault of a node by its settings; a store of objects is tried first, once.

    Raises:
        StoreUntrueError: packages would not be safe in the store.
        StoreError, StoreKeyError: it cannot be tried; the next call tries again.
    """
    if config.store:
        check(config, at=now())
    return Vault(config.vault, open_store(config))


def _key(root: bytes) -> str:
    return f"packages/{root.hex()}"


@contextmanager
def _present() -> Iterator[None]:
    """Turn a missing object into `PackageMissingError`."""
    try:
        yield
    except FileNotFoundError as fault:
        raise PackageMissingError("the vault does not hold this package") from fault


def _verified(path: Path, root: bytes) -> Iterator[bytes]:
    """Yield a file; before its end, raise unless it leads to the root: the upload is aborted."""
    hasher = BlockHasher()
    size = path.stat().st_size
    with path.open("rb") as file:
        while piece := file.read(BLOCK_BYTES):
            hasher.update(memoryview(piece))
            if hasher.size_bytes == size:
                check_sealed(hasher, root=root, size_bytes=size)
            yield piece


def _force_folder(path: Path) -> None:
    folder = os.open(path, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
