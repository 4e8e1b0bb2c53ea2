"""The footer and header of a VHD image: type, maker, size, identity, parent.

Source: Microsoft, "Virtual Hard Disk Image Format Specification", version 1.0 (2006), "Hard Disk
Footer Format" and "Dynamic Disk Header Format".
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from comity.canonical import time_text
from comity.forensics.errors import ImageMalformedError
from comity.forensics.image import Finding, clean
from comity.forensics.source import Source, unpack

COOKIE: Final = b"conectix"
FOOTER_BYTES: Final = 512
_FOOTER: Final = ">8sIIQI4sI4sQQHBBII16sB"
_CHECKSUM_AT: Final = 64
_DYNAMIC: Final = ">8sQQIIII16sII512s"
_DYNAMIC_BYTES: Final = 1024
_DYNAMIC_CHECKSUM_AT: Final = 36
_TYPES: Final = {2: "fixed", 3: "dynamic", 4: "differencing"}
_EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Vhd:
    """A parsed image.

    Attributes:
        variant: ``fixed dynamic differencing``.
        size_bytes: of the disk it holds.
        metadata: for the document.
        findings: a footer that only its copy replaces.
    """

    variant: str
    size_bytes: int
    metadata: dict[str, Any]
    findings: tuple[Finding, ...]


def parse(source: Source) -> Vhd:
    """Return what an image says of itself: by its footer, else by the copy at its beginning.

    Raises:
        ImageMalformedError: neither is a footer with a good checksum.
    """
    findings: tuple[Finding, ...] = ()
    at_end = source.read(max(0, source.size_bytes - FOOTER_BYTES), min(512, source.size_bytes))
    try:
        fields = _footer(at_end)
    except ImageMalformedError as fault:
        fields = _footer(source.read(0, min(FOOTER_BYTES, source.size_bytes)))
        findings = (Finding(fault.code, f"at its end: {fault}; the copy at its beginning is good"),)
    data_at, made, maker, maker_version, host, _original, size = fields[3:10]
    kind, identity = _TYPES[fields[13]], fields[15]
    metadata = {
        "created_at": time_text(_EPOCH + timedelta(seconds=made)),
        "creator": _ascii(maker),
        "creator_host": _ascii(host),
        "creator_version": f"{maker_version >> 16}.{maker_version & 0xFFFF}",
        "parent": _parent(source, data_at, differencing=kind == "differencing"),
        "saved_state": bool(fields[16]),
        "uuid": str(UUID(bytes=identity)),
    }
    if kind == "fixed" and size != source.size_bytes - FOOTER_BYTES:
        findings += (Finding("image-malformed", "its length is not what its footer says"),)
    return Vhd(kind, size, metadata, findings)


def _footer(data: bytes) -> tuple[Any, ...]:
    fields = unpack(_FOOTER, data)
    if fields[0] != COOKIE:
        raise ImageMalformedError("no VHD footer")
    if fields[14] != _checksum(data, _CHECKSUM_AT):
        raise ImageMalformedError("the footer's checksum differs")
    if fields[2] != 0x00010000 or fields[13] not in _TYPES:
        raise ImageMalformedError("an unknown version or type of disk")
    if fields[9] > 2**53 - 1:
        raise ImageMalformedError("a size beyond 2^53 bytes")
    return fields


def _parent(source: Source, offset: int, *, differencing: bool) -> dict[str, str] | None:
    """Return the parent of a differencing disk; check the header that dynamic ones have too."""
    if offset == 0xFFFFFFFFFFFFFFFF:
        if differencing:
            raise ImageMalformedError("a differencing disk without a header")
        return None
    data = source.read(offset, _DYNAMIC_BYTES)
    fields = unpack(_DYNAMIC, data)
    if fields[0] != b"cxsparse" or fields[6] != _checksum(data, _DYNAMIC_CHECKSUM_AT):
        raise ImageMalformedError("the dynamic disk header is damaged")
    if not differencing:
        return None
    name = clean(fields[10].decode("utf-16-be", "replace"))
    return {"name": name, "uuid": str(UUID(bytes=fields[7]))}


def _checksum(data: bytes, at: int) -> int:
    """Return the ones' complement of the sum of all bytes but the checksum's own."""
    return ~(sum(data) - sum(data[at : at + 4])) & 0xFFFFFFFF


def _ascii(code: bytes) -> str:
    return "".join(chr(c) if 32 <= c < 127 else "." for c in code).strip(" .")
