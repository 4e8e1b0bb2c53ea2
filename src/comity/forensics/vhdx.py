"""The headers and identities of a VHDX image.

Source: Microsoft, MS-VHDX v7.0, sections 2.2 (header section) and 2.6 (metadata region).
"""

from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID

from comity.forensics.crc32c import crc32c
from comity.forensics.errors import ImageMalformedError
from comity.forensics.image import clean
from comity.forensics.source import Source, unpack

MAGIC: Final = b"vhdxfile"
_HEADERS_AT: Final = (64 * 1024, 128 * 1024)
_REGIONS_AT: Final = (192 * 1024, 256 * 1024)
_MAX_ENTRIES: Final = 2047
_METADATA_REGION: Final = UUID("8b7ca206-4790-4b9a-b8fe-575f050f886e")
_DISK_SIZE: Final = UUID("2fa54224-cd1b-4876-b211-5dbed83bf4b8")
_DISK_ID: Final = UUID("beca12ab-b2e6-4523-93ef-c309e000c746")
_PARAMETERS: Final = UUID("caa16737-fa36-4d43-b3b6-33f0aa44e76b")


def parse(source: Source) -> tuple[int, dict[str, Any]]:
    """Return (virtual size in bytes, metadata) of an image.

    Raises:
        ImageMalformedError: no current header, region table or metadata table holds.
    """
    if source.read(0, 8) != MAGIC:
        raise ImageMalformedError("no VHDX signature")
    creator = clean(source.read(8, 512).decode("utf-16-le", "replace"))
    _sequence, header = max(_headers(source), default=(0, None))
    if header is None:
        raise ImageMalformedError("neither header's checksum holds")
    items = dict(_items(source, _metadata_region(source)))
    if len(items.get(_DISK_SIZE, b"")) != 8 or len(items.get(_DISK_ID, b"")) != 16:
        raise ImageMalformedError("the disk's size or identity is missing")
    (size,) = unpack("<Q", items[_DISK_SIZE])
    if size > 2**53 - 1:
        raise ImageMalformedError("a size beyond 2^53 bytes")
    block, flags = unpack("<II", items.get(_PARAMETERS, b""))
    return size, {
        "block_size_bytes": block,
        "creator": creator,
        "data_write_id": _guid(header, 32),
        "disk_id": str(UUID(bytes_le=items[_DISK_ID])),
        "file_write_id": _guid(header, 16),
        "has_parent": bool(flags & 2),
        "log_is_empty": header[48:64] == bytes(16),
    }


def _headers(source: Source) -> Iterator[tuple[int, bytes]]:
    """Yield (sequence number, bytes) of each header that holds; the largest is current."""
    for offset in _HEADERS_AT:
        data = source.read(offset, 4096)
        if data[:4] == b"head" and _holds(data):
            yield unpack("<Q", data, 8)[0], data


def _metadata_region(source: Source) -> int:
    """Return where the metadata region begins, by the first region table that holds."""
    for offset in _REGIONS_AT:
        data = source.read(offset, 64 * 1024)
        (count,) = unpack("<I", data, 8)
        if data[:4] != b"regi" or not _holds(data) or count > _MAX_ENTRIES:
            continue
        for number in range(count):
            region, at = unpack("<16sQ", data, 16 + 32 * number)
            if UUID(bytes_le=region) == _METADATA_REGION:
                return int(at)
    raise ImageMalformedError("no region table that names the metadata region holds")


def _items(source: Source, region: int) -> Iterator[tuple[UUID, bytes]]:
    """Yield the wanted items of the metadata table."""
    data = source.read(region, 64 * 1024)
    (count,) = unpack("<H", data, 10)
    if data[:8] != b"metadata" or count > _MAX_ENTRIES:
        raise ImageMalformedError("no metadata table")
    for number in range(count):
        item, at, length = unpack("<16sII", data, 32 + 32 * number)
        name = UUID(bytes_le=item)
        if name in (_DISK_SIZE, _DISK_ID, _PARAMETERS) and length <= 16:
            yield name, source.read(region + at, length)


def _holds(data: bytes) -> bool:
    """Tell whether a structure's CRC-32C is that of its bytes with the field zero."""
    (told,) = unpack("<I", data, 4)
    return bool(told == crc32c(data[:4] + bytes(4) + data[8:]))


def _guid(data: bytes, offset: int) -> str:
    return str(UUID(bytes_le=data[offset : offset + 16]))
