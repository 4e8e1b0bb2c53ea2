"""Where in the archive the two lists stand: ``metadata/index.json``, read from the archive's end.

The members behind it and the end of the archive have a fixed layout, so that a reader who knows
the archive's length finds the index, and by it the lists, without reading the payload.

Source: spec 15.1.
"""

import uuid
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from comity.canonical import ComityError, decode, digest, encode, members, time_text
from comity.canonical.errors import MisuseError
from comity.evidence.package_errors import PackageLayoutError

INDEX_NAME = "metadata/index.json"
MAX_BYTES = 512


@dataclass(frozen=True, slots=True)
class Place:
    """Where a member's content begins in the archive, and how long it is, in bytes."""

    offset: int
    size_bytes: int

    def to_value(self) -> dict[str, int]:
        """Return the JSON value."""
        return {"offset": self.offset, "size_bytes": self.size_bytes}


@dataclass(frozen=True, slots=True)
class Index:
    """The places of ``manifest-sha256.txt`` and ``metadata/package.json``."""

    manifest: Place
    package: Place

    def encode(self) -> bytes:
        """Return the canonical bytes."""
        return encode({"manifest": self.manifest.to_value(), "package": self.package.to_value()})


def decode_index(data: bytes) -> Index:
    """Parse the member's bytes.

    Raises:
        PackageLayoutError: not canonical, too large, or anything but two places.
    """
    try:
        found = members(decode(data, max_bytes=MAX_BYTES), {"manifest": dict, "package": dict})
        if encode(found) != data:
            raise _malformed()
        return Index(manifest=_place(found["manifest"]), package=_place(found["package"]))
    except ComityError as error:
        raise _malformed() from error


def _place(value: object) -> Place:
    found = members(value, {"offset": int, "size_bytes": int})
    if found["offset"] < 0 or found["size_bytes"] < 0:
        raise _malformed()
    return Place(found["offset"], found["size_bytes"])


def _malformed() -> PackageLayoutError:
    return PackageLayoutError(f"{INDEX_NAME} is malformed", path=INDEX_NAME)


# A package's provenance in CASE/UCO JSON-LD: one sealing action and the record it made.
#
# Source: CASE 1.5.0 and UCO 1.5.0, `investigation:InvestigativeAction`,
#     `investigation:ProvenanceRecord`;
# contexts are inline, never fetched.


CASE_NAME = "metadata/case.jsonld"
_CONTEXT = {
    "investigation": "https://ontology.caseontology.org/case/investigation/",
    "kb": "urn:comity:",
    "action": "https://ontology.unifiedcyberontology.org/uco/action/",
    "core": "https://ontology.unifiedcyberontology.org/uco/core/",
    "identity": "https://ontology.unifiedcyberontology.org/uco/identity/",
    "observable": "https://ontology.unifiedcyberontology.org/uco/observable/",
    "tool": "https://ontology.unifiedcyberontology.org/uco/tool/",
    "types": "https://ontology.unifiedcyberontology.org/uco/types/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def provenance(
    *,
    salt: bytes,
    sealed_at: datetime,
    sender: str | None,
    exhibit: str | None,
    manifest_sha256: bytes,
    manifest_size_bytes: int,
    software_version: str,
) -> bytes:
    """Return the JSON-LD document of one sealing.

    Args:
        salt: the package's salt; the identifiers come from it, so they repeat with it only.
        sealed_at: aware UTC time.
        sender: the party that seals, if known.
        exhibit: the exhibit's identifier, if known.
        manifest_sha256: digest of the payload manifest, which names every file.
        manifest_size_bytes: its length.
        software_version: of the program that seals.
    """

    def node(kind: str) -> str:
        value = uuid.UUID(bytes=digest("case", salt, kind.encode("ascii"))[:16], version=4)
        return f"kb:{kind}-{value}"

    when = {"@type": "xsd:dateTime", "@value": time_text(sealed_at)}
    record: dict[str, Any] = {
        "@id": node("record"),
        "@type": "investigation:ProvenanceRecord",
        "core:description": "The files of this package, as its payload manifest lists them",
        "core:object": {"@id": node("manifest")},
    }
    if exhibit is not None:
        record["investigation:exhibitNumber"] = exhibit
    action: dict[str, Any] = {
        "@id": node("action"),
        "@type": "investigation:InvestigativeAction",
        "core:name": "sealed",
        "action:startTime": when,
        "action:endTime": when,
        "action:instrument": {"@id": node("tool")},
        "action:object": {"@id": node("manifest")},
        "action:result": {"@id": node("record")},
    }
    graph = [action, record, _tool(node("tool"), software_version)]
    graph.append(_manifest(node("manifest"), manifest_sha256, manifest_size_bytes))
    if sender is not None:
        action["action:performer"] = {"@id": node("performer")}
        graph.append(
            {"@id": node("performer"), "@type": "identity:Organization", "core:name": sender}
        )
    return encode({"@context": _CONTEXT, "@graph": graph})


def _tool(name: str, version: str) -> dict[str, Any]:
    return {"@id": name, "@type": "tool:Tool", "core:name": "Comity", "tool:version": version}


def _manifest(name: str, sha256: bytes, size_bytes: int) -> dict[str, Any]:
    kb, _, own = name.partition(":manifest-")
    facet = f"{kb}:facet-{uuid.uuid5(uuid.UUID(own), 'facet')}"
    hash_id = f"{kb}:hash-{uuid.uuid5(uuid.UUID(own), 'hash')}"
    return {
        "@id": name,
        "@type": "observable:File",
        "core:hasFacet": [
            {
                "@id": facet,
                "@type": "observable:ContentDataFacet",
                "observable:hash": {
                    "@id": hash_id,
                    "@type": "types:Hash",
                    "types:hashMethod": "SHA256",
                    "types:hashValue": {"@type": "xsd:hexBinary", "@value": sha256.hex()},
                },
                "observable:sizeInBytes": {"@type": "xsd:integer", "@value": str(size_bytes)},
            }
        ],
    }


# Text that grows with the number of files, kept compressed until it is written.
#
# A list of 200,000 files would take tens of megabytes as objects and a temporary file as text;
# compressed it takes a few megabytes of memory and no disk.


_PIECE_BYTES = 1 << 16


class Spool:
    """Append bytes, then read them in pieces; ``size_bytes`` is their plain length."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._pending: list[bytes] = []
        self._pending_bytes = 0
        self._compressor = zlib.compressobj(level=1)
        self._closed = False
        self.size_bytes = 0

    def add(self, data: bytes) -> None:
        """Append; `MisuseError` after `pieces` was called."""
        if self._closed:
            raise MisuseError("the spool is closed")
        self._pending.append(data)
        self._pending_bytes += len(data)
        self.size_bytes += len(data)
        if self._pending_bytes >= _PIECE_BYTES:
            self._squeeze()

    def _squeeze(self) -> None:
        self._keep(self._compressor.compress(b"".join(self._pending)))
        self._pending.clear()
        self._pending_bytes = 0

    def _keep(self, piece: bytes) -> None:
        if piece:
            self._pieces.append(piece)

    def pieces(self) -> Iterator[bytes]:
        """Yield the bytes in order in pieces of at most 64 KiB; nothing can be added afterwards."""
        if not self._closed:
            self._squeeze()
            self._keep(self._compressor.flush())
            self._closed = True
        decompressor = zlib.decompressobj()
        for piece in self._pieces:
            rest = piece
            while rest:
                if out := decompressor.decompress(rest, _PIECE_BYTES):
                    yield out
                rest = decompressor.unconsumed_tail
        if tail := decompressor.flush():
            yield tail
