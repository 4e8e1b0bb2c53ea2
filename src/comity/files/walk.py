"""What a source holds, in one order, each thing once, by the stated rules.

- Plain files are to be packed; folders are described; symbolic links are described and never
  followed, also when named on the command line; devices, sockets and pipes, and what may not be
  read, are not packed and have a row (`is_special` tells the two apart). A block device is read
  as one file where it is named itself.
- Names sort by their bytes, so the same tree gives the same list.
- A name that may not stand in a package gets a safe one (`evidence.package_names`); what lies
  too deep gets a path below ``data/~deep``.
- What is in a folder is looked up in the folder that was opened, never by its path again, so that
  a link that takes a folder's place leads nowhere else. A name of more than 4096 bytes in all is
  refused, and what lies below it is not looked at.
"""

import errno
import json
import os
import stat
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from comity.canonical import digest_text
from comity.evidence.package import FileRow
from comity.evidence.package_index import Spool
from comity.evidence.package_names import MAX_PARTS, MAX_PATH_BYTES, fold, safe_component
from comity.evidence.seal import SealReport
from comity.files.errors import translated
from comity.files.platforms import HAS_FOLDER_DESCRIPTORS, READ_FOLDER, READ_FOUND, read_xattrs
from comity.files.publish import atomic_file, write_all

_DEEP = "~deep"
_MAX_NAME_BYTES = 4096  # so that a row stays within `package.MAX_ROW_CHARS`
_OPEN_FOLDERS = 128  # around the innermost; the others are opened again on the way back
_KINDS = {
    stat.S_IFBLK: "a block device",
    stat.S_IFCHR: "a character device",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
}


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file to read, while the walk stands at it.

    Attributes:
        location: its name in ``folder``.
        folder: descriptor of an open folder; None if the location says all.
        name: original, from the named source on.
        path: in the package.
        device: a block device.
    """

    location: bytes
    folder: int | None
    name: bytes
    path: str
    device: bool = False

    def open(self) -> int:
        """Return a descriptor, without following a link or waiting for anything; `OSError`."""
        return os.open(self.location, READ_FOUND, dir_fd=self.folder)


@dataclass(slots=True)
class _Shelf:
    """A payload folder, and the names taken in it as a system without case takes them."""

    path: str
    taken: set[str] = field(default_factory=set)


@dataclass(slots=True)
class _Folder:
    """A folder being visited: the names still to come, in reverse, and which are no plain files.

    Its descriptor is None while too many folders are open, and where the system knows none.
    """

    descriptor: int | None
    location: bytes  # where it is, for a system without descriptors of folders; else empty
    identity: tuple[int, int]
    name: bytes
    shelf: _Shelf
    names: list[bytes]
    others: set[bytes]

    def close(self) -> None:
        if self.descriptor is not None:
            os.close(self.descriptor)
            self.descriptor = None


def named(source: Path) -> tuple[bytes, bytes]:
    """Return where a source is, and the name it has in the package."""
    location = os.fsencode(os.path.abspath(source))  # noqa: PTH100 - keeps links
    return location, os.path.basename(location) or b"root"  # noqa: PTH119 - bytes


class Walker:
    """Goes through sources once."""

    def __init__(self) -> None:
        self._top = _Shelf("data", {_DEEP})
        self._flat = _Shelf(f"data/{_DEEP}")
        self._below: list[_Folder] = []  # folders being visited, the innermost last

    def walk(self, sources: Sequence[Path]) -> Iterator[FoundFile | FileRow]:
        """Yield files to read and rows of all else; a folder's row comes before what is in it.

        Raises:
            NotFoundError: a named source is not there.
        """
        try:
            for source in sources:
                yield from self._source(source)
        finally:
            for folder in self._below:
                folder.close()

    def _source(self, source: Path) -> Iterator[FoundFile | FileRow]:
        location, name = named(source)
        try:
            found = os.lstat(location)
        except OSError as fault:
            raise translated(fault, f"reading {source}") from fault
        if stat.S_ISREG(found.st_mode) or stat.S_ISBLK(found.st_mode):
            device = stat.S_ISBLK(found.st_mode)
            yield FoundFile(location, None, name, self.place(name, name), device)
        else:
            yield self._describe(location, None, name, self._top, found)
        while self._below:
            yield from self._visit(self._below[-1])

    def place(self, name: bytes, part: bytes, shelf: _Shelf | None = None) -> str:
        """Return a free payload path for the last part of a name, flat where it is too deep.

        Args:
            name: the whole original name.
            part: its last part.
            shelf: the payload folder; the topmost one if not given.
        """
        shelf = shelf or self._top
        safe = safe_component(part)
        count = 0
        while not (fits := _fits(f"{shelf.path}/{safe}")) or (key := fold(safe)) in shelf.taken:
            if not fits:
                shelf, part = self._flat, name
            marked = part if count == 0 else part + b"#%d" % count
            safe = safe_component(marked, distinct=True)
            count += 1
        shelf.taken.add(key)
        return f"{shelf.path}/{safe}"

    def _visit(self, folder: _Folder) -> Iterator[FoundFile | FileRow]:
        """Yield what is left of a folder, up to the next folder in it."""
        descriptor = folder.descriptor
        while folder.names:
            part = folder.names.pop()
            name = folder.name + b"/" + part
            away = descriptor is None and not folder.location
            if away or len(name) > _MAX_NAME_BYTES:
                why = "its folder was moved away" if away else "its name is too long"
                yield FileRow(name=name, kind="refused", reason=why)
                continue
            place = os.path.join(folder.location, part)  # noqa: PTH118 - bytes
            if part not in folder.others:
                yield FoundFile(place, descriptor, name, self.place(name, part, folder.shelf))
                continue
            try:
                found = os.lstat(place, dir_fd=descriptor)
            except OSError as fault:
                yield unreadable(name, fault)
                continue
            yield self._describe(place, descriptor, name, folder.shelf, found)
            if self._below[-1] is not folder:
                return
        self._leave()

    def _leave(self) -> None:
        """End the visit of the innermost folder, and open the one around it if it is not."""
        left = self._below.pop()
        around = self._below[-1] if self._below else None
        if around is not None and around.descriptor is None and left.descriptor is not None:
            with suppress(OSError):
                around.descriptor = os.open(b"..", READ_FOLDER, dir_fd=left.descriptor)
                if _identity(os.fstat(around.descriptor)) != around.identity:
                    around.close()
        left.close()

    def _describe(
        self, part: bytes, folder: int | None, name: bytes, shelf: _Shelf, found: os.stat_result
    ) -> FileRow:
        kind = stat.S_IFMT(found.st_mode)
        if kind == stat.S_IFDIR:
            return self._enter(part, folder, name, shelf, found)
        if kind == stat.S_IFLNK:
            return _link(part, folder, name, found)
        return refused(name, found, _KINDS.get(kind, "of another kind than when it was listed"))

    def _enter(
        self, part: bytes, folder: int | None, name: bytes, shelf: _Shelf, found: os.stat_result
    ) -> FileRow:
        descriptor: int | None = None
        try:
            if HAS_FOLDER_DESCRIPTORS:
                descriptor = os.open(part, READ_FOLDER, dir_fd=folder)
                found = os.fstat(descriptor)
            names, others = _listed(part if descriptor is None else descriptor)
        except OSError as fault:
            if descriptor is not None:
                os.close(descriptor)
            return refused(name, found, f"a folder that may not be read ({fault.strerror})")
        path = self.place(name, name.rpartition(b"/")[2], shelf)
        location = part if descriptor is None else b""
        entered = _Folder(descriptor, location, _identity(found), name, _Shelf(path), names, others)
        self._below.append(entered)
        if len(self._below) > _OPEN_FOLDERS:
            self._below[-1 - _OPEN_FOLDERS].close()
        return _described(name, found, part if descriptor is None else descriptor, kind="directory")


def _identity(found: os.stat_result) -> tuple[int, int]:
    return found.st_dev, found.st_ino


def _listed(place: int | bytes) -> tuple[list[bytes], set[bytes]]:
    """Return the names in a folder, last first, and which of them are no plain files."""
    names: list[bytes] = []
    others: set[bytes] = set()
    with os.scandir(place) as entries:
        for entry in entries:
            names.append(name := os.fsencode(entry.name))
            if not entry.is_file(follow_symlinks=False):
                others.add(name)
    names.sort(reverse=True)
    return names, others


def _fits(path: str) -> bool:
    return path.count("/") < MAX_PARTS and len(path.encode("utf-8")) <= MAX_PATH_BYTES


def refused(name: bytes, found: os.stat_result, why: str) -> FileRow:
    """Return the row of something that is not packed."""
    return FileRow(
        name=name,
        kind="refused",
        mode=stat.S_IMODE(found.st_mode),
        mtime_ns=found.st_mtime_ns,
        reason=why,
    )


def is_special(row: FileRow) -> bool:
    """Tell whether a row is of a pipe, socket or device in a folder: no evidence is missing."""
    return row.kind == "refused" and row.reason in _KINDS.values() and b"/" in row.name


def unreadable(name: bytes, fault: OSError) -> FileRow:
    """Return the row of something that is gone or may not be looked at."""
    why = "gone" if fault.errno == errno.ENOENT else "may not be read"
    return FileRow(name=name, kind="refused", reason=f"{why} ({fault.strerror})")


def _described(
    name: bytes,
    found: os.stat_result,
    place: int | bytes,
    *,
    kind: str,
    target: bytes | None = None,
) -> FileRow:
    xattrs, omitted = read_xattrs(place)
    return FileRow(
        name=name,
        kind=kind,
        mode=stat.S_IMODE(found.st_mode),
        mtime_ns=found.st_mtime_ns,
        target=target,
        xattrs=xattrs,
        xattrs_omitted=omitted,
    )


def _link(part: bytes, folder: int | None, name: bytes, found: os.stat_result) -> FileRow:
    try:
        target = os.readlink(part, dir_fd=folder)
    except OSError as fault:
        return refused(name, found, f"a link that may not be read ({fault.strerror})")
    # Of a link, attributes are read by its path only: the one through the open folder.
    place = part if folder is None else b"/proc/self/fd/%d/%b" % (folder, part)
    return _described(name, found, place, kind="symlink", target=target)


class HardLinks:
    """Tells further names of a file met before.

    A name that several sources have tells no file apart, so what lies there is never a link.
    """

    def __init__(self, names: Iterable[bytes]) -> None:
        self._doubled = {name for name, count in Counter(names).items() if count > 1}
        self._met: dict[tuple[int, int], bytes] = {}

    def first(self, name: bytes, found: os.stat_result) -> bytes | None:
        """Return the name that the same file was met under before, if it was."""
        if found.st_nlink < 2 or name.partition(b"/")[0] in self._doubled:
            return None
        first = self._met.setdefault(_identity(found), name)
        return None if first == name else first


@dataclass(frozen=True, slots=True)
class Measure:
    """What a walk would pack: files, bytes, and the rows of what it would refuse."""

    files: int
    size_bytes: int
    refused: tuple[FileRow, ...]


def measure(sources: Sequence[Path]) -> Measure:
    """Walk and open without reading; `NotFoundError` as `Walker.walk`."""
    files = size_bytes = 0
    refused_rows: list[FileRow] = []
    links = HardLinks(named(source)[1] for source in sources)
    for found in Walker().walk(sources):
        planned = _planned(found, links) if isinstance(found, FoundFile) else found
        if isinstance(planned, int):
            files += 1
            size_bytes += planned
        elif planned is not None and planned.kind == "refused":
            refused_rows.append(planned)
    return Measure(files, size_bytes, tuple(refused_rows))


def _planned(found: FoundFile, links: HardLinks) -> int | FileRow | None:
    """Return the size of a file now; its row if it would be refused, None if it is a link."""
    try:
        descriptor = found.open()
    except OSError as fault:
        return unreadable(found.name, fault)
    try:
        told = os.fstat(descriptor)
        if links.first(found.name, told) is not None:
            return None
        return os.lseek(descriptor, 0, os.SEEK_END) if found.device else told.st_size
    finally:
        os.close(descriptor)


# What a seal met and did not simply pack, row by row, as a file for people and programs.
#
# Kept compressed while the seal runs, because a hostile tree can consist of nothing else.


def findings(row: FileRow) -> tuple[str, ...]:
    """Return the words of what is noteworthy about a row, in the order of `docs/reference`."""
    found = {
        "refused": row.kind == "refused" and not is_special(row),
        "skipped": is_special(row),
        "changed": row.changed,
        "renamed": row.path is not None and row.path.encode() != b"data/" + row.name,
        "hard-link": row.kind == "hardlink",
        "link-not-followed": row.kind == "symlink",
        "sparse": row.sparse,
        "device": row.device,
        "stream": row.kind == "stream",
        "attributes-left-out": row.xattrs_omitted,
    }
    return tuple(word for word, holds in found.items() if holds)


class Findings:
    """Takes every row of a seal; `write` publishes the report."""

    def __init__(self) -> None:
        self._rows = Spool()
        self._counts: dict[str, int] = {}

    def add(self, row: FileRow) -> None:
        """Keep a row if anything is to be said about it."""
        words = findings(row)
        if not words:
            return
        comma = "," if self._counts else ""
        for word in words:
            self._counts[word] = self._counts.get(word, 0) + 1
        value: dict[str, Any] = {"findings": words}
        told = row.to_value()
        value |= {
            key: told[key] for key in ("name", "path", "reason", "target", "type") & told.keys()
        }
        self._rows.add(f"{comma}\n{json.dumps(value, sort_keys=True)}".encode())

    def write(self, target: Path, report: SealReport) -> None:
        """Write ``{"counts", "files", "package", "payload_size_bytes", "rows"}``.

        Raises:
            OutputExistsError, StorageError: by what the file system refused.
        """
        head = {
            "counts": dict(sorted(self._counts.items())),
            "files": report.files,
            "package": digest_text(report.root),
            "payload_size_bytes": report.payload_size_bytes,
        }
        with atomic_file(target) as stream:
            begin = json.dumps(head).removesuffix("}")
            write_all(stream, memoryview(f'{begin}, "rows": ['.encode()))
            for piece in self._rows.pieces():
                write_all(stream, memoryview(piece))
            write_all(stream, memoryview(b"\n]}\n"))
