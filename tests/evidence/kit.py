"""Packages of any shape for the tests: consistent ones, and ones that break exactly one rule."""

import hashlib
import io
import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from comity.canonical import ComityError, b64, encode
from comity.evidence import age, age_keys, bag, package_index
from comity.evidence.blocks import BlockHasher
from comity.evidence.offer import Offer
from comity.evidence.open import Contents, Limits, PackageReader
from comity.evidence.package_index import Index, Place
from comity.evidence.seal import SealReport
from comity.evidence.tar import TRAILER, header, padding
from comity.files.opening import NullSink
from comity.files.sealing import SealOrder, seal

IDENTITY = age_keys.Identity.of(bytes(range(1, 33)))
HYBRID = age_keys.HybridIdentity.of(bytes(range(3, 35)))
STRANGER = age_keys.Identity.of(bytes(range(2, 34)))
EXHIBIT = "01890a5d-ac96-774b-bcce-b302099a8057"
AT = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)

type Members = list[tuple[str, bytes]]


def order(*sources: Path, **more: Any) -> SealOrder:
    """A seal of ``sources`` for `IDENTITY`."""
    return SealOrder(
        sources=sources, recipients=[IDENTITY.recipient], sealed_at=AT, exhibit=EXHIBIT, **more
    )


def sealed(folder: Path, *sources: Path, **more: Any) -> tuple[Path, SealReport, Offer]:
    """Seal ``sources`` into ``folder/package.age``; return file, report and offer."""
    target = folder / "package.age"
    report = seal(order(*sources, **more), target)
    return target, report, report.offer(exhibit=EXHIBIT, description=("en", "a test"))


def row(path: str, data: bytes, **more: Any) -> dict[str, Any]:
    """A description's row of a payload file."""
    value = {
        "mode": 0o644,
        "mtime": "2026-01-02T03:04:05Z",
        "mtime_ns": 0,
        "name": {"text": path.removeprefix("data/")},
        "path": path,
        "size_bytes": len(data),
        "type": "file",
    }
    return value | more


def description(rows: Sequence[Mapping[str, Any]], **more: Any) -> bytes:
    """The bytes of ``metadata/package.json``."""
    value = {
        "conversation": None,
        "files": list(rows),
        "from": "vn/contact-point",
        "mode": "live",
        "protocol": "comity/1",
        "salt": b64(bytes(32)),
        "sealed_at": "2026-03-04T05:06:07Z",
        "to": "za/contact-point",
    }
    return encode(value | more)


def members(payload: Sequence[tuple[str, bytes]], **replaced: bytes) -> Members:
    """A package whose tag files agree with ``payload``.

    ``replaced`` gives other bytes to a tag file, by its name with ``_`` for what is no identifier;
    later tag files agree with the replacement, so that exactly one rule is broken.
    """
    made: Members = [("bagit.txt", bag.DECLARATION), *payload]
    size = sum(len(data) for _, data in payload)
    manifest = b"".join(bag.line(hashlib.sha256(data).digest(), path) for path, data in payload)
    tags = {
        "bag-info.txt": bag.info(
            date="2026-03-04", size_bytes=size, files=len(payload), source="vn/contact-point"
        ),
        "metadata/package.json": description([row(path, data) for path, data in payload]),
        "manifest-sha256.txt": manifest,
        "metadata/case.jsonld": package_index.provenance(
            salt=bytes(32),
            sealed_at=AT,
            sender="vn/contact-point",
            exhibit=EXHIBIT,
            manifest_sha256=hashlib.sha256(manifest).digest(),
            manifest_size_bytes=len(manifest),
            software_version="0.1.0",
        ),
    }
    for path, data in tags.items():
        key = "".join(c if c.isalnum() else "_" for c in path)
        made.append((path, replaced.get(key, data)))
    made[0] = ("bagit.txt", replaced.get("bagit_txt", bag.DECLARATION))
    made.append((package_index.INDEX_NAME, replaced.get("metadata_index_json", index_of(made))))
    listed = [made[0], *made[len(payload) + 1 :]]
    lines = b"".join(bag.line(hashlib.sha512(data).digest(), path) for path, data in listed)
    made.append(("tagmanifest-sha512.txt", replaced.get("tagmanifest_sha512_txt", lines)))
    return made


def index_of(entries: Members) -> bytes:
    """The index that belongs to members in their order."""
    places, offset = {}, 0
    for path, data in entries:
        offset += len(header(path, len(data)))
        places[path] = Place(offset, len(data))
        offset += len(data) + len(padding(len(data)))
    return Index(places[bag.MANIFEST_NAME], places["metadata/package.json"]).encode()


def tar(entries: Sequence[tuple[str, bytes]]) -> bytes:
    """The archive of members in their order."""
    body = b"".join(
        header(path, len(data), mtime=0) + data + padding(len(data)) for path, data in entries
    )
    return body + TRAILER


def seal_archive(archive: bytes, identity: age_keys.Identity = IDENTITY) -> bytes:
    """Seal any bytes as if they were a package."""
    return age.seal_bytes(archive, [identity.recipient], random=os.urandom)


def read(archive: bytes, *, limits: Limits | None = None, piece_bytes: int = 1 << 20) -> Contents:
    """Read an archive with the package reader, in pieces."""
    reader = PackageReader(NullSink(), limits=limits)
    view = memoryview(archive)
    for start in range(0, len(view), piece_bytes):
        reader.feed(view[start : start + piece_bytes])
    return reader.finish()


def code_of_reading(archive: bytes, **more: Any) -> str:
    """``ok`` or the code of the error that reading ``archive`` gives."""
    try:
        read(archive, **more)
    except ComityError as error:
        return error.code
    return "ok"


def offer_of(data: bytes, archive: bytes) -> Offer:
    """The offer that belongs to sealed bytes and the archive inside."""
    contents = read(archive)
    hasher = BlockHasher()
    hasher.update(memoryview(data))
    return Offer(
        exhibit=EXHIBIT,
        description=("en", "a test"),
        files=contents.files,
        file_list=contents.file_list,
        recipients=(str(IDENTITY.recipient),),
        root=hasher.root(),
        sealed_size_bytes=len(data),
        tag_manifest=contents.tag_manifest,
    )


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, by its path."""
    return {
        os.fspath(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink()
    }


def lettered(data: bytes, position: int) -> bytes:
    """Change one letter of base64 into another."""
    other = b"A" if data[position : position + 1] != b"A" else b"B"
    return data[:position] + other + data[position + 1 :]


def stream(data: bytes) -> io.BytesIO:
    """Bytes as a stream."""
    return io.BytesIO(data)
