"""What a source holds, in one order, each thing once, by the stated rules.

- Plain files are to be packed; folders are described; symbolic links are described and never
  followed, also when named on the command line; devices, sockets and pipes, and what may not be
  read, are refused with a row. A block device is read as one file where it is named itself.
- Names sort by their bytes, so the same tree gives the same list.
- A name that may not stand in a package gets a safe one (`evidence.package_names`); what lies
  too deep gets a path below ``data/~deep``.
"""

import errno
import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from comity.evidence.package import FileRow
from comity.evidence.package_names import MAX_PARTS, MAX_PATH_BYTES, fold, safe_component
from comity.files.errors import translated
from comity.files.xattrs import read_xattrs

_DEEP = "~deep"
_KINDS = {
    stat.S_IFBLK: "a block device",
    stat.S_IFCHR: "a character device",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
}


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file to read: where it is, its original name, its path in the package."""

    location: bytes
    name: bytes
    path: str
    device: bool = False


@dataclass(slots=True)
class _Shelf:
    """A payload folder, and the names taken in it as a system without case takes them."""

    path: str
    taken: set[str] = field(default_factory=set)


@dataclass(slots=True)
class _Folder:
    """A folder being visited: the names still to come, in reverse, and which are no plain files."""

    location: bytes
    name: bytes
    shelf: _Shelf
    names: list[bytes]
    others: set[bytes]


def named(source: Path) -> tuple[bytes, bytes]:
    """Return where a source is, and the name it has in the package."""
    location = os.fsencode(os.path.abspath(source))  # noqa: PTH100 - keeps links
    return location, location.rpartition(b"/")[2] or b"root"


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
        for source in sources:
            location, name = named(source)
            try:
                found = os.lstat(location)
            except OSError as fault:
                raise translated(fault, f"reading {source}") from fault
            if stat.S_ISREG(found.st_mode) or stat.S_ISBLK(found.st_mode):
                device = stat.S_ISBLK(found.st_mode)
                yield FoundFile(location, name, self.place(name, name), device)
            else:
                yield self._describe(location, name, self._top, name, found)
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
        while folder.names:
            part = folder.names.pop()
            location, name = folder.location + b"/" + part, folder.name + b"/" + part
            if part not in folder.others:
                yield FoundFile(location, name, self.place(name, part, folder.shelf))
                continue
            try:
                found = os.lstat(location)
            except OSError as fault:
                yield unreadable(name, fault)
                continue
            yield self._describe(location, name, folder.shelf, part, found)
            if self._below[-1] is not folder:
                return
        self._below.pop()

    def _describe(
        self, location: bytes, name: bytes, shelf: _Shelf, part: bytes, found: os.stat_result
    ) -> FileRow:
        kind = stat.S_IFMT(found.st_mode)
        if kind == stat.S_IFDIR:
            return self._enter(location, name, shelf, part, found)
        if kind == stat.S_IFLNK:
            return _link(location, name, found)
        return refused(name, found, _KINDS.get(kind, "of another kind than when it was listed"))

    def _enter(
        self, location: bytes, name: bytes, shelf: _Shelf, part: bytes, found: os.stat_result
    ) -> FileRow:
        others = set()
        try:
            with os.scandir(location) as entries:
                names = []
                for entry in entries:
                    names.append(entry.name)
                    if not entry.is_file(follow_symlinks=False):
                        others.add(entry.name)
        except OSError as fault:
            return refused(name, found, f"a folder that may not be read ({fault.strerror})")
        names.sort(reverse=True)
        path = self.place(name, part, shelf)
        self._below.append(_Folder(location, name, _Shelf(path), names, others))
        return _described(name, found, location, kind="directory")


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


def unreadable(name: bytes, fault: OSError) -> FileRow:
    """Return the row of something that is gone or may not be looked at."""
    why = "gone" if fault.errno == errno.ENOENT else "may not be read"
    return FileRow(name=name, kind="refused", reason=f"{why} ({fault.strerror})")


def _described(
    name: bytes, found: os.stat_result, location: bytes, *, kind: str, target: bytes | None = None
) -> FileRow:
    xattrs, omitted = read_xattrs(location)
    return FileRow(
        name=name,
        kind=kind,
        mode=stat.S_IMODE(found.st_mode),
        mtime_ns=found.st_mtime_ns,
        target=target,
        xattrs=xattrs,
        xattrs_omitted=omitted,
    )


def _link(location: bytes, name: bytes, found: os.stat_result) -> FileRow:
    try:
        target = os.readlink(location)  # noqa: PTH115 - the name is bytes
    except OSError as fault:
        return refused(name, found, f"a link that may not be read ({fault.strerror})")
    return _described(name, found, location, kind="symlink", target=target)


@dataclass(frozen=True, slots=True)
class Measure:
    """What a walk would pack: files, bytes, and the rows of what it would refuse."""

    files: int
    size_bytes: int
    refused: tuple[FileRow, ...]


def measure(sources: Sequence[Path]) -> Measure:
    """Walk without reading; `NotFoundError` as `Walker.walk`."""
    files = size_bytes = 0
    refused_rows: list[FileRow] = []
    for found in Walker().walk(sources):
        if isinstance(found, FoundFile):
            files += 1
            size_bytes += _size(found)
        elif found.kind == "refused":
            refused_rows.append(found)
    return Measure(files, size_bytes, tuple(refused_rows))


def _size(found: FoundFile) -> int:
    """Return a file's size now; 0 if it is gone or may not be asked."""
    with suppress(OSError):
        if not found.device:
            return os.lstat(found.location).st_size
        with open(found.location, "rb", buffering=0) as device:  # noqa: PTH123 - bytes
            return device.seek(0, os.SEEK_END)
    return 0
