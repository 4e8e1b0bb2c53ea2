"""Sealed packages as bytes: found by their root, read by range, written whole or not at all.

Keys: ``packages/<root hex>`` and ``packages/<root hex>.blocks`` (leaf hashes of the 1 MiB blocks);
``incoming/<root hex>`` while it arrives. Names are content, so writing twice is harmless.
"""

import os
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import obstore
from obstore.store import LocalStore

from comity.canonical import OperationError
from comity.evidence.blocks import BLOCK_BYTES, BlockHasher, check_leaf_hashes, check_sealed
from comity.evidence.offer import Offer
from comity.files.errors import translating

CHUNK_BYTES: Final = BLOCK_BYTES
_HASH: Final = 32


class PackageMissingError(OperationError):
    """The vault does not hold the package."""

    code = "package-missing"


@dataclass(frozen=True)
class Vault:
    """One node's store of sealed packages.

    Attributes:
        folder: of the local store.
    """

    folder: Path

    @property
    def _store(self) -> LocalStore:
        return LocalStore(prefix=self.folder, mkdir=True)

    def has(self, root: bytes) -> bool:
        """Tell whether a whole, verified package is here."""
        return self.path(root).is_file()

    def path(self, root: bytes) -> Path:
        """Return where a package lies; only the local store has paths."""
        return self.folder / "packages" / root.hex()

    def size_bytes(self, root: bytes) -> int:
        """Return a package's length.

        Raises:
            PackageMissingError: it is not here.
        """
        try:
            return int(obstore.head(self._store, f"packages/{root.hex()}")["size"])
        except FileNotFoundError as fault:
            raise PackageMissingError("the vault does not hold this package") from fault

    def read(self, root: bytes, *, start: int, end: int) -> Iterator[bytes]:
        """Yield the bytes from ``start`` up to but not including ``end``, a block at a time."""
        store, name = self._store, f"packages/{root.hex()}"
        for at in range(start, end, CHUNK_BYTES):
            part = obstore.get_range(store, name, start=at, end=min(at + CHUNK_BYTES, end))
            yield bytes(part)

    def blocks(self, root: bytes) -> bytes:
        """Return the leaf hashes of a package's blocks, joined."""
        try:
            return bytes(obstore.get(self._store, f"packages/{root.hex()}.blocks").bytes())
        except FileNotFoundError as fault:
            raise PackageMissingError("the vault does not hold this package") from fault

    def put(self, offer: Offer, pieces: Iterable[bytes]) -> None:
        """Take in a whole package, verified against its offer before it has its name.

        Raises:
            OfferError: it is not the package offered; nothing is kept.
            StorageError: the disk refused.
        """
        incoming = self.folder / "incoming"
        part = incoming / f"{offer.root.hex()}.{secrets.token_hex(8)}"  # others may bring it too
        hasher = BlockHasher()
        try:
            with translating("write a package"):
                incoming.mkdir(parents=True, exist_ok=True)
                with part.open("wb") as file:
                    for piece in pieces:
                        hasher.update(memoryview(piece))
                        if hasher.size_bytes > offer.sealed_size_bytes:
                            break
                        file.write(piece)
                    file.flush()
                    os.fsync(file.fileno())
            check_sealed(hasher, root=offer.root, size_bytes=offer.sealed_size_bytes)
            self._finish(offer.root, b"".join(hasher.leaf_hashes), part.name)
        finally:
            part.unlink(missing_ok=True)

    def _finish(self, root: bytes, blocks: bytes, incoming: str) -> None:
        """Give a verified package its name, durably; the list of blocks first."""
        store, name = self._store, root.hex()
        obstore.put(store, f"packages/{name}.blocks", blocks)
        obstore.rename(store, f"incoming/{incoming}", f"packages/{name}")
        (self.folder / "incoming" / f"{name}.blocks").unlink(missing_ok=True)
        folder = os.open(self.folder / "packages", os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def keep_expected(self, root: bytes, blocks: bytes) -> None:
        """Keep the verified leaf hashes of a package that will come in parts."""
        obstore.put(self._store, f"incoming/{root.hex()}.blocks", blocks)

    def expected(self, root: bytes) -> bytes | None:
        """Return the leaf hashes of a package that is coming, or None."""
        try:
            return bytes(obstore.get(self._store, f"incoming/{root.hex()}.blocks").bytes())
        except FileNotFoundError:
            return None

    def delete(self, root: bytes) -> None:
        """Destroy a package; the fact is recorded elsewhere and stays."""
        for name in (root.hex(), f"{root.hex()}.blocks"):
            (self.folder / "packages" / name).unlink(missing_ok=True)


@dataclass(frozen=True)
class Arriving:
    """A package on its way in: the part here holds verified blocks only, so it can be resumed.

    Attributes:
        vault: where it will lie.
        offer: what it must be.
        leaf_hashes: of its blocks, verified against the offer's root; None while unknown.
    """

    vault: Vault
    offer: Offer
    leaf_hashes: tuple[bytes, ...] | None

    @classmethod
    def expect(cls, vault: Vault, offer: Offer, blocks: bytes) -> "Arriving":
        """Return an arrival whose blocks can be checked one by one.

        Raises:
            OfferRootError: the list of leaf hashes does not lead to the offered root.
        """
        hashes = tuple(blocks[i : i + _HASH] for i in range(0, len(blocks), _HASH))
        check_leaf_hashes(hashes, root=offer.root, size_bytes=offer.sealed_size_bytes)
        return cls(vault, offer, hashes)

    @property
    def path(self) -> Path:
        """Return the file of what has come so far."""
        return self.vault.folder / "incoming" / self.offer.root.hex()

    @property
    def here_bytes(self) -> int:
        """Return how many verified bytes are here: whole blocks, or everything."""
        try:
            size = self.path.stat().st_size
        except FileNotFoundError:
            return 0
        return size if size == self.offer.sealed_size_bytes else size - size % BLOCK_BYTES

    def add(self, pieces: Iterable[bytes]) -> None:
        """Append what follows `here_bytes`; a block is written once it is verified.

        Raises:
            OfferBlockError: a block is not the one offered; what came before it stays.
        """
        start = self.here_bytes
        hasher = BlockHasher((self.leaf_hashes or ())[start // BLOCK_BYTES :])
        due = self.offer.sealed_size_bytes - start
        with translating("write a package"):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("r+b" if self.path.exists() else "wb") as file:
                file.truncate(start)
                file.seek(start)
                for block in _blocks(pieces, due):
                    hasher.update(memoryview(block))
                    if hasher.size_bytes == due:
                        hasher.root()
                    file.write(block)
                file.flush()
                os.fsync(file.fileno())

    def finish(self) -> None:
        """Give the package its name if it is whole."""
        if self.here_bytes == self.offer.sealed_size_bytes:
            blocks, name = b"".join(self.leaf_hashes or ()), self.path.name
            self.vault._finish(self.offer.root, blocks, name)  # noqa: SLF001

    def discard(self) -> None:
        """Forget what has come so far."""
        self.path.unlink(missing_ok=True)


def _blocks(pieces: Iterable[bytes], due: int) -> Iterator[bytes]:
    """Cut a stream into blocks; the last may be shorter only where the package ends."""
    held, given = bytearray(), 0
    for piece in pieces:
        held += piece
        while len(held) >= BLOCK_BYTES:
            yield bytes(held[:BLOCK_BYTES])
            del held[:BLOCK_BYTES]
            given += BLOCK_BYTES
    if held and given + len(held) == due:
        yield bytes(held)
