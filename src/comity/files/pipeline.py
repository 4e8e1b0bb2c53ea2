"""From the bytes of an archive to sealed bytes: four stages over reused buffers.

The caller fills slots of 1 MiB; one stage hashes the content file by file, one encrypts, one hashes
the sealed blocks, one writes. Memory does not grow with what passes through.

Small files are hashed where they are read: a stage that takes the interpreter's lock for each of
them waits for it longer than it works.

Source: spec 15.2.
"""

import errno
import hashlib
import mmap
import os
import stat
from collections.abc import Callable
from io import FileIO
from typing import Protocol

from comity.evidence.age import CHUNK_BYTES, SEALED_CHUNK_BYTES, PayloadWriter
from comity.evidence.blocks import BlockHasher
from comity.files.platforms import write_past_cache
from comity.files.publish import write_all
from comity.files.stages import Crew, Ring, Slot

# A file written past the page cache, so that sealing a disk leaves the machine's memory alone.
#
# Bytes gather in an aligned buffer and go to the medium as they come; the flush at the end then has
# nothing left to wait for. A file system that does not offer this is written as usual.
#
# Source: open(2), O_DIRECT.


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


_CHUNKS = 16
_SLOTS = 4
_ZEROS = bytes(1 << 20)
_SMALL_BYTES = 1 << 17

type Progress = Callable[[int], None]
"""Called now and then with the payload bytes done so far."""


class Output(Protocol):
    """Where sealed bytes go."""

    def write(self, view: memoryview, /) -> int | None:
        """Write bytes; return how many."""


class FileEnd(Protocol):
    """Who is told a file's digest, in the order of the archive; called by the hash stage."""

    def __call__(self, *, path: str, size_bytes: int, sha256: bytes) -> None:
        """Take one file."""


class Pipeline:
    """Takes the archive from one thread; `close` it whatever happens.

    Attributes:
        archive_bytes: taken so far.
        blocks: the root over the sealed bytes; complete after `finish`.
    """

    def __init__(
        self,
        stream: Output,
        head: bytes,
        payload: PayloadWriter,
        *,
        on_file: FileEnd,
        progress: Progress | None = None,
    ) -> None:
        self.archive_bytes = 0
        self.blocks = BlockHasher()
        self._file = UncachedFile(stream) if isinstance(stream, FileIO) else None
        self._sink: Output = self._file or stream
        self._payload, self._on_file = payload, on_file
        self._progress = progress or (lambda _done: None)
        self._hashed_bytes = 0
        self._state = hashlib.sha256()
        self._crew = Crew()
        self._plain = Ring(_SLOTS, _CHUNKS * CHUNK_BYTES)
        self._sealed = Ring(_SLOTS, _CHUNKS * SEALED_CHUNK_BYTES)
        self._hash = self._crew.stage("hash", self._hash_files, self._plain)
        self._encrypt = self._crew.stage("encrypt", self._encrypt_slot, self._plain)
        self._block = self._crew.stage("block", self._hash_blocks, self._sealed)
        self._write = self._crew.stage("write", self._write_slot, self._sealed)
        self._slot = self._plain.take(2)
        self._hashed = False  # the hash stage has the current slot already
        self._begun = False  # a part of the current file was taken before
        self.blocks.update(memoryview(head))
        self._sink.write(memoryview(head))

    # -- the caller's thread -------------------------------------------------------------------

    def copy(self, data: bytes | memoryview) -> None:
        """Take bytes of the archive that are no content of a file."""
        position = 0
        while position < len(data):
            room = self.room(len(data) - position)
            room[:] = data[position : position + len(room)]
            self._advance(len(room))
            position += len(room)

    def room(self, most: int) -> memoryview:
        """Return where the next bytes go: at least one byte, at most ``most``."""
        slot = self._slot
        if slot.size == len(slot.view):
            self._post()
            self._crew.check()
            self._progress(self._hashed_bytes)
            slot = self._slot = self._plain.take(2)
            self._hashed = False
        return slot.view[slot.size : slot.size + most]

    def content(self, size: int, *, ends: tuple[str, int] | None) -> None:
        """Take what was put into `room` as content; ``ends``: the file is complete."""
        start = self._slot.size
        end = start + size
        if ends is not None and not self._begun and size <= _SMALL_BYTES:
            sha256 = hashlib.sha256(self._slot.view[start:end]).digest()
            self._slot.notes.append((start, start, 0, (*ends, sha256)))
        else:
            self._note(start, end, 0, ends)
        self._advance(size)

    def store(self, data: memoryview, *, ends: tuple[str, int] | None) -> None:
        """Take content from memory."""
        if not data:
            self.hole(0, ends=ends)
        position = 0
        while position < len(data):
            room = self.room(len(data) - position)
            room[:] = data[position : position + len(room)]
            position += len(room)
            self.content(len(room), ends=ends if position == len(data) else None)

    def hole(self, size: int, *, ends: tuple[str, int] | None) -> None:
        """Take zeros as content that are hashed and not stored."""
        self._note(self._slot.size, self._slot.size, size, ends)

    def drain_files(self) -> None:
        """Wait until every file's digest was told; no content comes afterwards."""
        self._post_hash()
        self._hash.drain(lambda: self._progress(self._hashed_bytes))
        self._progress(self._hashed_bytes)

    def finish(self) -> None:
        """Seal what is left; raise the first failure of any stage."""
        self._slot.final = True
        self._post()
        self._crew.close()
        self._crew.check()
        if self._file is not None:
            self._file.finish()

    def abandon(self, error: BaseException) -> None:
        """Stop every stage; nothing more is written."""
        self._crew.fail(error)
        self._crew.close()

    def _note(self, start: int, end: int, zeros: int, ends: tuple[str, int] | None) -> None:
        self._begun = ends is None
        done = None if ends is None else (*ends, None)
        self._slot.notes.append((start, end, zeros, done))

    def _advance(self, size: int) -> None:
        self._slot.size += size
        self.archive_bytes += size

    def _post_hash(self) -> None:
        if not self._hashed:
            self._hash.put(self._slot)
            self._hashed = True

    def _post(self) -> None:
        self._post_hash()
        self._encrypt.put(self._slot)

    # -- stages --------------------------------------------------------------------------------

    def _hash_files(self, slot: Slot) -> None:
        for start, end, zeros, ends in slot.notes:
            self._state.update(slot.view[start:end])
            self._hashed_bytes += end - start
            if zeros:
                self._hash_zeros(zeros)
            if ends is None:
                continue
            path, size, sha256 = ends
            if sha256 is None:
                sha256 = self._state.digest()
                self._state = hashlib.sha256()
            else:
                self._hashed_bytes += size
            self._on_file(path=path, size_bytes=size, sha256=sha256)

    def _hash_zeros(self, size: int) -> None:
        while size and not self._crew.failed:
            part = min(size, len(_ZEROS))
            self._state.update(_ZEROS if part == len(_ZEROS) else _ZEROS[:part])
            self._hashed_bytes += part
            size -= part

    def _encrypt_slot(self, slot: Slot) -> None:
        sealed = self._sealed.take(2)
        try:
            plain = slot.view[: slot.size]
            sealed.size = self._payload.encrypt_into(plain, sealed.view, final=slot.final)
        except BaseException:
            self._sealed.release(sealed)
            self._sealed.release(sealed)
            raise
        self._block.put(sealed)
        self._write.put(sealed)

    def _hash_blocks(self, slot: Slot) -> None:
        self.blocks.update(slot.view[: slot.size])

    def _write_slot(self, slot: Slot) -> None:
        self._sink.write(slot.view[: slot.size])
