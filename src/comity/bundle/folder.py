"""A bundle on disk: the only module of this room that touches files."""

import os
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from io import FileIO
from pathlib import Path
from typing import Final

from comity.bundle import write as writing
from comity.bundle.errors import BundleLimitError, TrustInsideError
from comity.bundle.reader import MAX_FILES, Stream
from comity.directory import TrustFile
from comity.files.errors import translating
from comity.files.key_files import read_trust_file
from comity.files.platforms import NEW, READ_FOUND, sync_folder
from comity.files.publish import atomic_folder, write_all
from comity.keys import PrivateKey

_MAX_DEPTH: Final = 64


class FolderReader:
    """A bundle in a folder; links are never followed.

    Args:
        folder: the bundle.
        progress: is told how many bytes were read so far.
    """

    def __init__(self, folder: Path, progress: Callable[[int], None] | None = None) -> None:
        self._folder = folder
        self._count = _Count(progress or (lambda _done: None))

    def listing(self) -> Mapping[str, int | None]:
        """Return path -> size in bytes; None for links, devices and names that are not UTF-8."""
        with translating(f"reading {self._folder}"):
            found: dict[str, int | None] = {}
            pending = [""]
            while pending:
                prefix = pending.pop()
                with os.scandir(self._folder / prefix) as items:
                    for item in items:
                        self._take(item, prefix, found, pending)
                if len(found) > MAX_FILES or prefix.count("/") > _MAX_DEPTH:
                    raise BundleLimitError("the bundle holds too many files, or too deep folders")
            return found

    @staticmethod
    def _take(
        item: os.DirEntry[str], prefix: str, found: dict[str, int | None], pending: list[str]
    ) -> None:
        path, kind = prefix + item.name, item.stat(follow_symlinks=False)
        try:
            path.encode("utf-8")
        except UnicodeEncodeError:
            found[ascii(path)] = None
            return
        if stat.S_ISDIR(kind.st_mode):
            pending.append(path + "/")
        else:
            found[path] = kind.st_size if stat.S_ISREG(kind.st_mode) else None

    def open(self, path: str) -> AbstractContextManager[Stream]:
        """Open a plain file."""
        return _opened(self._folder / path, self._count)


class _Count:
    """Adds up amounts and tells the sum."""

    def __init__(self, progress: Callable[[int], None]) -> None:
        self._progress, self._done = progress, 0

    def add(self, size_bytes: int) -> None:
        self._done += size_bytes
        self._progress(self._done)


@contextmanager
def _opened(path: Path, count: _Count | None = None) -> Iterator[Stream]:
    with translating(f"reading {path}"):
        descriptor = os.open(path, READ_FOUND)
        with FileIO(descriptor, "rb") as stream:
            yield _Raw(stream, count)


class _Raw:
    """An unbuffered file as a `Stream`."""

    def __init__(self, stream: FileIO, count: _Count | None) -> None:
        self._stream, self._count = stream, count

    def readinto(self, buffer: memoryview, /) -> int | None:
        """Fill the buffer's beginning."""
        size = self._stream.readinto(buffer)
        if self._count is not None:
            self._count.add(size or 0)
        return size


def opener(path: Path) -> writing.Opener:
    """Return what opens a file on disk when the writer comes to it."""
    return lambda: _opened(path)


class FolderSink:
    """Writes a bundle's files below a private new folder."""

    def __init__(self, folder: Path, progress: Callable[[int], None] | None = None) -> None:
        self._folder = folder
        self._folders = {folder}
        self._count = _Count(progress or (lambda _done: None))

    def put(self, path: str, pieces: Iterable[bytes | memoryview]) -> None:
        """Write a new file, durable before this returns."""
        full = self._folder / path
        full.parent.mkdir(parents=True, exist_ok=True)
        self._folders.add(full.parent)
        flags = os.O_WRONLY | NEW
        with FileIO(os.open(full, flags, 0o644), "wb") as stream:
            for piece in pieces:
                write_all(stream, memoryview(piece))
                self._count.add(len(piece))
            os.fsync(stream.fileno())

    def sync(self) -> None:
        """Make the names durable."""
        for folder in self._folders:
            sync_folder(folder)


def write_folder(
    target: Path,
    case: writing.Case,
    key: PrivateKey,
    *,
    evidence: Mapping[str, writing.Opener],
    progress: Callable[[int], None] | None = None,
) -> writing.Written:
    """Write a bundle into a new folder, which gets its name when everything is in it.

    `progress` is told how many bytes were written so far.

    Raises:
        OutputExistsError, StorageError: by what the file system refused.
    """
    with atomic_folder(target) as folder:
        sink = FolderSink(folder, progress)
        written = writing.write(sink, case, key, evidence=evidence)
        sink.sync()
        folder.chmod(0o755)
    return written


def read_trust(path: Path, *, bundle: Path) -> TrustFile:
    """Return the trust file that a bundle is judged by.

    Raises:
        TrustInsideError: it lies inside the bundle, or is a link into it.
        TrustFileError: it is no trust file, or a root in it is no certificate.
        StorageError: it cannot be read.
    """
    with translating(f"reading {path}"):
        full, inside = path.resolve(strict=True), bundle.resolve(strict=True)
        if inside == full or inside in full.parents:
            raise TrustInsideError("a trust file inside the bundle proves nothing: bring your own")
    return read_trust_file(path)
