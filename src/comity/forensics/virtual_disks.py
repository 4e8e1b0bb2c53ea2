"""Virtual disks of other programs: VHD, VHDX, VMDK and QCOW2."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from comity.canonical import time_text
from comity.forensics.errors import ImageMalformedError
from comity.forensics.image import Finding, Source, clean, name_value, unpack

# The footer and header of a VHD image: type, maker, size, identity, parent.
#
# Source: Microsoft, "Virtual Hard Disk Image Format Specification", version 1.0 (2006), "Hard Disk
# Footer Format" and "Dynamic Disk Header Format".


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


def parse_vhd(source: Source) -> Vhd:
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


# CRC-32C (Castagnoli), the checksum of VHDX structures.
#
# Source: RFC 3720 appendix B.4; test value of "123456789" is 0xE3069283.


def _table() -> tuple[int, ...]:
    found = []
    for value in range(256):
        for _ in range(8):
            value = value >> 1 ^ (0x82F63B78 if value & 1 else 0)  # noqa: PLW2901 - the register
        found.append(value)
    return tuple(found)


_TABLE: Final = _table()


def crc32c(data: bytes) -> int:
    """Return the checksum of bytes."""
    state = 0xFFFFFFFF
    for byte in data:
        state = state >> 8 ^ _TABLE[(state ^ byte) & 0xFF]
    return state ^ 0xFFFFFFFF


# The headers and identities of a VHDX image.
#
# Source: Microsoft, MS-VHDX v7.0, sections 2.2 (header section) and 2.6 (metadata region).


VHDX_MAGIC: Final = b"vhdxfile"
_HEADERS_AT: Final = (64 * 1024, 128 * 1024)
_REGIONS_AT: Final = (192 * 1024, 256 * 1024)
_MAX_ENTRIES: Final = 2047
_METADATA_REGION: Final = UUID("8b7ca206-4790-4b9a-b8fe-575f050f886e")
_DISK_SIZE: Final = UUID("2fa54224-cd1b-4876-b211-5dbed83bf4b8")
_DISK_ID: Final = UUID("beca12ab-b2e6-4523-93ef-c309e000c746")
_PARAMETERS: Final = UUID("caa16737-fa36-4d43-b3b6-33f0aa44e76b")


def parse_vhdx(source: Source) -> tuple[int, dict[str, Any]]:
    """Return (virtual size in bytes, metadata) of an image.

    Raises:
        ImageMalformedError: no current header, region table or metadata table holds.
    """
    if source.read(0, 8) != VHDX_MAGIC:
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


# The header and descriptor of a VMDK image: identity, parent, extents.
#
# Source: VMware, "Virtual Disk Format 5.0", sections "The Descriptor File" and "Hosted Sparse
# Extents".


SPARSE: Final = b"KDMV"
ESX_SPARSE: Final = b"COWD"
DESCRIPTOR: Final = b"# Disk DescriptorFile"
_HEADER: Final = "<4sIIQQQQIQQQB4sH"
_SECTOR: Final = 512
_MAX_DESCRIPTOR_BYTES: Final = 64 * 1024
_MAX_EXTENTS: Final = 1000
_MAX_SECTORS: Final = 2**44 - 1  # of 512 bytes: below 2^53 bytes
_EXTENT: Final = re.compile(
    r"(RW|RDONLY|NOACCESS) ([0-9]{1,18}) ([A-Z0-9]{1,16})(?: \"([^\"]{0,1024})\")?( .*)?"
)
_CID: Final = re.compile(r"[0-9a-fA-F]{1,8}")
NO_PARENT: Final = "ffffffff"


def parse_vmdk(source: Source) -> tuple[str, int, dict[str, Any]]:
    """Return (variant, virtual size in bytes, metadata) of an image.

    Raises:
        ImageMalformedError: neither a descriptor nor a sparse extent within the format's bounds.
    """
    begin = source.read(0, min(_SECTOR, source.size_bytes))
    if begin.startswith(ESX_SPARSE):
        _magic, version, _flags, capacity = unpack("<4sIII", begin)
        return "esx-sparse", capacity * _SECTOR, _described("") | {"version": version}
    if not begin.startswith(SPARSE):
        size, metadata = _descriptor(source.read(0, min(_MAX_DESCRIPTOR_BYTES, source.size_bytes)))
        return metadata["create_type"] or "descriptor", size, metadata
    fields = unpack(_HEADER, begin)
    _magic, version, _flags, capacity, _grain, described_at, described = fields[:7]
    if not 1 <= version <= 3:
        raise ImageMalformedError(f"version {version} of the sparse extent")
    if fields[12] != b"\n \r\n":
        raise ImageMalformedError("its line ends were changed by a text transfer")
    metadata = _described("")
    if described_at:
        if described * _SECTOR > _MAX_DESCRIPTOR_BYTES:
            raise ImageMalformedError("an embedded descriptor over 64 KiB")
        text = source.read(described_at * _SECTOR, described * _SECTOR)
        if any(text):  # an extent of several has room for one, and leaves it empty
            metadata = _descriptor(text)[1]
    if capacity > _MAX_SECTORS:
        raise ImageMalformedError("a size beyond 2^53 bytes")
    metadata |= {"unclean_shutdown": bool(fields[11]), "version": version}
    return metadata["create_type"] or "sparse", capacity * _SECTOR, metadata


def _descriptor(data: bytes) -> tuple[int, dict[str, Any]]:
    """Return (size in bytes, metadata) of a descriptor."""
    text = data.partition(b"\0")[0].decode("utf-8", "replace")
    if not text.startswith(DESCRIPTOR.decode()):
        raise ImageMalformedError("no VMDK descriptor")
    found = _described(text)
    size = sum(extent["sectors"] for extent in found["extents"])
    if size > _MAX_SECTORS:
        raise ImageMalformedError("extents beyond 2^53 bytes")
    return size * _SECTOR, found


def _described(text: str) -> dict[str, Any]:
    """Return the members of a descriptor, or what stands for them where there is none."""
    entries: dict[str, str] = {}
    extents: list[dict[str, Any]] = []
    for line in map(str.strip, text.split("\n")):
        extent = _EXTENT.fullmatch(line)
        if extent is not None:
            if len(extents) == _MAX_EXTENTS:
                raise ImageMalformedError(f"over {_MAX_EXTENTS} extents")
            access, sectors, kind, name = extent.groups()[:4]
            if int(sectors) > _MAX_SECTORS:
                raise ImageMalformedError("an extent beyond 2^53 bytes")
            told = {"access": access, "name": clean(name or ""), "sectors": int(sectors)}
            extents.append(told | {"type": kind})
        elif "=" in line and not line.startswith("#"):
            key, _, told_value = line.partition("=")
            entries.setdefault(key.strip(), clean(told_value.strip().strip('"')))
    parent = _cid(entries.get("parentCID", NO_PARENT))
    return {
        "cid": _cid(entries["CID"]) if "CID" in entries else None,
        "create_type": entries.get("createType", "")[:64],
        "extents": extents,
        "parent_cid": None if parent == NO_PARENT else parent,
        "parent_name": entries.get("parentFileNameHint"),
        "unclean_shutdown": None,
        "version": None,
    }


def _cid(text: str) -> str:
    if not _CID.fullmatch(text):
        raise ImageMalformedError("a content identifier that is no 32-bit number")
    return text.lower().rjust(8, "0")


# The header of a qcow2 image: version, virtual size, backing file, encryption.
#
# Source: QEMU, docs/interop/qcow2.txt, "Header".


QCOW2_MAGIC: Final = b"QFI\xfb"
_QCOW2_HEADER: Final = ">4sIQIIQIIQQIIQ"
_HEADER_BYTES: Final = 72
_VERSION_3: Final = ">QQQII"
_MAX_BACKING_BYTES: Final = 1023
_ENCRYPTION: Final = {0: "none", 1: "aes", 2: "luks"}


def parse_qcow2(source: Source) -> tuple[int, dict[str, Any]]:
    """Return (virtual size in bytes, metadata) of an image.

    Raises:
        ImageMalformedError: no header of version 2 or 3 within the format's bounds.
    """
    fields = unpack(_QCOW2_HEADER, source.read(0, min(_HEADER_BYTES, source.size_bytes)))
    magic, version, backing_at, backing_bytes, cluster_bits, size, crypt = fields[:7]
    snapshots = fields[11]
    if magic != QCOW2_MAGIC:
        raise ImageMalformedError("no qcow2 signature")
    if version not in (2, 3):
        raise ImageMalformedError(f"qcow version {version}; versions 2 and 3 are read")
    if not 9 <= cluster_bits <= 21:
        raise ImageMalformedError(f"clusters of 2^{cluster_bits} bytes")
    if crypt not in _ENCRYPTION:
        raise ImageMalformedError(f"encryption method {crypt}")
    if size > 2**53 - 1:
        raise ImageMalformedError("a virtual size beyond 2^53 bytes")
    incompatible = _incompatible(source) if version == 3 else 0
    return size, {
        "backing_file": _backing(source, backing_at, backing_bytes, 1 << cluster_bits),
        "cluster_size_bytes": 1 << cluster_bits,
        "encryption": _ENCRYPTION[crypt],
        "external_data_file": bool(incompatible & 4),
        "marked_corrupt": bool(incompatible & 2),
        "marked_dirty": bool(incompatible & 1),
        "snapshots": snapshots,
        "version": version,
    }


def _incompatible(source: Source) -> int:
    """Return the incompatible features of a version 3 header."""
    more = unpack(_VERSION_3, source.read(_HEADER_BYTES, 32))
    if more[4] < 104 or more[4] % 8:
        raise ImageMalformedError(f"a header of {more[4]} bytes")
    return int(more[0])


def _backing(source: Source, offset: int, length: int, cluster: int) -> dict[str, str] | None:
    """Return the backing file's name; it stands in the first cluster."""
    if not offset and not length:
        return None
    if not offset or not 0 < length <= _MAX_BACKING_BYTES or offset + length > cluster:
        raise ImageMalformedError("the backing file's name is not in the first cluster")
    return name_value(source.read(offset, length))
