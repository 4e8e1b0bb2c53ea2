"""What a source holds, in one order, each thing once, by the stated rules.

- Plain files are packed; folders are described; symbolic links are described and never followed,
  also when named on the command line; devices, sockets and pipes, and what may not be read, are
  refused with a row.
- Names sort by their bytes, so the same tree gives the same list.
- A name that may not stand in a package gets a safe one (`evidence.package_names`); what lies
  too deep gets a path below ``data/~deep``.
- The package that is being written is left out of itself.
"""

import os
import stat
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from comity.evidence.package import FileRow
from comity.evidence.package_names import (
    MAX_PARTS,
    MAX_PATH_BYTES,
    PAYLOAD,
    NameSet,
    safe_component,
)
from comity.files.errors import translated

_KINDS = {
    stat.S_IFBLK: "a block device",
    stat.S_IFCHR: "a character device",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
}


_FLAT = PAYLOAD + "~deep"


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A plain file to read: where it is, its original name, its path in the package."""

    location: bytes
    name: bytes
    path: str
    size_bytes: int


class Walker:
    """Goes through sources once; ``exclude`` are (device, inode) pairs to leave out."""

    def __init__(self, *, exclude: Collection[tuple[int, int]] = ()) -> None:
        self._names = NameSet()
        self._exclude = frozenset(exclude)
        self._below: list[_Folder] = []  # folders being visited, the innermost last

    def walk(self, sources: Sequence[Path]) -> Iterator[FoundFile | FileRow]:
        """Yield files to read and rows of all else.

        Raises:
            NotFoundError: a named source is not there.
        """
        for source in sources:
            location = os.fsencode(os.path.abspath(source))  # noqa: PTH100 - keeps links
            name = location.rpartition(b"/")[2] or b"root"
            try:
                found = os.lstat(location)
            except OSError as fault:
                raise translated(fault, f"reading {source}") from fault
            yield from self._visit(location, name, PAYLOAD.rstrip("/"), found)
            while self._below:
                yield from self._next(self._below[-1])

    def _next(self, folder: "_Folder") -> Iterator[FoundFile | FileRow]:
        if not folder.names:
            self._below.pop()
            return
        part = folder.names.pop()
        location, name = folder.location + b"/" + part, folder.name + b"/" + part
        try:
            found = os.lstat(location)
        except OSError as fault:
            yield FileRow(name=name, kind="refused", reason=f"gone ({fault.strerror})")
            return
        yield from self._visit(location, name, folder.path, found)

    def _visit(
        self, location: bytes, name: bytes, parent: str, found: os.stat_result
    ) -> Iterator[FoundFile | FileRow]:
        kind = stat.S_IFMT(found.st_mode)
        if (found.st_dev, found.st_ino) in self._exclude:
            return
        if kind == stat.S_IFREG:
            path = self._place(parent, name, claim=self._names.claim)
            yield FoundFile(location, name, path, found.st_size)
        elif kind == stat.S_IFDIR:
            yield self._enter(location, name, parent, found)
        elif kind == stat.S_IFLNK:
            yield _link(location, name, found)
        else:
            yield _refused(name, found, _KINDS.get(kind, "of an unknown kind"))

    def _enter(self, location: bytes, name: bytes, parent: str, found: os.stat_result) -> FileRow:
        try:
            with os.scandir(location) as entries:
                names = sorted((entry.name for entry in entries), reverse=True)
        except OSError as fault:
            return _refused(name, found, f"a folder that may not be read ({fault.strerror})")
        path = self._place(parent, name, claim=self._names.claim_folder)
        self._below.append(_Folder(location, name, path, names))
        return _row(name, found, kind="directory")

    def _place(self, parent: str, name: bytes, *, claim: Callable[[str], bool]) -> str:
        """Return a free payload path below ``parent``, or flat where that would be too deep."""
        part = name.rpartition(b"/")[2]
        path = f"{parent}/{safe_component(part)}"
        count = 0
        while not _fits(path) or not claim(path):
            if not _fits(path):
                parent, part = _FLAT, name
            marked = part if count == 0 else part + b"#%d" % count
            path = f"{parent}/{safe_component(marked, distinct=True)}"
            count += 1
        return path


def _fits(path: str) -> bool:
    return path.count("/") < MAX_PARTS and len(path.encode("utf-8")) <= MAX_PATH_BYTES


@dataclass(slots=True)
class _Folder:
    """A folder being visited: where it is, and the names still to come, in reverse."""

    location: bytes
    name: bytes
    path: str
    names: list[bytes]


def _row(name: bytes, found: os.stat_result, *, kind: str) -> FileRow:
    return FileRow(
        name=name, kind=kind, mode=stat.S_IMODE(found.st_mode), mtime_ns=found.st_mtime_ns
    )


def _refused(name: bytes, found: os.stat_result, why: str) -> FileRow:
    return FileRow(
        name=name,
        kind="refused",
        mode=stat.S_IMODE(found.st_mode),
        mtime_ns=found.st_mtime_ns,
        reason=why,
    )


def _link(location: bytes, name: bytes, found: os.stat_result) -> FileRow:
    try:
        target = os.readlink(location)  # noqa: PTH115 - the name is bytes
    except OSError as fault:
        return _refused(name, found, f"a link that may not be read ({fault.strerror})")
    return FileRow(name=name, kind="symlink", mtime_ns=found.st_mtime_ns, target=target)


@dataclass(frozen=True, slots=True)
class Measure:
    """What a walk would pack: files, bytes, and the rows of what it would refuse."""

    files: int
    size_bytes: int
    refused: tuple[FileRow, ...]


def measure(sources: Sequence[Path]) -> Measure:
    """Walk without reading; `NotFoundError` as `Walker.walk`."""
    files = size_bytes = 0
    refused: list[FileRow] = []
    for found in Walker().walk(sources):
        if isinstance(found, FoundFile):
            files += 1
            size_bytes += found.size_bytes
        elif found.kind == "refused":
            refused.append(found)
    return Measure(files, size_bytes, tuple(refused))
