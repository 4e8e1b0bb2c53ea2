"""A stream of unknown length, cut into segments while it is read.

An archive states a file's length before its bytes, so a segment goes out only when it has been
read whole; its buffer takes the next one piece by piece as it is emptied.

Source: spec 15.1.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from comity.evidence.age import Source, fill
from comity.evidence.package import MAX_SEGMENTS, SEGMENT_BYTES
from comity.files.errors import StreamTooLongError, translating

_STEP_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class NamedStream:
    """A stream to seal, under the name that a package gives it."""

    name: bytes
    source: Source


def segments(source: Source) -> Iterator[tuple[int, int, memoryview]]:
    """Yield (number from 1, length of the segment, next piece of it).

    An empty stream has one empty segment. A piece is valid until the next one is asked for.

    Raises:
        StreamTooLongError: more segments than six digits count, 16 TB.
        StorageError: the stream broke.
    """
    buffer = memoryview(bytearray(SEGMENT_BYTES))
    number, held = 1, _fill(source, buffer)
    while True:
        following = 0
        for start in range(0, max(held, 1), _STEP_BYTES):
            end = min(start + _STEP_BYTES, held)
            yield number, held, buffer[start:end]
            if held == SEGMENT_BYTES and following == start:
                following += _fill(source, buffer[start:end])
        if not following:
            return
        if number == MAX_SEGMENTS:
            raise StreamTooLongError("the stream is longer than a package can hold")
        number, held = number + 1, following


def _fill(source: Source, buffer: memoryview) -> int:
    with translating("reading the stream"):
        return fill(source, buffer)
