"""Files as tar headers: ustar, with a pax header only where ustar cannot say it.

Sparse files stand in the form GNU calls 1.0: their map of data before the data.

Source: POSIX.1-2017 pax, "ustar Interchange Format" and "pax Header Block"; GNU tar manual,
"Storing Sparse Files", "PAX Format, Version 1.0"; spec 15.1.
"""

import re
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from comity.evidence.package_errors import PackageTarError

BLOCK_BYTES = 512
TRAILER = bytes(2 * BLOCK_BYTES)
_MAX_OCTAL_SIZE = 8**11
_ZEROS = bytes(BLOCK_BYTES)
_OWNER = b"0000644\x000000000\x000000000\x00"  # mode, user, group
_MAGIC = bytes(100) + b"ustar\x0000" + bytes(64) + b"0000000\x000000000\x00"
_FIXED_SUM = sum(_OWNER) + sum(_MAGIC) + 8 * 0x20  # the checksum counts itself as spaces


def padding(size_bytes: int) -> bytes:
    """Return the zeros that fill a member's last block."""
    return _ZEROS[: -size_bytes % BLOCK_BYTES]


def header(path: str, size_bytes: int, *, mtime: int = 0) -> bytes:
    """Return the header block(s) of a plain file, mode 0644 and no owner.

    Args:
        path: with ``/`` between components, no NUL.
        size_bytes: length of the content that follows.
        mtime: seconds since 1970; clamped to what ustar can hold.
    """
    name = path.encode("utf-8")
    split = _split(name) if path.isascii() else None
    if split is not None and size_bytes < _MAX_OCTAL_SIZE:
        return _block(split[1], split[0], size_bytes, _clamped(mtime), b"0")
    return _extended(_record(b"path", name), size_bytes, mtime)


def sparse_header(
    path: str, size_bytes: int, pieces: Sequence[tuple[int, int]], *, mtime: int = 0
) -> bytes:
    """Return what stands before the data of a sparse file: headers, and the map of its data.

    Args:
        path: with ``/`` between components, no NUL.
        size_bytes: the file's size in full.
        pieces: (offset, length) of the data, ascending, with a hole between any two.
        mtime: seconds since 1970; clamped to what ustar can hold.
    """
    entries = list(pieces)
    if not entries or sum(entries[-1]) < size_bytes:
        entries.append((size_bytes, 0))  # GNU tar takes the file's end from the last entry
    numbers = [len(entries), *(number for entry in entries for number in entry)]
    told = b"".join(b"%d\n" % number for number in numbers)
    told += padding(len(told))
    records = (
        _record(b"GNU.sparse.major", b"1")
        + _record(b"GNU.sparse.minor", b"0")
        + _record(b"GNU.sparse.name", path.encode("utf-8"))
        + _record(b"GNU.sparse.realsize", b"%d" % size_bytes)
    )
    stored = len(told) + sum(length for _, length in entries)
    return _extended(records, stored, mtime) + told


def _extended(records: bytes, size_bytes: int, mtime: int) -> bytes:
    """Return an extended header with these records, and the plain header it belongs to."""
    if size_bytes >= _MAX_OCTAL_SIZE:
        records += _record(b"size", b"%d" % size_bytes)
    when = _clamped(mtime)
    shown = size_bytes if size_bytes < _MAX_OCTAL_SIZE else 0
    extended = _block(b"PaxHeaders/member", b"", len(records), when, b"x")
    plain = _block(b"see-PaxHeaders", b"", shown, when, b"0")
    return extended + records + padding(len(records)) + plain


def _clamped(mtime: int) -> int:
    return min(max(mtime, 0), _MAX_OCTAL_SIZE - 1)


def _split(name: bytes) -> tuple[bytes, bytes] | None:
    """Split at a slash into prefix (at most 155 bytes) and name (at most 100), if that works."""
    if len(name) <= 100:
        return b"", name
    cut = name.find(b"/", len(name) - 101)
    if 0 < cut <= 155 and cut < len(name) - 1:
        return name[:cut], name[cut + 1 :]
    return None


def _record(key: bytes, value: bytes) -> bytes:
    """Return a pax record; its leading decimal counts itself."""
    rest = len(key) + len(value) + 3
    size = rest + len(str(rest))
    size = rest + len(str(size))
    return b"%d %s=%s\n" % (size, key, value)


def _block(name: bytes, prefix: bytes, size_bytes: int, mtime: int, kind: bytes) -> bytes:
    numbers = b"%011o\x00%011o\x00" % (size_bytes, mtime)
    total = _FIXED_SUM + sum(name) + sum(prefix) + sum(numbers) + sum(kind)
    return b"%b%b%b%06o\x00 %b%b%b%b" % (
        name.ljust(100, b"\0"),
        _OWNER,
        numbers,
        total,
        kind,
        _MAGIC,
        prefix.ljust(155, b"\0"),
        bytes(12),
    )


# The map of a sparse member: where in the file its data lie, strictly read.
#
# The form is the one GNU calls 1.0: decimal numbers, a line each, the count of entries first, then
# offset and length of every piece of data; zeros fill the last block. An entry of no bytes stands
# only last and at the file's end: by it GNU tar knows that the file ends in a hole.
#
# Source: GNU tar manual, "Storing Sparse Files", "PAX Format, Version 1.0"; spec 15.1.


MAX_ENTRIES = (1 << 16) + 1  # the last one may be empty
MAX_DIGITS = 18


class SparseMapError(ValueError):
    """A map breaks its form; the tar reader tells it with its place."""


class SparseMap:
    """Feed it blocks until `complete`; then `regions` tells data and holes in order."""

    def __init__(self, *, real_size: int, stored_size: int) -> None:
        self.complete = False
        self.stored_size = stored_size
        self._real = real_size
        self._numbers = array("q")
        self._due = 1  # numbers, until the count is known
        self._line = b""
        self._blocks = 0

    def feed(self, block: bytes) -> None:
        """Take the next block of 512 bytes; `SparseMapError`."""
        self._blocks += 1
        lines = (self._line + block).split(b"\n")
        for position, line in enumerate(lines[:-1]):
            self._number(line)
            if len(self._numbers) == self._due:
                if any(b"\n".join(lines[position + 1 :]).strip(b"\0")):
                    raise SparseMapError("bytes hide behind the map of a sparse file")
                self._check()
                self.complete = True
                return
        self._line = lines[-1]
        if len(self._line) > MAX_DIGITS:
            raise SparseMapError("the map of a sparse file has no form")

    def _number(self, line: bytes) -> None:
        if not line.isdigit() or len(line) > MAX_DIGITS or (line[:1] == b"0" and line != b"0"):
            raise SparseMapError("a number in the map of a sparse file is none")
        number = int(line)
        if not self._numbers:
            if not 1 <= number <= MAX_ENTRIES:
                raise SparseMapError("the map of a sparse file has no entry, or too many")
            self._due = 1 + 2 * number
        elif number > self._real:
            raise SparseMapError("the map of a sparse file points behind its end")
        self._numbers.append(number)

    def _check(self) -> None:
        end, stored, left = -1, self._blocks * BLOCK_BYTES, self._numbers[0]
        for offset, length in self._pieces():
            left -= 1
            is_end = not left and offset == self._real
            if offset <= end or not (length or is_end):
                raise SparseMapError("pieces of a sparse file overlap, touch, or are out of order")
            end = offset + length
            stored += length
        if end != self._real or stored != self.stored_size:
            raise SparseMapError("the map of a sparse file does not fit its size")

    def _pieces(self) -> Iterator[tuple[int, int]]:
        numbers = iter(self._numbers[1:])
        return zip(numbers, numbers, strict=True)

    def regions(self) -> Iterator[tuple[int, int]]:
        """Yield (hole, data) in bytes: how much to skip, and how much follows it."""
        end = 0
        for offset, length in self._pieces():
            yield offset - end, length
            end = offset + length


# A tar stream as members, fed in pieces, nothing but files accepted.
#
# Links, devices and folders are refused by their type: a package has no use for them, and every
# unpacking accident needs one. Sparse files are read in one form only, and only where asked for.
#
# Source: POSIX.1-2017 pax, "ustar Interchange Format" and "pax Header Block"; GNU tar manual, "PAX
# Format, Version 1.0"; spec 15.1.


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
