"""The plain side of an opening: an archive checked while it streams into a sink.

What is checked, in this order, and what a later step relies on:

1. each member is a plain file with a name that keeps the rule, used once, within the limits;
2. the members stand in the order of the profile, the declaration is BagIt 1.0 in UTF-8;
3. ``bag-info.txt`` counts the payload as it was;
4. ``metadata/package.json`` describes exactly the payload, in its order, streams as a whole too;
5. ``manifest-sha256.txt`` lists exactly the payload with its digests;
6. ``metadata/index.json`` tells where these two were met;
7. ``tagmanifest-sha512.txt`` lists exactly the tag files with their digests;
8. the archive ends there.

The sealed side (size, blocks, root) and the offer's digests are compared by `check_offer`. The
caller must give nothing a final name before both have returned.

Source: spec 15.1 to 15.3.
"""

import hashlib
from dataclasses import dataclass, field
from typing import Protocol

from comity.evidence import bag, package, package_index
from comity.evidence.blocks import BlockHasher, check_sealed
from comity.evidence.offer import Offer
from comity.evidence.open_rows import Met, MetFiles, RowChecker, StreamTracker
from comity.evidence.package import FileRow, PackageMeta, RowReader
from comity.evidence.package_errors import (
    OfferFileListError,
    OfferTagManifestError,
    PackageBindingError,
    PackageDigestError,
    PackageLayoutError,
    PackageLimitError,
)
from comity.evidence.package_index import Index, Place, Spool
from comity.evidence.package_names import NameSet, check_payload_path
from comity.evidence.tar import Content, Hole, Member, TarReader

_TAGS = (
    bag.INFO_NAME,
    package.NAME,
    bag.MANIFEST_NAME,
    package_index.CASE_NAME,
    package_index.INDEX_NAME,
    bag.TAG_MANIFEST_NAME,
)
ROWS_PER_FILE = 4  # with rows of links, folders and refusals, for each file allowed
_SMALL_TAG_BYTES = 1 << 16
_CASE_BYTES = 1 << 20
_ZEROS = memoryview(bytes(1 << 20))


class MemberSink(Protocol):
    """Where the members go: a folder, a comparison, nothing."""

    def begin(self, path: str, size_bytes: int) -> None:
        """Start a file; its path is checked already."""

    def write(self, view: memoryview) -> None:
        """Take bytes of that file; the view is valid during the call only."""

    def hole(self, size_bytes: int) -> None:
        """Take so many zeros of that file, which need not be stored."""

    def end(self) -> None:
        """The file is complete."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a reader is willing to unpack; a caller may raise them knowingly."""

    max_files: int = 1_000_000
    max_bytes: int = 1 << 42  # 4 TiB, a large disk


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """What the message that carries the offer says about the package; None is not compared."""

    mode: str | None = None
    conversation: bytes | None = None
    sender: str | None = None
    receiver: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What was inside; says nothing about who sealed it.

    Attributes:
        meta: what the package says about itself.
        files: payload files.
        payload_size_bytes: their bytes.
        file_list: digest of the list of files.
        tag_manifest: SHA-256 of the tag manifest.
        refused: rows of what the sealer met and could not pack.
        changed: rows of files that changed while they were sealed.
    """

    meta: PackageMeta
    files: int
    payload_size_bytes: int
    file_list: bytes
    tag_manifest: bytes
    refused: tuple[FileRow, ...]
    changed: tuple[FileRow, ...]


@dataclass(slots=True)
class _Current:
    """The member being read."""

    path: str
    size_bytes: int
    payload: bool
    sparse: bool
    sha256: "hashlib._Hash"
    sha512: "hashlib._Hash | None" = None
    kept: bytearray = field(default_factory=bytearray)


class PackageReader:
    """Feed it the archive's bytes; `finish` tells what was inside."""

    def __init__(self, sink: MemberSink, *, limits: Limits | None = None) -> None:
        self._sink = sink
        self._limits = limits or Limits()
        self._tar = TarReader(sparse=True)
        self._names = NameSet()
        self._streams = StreamTracker()
        self._listing = Spool()  # the payload's files, as they were met
        self._list = bag.FileListHasher()
        self._rows = RowReader()
        self._checker = RowChecker(MetFiles(self._listing), self._streams.runs)
        self._expected = MetFiles(self._listing)
        self._places: dict[str, Place] = {}
        self._manifest = b""
        self._tag_lines = b""
        self._next_tag = -1  # index into _TAGS of the last tag file met; -1 while in the payload
        self._begun = False
        self._current: _Current | None = None
        self._files = self._bytes = self._row_count = 0
        self._refused: list[FileRow] = []
        self._changed: list[FileRow] = []
        self._tag_manifest = b""

    def feed(self, view: memoryview) -> None:
        """Take the next bytes.

        Raises:
            PackageError: a subclass by what is wrong; facts name member, path or row.
        """
        for event in self._tar.feed(view):
            if isinstance(event, Content):
                self._content(event.view)
            elif isinstance(event, Member):
                self._member(event)
            elif isinstance(event, Hole):
                self._hole(event.size_bytes)
            else:
                self._end()

    def finish(self) -> Contents:
        """Return what was inside, after the last byte; `PackageError` if it is not complete."""
        self._tar.finish()
        if self._next_tag != len(_TAGS) - 1:
            missing = _TAGS[self._next_tag + 1]
            raise PackageLayoutError(f"{missing} is missing", path=missing)
        return Contents(
            meta=self._meta,
            files=self._files,
            payload_size_bytes=self._bytes,
            file_list=self._list.digest(),
            tag_manifest=self._tag_manifest,
            refused=tuple(self._refused),
            changed=tuple(self._changed),
        )

    # -- members -------------------------------------------------------------------------------

    def _member(self, member: Member) -> None:
        path = member.path
        payload = path.startswith("data/") and self._begun and self._next_tag < 0
        if payload:
            self._payload(member)
        else:
            self._place_tag(member)
        self._current = _Current(path, member.size_bytes, payload, member.sparse, hashlib.sha256())
        if not payload and path != bag.TAG_MANIFEST_NAME:
            self._current.sha512 = hashlib.sha512()
        self._sink.begin(path, member.size_bytes)

    def _payload(self, member: Member) -> None:
        path, names = check_payload_path(member.path), self._names
        self._streams.begin(path, member.size_bytes, sparse=member.sparse, claim=names.claim_folder)
        names.claim_or_raise(path)
        self._files += 1
        self._bytes += member.size_bytes
        if self._files > self._limits.max_files or self._bytes > self._limits.max_bytes:
            raise PackageLimitError(
                "the package is larger than this reader allows", path=path, files=self._files
            )

    def _place_tag(self, member: Member) -> None:
        path, size_bytes = member.path, member.size_bytes
        if not self._begun:
            expected = bag.DECLARATION_NAME
            self._begun = True
        else:
            self._next_tag += 1
            if self._next_tag >= len(_TAGS):
                raise PackageLayoutError(f"{path[:200]!r} stands behind the end", path=path)
            expected = _TAGS[self._next_tag]
        if path != expected:
            if not path.startswith("data/"):
                check_payload_path("data/" + path)  # a hostile name is told as such
            raise PackageLayoutError(
                f"{path[:200]!r} stands where {expected} must", path=path, expected=expected
            )
        if member.sparse:
            raise PackageLayoutError(f"{path} has holes", path=path)
        self._streams.close()
        self._places[path] = Place(member.offset, size_bytes)
        most = _CASE_BYTES if path == package_index.CASE_NAME else _SMALL_TAG_BYTES
        if path == package.NAME:
            most = self._limits.max_bytes
        elif path == bag.MANIFEST_NAME:
            most = self._listing.size_bytes + _SMALL_TAG_BYTES
        if size_bytes > most:
            raise PackageLimitError(f"{path} is larger than it can be", path=path)

    def _content(self, view: memoryview) -> None:
        current = self._now()
        current.sha256.update(view)
        if current.sha512 is not None:
            current.sha512.update(view)
        self._sink.write(view)
        if current.payload:
            self._streams.update(view)
            return
        if current.path == package.NAME:
            for row in self._rows.feed(view):
                self._row(row)
        elif current.path == bag.MANIFEST_NAME:
            self._manifest = self._expected_manifest(self._manifest + bytes(view))
        elif current.path != package_index.CASE_NAME:
            current.kept += view

    def _hole(self, size_bytes: int) -> None:
        sha256, left = self._now().sha256, size_bytes
        while left:
            part = _ZEROS[:left]
            sha256.update(part)
            left -= len(part)
        self._sink.hole(size_bytes)

    def _now(self) -> _Current:
        if self._current is None:
            raise PackageLayoutError("content without a member")
        return self._current

    def _end(self) -> None:
        current, self._current = self._now(), None
        self._sink.end()
        sha256, path = current.sha256.digest(), current.path
        if current.payload:
            self._list.add(sha256)
            met = Met(sha256.hex(), current.size_bytes, current.sparse, path)
            self._listing.add(met.line())
            return
        if current.sha512 is not None:
            self._tag_lines += bag.line(current.sha512.digest(), path)
        self._close_tag(path, bytes(current.kept), sha256)

    def _close_tag(self, path: str, data: bytes, sha256: bytes) -> None:
        if path == bag.DECLARATION_NAME:
            bag.check_declaration(data)
        elif path == bag.INFO_NAME:
            if bag.payload_oxum(data) != (self._bytes, self._files):
                raise PackageLayoutError("bag-info.txt counts another payload", path=path)
        elif path == package.NAME:
            self._meta = self._rows.finish()
            self._checker.finish()
        elif path == bag.MANIFEST_NAME:
            if self._manifest or self._expected.peek():
                self._differ(self._manifest)
        elif path == package_index.INDEX_NAME:
            self._check_index(data)
        elif path == bag.TAG_MANIFEST_NAME:
            self._close_tag_manifest(data, sha256)

    # -- steps 4 to 7 --------------------------------------------------------------------------

    def _row(self, row: FileRow) -> None:
        """Step 4: the next file described is the next file met."""
        self._row_count += 1
        if self._row_count > ROWS_PER_FILE * self._limits.max_files:
            raise PackageLimitError("the package describes more than this reader allows")
        if row.kind == "refused":
            self._refused.append(row)
        if row.changed:
            self._changed.append(row)
        self._checker.check(row)

    def _expected_manifest(self, data: bytes) -> bytes:
        """Step 5: consume whole lines that are as expected; return what is left over."""
        position = 0
        while (end := data.find(b"\n", position)) >= 0:
            expected = self._expected.peek()
            if expected is None:
                return data[position:]
            listed = f"{expected.digest}  {bag.escape(expected.path)}\n".encode()
            if data[position : end + 1] != listed:
                return data[position:]
            self._expected.next()
            position = end + 1
        return data[position:]

    def _differ(self, rest: bytes) -> None:
        """Tell how the rest of the manifest differs from the rest of the payload."""
        listed = bag.parse_manifest(rest, bag.MANIFEST_NAME)
        met = {file.path: file.digest for file in self._expected.rest()}
        bag.difference(
            bag.MANIFEST_NAME, missing=listed.keys() - met.keys(), extra=met.keys() - listed.keys()
        )
        for path, digest in met.items():
            if listed[path] != digest:
                raise PackageDigestError(f"{path!r} is not the file of the manifest", path=path)
        raise PackageLayoutError("the manifest is in another order or form", path=bag.MANIFEST_NAME)

    def _check_index(self, data: bytes) -> None:
        """Step 6."""
        met = Index(manifest=self._places[bag.MANIFEST_NAME], package=self._places[package.NAME])
        if data != met.encode():
            raise PackageLayoutError(
                "the index names other places than where the lists were met",
                path=package_index.INDEX_NAME,
            )

    def _close_tag_manifest(self, data: bytes, sha256: bytes) -> None:
        """Step 7."""
        self._tag_manifest = sha256
        if data == self._tag_lines:
            return
        listed = bag.parse_manifest(data, bag.TAG_MANIFEST_NAME)
        met = bag.parse_manifest(self._tag_lines, bag.TAG_MANIFEST_NAME)
        bag.difference(
            bag.TAG_MANIFEST_NAME,
            missing=listed.keys() - met.keys(),
            extra=met.keys() - listed.keys(),
        )
        for path, digest in met.items():
            if listed[path] != digest:
                raise PackageDigestError(f"{path} is not the file of the tag manifest", path=path)
        raise PackageLayoutError("the tag manifest is in another order or form")


def check_offer(contents: Contents, sealed: BlockHasher, offer: Offer) -> None:
    """Check that what was opened is what was offered.

    Args:
        contents: from `PackageReader.finish`.
        sealed: has seen every sealed byte.
        offer: from a verified message; the check is worth no more than that message.

    Raises:
        OfferSizeError, OfferRootError, OfferTagManifestError, OfferFileListError.
    """
    check_sealed(sealed, root=offer.root, size_bytes=offer.sealed_size_bytes)
    if contents.tag_manifest != offer.tag_manifest:
        raise OfferTagManifestError("the tag manifest is not the one offered")
    if contents.file_list != offer.file_list or contents.files != offer.files:
        raise OfferFileListError("the list of files is not the one offered")


def check_binding(meta: PackageMeta, binding: Binding) -> None:
    """Check what the package says about itself against the message; `PackageBindingError`."""
    for name in ("mode", "conversation", "sender", "receiver"):
        wanted = getattr(binding, name)
        if wanted is not None and getattr(meta, name) != wanted:
            raise PackageBindingError(f"the package names another {name} than the message")
