"""Bytes on their way into the vault: cut into blocks, written where they belong.

Reading order: this, `arrival` (the blocks are known one by one), `filling` (only the root is).
"""

import errno
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from comity.evidence.blocks import BLOCK_BYTES
from comity.evidence.package_errors import OfferSizeError

HASH_BYTES: Final = 32


def cut(pieces: Iterable[bytes], due: int) -> Iterator[memoryview]:
    """Cut a stream into blocks; the last is shorter only where ``due`` bytes end.

    Each block is to be used before the next is asked for. A rest that is no whole block is dropped.

    Raises:
        OfferSizeError: more bytes came than are due.
    """
    buffer = bytearray(BLOCK_BYTES)
    whole, filled, left = memoryview(buffer), 0, due
    for piece in pieces:
        view = memoryview(piece)
        while view:
            part = view[: min(BLOCK_BYTES, left) - filled]
            if not part:
                raise OfferSizeError("more sealed bytes than offered")
            whole[filled : filled + len(part)] = part
            filled, view = filled + len(part), view[len(part) :]
            if filled == min(BLOCK_BYTES, left):
                yield whole[:filled]
                left, filled = left - filled, 0


def write_at(file: int, view: memoryview, place: int) -> None:
    """Write all of a view at a place of a file."""
    while view:
        done = os.pwrite(file, view, place)
        view, place = view[done:], place + done


def opened_direct(path: Path) -> int | None:
    """Open a file for writing past the page cache; None where the file system has no such way."""
    try:
        return os.open(path, os.O_WRONLY | os.O_DIRECT | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return None


def wrote_direct(file: int, block: memoryview, place: int) -> bool:
    """Write a whole block past the page cache; False if it has to be written as usual.

    The block must begin on a page of memory; that is tried, for the system itself says so (EINVAL).
    """
    if len(block) != BLOCK_BYTES:
        return False
    try:
        return os.pwrite(file, block, place) == len(block)
    except OSError as fault:
        if fault.errno != errno.EINVAL:
            raise
        return False


def write_durably(path: Path, data: bytes) -> None:
    """Write a small file whole or not at all, for its owner alone, and force it to the disk."""
    beside = path.with_name(path.name + ".new")
    beside.unlink(missing_ok=True)  # of a writer that fell, perhaps with other rights
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
