"""Text that grows with the number of files, kept compressed until it is written.

A list of 200,000 files would take tens of megabytes as objects and a temporary file as text;
compressed it takes a few megabytes of memory and no disk.
"""

import zlib
from collections.abc import Iterator

from comity.canonical.errors import MisuseError

_PIECE_BYTES = 1 << 16


class Spool:
    """Append bytes, then read them in pieces; ``size_bytes`` is their plain length."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._pending: list[bytes] = []
        self._pending_bytes = 0
        self._compressor = zlib.compressobj(level=1)
        self._closed = False
        self.size_bytes = 0

    def add(self, data: bytes) -> None:
        """Append; `MisuseError` after `pieces` was called."""
        if self._closed:
            raise MisuseError("the spool is closed")
        self._pending.append(data)
        self._pending_bytes += len(data)
        self.size_bytes += len(data)
        if self._pending_bytes >= _PIECE_BYTES:
            self._squeeze()

    def _squeeze(self) -> None:
        self._keep(self._compressor.compress(b"".join(self._pending)))
        self._pending.clear()
        self._pending_bytes = 0

    def _keep(self, piece: bytes) -> None:
        if piece:
            self._pieces.append(piece)

    def pieces(self) -> Iterator[bytes]:
        """Yield the bytes in order in pieces of at most 64 KiB; nothing can be added afterwards."""
        if not self._closed:
            self._squeeze()
            self._keep(self._compressor.flush())
            self._closed = True
        decompressor = zlib.decompressobj()
        for piece in self._pieces:
            rest = piece
            while rest:
                if out := decompressor.decompress(rest, _PIECE_BYTES):
                    yield out
                rest = decompressor.unconsumed_tail
        if tail := decompressor.flush():
            yield tail
