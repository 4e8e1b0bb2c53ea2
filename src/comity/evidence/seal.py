"""The plain side of a seal: which bytes of the archive stand between and behind the files.

The shell reads files and hashes them; this writer gives the tar headers, keeps manifest and
description as the files go by, and ends the archive with them. Order of members: ``bagit.txt``,
payload, ``bag-info.txt``, ``metadata/package.json``, ``manifest-sha256.txt``,
``metadata/case.jsonld``, ``metadata/index.json``, ``tagmanifest-sha512.txt``: what depends on the
files comes after them, so one pass is enough.

Source: spec 15.1, 15.2.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from comity.canonical import time_text
from comity.evidence import bag, package, package_index
from comity.evidence.offer import Offer
from comity.evidence.package import FileRow, PackageMeta
from comity.evidence.package_index import Index, Place, Spool
from comity.evidence.tar import TRAILER, header, padding, sparse_header


@dataclass(frozen=True, slots=True, kw_only=True)
class SealReport:
    """What one pass made; the facts of an offer.

    Attributes:
        sealed_size_bytes: length of the age file.
        block_size_bytes: size of the blocks under ``root``.
        root: 32 bytes; the package's name.
        block_hashes: one a block, so that a receiver can check each block as it comes.
        tag_manifest: SHA-256 of the tag manifest.
        file_list: digest of the list of files.
        files: payload files.
        payload_size_bytes: their bytes.
        recipients: for whom it is sealed.
        sealed_at: the time written into the package, as text.
        refused: rows of things that were not packed, with reasons.
        changed: rows of files that changed while they were read.
    """

    sealed_size_bytes: int
    block_size_bytes: int
    root: bytes
    block_hashes: tuple[bytes, ...] = field(repr=False)
    tag_manifest: bytes
    file_list: bytes
    files: int
    payload_size_bytes: int
    recipients: tuple[str, ...]
    sealed_at: str
    refused: tuple[FileRow, ...]
    changed: tuple[FileRow, ...]

    def offer(self, *, exhibit: str, description: tuple[str, str]) -> Offer:
        """Return the offer of this package; unsigned, it proves nothing about who sealed."""
        return Offer(
            exhibit=exhibit,
            description=description,
            files=self.files,
            file_list=self.file_list,
            recipients=self.recipients,
            root=self.root,
            sealed_size_bytes=self.sealed_size_bytes,
            tag_manifest=self.tag_manifest,
        )


class PackageWriter:
    """Gives the bytes of a package around its files.

    `file_header` and `add_row` belong to the reader of the files, `add_digest` to whoever hashes
    them (it may be another thread); `finish` comes when both are done.
    """

    def __init__(self, meta: PackageMeta, *, exhibit: str | None, software_version: str) -> None:
        self._meta = meta
        self._exhibit = exhibit
        self._version = software_version
        self._description = Spool()
        self._description.add(package.head(meta))
        self._manifest = Spool()
        self._list = bag.FileListHasher()
        self._tags = b""
        self._comma = b""
        self._offset = 0  # in the archive, while `finish` runs
        self._digests: dict[str, bytes] = {}  # SHA-256 of the lists that were spooled
        self._places: dict[str, Place] = {}
        self.files = 0
        self.payload_size_bytes = 0
        self.tag_manifest = b""

    def begin(self) -> bytes:
        """Return the first member."""
        return b"".join(self._tag(bag.DECLARATION_NAME, bag.DECLARATION))

    def file_header(self, path: str, size_bytes: int, *, mtime_ns: int) -> bytes:
        """Return what stands before a file's bytes; `padding` stands behind them."""
        return header(path, size_bytes, mtime=mtime_ns // 1_000_000_000)

    def add_row(self, row: FileRow) -> None:
        """Describe one thing; for a file in the order of the archive, once it has been read."""
        self._description.add(self._comma + row.encode())
        self._comma = b","

    def add_digest(self, *, path: str, size_bytes: int, sha256: bytes) -> None:
        """List one file, in the order of the archive."""
        row = bag.payload_line(sha256, path)
        self._manifest.add(row)
        self._list.add(sha256)
        self.files += 1
        self.payload_size_bytes += size_bytes

    def file_list(self) -> bytes:
        """Return the digest of the file list; complete after `finish` is exhausted."""
        return self._list.digest()

    def sparse_header(
        self, path: str, size_bytes: int, pieces: Sequence[tuple[int, int]], *, mtime_ns: int
    ) -> bytes:
        """Return what stands before the data of a sparse file; `tar.sparse_header`."""
        return sparse_header(path, size_bytes, pieces, mtime=mtime_ns // 1_000_000_000)

    def finish(self, offset: int) -> Iterator[bytes]:
        """Yield the tag files and the end of the archive.

        Args:
            offset: bytes of the archive before, padding included.
        """
        self._offset = offset
        for piece in self._end():
            yield piece
            self._offset += len(piece)

    def _end(self) -> Iterator[bytes]:
        day = time_text(self._meta.sealed_at)[:10]
        yield from self._tag(
            bag.INFO_NAME,
            bag.info(
                date=day,
                size_bytes=self.payload_size_bytes,
                files=self.files,
                source=self._meta.sender,
            ),
        )
        self._description.add(package.tail(self._meta))
        yield from self._spooled(package.NAME, self._description)
        yield from self._spooled(bag.MANIFEST_NAME, self._manifest)
        yield from self._tag(package_index.CASE_NAME, self._provenance())
        index = Index(self._places[bag.MANIFEST_NAME], self._places[package.NAME])
        yield from self._tag(package_index.INDEX_NAME, index.encode())
        self.tag_manifest = hashlib.sha256(self._tags).digest()
        yield self._header(bag.TAG_MANIFEST_NAME, len(self._tags))
        yield self._tags + padding(len(self._tags))
        yield TRAILER

    def _provenance(self) -> bytes:
        return package_index.provenance(
            salt=self._meta.salt,
            sealed_at=self._meta.sealed_at,
            sender=self._meta.sender,
            exhibit=self._exhibit,
            manifest_sha256=self._digests[bag.MANIFEST_NAME],
            manifest_size_bytes=self._manifest.size_bytes,
            software_version=self._version,
        )

    def _header(self, path: str, size_bytes: int) -> bytes:
        return header(path, size_bytes, mtime=int(self._meta.sealed_at.timestamp()))

    def _tag(self, path: str, data: bytes) -> Iterator[bytes]:
        self._note(path, hashlib.sha512(data).digest())
        yield self._header(path, len(data))
        yield data + padding(len(data))

    def _spooled(self, path: str, spool: Spool) -> Iterator[bytes]:
        sha256, sha512 = hashlib.sha256(), hashlib.sha512()
        yield self._header(path, spool.size_bytes)
        self._places[path] = Place(self._offset, spool.size_bytes)
        for piece in spool.pieces():
            sha256.update(piece)
            sha512.update(piece)
            yield piece
        yield padding(spool.size_bytes)
        self._digests[path] = sha256.digest()
        self._note(path, sha512.digest())

    def _note(self, path: str, sha512: bytes) -> None:
        self._tags += bag.line(sha512, path)
