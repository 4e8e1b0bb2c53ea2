"""A file written past the page cache, so that sealing a disk leaves the machine's memory alone.

Bytes gather in an aligned buffer and go to the medium as they come; the flush at the end then has
nothing left to wait for. A file system that does not offer this is written as usual.

Source: open(2), O_DIRECT.
"""

import errno
import mmap
import os
import stat
from io import FileIO

from comity.files.platforms import write_past_cache
from comity.files.publish import write_all

_BUFFER_BYTES = 2 << 20  # a multiple of every block size that is in use


class UncachedFile:
    """Takes the bytes of a new file from its start; `finish` writes the rest."""

    def __init__(self, stream: FileIO) -> None:
        self._stream = stream
        self._buffer = memoryview(mmap.mmap(-1, _BUFFER_BYTES))  # begins on a page
        self._held = 0
        self._direct = stat.S_ISREG(os.fstat(stream.fileno()).st_mode) and self._set(direct=True)

    def write(self, view: memoryview) -> int:
        """Take all bytes."""
        position = 0
        while position < len(view):
            part = view[position : position + _BUFFER_BYTES - self._held]
            self._buffer[self._held : self._held + len(part)] = part
            self._held += len(part)
            position += len(part)
            if self._held == _BUFFER_BYTES:
                self._flush()
        return position

    def finish(self) -> None:
        """Write what is left, which need not be a multiple of anything."""
        self._leave_direct()
        self._flush()

    def _flush(self) -> None:
        held = self._buffer[: self._held]
        try:
            write_all(self._stream, held)
        except OSError as fault:
            if not self._direct or fault.errno != errno.EINVAL:
                raise
            self._leave_direct()  # it took the flag and not the bytes
            write_all(self._stream, held)
        self._held = 0

    def _leave_direct(self) -> None:
        if self._direct:
            self._set(direct=False)
            self._direct = False

    def _set(self, *, direct: bool) -> bool:
        """Ask for the way of writing; tell whether the system agreed."""
        return write_past_cache(self._stream.fileno(), direct=direct)
