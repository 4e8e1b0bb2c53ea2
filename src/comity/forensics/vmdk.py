"""The header and descriptor of a VMDK image: identity, parent, extents.

Source: VMware, "Virtual Disk Format 5.0", sections "The Descriptor File" and "Hosted Sparse
Extents".
"""

import re
from typing import Any, Final

from comity.forensics.errors import ImageMalformedError
from comity.forensics.image import clean
from comity.forensics.source import Source, unpack

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


def parse(source: Source) -> tuple[str, int, dict[str, Any]]:
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
