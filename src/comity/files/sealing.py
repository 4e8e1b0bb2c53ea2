"""One pass from files to a sealed package, with everything an offer needs.

The main thread reads into slots of 1 MiB; one stage hashes the plain bytes file by file, one
encrypts, one hashes the sealed blocks, one writes. Memory does not grow with size, and hardly with
the number of files.

Source: spec 15.1, 15.2.
"""

import hashlib
import os
import stat
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from io import FileIO
from pathlib import Path
from typing import Protocol

from comity import __version__
from comity.canonical import Mode, time_text
from comity.canonical.errors import MisuseError
from comity.evidence import age
from comity.evidence.age_keys import Random, Recipient
from comity.evidence.age_stream import CHUNK_BYTES, SEALED_CHUNK_BYTES, PayloadWriter
from comity.evidence.blocks import BLOCK_BYTES, BlockHasher
from comity.evidence.package import SALT_BYTES, FileRow, PackageMeta
from comity.evidence.seal import PackageWriter, SealReport
from comity.evidence.tar_write import padding
from comity.files.errors import translated
from comity.files.publish import atomic_file, write_all
from comity.files.stages import Crew, Ring, Slot
from comity.files.walk import FoundFile, Walker

_CHUNKS = 16
_SLOTS = 4

type Progress = Callable[[int], None]
"""Called now and then with the payload bytes read so far."""


class Output(Protocol):
    """Where sealed bytes go."""

    def write(self, view: memoryview, /) -> int | None:
        """Write bytes; return how many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SealOrder:
    """What to seal, for whom, and what the package says about itself.

    Attributes:
        sources: files and folders, in this order.
        recipients: at least one.
        sealed_at: aware UTC time.
        conversation: 32 bytes, or None outside a case.
        sender, receiver: parties, or None.
        exhibit: UUIDv7 of the exhibit, or None.
    """

    sources: Sequence[Path]
    recipients: Sequence[Recipient]
    sealed_at: datetime
    mode: Mode = "live"
    conversation: bytes | None = None
    sender: str | None = None
    receiver: str | None = None
    exhibit: str | None = None


def seal(
    order: SealOrder, target: Path, *, random: Random = os.urandom, progress: Progress | None = None
) -> SealReport:
    """Seal into a new file, which gets its name only when it is whole and on the medium.

    Raises:
        OutputExistsError, NotFoundError, DiskFullError, UnreadableError and other `StorageError`;
        MisuseError: no recipient or no source.
    """
    with atomic_file(target) as stream:
        return seal_to(order, stream, random=random, progress=progress)


def seal_to(
    order: SealOrder,
    stream: Output,
    *,
    random: Random = os.urandom,
    progress: Progress | None = None,
) -> SealReport:
    """Seal into a stream; the caller decides what becomes of it if this raises."""
    if not order.sources or not order.recipients:
        raise MisuseError("a seal needs at least one source and one recipient")
    meta = PackageMeta(
        mode=order.mode,
        salt=random(SALT_BYTES),
        conversation=order.conversation,
        sender=order.sender,
        receiver=order.receiver,
        sealed_at=order.sealed_at,
    )
    package = PackageWriter(meta, exhibit=order.exhibit, software_version=__version__)
    head, payload = age.begin(order.recipients, random=random)
    one_pass = _Pass(package, stream, head, payload, progress)
    try:
        one_pass.run(Walker(exclude=_identity(stream)), order.sources)
    except BaseException as error:
        one_pass.crew.fail(error)
        one_pass.crew.close()
        raise
    return SealReport(
        sealed_size_bytes=one_pass.blocks.size_bytes,
        block_size_bytes=BLOCK_BYTES,
        root=one_pass.blocks.root(),
        leaf_hashes=tuple(one_pass.blocks.leaf_hashes),
        tag_manifest=package.tag_manifest,
        file_list=package.file_list(),
        files=package.files,
        payload_size_bytes=package.payload_size_bytes,
        recipients=tuple(str(recipient) for recipient in order.recipients),
        sealed_at=time_text(order.sealed_at),
        refused=tuple(one_pass.refused),
        changed=tuple(one_pass.changed),
    )


def _identity(stream: Output) -> tuple[tuple[int, int], ...]:
    if not isinstance(stream, FileIO):
        return ()
    found = os.fstat(stream.fileno())
    return ((found.st_dev, found.st_ino),)


class _Pass:
    """The state of one pass; slots go main -> hash and encrypt -> block hash and write."""

    def __init__(
        self,
        package: PackageWriter,
        stream: Output,
        head: bytes,
        payload: PayloadWriter,
        progress: Progress | None,
    ) -> None:
        self.package, self.stream, self.payload, self.progress = package, stream, payload, progress
        self.blocks = BlockHasher()
        self.refused: list[FileRow] = []
        self.changed: list[FileRow] = []
        self.crew = Crew()
        self._head = memoryview(head)
        self._plain = Ring(_SLOTS, _CHUNKS * CHUNK_BYTES)
        self._sealed = Ring(_SLOTS, _CHUNKS * SEALED_CHUNK_BYTES)
        self._hash = self.crew.stage("hash", self._hash_files, self._plain)
        self._encrypt = self.crew.stage("encrypt", self._encrypt_slot, self._plain)
        self._block = self.crew.stage("block", self._hash_blocks, self._sealed)
        self._write = self.crew.stage("write", self._write_slot, self._sealed)
        self._state = hashlib.sha256()
        self._slot = self._plain.take(2)
        self._hashed = False  # the hash stage has the current slot already
        self._read_bytes = 0
        self._archive_bytes = 0

    # -- main thread ---------------------------------------------------------------------------

    def run(self, walker: Walker, sources: Sequence[Path]) -> None:
        self.blocks.update(self._head)
        self._emit(self._head)
        self._copy(self.package.begin())
        for found in walker.walk(sources):
            if isinstance(found, FoundFile):
                self._file(found)
            else:
                self._note(found)
        self._post_hash()
        self._hash.drain()
        for piece in self.package.finish(self._archive_bytes):
            self._copy(piece)
        self._slot.final = True
        self._post()
        self.crew.close()
        self.crew.check()

    def _note(self, row: FileRow) -> None:
        self.package.add_row(row)
        if row.kind == "refused":
            self.refused.append(row)

    def _file(self, found: FoundFile) -> None:
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
        try:
            descriptor = os.open(found.location, flags)
        except OSError as fault:
            why = f"may not be read ({fault.strerror})"
            self._note(FileRow(name=found.name, kind="refused", reason=why))
            return
        with FileIO(descriptor, "rb") as source:
            before = os.fstat(descriptor)
            if not stat.S_ISREG(before.st_mode):
                why = "became something else than a file"
                self._note(FileRow(name=found.name, kind="refused", reason=why))
                return
            size = before.st_size
            self._copy(self.package.file_header(found.path, size, mtime_ns=before.st_mtime_ns))
            missing = self._content(source, found, size)
            after = os.fstat(descriptor)
        self._copy(padding(size))
        row = FileRow(
            name=found.name,
            kind="file",
            path=found.path,
            size_bytes=size,
            mode=stat.S_IMODE(before.st_mode),
            mtime_ns=before.st_mtime_ns,
        )
        if missing or _moment(before) != _moment(after):
            row = replace(row, changed=True)
            self.changed.append(row)
        self.package.add_row(row)

    def _content(self, source: FileIO, found: FoundFile, size: int) -> int:
        """Read exactly ``size`` bytes into slots; zeros stand for what is gone; return how many."""
        left, missing = size, 0
        done = (found.path, size)
        if not size:
            self._slot.notes.append((self._slot.size, self._slot.size, done))
        while left:
            slot = self._room()
            start = slot.size
            room = slot.view[start : start + left]
            got = 0 if missing else self._read(source, found, room)
            if not got:
                missing += len(room)
                room[:] = bytes(len(room))
                got = len(room)
            left -= got
            self._archive_bytes += got
            slot.size += got
            slot.notes.append((start, slot.size, None if left else done))
            self._read_bytes += got
            if self.progress is not None and slot.size == len(slot.view):
                self.progress(self._read_bytes)
        return missing

    def _read(self, source: FileIO, found: FoundFile, room: memoryview) -> int:
        try:
            return source.readinto(room) or 0
        except OSError as fault:
            shown = ascii(os.fsdecode(found.name))
            raise translated(fault, f"reading {shown} (image the medium first)") from fault

    def _copy(self, data: bytes) -> None:
        self._archive_bytes += len(data)
        position = 0
        while position < len(data):
            slot = self._room()
            part = data[position : position + len(slot.view) - slot.size]
            slot.view[slot.size : slot.size + len(part)] = part
            slot.size += len(part)
            position += len(part)

    def _room(self) -> Slot:
        """Return the current slot, which has room; hand a full one over."""
        if self._slot.size == len(self._slot.view):
            self._post()
            self._slot = self._plain.take(2)
            self._hashed = False
            self.crew.check()
        return self._slot

    def _post_hash(self) -> None:
        if not self._hashed:
            self._hash.put(self._slot)
            self._hashed = True

    def _post(self) -> None:
        self._post_hash()
        self._encrypt.put(self._slot)

    # -- stages --------------------------------------------------------------------------------

    def _hash_files(self, slot: Slot) -> None:
        for start, end, done in slot.notes:
            self._state.update(slot.view[start:end])
            if isinstance(done, tuple):
                path, size = done
                self.package.add_digest(path=path, size_bytes=size, sha256=self._state.digest())
                self._state = hashlib.sha256()

    def _encrypt_slot(self, slot: Slot) -> None:
        sealed = self._sealed.take(2)
        try:
            plain = slot.view[: slot.size]
            sealed.size = self.payload.encrypt_into(plain, sealed.view, final=slot.final)
        except BaseException:
            self._sealed.release(sealed)
            self._sealed.release(sealed)
            raise
        self._block.put(sealed)
        self._write.put(sealed)

    def _hash_blocks(self, slot: Slot) -> None:
        self.blocks.update(slot.view[: slot.size])

    def _write_slot(self, slot: Slot) -> None:
        self._emit(slot.view[: slot.size])

    def _emit(self, view: memoryview) -> None:
        if isinstance(self.stream, FileIO):
            write_all(self.stream, view)
        else:
            self.stream.write(view)


def _moment(found: os.stat_result) -> tuple[int, int, int]:
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns
