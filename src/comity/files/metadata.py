"""Times, modes and attributes put back on an opened package's files, as its description has them.

The description was checked before. What is put back is harmless by rule: of a mode the nine
permission bits, never less than the owner needs to read (0600, folders 0700), so no file becomes
set-user-id; of the extended attributes only ``user.*``. Owners are not in a package, and links are
not made.

Source: spec 15.1.
"""

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from comity.evidence import package
from comity.evidence.package import FileRow, RowReader
from comity.files.errors import translating
from comity.files.platforms import HAS_XATTRS

_PIECE_BYTES = 1 << 16
_FILE_FLOOR = 0o600
_FOLDER_FLOOR = 0o700
_PERMISSIONS = 0o777


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put back, and what was not.

    Attributes:
        files: files with mode and time as described.
        folders: the same of folders.
        omitted: (why, how many) of what stays in the description only.
    """

    files: int
    folders: int
    omitted: tuple[tuple[str, int], ...]


def restore_metadata(folder: Path) -> Restored:
    """Put back what ``metadata/package.json`` of an opened, checked bag says of its files.

    Raises:
        StorageError: mode or time could not be set.
    """
    restoring = _Restoring(folder)
    with translating(f"restoring metadata in {folder}"):
        for row in _rows(folder):
            restoring.row(row)
        return restoring.finish()


def _rows(folder: Path) -> Iterator[FileRow]:
    reader = RowReader()
    with (folder / package.NAME).open("rb") as stream:
        while piece := stream.read(_PIECE_BYTES):
            yield from reader.feed(piece)
    reader.finish()


class _Restoring:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._omitted: Counter[str] = Counter()
        self._files = 0
        self._described: list[FileRow] = []  # folders, which files change until the end
        self._places: dict[bytes, str] = {}  # original name -> payload path of a folder

    def row(self, row: FileRow) -> None:
        """Put back one row, or keep or count it."""
        if row.kind == "file" and row.path is not None:
            self._files += 1
            self._set(self._folder / row.path, row, floor=_FILE_FLOOR)
            self._learn(row.name, row.path)
        elif row.kind == "directory":
            self._described.append(row)
        elif row.kind == "symlink":
            self._omitted["symbolic links, not made"] += 1
        elif row.kind == "hardlink":
            self._omitted["hard links, not made: their bytes stand once"] += 1

    def finish(self) -> Restored:
        """Put back the folders, whose times no file changes any more."""
        folders = 0
        for row in self._described:
            path = self._places.get(row.name)
            if path is None:
                self._omitted["folders that hold no file of their own place"] += 1
            else:
                folders += 1
                self._set(self._folder / path, row, floor=_FOLDER_FLOOR)
        return Restored(self._files, folders, tuple(sorted(self._omitted.items())))

    def _learn(self, name: bytes, path: str) -> None:
        """Learn where folders are from a file below them, unless it was laid flat."""
        names, paths = name.split(b"/")[:-1], path.split("/")[:-1]
        if len(names) != len(paths) - 1:
            return
        while names and (key := b"/".join(names)) not in self._places:
            self._places[key] = "/".join(paths)
            names.pop()
            paths.pop()

    def _set(self, path: Path, row: FileRow, *, floor: int) -> None:
        if row.mode & ~_PERMISSIONS:
            self._omitted["set-user-id, set-group-id or sticky bits"] += 1
        for name, value in row.xattrs:
            self._attribute(path, name, value)
        if row.xattrs_omitted:
            self._omitted["files with attributes that the sealer left out"] += 1
        path.chmod(row.mode & _PERMISSIONS | floor)
        if row.mtime_ns is not None:
            os.utime(path, ns=(row.mtime_ns, row.mtime_ns))
        else:
            self._omitted["times that the description does not hold"] += 1

    def _attribute(self, path: Path, name: str, value: bytes) -> None:
        if not name.startswith("user."):
            self._omitted["attributes other than user.*"] += 1
            return
        if not HAS_XATTRS:
            self._omitted["attributes that this system cannot be given"] += 1
            return
        try:
            os.setxattr(path, name, value, follow_symlinks=False)
        except OSError:
            self._omitted["attributes that this file system refused"] += 1
