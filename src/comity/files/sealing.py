"""One pass from files, devices and streams to a sealed package, with everything an offer needs.

Source: spec 15.1, 15.2.
"""

import hashlib
import os
import stat
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from io import FileIO
from pathlib import Path

from comity import __version__
from comity.canonical import Mode, time_text
from comity.canonical.errors import MisuseError
from comity.evidence import age
from comity.evidence.age_keys import Random, Recipient
from comity.evidence.blocks import BLOCK_BYTES
from comity.evidence.package import (
    SALT_BYTES,
    FileRow,
    PackageMeta,
    segment_path,
)
from comity.evidence.seal import PackageWriter, SealReport
from comity.evidence.tar import padding
from comity.files.errors import translated
from comity.files.pipeline import Output, Pipeline, Progress
from comity.files.platforms import Pieces, data_pieces, read_at, read_xattrs
from comity.files.publish import atomic_file
from comity.files.segments import NamedStream, segments
from comity.files.walk import FoundFile, HardLinks, Walker, named, refused, unreadable

type Told = Callable[[FileRow], object]
"""Called with every row in the order of the archive, as it is written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SealOrder:
    """What to seal, for whom, and what the package says about itself.

    Attributes:
        sources: files, folders and block devices, in this order.
        recipients: at least one.
        sealed_at: aware UTC time.
        streams: of unknown length; they come behind the sources.
        conversation: 32 bytes, or None outside a case.
        sender, receiver: parties, or None.
        exhibit: UUIDv7 of the exhibit, or None.
    """

    sources: Sequence[Path]
    recipients: Sequence[Recipient]
    sealed_at: datetime
    streams: Sequence[NamedStream] = ()
    mode: Mode = "live"
    conversation: bytes | None = None
    sender: str | None = None
    receiver: str | None = None
    exhibit: str | None = None


def seal(
    order: SealOrder,
    target: Path,
    *,
    random: Random = os.urandom,
    progress: Progress | None = None,
    told: Told | None = None,
    whole: Callable[[], object] = lambda: None,
) -> SealReport:
    """Seal into a new file, which gets its name only when it is whole and on the medium.

    Args:
        order: what to seal.
        target: must not exist.
        random: for salt and keys.
        progress: told of payload bytes done.
        told: told of every row.
        whole: called when all is on the medium and only the name is missing.

    Raises:
        OutputExistsError, NotFoundError, DiskFullError, UnreadableError and other `StorageError`;
        MisuseError: no recipient or no source.
    """
    with atomic_file(target) as stream:
        report = seal_to(order, stream, random=random, progress=progress, told=told)
        if stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
            os.fsync(stream)
        whole()
    return report


def seal_to(
    order: SealOrder,
    stream: Output,
    *,
    random: Random = os.urandom,
    progress: Progress | None = None,
    told: Told | None = None,
) -> SealReport:
    """Seal into a stream; the caller decides what becomes of it if this raises."""
    if not (order.sources or order.streams) or not order.recipients:
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
    line = Pipeline(stream, head, payload, on_file=package.add_digest, progress=progress)
    one_pass = _Pass(package, line, told or (lambda _row: None), exclude=_identity(stream))
    try:
        one_pass.run(order)
    except BaseException as error:
        line.abandon(error)
        raise
    return SealReport(
        sealed_size_bytes=line.blocks.size_bytes,
        block_size_bytes=BLOCK_BYTES,
        root=line.blocks.root(),
        block_hashes=tuple(line.blocks.block_hashes),
        tag_manifest=package.tag_manifest,
        file_list=package.file_list(),
        files=package.files,
        payload_size_bytes=package.payload_size_bytes,
        recipients=tuple(str(recipient) for recipient in order.recipients),
        sealed_at=time_text(order.sealed_at),
        refused=tuple(one_pass.refused),
        changed=tuple(one_pass.changed),
    )


def _identity(stream: Output) -> tuple[int, int] | None:
    if not isinstance(stream, FileIO):
        return None
    found = os.fstat(stream.fileno())
    return found.st_dev, found.st_ino


class _Pass:
    """Reads what a walk finds into the pipeline, and describes it as it was met."""

    def __init__(
        self, package: PackageWriter, line: Pipeline, told: Told, *, exclude: tuple[int, int] | None
    ) -> None:
        self.refused: list[FileRow] = []
        self.changed: list[FileRow] = []
        self._package, self._line, self._told, self._exclude = package, line, told, exclude
        self._walker = Walker()
        self._links = HardLinks(())

    def run(self, order: SealOrder) -> None:
        names = [named(source)[1] for source in order.sources]
        self._links = HardLinks([*names, *(stream.name for stream in order.streams)])
        self._line.copy(self._package.begin())
        for found in self._walker.walk(order.sources):
            if isinstance(found, FoundFile):
                self._file(found)
            else:
                self._note(found)
        for stream in order.streams:
            self._stream(stream)
        self._line.drain_files()
        for piece in self._package.finish(self._line.archive_bytes):
            self._line.copy(piece)
        self._line.finish()

    def _note(self, row: FileRow) -> None:
        self._package.add_row(row)
        self._told(row)
        if row.kind == "refused":
            self.refused.append(row)
        elif row.changed:
            self.changed.append(row)

    # -- files ---------------------------------------------------------------------------------

    def _file(self, found: FoundFile) -> None:
        try:
            descriptor = found.open()
        except OSError as fault:
            self._note(unreadable(found.name, fault))
            return
        try:
            self._opened(found, descriptor)
        finally:
            os.close(descriptor)

    def _opened(self, found: FoundFile, descriptor: int) -> None:
        before = os.fstat(descriptor)
        if (before.st_dev, before.st_ino) == self._exclude:
            return
        if stat.S_IFMT(before.st_mode) != (stat.S_IFBLK if found.device else stat.S_IFREG):
            self._note(refused(found.name, before, "became something else than a file"))
            return
        first = self._links.first(found.name, before)
        if first is None:
            self._pack(found, descriptor, before)
        else:
            self._note(_link(found.name, before, first))

    def _pack(self, found: FoundFile, descriptor: int, before: os.stat_result) -> None:
        size = os.lseek(descriptor, 0, os.SEEK_END) if found.device else before.st_size
        whole: Pieces = [(0, size)] if size else []
        pieces = whole
        blocks = getattr(before, "st_blocks", None)  # Windows tells none
        if blocks is not None and blocks * 512 < size and not found.device:
            pieces = data_pieces(descriptor, size)
        begin = self._package.file_header
        if pieces != whole:
            begin = partial(self._package.sparse_header, pieces=pieces)
        self._line.copy(begin(found.path, size, mtime_ns=before.st_mtime_ns))
        missing = self._content(found, descriptor, size, pieces)
        self._line.copy(padding(sum(length for _, length in pieces)))
        after = os.fstat(descriptor)
        xattrs, omitted = read_xattrs(descriptor)
        self._note(
            FileRow(
                name=found.name,
                kind="file",
                path=found.path,
                size_bytes=size,
                mode=stat.S_IMODE(before.st_mode),
                mtime_ns=before.st_mtime_ns,
                changed=missing > 0
                or _moment(before) != _moment(after)
                or (not size and _has_bytes(descriptor)),
                sparse=pieces != whole,
                device=found.device,
                xattrs=xattrs,
                xattrs_omitted=omitted,
            )
        )

    def _content(self, found: FoundFile, descriptor: int, size: int, pieces: Pieces) -> int:
        """Read data and skip holes; zeros stand for what is gone; return how many."""
        ends = (found.path, size)
        position = missing = 0
        for offset, length in pieces:
            if position < offset:
                self._line.hole(offset - position, ends=None)
            position = offset + length
            last = ends if position == size else None
            missing += self._data(found.name, descriptor, offset, position, last)
        if position < size or not size:
            self._line.hole(size - position, ends=ends)
        return missing

    def _data(
        self, name: bytes, descriptor: int, start: int, end: int, ends: tuple[str, int] | None
    ) -> int:
        line, missing = self._line, 0
        while start < end:
            room = line.room(end - start)
            got = 0 if missing else _read(descriptor, name, room, start)
            if not got:
                got = len(room)
                room[:] = bytes(got)
                missing += got
            start += got
            line.content(got, ends=ends if start == end else None)
        return missing

    # -- streams -------------------------------------------------------------------------------

    def _stream(self, stream: NamedStream) -> None:
        line = self._line
        path = self._walker.place(stream.name, stream.name)
        whole, total, left, number = hashlib.sha256(), 0, 0, 0
        for number, size, piece in segments(stream.source):
            segment = segment_path(path, number)
            if not left:
                left = size
                line.copy(self._package.file_header(segment, size, mtime_ns=0))
            whole.update(piece)
            left -= len(piece)
            total += len(piece)
            line.store(piece, ends=None if left else (segment, size))
            if not left:
                line.copy(padding(size))
        self._note(
            FileRow(
                name=stream.name,
                kind="stream",
                path=path,
                size_bytes=total,
                segments=number,
                sha256=whole.digest(),
            )
        )


def _read(descriptor: int, name: bytes, room: memoryview, offset: int) -> int:
    try:
        return read_at(descriptor, room, offset)
    except OSError as fault:
        shown = repr(os.fsdecode(name))
        raise translated(fault, f"reading {shown} (image the medium first)") from fault


def _link(name: bytes, found: os.stat_result, first: bytes) -> FileRow:
    return FileRow(
        name=name,
        kind="hardlink",
        mode=stat.S_IMODE(found.st_mode),
        mtime_ns=found.st_mtime_ns,
        target=first,
    )


def _has_bytes(descriptor: int) -> bool:
    """Tell whether a file of no length gives bytes after all, as those of /proc do."""
    try:
        return bool(read_at(descriptor, memoryview(bytearray(1)), 0))
    except OSError:
        return True


def _moment(found: os.stat_result) -> tuple[int, int, int]:
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns
