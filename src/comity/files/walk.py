"""What a source holds, in one order, each thing once, by the stated rules.

- Plain files are packed; folders are described; symbolic links are described and never followed,
  also when named on the command line; devices, sockets and pipes, and what may not be read, are
  refused with a row.
- Names sort by their bytes, so the same tree gives the same list.
- A name that may not stand in a package gets a safe one (`comity.evidence.package_names`).
- The package that is being written is left out of itself.
"""

import os
import stat
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from comity.evidence.package import FileRow
from comity.evidence.package_names import MAX_PATH_BYTES, PAYLOAD, NameSet, safe_component
from comity.files.errors import translated

_KINDS = {
    stat.S_IFBLK: "a block device",
    stat.S_IFCHR: "a character device",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
}


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

    def walk(self, sources: Sequence[Path]) -> Iterator[FoundFile | FileRow]:
        """Yield files to read and rows of all else.

        Raises:
            NotFoundError: a named source is not there.
        """
        for source in sources:
            location = os.fsencode(os.path.abspath(source))  # noqa: PTH100 - keeps links
            try:
                found = os.lstat(location)
            except OSError as fault:
                raise translated(fault, f"reading {source}") from fault
            name = location.rpartition(b"/")[2] or b"root"
            yield from self._visit(location, name, PAYLOAD.rstrip("/"), found)

    def _visit(
        self, location: bytes, name: bytes, parent: str, found: os.stat_result
    ) -> Iterator[FoundFile | FileRow]:
        kind = stat.S_IFMT(found.st_mode)
        if (found.st_dev, found.st_ino) in self._exclude:
            return
        if kind == stat.S_IFREG:
            path = self._place(parent, name, folder=False)
            if path is None:
                yield _refused(name, found, "its path is too long")
            else:
                yield FoundFile(location, name, path, found.st_size)
        elif kind == stat.S_IFDIR:
            yield from self._folder(location, name, parent, found)
        elif kind == stat.S_IFLNK:
            yield _link(location, name, found)
        else:
            yield _refused(name, found, _KINDS.get(kind, "of an unknown kind"))

    def _folder(
        self, location: bytes, name: bytes, parent: str, found: os.stat_result
    ) -> Iterator[FoundFile | FileRow]:
        path = self._place(parent, name, folder=True)
        if path is None:
            yield _refused(name, found, "its path is too long")
            return
        try:
            with os.scandir(location) as entries:
                names = sorted(entry.name for entry in entries)
        except OSError as fault:
            yield _refused(name, found, f"a folder that may not be read ({fault.strerror})")
            return
        yield _row(name, found, kind="directory")
        for part in names:
            below = location + b"/" + part
            try:
                status = os.lstat(below)
            except OSError as fault:
                yield FileRow(
                    name=name + b"/" + part, kind="refused", reason=f"gone ({fault.strerror})"
                )
                continue
            yield from self._visit(below, name + b"/" + part, path, status)

    def _place(self, parent: str, name: bytes, *, folder: bool) -> str | None:
        """Return a free payload path below ``parent``; None if it would be too long."""
        claim = self._names.claim_folder if folder else self._names.claim
        part = name.rpartition(b"/")[2]
        path = f"{parent}/{safe_component(part)}"
        count = 0
        while len(path.encode("utf-8")) <= MAX_PATH_BYTES:
            if claim(path):
                return path
            marked = part if count == 0 else part + b"#%d" % count
            path = f"{parent}/{safe_component(marked, distinct=True)}"
            count += 1
        return None


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
