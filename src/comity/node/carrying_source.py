"""Reading what a carrier brings: a tar or a folder as named pieces, nothing followed or unpacked.

Nothing here writes. A tar is scanned by its headers alone, so its members can be read in any order
and a package of any size passes in pieces. Plain files only: one thing of another type refuses the
whole tar, because readers differ on how many bytes follow it.

Source: POSIX.1-2017 pax, "ustar Interchange Format"; spec 13.4.
"""

import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, Protocol

from comity.files.errors import translating
from comity.node.carrying_layout import MAX_MEMBERS, ExchangeFileError

BLOCK: Final = 512
PIECE_BYTES: Final = 1024 * 1024
_ZEROS: Final = bytes(BLOCK)
_MAX_PAX: Final = 4096
_OCTAL: Final = re.compile(rb" *([0-7]{1,12})[ \0]*")
_PAX_RECORDS: Final = re.compile(
    rb"(?=([0-9]{1,3}) )([0-9]+ path=([a-z0-9/._-]+)\n)"
    rb"(?=([0-9]{1,3}) )([0-9]+ size=([1-9][0-9]{9,17})\n)"
)
_FILE, _FOLDER, _PAX = (b"0", b"\0"), b"5", b"x"


@dataclass(frozen=True)
class Member:
    """One thing that came.

    Attributes:
        name: as it stands there.
        size_bytes: its length.
        place: where its bytes begin in an archive.
    """

    name: str
    size_bytes: int
    place: int = 0


class Source(Protocol):
    """What was carried."""

    def members(self) -> list[Member]:
        """Return everything that is there, doubles included."""

    def pieces(self, member: Member) -> Iterator[bytes]:
        """Yield a member's bytes."""


class TarSource:
    """An exchange file."""

    def __init__(self, path: Path) -> None:
        with translating(f"reading {path.name}"):
            self._file: BinaryIO = path.open("rb")
        self._size = os.fstat(self._file.fileno()).st_size
        try:
            self._members = self._scan()
        except BaseException:
            self._file.close()
            raise

    def members(self) -> list[Member]:
        """Return all plain files, in order."""
        return self._members

    def pieces(self, member: Member) -> Iterator[bytes]:
        """Yield a member's bytes."""
        self._file.seek(member.place)
        yield from _pieces(self._file, member.size_bytes)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _scan(self) -> list[Member]:
        found: list[Member] = []
        position, told = 0, None
        while (block := self._read(position, BLOCK)) != _ZEROS:
            name, size, kind = _header(block)
            position += BLOCK
            if kind == _PAX and told is None and 0 < size <= _MAX_PAX:
                told = _extended(self._read(position, size))
            elif kind in _FILE:
                name, size = told or (name, size)
                found.append(Member(name, size, position))
                told = None
            elif kind != _FOLDER or size or told is not None:
                raise ExchangeFileError("something that is no plain file stands in it")
            position += size + -size % BLOCK
            if position > self._size or len(found) > MAX_MEMBERS:
                raise ExchangeFileError("it is cut short, or holds too many members")
        if told is not None or self._read(position + BLOCK, BLOCK) != _ZEROS:
            raise ExchangeFileError("it is cut short: no end mark")
        self._only_zeros(position)
        return found

    def _read(self, position: int, size: int) -> bytes:
        self._file.seek(position)
        data = self._file.read(size)
        if len(data) != size:
            raise ExchangeFileError("it is cut short")
        return data

    def _only_zeros(self, position: int) -> None:
        """Refuse bytes behind the end mark: some readers would show them."""
        self._file.seek(position)
        for piece in iter(lambda: self._file.read(PIECE_BYTES), b""):
            if piece.count(0) != len(piece):
                raise ExchangeFileError("something stands behind the end mark")


def _header(block: bytes) -> tuple[str, int, bytes]:
    """Return name, size and type of a header block."""
    if block[257:265] != b"ustar\x0000":
        raise ExchangeFileError("not a POSIX ustar archive")
    if _octal(block[148:156]) != sum(block[:148]) + sum(block[156:]) + 8 * 0x20:
        raise ExchangeFileError("a header is damaged")
    name, prefix = _text(block[:100]), _text(block[345:500])
    return f"{prefix}/{name}" if prefix else name, _octal(block[124:136]), block[156:157]


def _octal(field: bytes) -> int:
    match = _OCTAL.fullmatch(field)
    if match is None:
        raise ExchangeFileError("a number in a header is not octal")
    return int(match[1], 8)


def _text(field: bytes) -> str:
    text, _, rest = field.partition(b"\0")
    if any(rest):
        raise ExchangeFileError("bytes hide behind a name")
    return text.decode("utf-8", "backslashreplace")


def _extended(data: bytes) -> tuple[str, int]:
    """Return path and size of an extended header, which a member of more than 8 GiB needs."""
    found = _PAX_RECORDS.fullmatch(data)
    if found is None or any(int(found[n]) != len(found[n + 1]) for n in (1, 4)):
        raise ExchangeFileError("an extended header that says more than path and size")
    return found[3].decode("ascii"), int(found[6])


class FolderSource:
    """A relay folder: two levels, plain files only, links are not followed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with translating(f"reading {path.name}"):
            self._members = list(self._scan(path, ""))
        if len(self._members) > MAX_MEMBERS:
            raise ExchangeFileError("the folder holds too many files")

    def members(self) -> list[Member]:
        """Return what is in the folder, by name; half-written files begin with a dot."""
        return sorted(self._members, key=lambda m: m.name)

    def pieces(self, member: Member) -> Iterator[bytes]:
        """Yield a member's bytes, as many as were there when it was listed."""
        with translating(f"reading {member.name}"):
            handle = os.open(self._path / member.name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            with os.fdopen(handle, "rb") as file:
                if not stat.S_ISREG(os.fstat(handle).st_mode):
                    raise ExchangeFileError("no plain file")
                yield from _pieces(file, member.size_bytes)

    def close(self) -> None:
        """Nothing is open."""

    def _scan(self, path: Path, above: str) -> Iterator[Member]:
        with os.scandir(path) as entries:
            for entry in entries:
                if entry.name.startswith("."):
                    continue
                name = above + os.fsencode(entry.name).decode("utf-8", "backslashreplace")
                if entry.is_dir(follow_symlinks=False) and not above:
                    yield from self._scan(path / entry.name, f"{name}/")
                elif entry.is_file(follow_symlinks=False):
                    yield Member(name, entry.stat(follow_symlinks=False).st_size)
                else:
                    yield Member(f"{name} (no plain file)", 0)


def _pieces(file: BinaryIO, size_bytes: int) -> Iterator[bytes]:
    left = size_bytes
    while left:
        piece = file.read(min(left, PIECE_BYTES))
        if not piece:
            raise ExchangeFileError("it ends early")
        left -= len(piece)
        yield piece


def open_source(path: Path) -> TarSource | FolderSource:
    """Return what lies at a path.

    Raises:
        ExchangeFileError: a file that is no exchange file.
        StorageError: by what the file system refused.
    """
    return FolderSource(path) if path.is_dir() else TarSource(path)
