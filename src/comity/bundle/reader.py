"""How a verifier sees a bundle: paths, sizes and streams, wherever they lie."""

import hashlib
import io
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Final, Protocol

from comity.bundle import layout
from comity.bundle.errors import BundleLimitError
from comity.bundle.layout import Kind
from comity.evidence.blocks import BlockHasher
from comity.files.stages import Crew, Ring, Slot


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


# One streaming pass over every file of a bundle: its digests, whatever its size.


MAX_FILES: Final = 2_000_000
_PIECE_BYTES: Final = 1 << 20
_PIECES: Final = 4


@dataclass(frozen=True, slots=True)
class Found:
    """A file as it is.

    Attributes:
        size_bytes: as read.
        sha256: of its bytes.
        sha512: of its bytes; tag files only, those of opened exhibits among them.
        root: over its blocks; sealed packages only.
    """

    size_bytes: int
    sha256: bytes
    sha512: bytes = b""
    root: bytes = b""


def survey(reader: Reader) -> tuple[Mapping[str, Found], tuple[str, ...]]:
    """Return every plain file with its digests, and the paths of what is none.

    Memory does not grow with the size of a file but for 32 bytes a block of a sealed package.

    Raises:
        BundleLimitError: more files than a bundle may have.
        OperationError: a file cannot be read.
    """
    listing = reader.listing()
    if len(listing) > MAX_FILES:
        raise BundleLimitError("the bundle holds too many files")
    buffer = memoryview(bytearray(_PIECE_BYTES))
    plain = sorted(path for path, size in listing.items() if size is not None)
    strange = tuple(sorted(path for path, size in listing.items() if size is None))
    return {path: _found(reader, path, buffer) for path in plain}, strange


def _found(reader: Reader, path: str, buffer: memoryview) -> Found:
    row = layout.row_of(path)
    if row is not None and row.kind is Kind.PACKAGE:
        return _package(reader, path)
    plain = hashlib.sha256()
    long = hashlib.sha512() if _is_tag(path, row) else None
    size_bytes = 0
    with reader.open(path) as stream:
        while size := stream.readinto(buffer) or 0:
            piece = buffer[:size]
            size_bytes += size
            plain.update(piece)
            if long is not None:
                long.update(piece)
    return Found(size_bytes, plain.digest(), long.digest() if long is not None else b"")


def _is_tag(path: str, row: layout.Row | None) -> bool:
    if row is not None and row.kind is Kind.EXHIBIT:
        return not layout.parts(path)["path"].startswith("data/")
    return not path.startswith("data/") or row is None


def _package(reader: Reader, path: str) -> Found:
    """Hash a package twice: SHA-256 in a thread beside what reads it and hashes its blocks."""
    plain, blocks = hashlib.sha256(), BlockHasher()
    ring, crew = Ring(_PIECES, _PIECE_BYTES), Crew()

    def hash_slot(slot: Slot) -> None:
        plain.update(slot.view[: slot.size])

    beside = crew.stage("sha256", hash_slot, ring)
    try:
        with reader.open(path) as stream:
            while True:
                slot = ring.take(uses=2)
                slot.size = stream.readinto(slot.view) or 0
                if not slot.size:
                    break
                beside.put(slot)
                blocks.update(slot.view[: slot.size])
                ring.release(slot)
    finally:
        crew.close()
    crew.check()
    return Found(blocks.size_bytes, plain.digest(), root=blocks.root())


def read_small(reader: Reader, path: str, *, max_bytes: int) -> bytes:
    """Return the bytes of a file that is small by its kind.

    Raises:
        BundleLimitError: it is larger than that.
    """
    buffer = memoryview(bytearray(1 << 16))
    data = bytearray()
    with reader.open(path) as stream:
        while size := stream.readinto(buffer) or 0:
            data += buffer[:size]
            if len(data) > max_bytes:
                raise BundleLimitError("larger than a file of its kind may be", path=path)
    return bytes(data)
