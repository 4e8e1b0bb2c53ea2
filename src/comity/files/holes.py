"""Where the data of a sparse file lies, as the file system tells it.

Source: lseek(2), SEEK_DATA and SEEK_HOLE; spec 15.1.
"""

import errno
import os

from comity.files.platforms import HAS_HOLES

MAX_PIECES = 1 << 16  # what has more is packed with its later holes filled

type Pieces = list[tuple[int, int]]
"""(offset, length) in bytes, ascending, with a hole between any two."""


def data_pieces(descriptor: int, size_bytes: int) -> Pieces:
    """Return the data of a file; moves the descriptor's position.

    A file system that cannot tell says that everything is data.
    """
    if not HAS_HOLES:
        return [(0, size_bytes)] if size_bytes else []
    found: Pieces = []
    position = 0
    while position < size_bytes:
        start = _data(descriptor, position, size_bytes)
        if start >= size_bytes:
            break
        if len(found) == MAX_PIECES - 1:
            found.append((start, size_bytes - start))
            break
        end = min(os.lseek(descriptor, start, os.SEEK_HOLE), size_bytes)
        found.append((start, end - start))
        position = end
    return found


def _data(descriptor: int, position: int, size_bytes: int) -> int:
    """Return where data begins at or behind ``position``; ``size_bytes`` if there is none."""
    try:
        return os.lseek(descriptor, position, os.SEEK_DATA)
    except OSError as fault:
        if fault.errno == errno.ENXIO:
            return size_bytes
        raise
