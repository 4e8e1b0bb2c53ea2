"""The description held against the payload: each file described once, in the order it was met.

Source: spec 15.1.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from comity.evidence.open_streams import Run
from comity.evidence.package import SEGMENT_BYTES, FileRow, segment_path
from comity.evidence.package_errors import PackageDigestError, PackageMetadataError
from comity.evidence.package_spool import Spool


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
