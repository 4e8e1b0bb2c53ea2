"""Sealed packages of the vault as streams that a bundle is written from."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from comity.bundle import write as writing
from comity.bundle.reader import Stream
from comity.node.evidence.storage.vault import Vault


class _Blocks:
    """Pieces of bytes as a stream."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._rest = pieces, memoryview(b"")

    def readinto(self, buffer: memoryview, /) -> int:
        if not self._rest:
            self._rest = memoryview(next(self._pieces, b""))
        size = min(len(buffer), len(self._rest))
        buffer[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size


def vault_opener(vault: Vault, root: bytes) -> writing.Opener:
    """Return what opens a sealed package when the writer comes to it."""

    @contextmanager
    def opened() -> Iterator[Stream]:
        yield _Blocks(vault.read(root, start=0, end=vault.size_bytes(root)))

    def open_it() -> AbstractContextManager[Stream]:
        return opened()

    return open_it
