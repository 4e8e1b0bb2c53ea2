"""Reading what a carrier brings: a tar, a folder or a sealed file, as named pieces.

Nothing here writes, nothing is followed or unpacked. A tar is scanned by its headers alone, so its
members can be read in any order and a package of any size passes in pieces. Plain files only: one
thing of another type refuses the whole tar, because readers differ on how many bytes follow it.

Source: POSIX.1-2017 pax, "ustar Interchange Format"; spec 13.4.
"""

import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, Protocol

from comity.canonical import PeerError, decode_loose, parse_digest
from comity.files.errors import translating
from comity.files.key_files import MAX_BYTES
from comity.node.federation.offline.archive_layout import (
    MAX_MEMBERS,
    ExchangeFileError,
    package_name,
)

BLOCK: Final = 512
PIECE_BYTES: Final = 1024 * 1024
_ZEROS: Final = bytes(BLOCK)
_MAX_PAX: Final = 4096
_OCTAL: Final = re.compile(rb" *([0-7]{1,12})[ \0]*")
_PAX_RECORDS: Final = re.compile(
    rb"(?=([0-9]{1,3}) )([0-9]+ path=([a-z0-9/._-]+)\n)"
    rb"(?=([0-9]{1,3}) )([0-9]+ size=([1-9][0-9]{9,17})\n)"
)
OFFER_SUFFIX: Final = ".offer.json"
_AGE: Final = b"age-encryption.org/v1\n"
_ROOT_NAME: Final = re.compile(r"([0-9a-f]{64})\.age")
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
        with translating(f"reading {path}"):
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
        with translating(f"reading {path}"):
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


class PackageSource:
    """A sealed package as it lies on a disk: one member, and an offer where one lies beside it.

    Args:
        path: the sealed file.
        root: hex, in whose name it comes.
        offer: bytes of the file beside it, or empty.
    """

    def __init__(self, path: Path, root: str, offer: bytes) -> None:
        with translating(f"reading {path}"):
            self._file: BinaryIO = path.open("rb")
        self._member = Member(package_name(f"sha256:{root}"), os.fstat(self._file.fileno()).st_size)
        self.offer = offer

    def members(self) -> list[Member]:
        """Return the package."""
        return [self._member]

    def pieces(self, member: Member) -> Iterator[bytes]:
        """Yield its bytes."""
        self._file.seek(0)
        yield from _pieces(self._file, member.size_bytes)

    def close(self) -> None:
        """Close the file."""
        self._file.close()


type AnySource = TarSource | FolderSource | PackageSource


def open_source(path: Path) -> AnySource:
    """Return what lies at a path.

    Raises:
        ExchangeFileError: a file that is neither an exchange file nor a package with a name.
        StorageError: by what the file system refused.
    """
    if path.is_dir():
        return FolderSource(path)
    with translating(f"reading {path}"), path.open("rb") as file:
        sealed = file.read(len(_AGE)) == _AGE
    return _package(path) if sealed else TarSource(path)


def _package(path: Path) -> PackageSource:
    """Return a sealed file in the name that it or the offer beside it says."""
    beside, offer = path.with_name(path.name + OFFER_SUFFIX), b""
    if beside.is_file():
        with translating(f"reading {beside}"), beside.open("rb") as file:
            offer = file.read(MAX_BYTES + 1)
    named = _ROOT_NAME.fullmatch(path.name)
    root = named[1] if named else _promised(offer)
    if not root:
        raise ExchangeFileError(
            f"a sealed file that nobody names: call it ROOT.age, or lay {beside.name} beside it"
        )
    return PackageSource(path, root, offer)


def _promised(offer: bytes) -> str:
    """Return the root (hex) that an offer file names, unverified; empty if it names none."""
    try:
        value = decode_loose(offer, max_bytes=MAX_BYTES)
        if "message" in value:  # signed; else section offer as `comity seal` writes it
            value = value["offer"]["value"]
        return parse_digest(value["root"]).hex()
    except (PeerError, LookupError, TypeError):
        return ""
