"""A tar stream as members, fed in pieces, nothing but files accepted.

Links, devices and folders are refused by their type: a package has no use for them, and every
unpacking accident needs one. Sparse files are read in one form only, and only where asked for.

Source: POSIX.1-2017 pax, "ustar Interchange Format" and "pax Header Block"; GNU tar manual, "PAX
Format, Version 1.0"; spec 15.1.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from comity.evidence.package_errors import PackageTarError
from comity.evidence.tar_sparse import SparseMap, SparseMapError
from comity.evidence.tar_write import BLOCK_BYTES

MAX_PAX_BYTES = 1 << 16
_ZERO_BLOCK = bytes(BLOCK_BYTES)
_OCTAL = re.compile(rb" *([0-7]{1,12})[ \0]*")
_DECIMAL = re.compile(rb"[1-9][0-9]{0,17}|0")
_HARMLESS_PAX = {b"mtime", b"atime", b"ctime", b"uid", b"gid", b"uname", b"gname", b"comment"}
_SPARSE_PAX = {b"GNU.sparse." + key for key in (b"major", b"minor", b"name", b"realsize")}
_KNOWN_PAX = {b"path", b"size"} | _HARMLESS_PAX | _SPARSE_PAX
_SPARSE_VERSION = (b"1", b"0")


@dataclass(frozen=True, slots=True)
class Member:
    """The start of a file.

    Attributes:
        path: as in the archive.
        size_bytes: how long the file is, holes included.
        stored_bytes: of these in the archive, padding excluded; of a sparse file with its map.
        offset: where in the archive its content begins; of a sparse file, the map of its data.
        sparse: `Hole` events may come between its content.
    """

    path: str
    size_bytes: int
    stored_bytes: int
    offset: int
    sparse: bool = False


@dataclass(frozen=True, slots=True)
class Content:
    """Bytes of the file last started; valid until the next `feed`."""

    view: memoryview


@dataclass(frozen=True, slots=True)
class Hole:
    """So many zeros of the file last started, which the archive does not hold."""

    size_bytes: int


class End(Enum):
    """The file last started is complete."""

    FILE = auto()


type Event = Member | Content | Hole | End


class TarReader:
    """Feed it pieces in order; it yields members, content and ends; `finish` at the end."""

    def __init__(self, *, sparse: bool = False) -> None:
        self.position = 0  # bytes of the archive taken so far
        self._allow_sparse = sparse
        self._partial = bytearray()  # of a header block or a pax body
        self._content = 0  # bytes of content still due before the next hole or the end
        self._padding = 0
        self._pax_size = 0  # bytes of pax body still wanted in _partial, padding included
        self._pax: dict[bytes, bytes] = {}
        self._map: SparseMap | None = None  # of a sparse file, until it is complete
        self._regions: Iterator[tuple[int, int]] = iter(())
        self._in_file = False
        self._zero_blocks = 0
        self._count = 0

    def feed(self, view: memoryview) -> Iterator[Event]:
        """Yield what ``view`` completes.

        Raises:
            PackageTarError: with fact ``member``, from 0, where the archive breaks.
        """
        begin, position = self.position, 0
        while position < len(view):
            if self._content:
                part = view[position : position + self._content]
                position += len(part)
                self._content -= len(part)
                yield Content(part)
                if not self._content:
                    yield from self._region()
            elif self._padding:
                part = view[position : position + self._padding]
                position += len(part)
                self._padding -= len(part)
                if not _is_zero(part):
                    raise self._error("bytes hide in the padding")
            else:
                wanted = (self._pax_size or BLOCK_BYTES) - len(self._partial)
                part = view[position : position + wanted]
                position += len(part)
                self._partial += part
                if len(part) == wanted:
                    self.position = begin + position
                    yield from self._block()
        self.position = begin + len(view)

    def finish(self) -> None:
        """Check that the stream ended where an archive may end; `PackageTarError` otherwise."""
        if self._zero_blocks < 2 or self._partial or self._in_file:
            raise self._error("the archive ends too early")

    def _error(self, why: str) -> PackageTarError:
        return PackageTarError(f"member {self._count} of the archive: {why}", member=self._count)

    def _region(self) -> Iterator[Event]:
        """Go on to the next data of the file: past a hole, or to its end."""
        for hole, length in self._regions:
            if hole:
                yield Hole(hole)
            if length:
                self._content = length
                return
        self._in_file = False
        self._count += 1
        yield End.FILE

    def _block(self) -> Iterator[Event]:
        data = bytes(self._partial)
        self._partial.clear()
        if self._pax_size:
            self._pax_size = 0
            self._pax = self._records(data)
        elif self._map is not None:
            yield from self._map_block(self._map, data)
        elif data == _ZERO_BLOCK:
            if self._pax:
                raise self._error("an extended header stands alone")
            self._zero_blocks += 1
        elif self._zero_blocks:
            raise self._error("something stands behind the end mark")
        else:
            yield from self._header(data)

    def _header(self, data: bytes) -> Iterator[Event]:
        if data[257:265] != b"ustar\x0000":
            raise self._error("not a POSIX ustar header")
        if self._octal(data[148:156]) != sum(data[:148]) + sum(data[156:]) + 8 * 0x20:
            raise self._error("the header's checksum does not fit")
        size, kind = self._octal(data[124:136]), data[156:157]
        if kind == b"x":
            if self._pax or not 0 < size <= MAX_PAX_BYTES:
                raise self._error("an extended header is doubled, empty or too large")
            self._partial.clear()
            self._pax_length = size
            self._pax_size = size + -size % BLOCK_BYTES
            return
        if kind not in (b"0", b"\0") or not _is_zero(data[157:257]):
            raise self._error("only plain files belong into a package")
        pax, self._pax = self._pax, {}
        if b"size" in pax:
            size = int(pax[b"size"])
        self._in_file = True
        if not pax.keys().isdisjoint(_SPARSE_PAX):
            yield self._sparse(pax, size)
            return
        name, prefix = self._text(data[:100]), self._text(data[345:500])
        path = pax.get(b"path", prefix + b"/" + name if prefix else name)
        self._content, self._padding = size, -size % BLOCK_BYTES
        yield Member(self._path(path), size, size, self.position)
        if not size:
            yield from self._region()

    def _sparse(self, pax: dict[bytes, bytes], size: int) -> Member:
        """Begin a sparse file; ``size`` is what the archive holds of it, the map included."""
        if not self._allow_sparse:
            raise self._error("an extended header says something a package may not")
        version = pax.get(b"GNU.sparse.major"), pax.get(b"GNU.sparse.minor")
        real = pax.get(b"GNU.sparse.realsize", b"")
        if (
            version != _SPARSE_VERSION
            or not _DECIMAL.fullmatch(real)
            or b"GNU.sparse.name" not in pax
            or b"path" in pax
        ):
            raise self._error("a sparse file is not in the form a package has")
        self._map = SparseMap(real_size=int(real), stored_size=size)
        path = self._path(pax[b"GNU.sparse.name"])
        return Member(path, int(real), size, self.position, sparse=True)

    def _map_block(self, sparse: SparseMap, data: bytes) -> Iterator[Event]:
        try:
            sparse.feed(data)
        except SparseMapError as error:
            raise self._error(str(error)) from error
        if sparse.complete:
            self._regions, self._map = sparse.regions(), None
            self._padding = -sparse.stored_size % BLOCK_BYTES
            yield from self._region()

    def _path(self, name: bytes) -> str:
        try:
            return name.decode("utf-8")
        except UnicodeDecodeError as error:
            raise self._error("a name is not UTF-8") from error

    def _octal(self, field: bytes) -> int:
        match = _OCTAL.fullmatch(field)
        if match is None:
            raise self._error("a number in the header is not octal")
        return int(match[1], 8)

    def _text(self, field: bytes) -> bytes:
        text, _, rest = field.partition(b"\0")
        if not _is_zero(rest):
            raise self._error("bytes hide behind a name")
        return text

    def _records(self, data: bytes) -> dict[bytes, bytes]:
        found: dict[bytes, bytes] = {}
        body, rest = data[: self._pax_length], data[self._pax_length :]
        while body:
            size_text, space, _ = body[:20].partition(b" ")
            if not space or not _DECIMAL.fullmatch(size_text):
                raise self._error("an extended header's record has no length")
            size = int(size_text)
            key, equals, value = body[len(size_text) + 1 : size - 1].partition(b"=")
            if size > len(body) or body[size - 1 : size] != b"\n" or not equals or key in found:
                raise self._error("an extended header's record is malformed or doubled")
            if key == b"size" and not _DECIMAL.fullmatch(value):
                raise self._error("an extended header's size is no number")
            if key not in _KNOWN_PAX:
                raise self._error("an extended header says something a package may not")
            found[key] = value
            body = body[size:]
        if not _is_zero(rest):
            raise self._error("bytes hide in the padding")
        return found


def _is_zero(data: bytes | memoryview) -> bool:
    return not bytes(data).strip(b"\0")
