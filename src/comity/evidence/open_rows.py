"""The description held against the payload: each file described once, in the order it was met.

Source: spec 15.1.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from comity.evidence.package import SEGMENT_BYTES, FileRow, segment_path
from comity.evidence.package_errors import PackageDigestError, PackageMetadataError
from comity.evidence.package_index import Spool

# Which members are the segments of a stream, and the digest of what they make together.
#
# Which files a stream was cut into is only told behind the payload, so every run of ``000001``,
# ``000002``, ... in one folder is hashed as a whole while it passes. A run that shares its folder
# with anything else is no stream: ``cat FOLDER/*`` would not give its bytes back.
#
# Source: spec 15.1.


@dataclass(slots=True)
class Run:
    """Files numbered from 1 in one folder.

    Attributes:
        segments: how many.
        size_bytes: all of them.
        alone: nothing else lies in the folder.
        sha256: 32 bytes over all of them, once the run has ended.
    """

    segments: int
    size_bytes: int
    alone: bool
    sha256: bytes = b""


class StreamTracker:
    """Told of every member in order, it knows the runs by their folders."""

    def __init__(self) -> None:
        self.runs: dict[str, Run] = {}
        self._folder = ""  # of the run that goes on
        self._run: Run | None = None
        self._whole = hashlib.sha256()

    def begin(
        self, path: str, size_bytes: int, *, sparse: bool, claim: Callable[[str], bool]
    ) -> None:
        """Note the next member of the payload.

        Args:
            path: not yet claimed as a name.
            size_bytes: of the member.
            sparse: such a member is no segment.
            claim: takes a folder for its only visit; False if something lies in it already.
        """
        if self._run is not None:
            if not sparse and self._continues(self._run, path):
                self._run.segments += 1
                self._run.size_bytes += size_bytes
                return
            self.close()
        folder, _, last = path.rpartition("/")
        if self.runs:
            self._disturb(folder)
        if last == "000001" and not sparse and size_bytes <= SEGMENT_BYTES:
            self._folder, self._whole = folder, hashlib.sha256()
            self._run = self.runs[folder] = Run(1, size_bytes, alone=claim(folder))

    def update(self, view: memoryview) -> None:
        """Hash bytes of the member last begun."""
        if self._run is not None:
            self._whole.update(view)

    def close(self) -> None:
        """End the run that goes on, if one does."""
        if self._run is not None:
            self._run.sha256 = self._whole.digest()
            self._run = None

    def _continues(self, run: Run, path: str) -> bool:
        is_full = run.size_bytes == run.segments * SEGMENT_BYTES
        return is_full and path == segment_path(self._folder, run.segments + 1)

    def _disturb(self, folder: str) -> None:
        while folder:
            if found := self.runs.get(folder):
                found.alone = False
            folder = folder.rpartition("/")[0]


class Met(NamedTuple):
    """A payload file as it passed: SHA-256 in hex, size, whether it has holes, path."""

    digest: str
    size_bytes: int
    sparse: bool
    path: str

    def line(self) -> bytes:
        """Return the spool's line; a path holds no line feed."""
        mark = "s" if self.sparse else "-"
        return f"{self.digest} {self.size_bytes} {mark} {self.path}\n".encode()


class MetFiles:
    """The files of a spool, read once, with a look at the next."""

    def __init__(self, spool: Spool) -> None:
        self._spool = spool
        self._files: Iterator[Met] | None = None
        self._ahead: Met | None = None

    def peek(self) -> Met | None:
        """Return the next file and stay before it; None at the end."""
        if self._files is None:
            self._files = map(_met, _lines(self._spool.pieces()))
        if self._ahead is None:
            self._ahead = next(self._files, None)
        return self._ahead

    def next(self) -> Met | None:
        """Return the next file and go past it; None at the end."""
        found = self.peek()
        self._ahead = None
        return found

    def rest(self) -> Iterator[Met]:
        """Yield all files that are left."""
        while (found := self.next()) is not None:
            yield found


class RowChecker:
    """Holds each row against the files met; `finish` when no row is left."""

    def __init__(self, met: MetFiles, runs: Mapping[str, Run]) -> None:
        self._met = met
        self._runs = runs
        self._names: set[bytes] = set()  # digests of the original names of files
        self._doubled: set[bytes] = set()  # of those, what two files have
        self._linked: set[bytes] = set()  # of those, what a hard link points to

    def check(self, row: FileRow) -> None:
        """Check the next row; `PackageMetadataError` or `PackageDigestError`, fact ``path``."""
        if row.kind == "file":
            self._pop(str(row.path), row.size_bytes, sparse=row.sparse)
            self._name(_key(row.name))
        elif row.kind == "stream":
            self._stream(str(row.path), row)
        elif row.kind == "hardlink":
            self._link(_key(row.target or b""))

    def finish(self) -> None:
        """Check that every file was described."""
        if left := self._met.next():
            raise PackageMetadataError("the description leaves out a file", path=left.path)

    def _name(self, key: bytes) -> None:
        if key in self._names:
            self._doubled.add(key)
        if key in self._linked:
            raise PackageMetadataError("two files have the name that a hard link points to")
        self._names.add(key)

    def _link(self, key: bytes) -> None:
        if key not in self._names or key in self._doubled:
            raise PackageMetadataError("a hard link does not name one file packed before it")
        self._linked.add(key)

    def _stream(self, path: str, row: FileRow) -> None:
        left = row.size_bytes
        for number in range(1, row.segments + 1):
            size = min(left, SEGMENT_BYTES)
            self._pop(segment_path(path, number), size, sparse=False)
            left -= size
        run = self._runs.get(path)
        if run is None or run.segments != row.segments or not run.alone:
            raise PackageMetadataError(
                f"the segments of {path!r} share their folder with something else", path=path
            )
        if run.sha256 != row.sha256:
            raise PackageDigestError(f"the stream {path!r} differs from its digest", path=path)

    def _pop(self, path: str, size_bytes: int, *, sparse: bool) -> None:
        met = self._met.next()
        if met is None or met[1:] != (size_bytes, sparse, path):
            raise PackageMetadataError(
                f"the description names {path!r} where another file is", path=path
            )


def _key(name: bytes) -> bytes:
    return hashlib.blake2b(name, digest_size=16).digest()


def _met(line: bytes) -> Met:
    digest, size, mark, path = line.decode("utf-8")[:-1].split(" ", 3)
    return Met(digest, int(size), mark == "s", path)


def _lines(pieces: Iterable[bytes]) -> Iterator[bytes]:
    left = b""
    for piece in pieces:
        rows = (left + piece).splitlines(keepends=True)
        left = rows.pop() if rows and not rows[-1].endswith(b"\n") else b""
        yield from rows
    if left:
        yield left
