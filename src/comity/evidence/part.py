"""A sealed package of which only a part is read.

What is checked, in this order:

1. the last chunk, opened as the last one, so the archive's length is authentic;
2. the archive's end: ``metadata/index.json``, the tag manifest, the end mark, nothing else;
3. the tag manifest against the offer, where there is one;
4. the index, ``metadata/package.json`` and ``manifest-sha256.txt`` against the tag manifest;
5. description and manifest against each other, file by file;
6. each member read: its chunks, its header, its digest in the manifest, and of a stream the
   digest of the whole.

Nothing is said of members that were not read, nor of the blocks and the file list of the offer.

Source: spec 15.1 to 15.3.
"""

import hashlib
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from comity.canonical.errors import MisuseError
from comity.evidence import age, bag, package, package_index
from comity.evidence.age import CHUNK_BYTES, NONCE_BYTES, SEALED_CHUNK_BYTES, TAG_BYTES
from comity.evidence.age_header import file_key
from comity.evidence.age_keys import Identity
from comity.evidence.offer import Offer
from comity.evidence.open import ROWS_PER_FILE, Limits, MemberSink
from comity.evidence.package import SEGMENT_BYTES, FileRow, PackageMeta, RowReader, segment_path
from comity.evidence.package_errors import (
    OfferFileListError,
    OfferSizeError,
    OfferTagManifestError,
    PackageDigestError,
    PackageError,
    PackageLayoutError,
    PackageLimitError,
    PackageManifestError,
    PackageMetadataError,
    PackageTarError,
)
from comity.evidence.package_index import Place, Spool, decode_index
from comity.evidence.package_names import check_payload_path
from comity.evidence.tar import BLOCK_BYTES, TRAILER, Content, Hole, Member, TarReader, header
from comity.keys.bech32 import AgePayloadError

# The archive inside a sealed package, read at any place.
#
# Every chunk is authenticated with its number. The last chunk is opened first and as the last one:
# since its nonce says how many come before it, the archive's length is then authentic too.
#
# Source: C2SP age v1, "Payload"; spec 15.1.


_AT_ONCE = 16  # chunks asked of the source at a time


class RangeSource(Protocol):
    """Sealed bytes that can be read at any place: a file, or a server that answers ranges."""

    @property
    def size_bytes(self) -> int:
        """Length of the whole."""

    def read_at(self, offset: int, size_bytes: int, /) -> bytes:
        """Return exactly ``size_bytes`` bytes from ``offset`` on; fewer only at the end."""


class SealedArchive:
    """The plain bytes of a sealed package; ``size_bytes`` is their authentic length."""

    def __init__(self, source: RangeSource, identities: Sequence[Identity]) -> None:
        """Open the header and the last chunk.

        Raises:
            AgeError: a subclass by class of failure.
        """
        header, rest = age.read_header(_Stream(source))
        nonce = rest[:NONCE_BYTES]
        if len(nonce) < NONCE_BYTES:
            raise AgePayloadError("the file ends inside the payload nonce", chunk=0)
        key = file_key(header, identities)
        self._aead = ChaCha20Poly1305(HKDF(SHA256(), 32, nonce, b"payload").derive(key))
        self._source = source
        self._start = header.size_bytes + NONCE_BYTES
        payload = source.size_bytes - self._start
        self._chunks = max(1, -(-payload // SEALED_CHUNK_BYTES))
        self.size_bytes = payload - self._chunks * TAG_BYTES
        last = self._chunks - 1
        size = self.size_bytes - last * CHUNK_BYTES
        if size < 0 or (size == 0 and last):
            raise _broken(last)
        self._kept: dict[int, bytes] = {}  # opened chunks by number: the last, those read latest
        self._fetch(last, last + 1)

    def read(self, offset: int, size_bytes: int) -> Iterator[memoryview]:
        """Yield the bytes from ``offset`` on, in pieces.

        Raises:
            AgePayloadError: with fact ``chunk``, from 0, of the first chunk that does not hold.
            PackageLayoutError: the range leaves the archive.
        """
        end = offset + size_bytes
        if not 0 <= offset <= end <= self.size_bytes:
            raise PackageLayoutError("a place in the package lies outside it")
        while offset < end:
            number = offset // CHUNK_BYTES
            if number not in self._kept:
                self._fetch(number, (end - 1) // CHUNK_BYTES + 1)
            begin = number * CHUNK_BYTES
            part = memoryview(self._kept[number])[offset - begin : end - begin]
            offset += len(part)
            yield part

    def _fetch(self, first: int, stop: int) -> None:
        """Keep the chunks from ``first`` on, not ``stop``, a limited number; and the last."""
        count = min(stop - first, _AT_ONCE)
        place = self._start + first * SEALED_CHUNK_BYTES
        sealed = memoryview(self._source.read_at(place, count * SEALED_CHUNK_BYTES))
        last = self._chunks - 1
        kept = {last: self._kept[last]} if last in self._kept else {}
        for number in range(first, first + count):
            start = (number - first) * SEALED_CHUNK_BYTES
            kept[number] = self._open(number, sealed[start : start + SEALED_CHUNK_BYTES])
        self._kept = kept

    def _open(self, number: int, sealed: memoryview) -> bytes:
        flag = b"\x01" if number == self._chunks - 1 else b"\x00"
        try:
            return self._aead.decrypt(number.to_bytes(11) + flag, sealed, None)
        except InvalidTag as error:
            raise _broken(number) from error


def _broken(chunk: int) -> AgePayloadError:
    return AgePayloadError(f"chunk {chunk} was altered, moved or cut", chunk=chunk)


class _Stream:
    """The front of a source as a stream, for the header."""

    def __init__(self, source: RangeSource) -> None:
        self._source = source
        self._offset = 0

    def readinto(self, buffer: memoryview, /) -> int:
        """Fill the front of ``buffer``; return the bytes read."""
        size = min(len(buffer), self._source.size_bytes - self._offset)
        data = self._source.read_at(self._offset, size)
        buffer[: len(data)] = data
        self._offset += len(data)
        return len(data)


_TAGS = (
    bag.DECLARATION_NAME,
    bag.INFO_NAME,
    package.NAME,
    bag.MANIFEST_NAME,
    package_index.CASE_NAME,
    package_index.INDEX_NAME,
)
_SPARSE_HEAD_BYTES = 16 * BLOCK_BYTES  # two headers, and records with the longest path there is
_ZEROS = memoryview(bytes(1 << 20))


def _blocks(size_bytes: int) -> int:
    return size_bytes + -size_bytes % BLOCK_BYTES


_TAG_MANIFEST_BYTES = sum(len(bag.line(bytes(64), path)) for path in _TAGS)
_END_BYTES = (
    2 * BLOCK_BYTES  # the index: at most one block behind its header
    + BLOCK_BYTES
    + _blocks(_TAG_MANIFEST_BYTES)
    + len(TRAILER)
)


class NoSuchMemberError(MisuseError, code="no-such-member"):
    """A package describes nothing of the name that was asked for."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One file of the archive: where its headers begin and where its padding ends."""

    path: str
    size_bytes: int
    sparse: bool
    sha256: bytes
    offset: int
    end: int


@dataclass(frozen=True, slots=True)
class Found:
    """A row that was asked for, with the files of the archive that hold its bytes.

    A plain file is one piece, a stream all its segments; what has no bytes of its own has none.
    """

    row: FileRow
    pieces: tuple[Piece, ...]


class PackagePart:
    """The lists of a package, authenticated; `find` and `copy` read members."""

    def __init__(
        self,
        archive: SealedArchive,
        sealed_size_bytes: int,
        offer: Offer | None,
        *,
        limits: Limits | None = None,
    ) -> None:
        """Do steps 1 to 4.

        Raises:
            PackageError, OfferError: by what does not hold.
        """
        self._archive = archive
        self._limits = limits or Limits()
        index, tags = self._ends()
        if offer is not None:
            _check_offer(tags, sealed_size_bytes, offer)
        listed = bag.parse_manifest(tags, bag.TAG_MANIFEST_NAME)
        names = set(_TAGS)
        bag.difference(
            bag.TAG_MANIFEST_NAME, missing=names - listed.keys(), extra=listed.keys() - names
        )
        _check_tag(package_index.INDEX_NAME, hashlib.sha512(index).hexdigest(), listed)
        places = decode_index(index)
        self._description = self._listed(package.NAME, places.package, listed)
        self._manifest = self._listed(bag.MANIFEST_NAME, places.manifest, listed)
        self._meta: PackageMeta | None = None
        self.files = sum(piece.count(b"\n") for piece in self._manifest.pieces())
        if self.files > self._limits.max_files:
            raise PackageLimitError("the package has more files than this reader allows")
        if offer is not None and self.files != offer.files:
            raise OfferFileListError("the list of files is not the one offered")

    @property
    def meta(self) -> PackageMeta:
        """What the package says about itself; `MisuseError` before all rows were read."""
        if self._meta is None:
            raise MisuseError("the description has not been read to its end")
        return self._meta

    def rows(self) -> Iterator[tuple[FileRow, tuple[tuple[str, int, bytes], ...]]]:
        """Do step 5: yield every row with (path, size in bytes, SHA-256) of the files of its bytes.

        Raises:
            PackageError: by what does not hold, at the latest behind the last row.
        """
        lines = _manifest_lines(self._manifest)
        reader, most = RowReader(), ROWS_PER_FILE * self._limits.max_files
        for piece in self._description.pieces():
            for row in reader.feed(piece):
                most -= 1
                if most < 0:
                    raise PackageLimitError("the package describes more than this reader allows")
                yield row, tuple(_pieces(row, lines))
        self._meta = reader.finish()
        if next(lines, None) is not None:
            raise PackageMetadataError("the description leaves out a file")

    def find(self, names: Collection[bytes]) -> list[Found]:
        """Return what is asked for, in the order of the archive.

        Args:
            names: original names or payload paths; a folder stands for all below it. A hard link
                brings the file it points to.

        Raises:
            NoSuchMemberError: nothing has a name, or lies below it.
        """
        wanted = [name.rstrip(b"/") for name in names]
        found, missing, targets = list[Found](), set(wanted), set[bytes]()
        for item in self._located(lambda row: any(_is_or_below(row, name) for name in wanted)):
            found.append(item)
            missing -= {name for name in missing if _is_or_below(item.row, name)}
            if item.row.kind == "hardlink":
                targets.add(item.row.target or b"")
        if missing:
            shown = min(missing).decode("utf-8", "backslashreplace")
            raise NoSuchMemberError(f"the package has nothing named {shown!r}")
        if targets:  # further files, packed before the links that name them
            targets -= {item.row.name for item in found if item.row.kind == "file"}
            linked = self._located(lambda row: row.kind == "file" and row.name in targets)
            found = [*linked, *found]
        return found

    def copy(self, found: Found, sink: MemberSink) -> None:
        """Do step 6: copy the bytes of a row into ``sink`` as one file.

        Raises:
            PackageError, AgeError: by what does not hold; the sink's file is then worth nothing.
        """
        row, whole = found.row, hashlib.sha256()
        sink.begin(check_payload_path(str(row.path)), row.size_bytes)
        for piece in found.pieces:
            self._copy_piece(piece, sink, whole if row.kind == "stream" else None)
        if row.kind == "stream" and whole.digest() != row.sha256:
            raise PackageDigestError(f"the stream {row.path!r} differs from its digest")
        sink.end()

    # -- steps 2 and 4 -------------------------------------------------------------------------

    def _ends(self) -> tuple[bytes, bytes]:
        """Return index and tag manifest, read from the archive's end."""
        size = self._archive.size_bytes
        if size < _END_BYTES:
            raise PackageLayoutError("the archive is shorter than a package can be")
        reader, members = TarReader(), list[tuple[str, bytearray]]()
        try:
            for view in self._archive.read(size - _END_BYTES, _END_BYTES):
                for event in reader.feed(view):
                    if isinstance(event, Member):
                        members.append((event.path, bytearray()))
                    elif isinstance(event, Content):
                        members[-1][1].extend(event.view)
            reader.finish()
        except PackageTarError as error:
            raise PackageLayoutError("the archive's end is not that of a package") from error
        if [path for path, _ in members] != [package_index.INDEX_NAME, bag.TAG_MANIFEST_NAME]:
            raise PackageLayoutError("the archive's end is not that of a package")
        return bytes(members[0][1]), bytes(members[1][1])

    def _listed(self, path: str, place: Place, listed: dict[str, str]) -> Spool:
        spool, sha512 = Spool(), hashlib.sha512()
        for view in self._archive.read(place.offset, place.size_bytes):
            sha512.update(view)
            spool.add(bytes(view))
        _check_tag(path, sha512.hexdigest(), listed)
        return spool

    # -- step 6 --------------------------------------------------------------------------------

    def _located(self, wants: Callable[[FileRow], bool]) -> Iterator[Found]:
        """Yield the wanted rows, places told by what lies before them."""
        place = _blocks(len(bag.DECLARATION)) + BLOCK_BYTES
        for row, files in self.rows():
            pieces = []
            for path, size, sha256 in files:
                begin, place = place, self._end_of(row, path, size, place)
                pieces.append(Piece(path, size, row.sparse, sha256, begin, place))
            if wants(row):
                yield Found(row, tuple(pieces))

    def _end_of(self, row: FileRow, path: str, size: int, place: int) -> int:
        if not row.sparse:
            return place + len(header(path, size)) + _blocks(size)
        reader = TarReader(sparse=True)
        left = min(_SPARSE_HEAD_BYTES, self._archive.size_bytes - place)
        for view in self._archive.read(place, left):
            for event in reader.feed(view):
                if isinstance(event, Member):
                    return place + event.offset + _blocks(event.stored_bytes)
        raise _elsewhere(path)

    def _copy_piece(self, piece: Piece, sink: MemberSink, whole: "hashlib._Hash | None") -> None:
        reader, sha256 = TarReader(sparse=True), hashlib.sha256()
        states = [sha256] if whole is None else [sha256, whole]
        begun = False
        try:
            for view in self._archive.read(piece.offset, piece.end - piece.offset):
                for event in reader.feed(view):
                    if isinstance(event, Member):
                        if begun or not _is(event, piece):
                            raise _elsewhere(piece.path)
                        begun = True
                    elif isinstance(event, Content):
                        for state in states:
                            state.update(event.view)
                        sink.write(event.view)
                    elif isinstance(event, Hole):
                        _hash_zeros(sha256, event.size_bytes)
                        sink.hole(event.size_bytes)
        except PackageTarError as error:
            raise _elsewhere(piece.path) from error
        if not begun:
            raise _elsewhere(piece.path)
        if sha256.digest() != piece.sha256:
            raise PackageDigestError(
                f"{piece.path!r} is not the file of the manifest", path=piece.path
            )


def _is(member: Member, piece: Piece) -> bool:
    found = (member.path, member.size_bytes, member.sparse)
    return found == (piece.path, piece.size_bytes, piece.sparse)


def _hash_zeros(state: "hashlib._Hash", size_bytes: int) -> None:
    while size_bytes:
        part = _ZEROS[:size_bytes]
        state.update(part)
        size_bytes -= len(part)


def _elsewhere(path: str) -> PackageError:
    return PackageLayoutError(f"{path!r} does not stand where the lists place it", path=path)


def _check_tag(path: str, found: str, listed: dict[str, str]) -> None:
    if listed[path] != found:
        raise PackageDigestError(f"{path} is not the file of the tag manifest", path=path)


def _check_offer(tags: bytes, sealed_size_bytes: int, offer: Offer) -> None:
    if sealed_size_bytes != offer.sealed_size_bytes:
        raise OfferSizeError(
            f"{sealed_size_bytes} sealed bytes where {offer.sealed_size_bytes} were offered",
            size_bytes=sealed_size_bytes,
            offered_bytes=offer.sealed_size_bytes,
        )
    if hashlib.sha256(tags).digest() != offer.tag_manifest:
        raise OfferTagManifestError("the tag manifest is not the one offered")


def _is_or_below(row: FileRow, name: bytes) -> bool:
    texts: Sequence[bytes] = (row.name, (row.path or "").encode())
    return bool(name) and any(text == name or text.startswith(name + b"/") for text in texts)


def _manifest_lines(spool: Spool) -> Iterator[tuple[str, bytes]]:
    """Yield (path, SHA-256) of each line."""
    left = b""
    for piece in spool.pieces():
        *lines, left = (left + piece).split(b"\n")
        for line in lines:
            yield from _line(line)
    yield from _line(left) if left else ()


def _line(line: bytes) -> Iterator[tuple[str, bytes]]:
    listed = bag.parse_manifest(line, bag.MANIFEST_NAME)
    for path, digest in listed.items():
        yield path, bytes.fromhex(digest)


def _pieces(row: FileRow, lines: Iterator[tuple[str, bytes]]) -> Iterator[tuple[str, int, bytes]]:
    """Yield the files of a row, checked against the next lines of the manifest."""
    if row.path is None:
        return
    left = row.size_bytes
    for number in range(1, max(1, row.segments) + 1):
        path = check_payload_path(segment_path(row.path, number) if row.segments else row.path)
        size = min(left, SEGMENT_BYTES) if row.segments else left
        left -= size
        listed, sha256 = next(lines, ("", b""))
        if listed != path:
            raise PackageManifestError(f"the manifest does not list {path!r} in its place")
        yield path, size, sha256
