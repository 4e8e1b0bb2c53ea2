"""Reading a part of a sealed package: its lists, or a few of its files into a folder.

Source: spec 15.1 to 15.3.
"""

import os
from collections.abc import Collection
from dataclasses import dataclass, replace
from io import FileIO
from pathlib import Path

from comity.evidence.open import Limits, check_binding
from comity.evidence.package import FileRow
from comity.evidence.package_errors import PackageLimitError
from comity.evidence.package_names import NameSet
from comity.evidence.part import Found, PackagePart, SealedArchive
from comity.files.errors import translating
from comity.files.opening import FolderSink, OpenOrder, check_order
from comity.files.platforms import read_at
from comity.files.publish import atomic_folder, sweep_folders


class FileRange:
    """A sealed package on disk as a source of ranges; ``read_bytes`` counts what was read."""

    def __init__(self, stream: FileIO) -> None:
        self._descriptor = stream.fileno()
        self.size_bytes = os.fstat(self._descriptor).st_size
        self.read_bytes = 0

    def read_at(self, offset: int, size_bytes: int, /) -> bytes:
        """Return ``size_bytes`` bytes from ``offset`` on, fewer only at the end."""
        room, got = memoryview(bytearray(size_bytes)), 0
        while got < size_bytes:
            size = read_at(self._descriptor, room[got:], offset + got)
            if not size:
                break
            got += size
        self.read_bytes += got
        return bytes(room[:got])


@dataclass(frozen=True, slots=True, kw_only=True)
class PartReport:
    """What was looked at; nothing is said of the rest of the package.

    Attributes:
        files: payload files of the whole package, by its manifest.
        rows: what was asked for; of a listing everything.
        sha256: of each row, the digest in the manifest or of the whole stream; None for the rest.
        read_bytes: sealed bytes read.
        sealed_size_bytes: of the whole package.
        authenticated: the lists were checked against an offer the caller had verified.
        swept: hidden folders of earlier runs that were killed, removed now.
    """

    files: int
    rows: tuple[FileRow, ...]
    sha256: tuple[bytes | None, ...]
    read_bytes: int
    sealed_size_bytes: int
    authenticated: bool
    swept: tuple[Path, ...] = ()


def list_package(order: OpenOrder, source: Path) -> PartReport:
    """Read what a package holds, without its files.

    Raises:
        OfferRequiredError: no offer, and not told ``unauthenticated``.
        AgeError, OfferError, PackageError: what does not hold.
        StorageError: by what the file system refused.
    """
    check_order(order)
    with translating(f"reading {source}"), FileIO(source, "rb") as stream:
        ranges = FileRange(stream)
        part = _part(order, ranges)
        rows, digests = [], list[bytes | None]()
        for row, pieces in part.rows():
            rows.append(row)
            digests.append(row.sha256 or (pieces[0][2] if pieces else None))
        _check_binding(order, part)
    return _report(order, ranges, part, rows, digests)


def open_part(
    order: OpenOrder, source: Path, target: Path, *, names: Collection[bytes]
) -> PartReport:
    """Open some files of a package into a new folder, under their payload paths.

    Args:
        order: how; its limits count what is written.
        source: the sealed package.
        target: the folder to make; it gets its name when every file in it has been checked.
        names: original names or payload paths; a folder stands for all below it.

    Raises:
        NoSuchMemberError: the package has nothing of a name.
        OfferRequiredError, AgeError, OfferError, PackageError, OutputExistsError, StorageError.
    """
    check_order(order)
    swept = sweep_folders(target.parent)
    with translating(f"reading {source}"), FileIO(source, "rb") as stream:
        ranges = FileRange(stream)
        part = _part(order, ranges)
        found = part.find(names)
        _check_binding(order, part)
        _check_limits(found, order.limits or Limits())
        with atomic_folder(target) as folder:
            _copy(part, found, folder)
    digests = [item.row.sha256 or _digest(item) for item in found]
    report = _report(order, ranges, part, [item.row for item in found], digests)
    return replace(report, swept=swept)


def _part(order: OpenOrder, ranges: FileRange) -> PackagePart:
    archive = SealedArchive(ranges, order.identities)
    return PackagePart(archive, ranges.size_bytes, order.offer, limits=order.limits)


def _copy(part: PackagePart, found: list[Found], folder: Path) -> None:
    names, sink = NameSet(), FolderSink(folder)
    try:
        for item in found:
            if item.row.path is not None:
                names.claim_or_raise(item.row.path)
                part.copy(item, sink)
    finally:
        sink.close()
    sink.sync()


def _check_limits(found: list[Found], limits: Limits) -> None:
    files = sum(bool(item.pieces) for item in found)
    size_bytes = sum(piece.size_bytes for item in found for piece in item.pieces)
    if files > limits.max_files or size_bytes > limits.max_bytes:
        raise PackageLimitError("what was asked for is larger than this reader allows", files=files)


def _check_binding(order: OpenOrder, part: PackagePart) -> None:
    if order.binding is not None:
        check_binding(part.meta, order.binding)


def _digest(item: Found) -> bytes | None:
    return item.pieces[0].sha256 if item.pieces else None


def _report(
    order: OpenOrder,
    ranges: FileRange,
    part: PackagePart,
    rows: list[FileRow],
    digests: list[bytes | None],
) -> PartReport:
    return PartReport(
        files=part.files,
        rows=tuple(rows),
        sha256=tuple(digests),
        read_bytes=ranges.read_bytes,
        sealed_size_bytes=ranges.size_bytes,
        authenticated=order.offer is not None and not order.unauthenticated,
    )
