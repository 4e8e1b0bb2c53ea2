"""How a verifier sees a bundle: paths, sizes and streams, wherever they lie."""

import io
from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Protocol


class Stream(Protocol):
    """Bytes in order."""

    def readinto(self, buffer: memoryview, /) -> int | None:
        """Fill the buffer's beginning and return how many bytes; 0 at the end."""


class Reader(Protocol):
    """A bundle that somebody else keeps."""

    def listing(self) -> Mapping[str, int | None]:
        """Return path -> size in bytes of everything but folders.

        None stands for what is no plain file (a link, a device), or has no UTF-8 name.
        """

    def open(self, path: str) -> AbstractContextManager[Stream]:
        """Open a listed plain file.

        Raises:
            OperationError: it cannot be read.
        """


class _Piece(io.BytesIO):
    """Bytes in memory with the signature of `Stream`."""

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]
        """Fill the buffer's beginning."""
        return super().readinto(buffer)


class MemoryReader:
    """A bundle in memory."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files

    def listing(self) -> Mapping[str, int | None]:
        """Return path -> size in bytes."""
        return {path: len(data) for path, data in self._files.items()}

    def open(self, path: str) -> AbstractContextManager[Stream]:
        """Open a file."""
        return _Piece(self._files[path])
