"""The checksums of an EWF image's chunks, one by one, because libewf reads a spoilt one as zeroes.

A disk that was zero there would still have its digest, and the damage would not show. Version 1
only; tables without a ``sectors`` section before them (EnCase 1) are not checked.

Source: libewf, "Expert Witness Compression Format", sections "Sectors section", "Table section".
"""

import os
import struct
import zlib
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Final

_FIRST_SECTION_AT: Final = 13
_SECTION: Final = struct.Struct("<16sQQ40xI")
_TABLE: Final = struct.Struct("<I4xQ4xI")
_COMPRESSED: Final = 1 << 31
_MAX_ENTRIES: Final = 4 * 1024 * 1024
_MAX_SLACK_BYTES: Final = 64 * 1024
MAX_FAULTS: Final = 20


def faults(paths: list[Path], chunk_bytes: int, alive: Callable[[], None]) -> list[str]:
    """Return what fails its checksum, at most `MAX_FAULTS`.

    Args:
        paths: of the segments.
        chunk_bytes: of the disk in each chunk.
        alive: called while it goes on.
    """
    found: list[str] = []
    for path in paths:
        with path.open("rb", buffering=0) as file:
            for place in _bad(file.fileno(), chunk_bytes, alive):
                found.append(f"{path.name}: {place} fails its checksum")
                if len(found) == MAX_FAULTS:
                    return found
    return found


def _bad(descriptor: int, chunk_bytes: int, alive: Callable[[], None]) -> Iterator[str]:
    at, end = _FIRST_SECTION_AT, 0
    while True:
        head = os.pread(descriptor, _SECTION.size, at)
        if len(head) < _SECTION.size or _SECTION.unpack(head)[3] != zlib.adler32(head[:-4]):
            yield f"the section at byte {at}"
            return
        kind, following, size, _ = _SECTION.unpack(head)
        if kind.rstrip(b"\0") == b"sectors":
            end = at + size
        elif kind.rstrip(b"\0") == b"table" and end:
            yield from _table(descriptor, at + _SECTION.size, end, chunk_bytes)
            alive()
        if following <= at:
            return
        at = following


def _table(descriptor: int, at: int, end: int, chunk_bytes: int) -> Iterator[str]:
    """Yield the chunks of a table that fail; the last one ends at ``end``."""
    head = os.pread(descriptor, _TABLE.size, at)
    count, base, checksum = _TABLE.unpack(head) if len(head) == _TABLE.size else (0, 0, 0)
    data = os.pread(descriptor, 4 * min(count, _MAX_ENTRIES), at + _TABLE.size)
    if checksum != zlib.adler32(head[:-4]) or len(data) != 4 * count:
        yield f"the table at byte {at}"
        return
    entries = struct.unpack(f"<{count}I", data)
    places = [base + (entry & ~_COMPRESSED) for entry in entries] + [end]
    if any(after <= before for before, after in pairwise(places)):
        return  # offsets over 31 bits, as EnCase wrote them before 6.7: not checked
    for entry, (begin, until) in zip(entries, pairwise(places), strict=True):
        length = until - begin
        if length > chunk_bytes + _MAX_SLACK_BYTES:
            yield f"the chunk at byte {begin}"
            continue
        chunk = os.pread(descriptor, length, begin)
        if len(chunk) != length or not _holds(
            chunk, chunk_bytes, compressed=bool(entry & _COMPRESSED)
        ):
            yield f"the chunk at byte {begin}"


def _holds(chunk: bytes, chunk_bytes: int, *, compressed: bool) -> bool:
    if not compressed:
        return zlib.adler32(chunk[:-4]) == int.from_bytes(chunk[-4:], "little")
    stream = zlib.decompressobj()
    try:
        stream.decompress(chunk, chunk_bytes)
        return stream.eof or not stream.decompress(stream.unconsumed_tail, 1)
    except zlib.error:
        return False
