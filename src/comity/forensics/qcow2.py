"""The header of a qcow2 image: version, virtual size, backing file, encryption.

Source: QEMU, docs/interop/qcow2.txt, "Header".
"""

from typing import Any, Final

from comity.forensics.errors import ImageMalformedError
from comity.forensics.image import name_value
from comity.forensics.source import Source, unpack

MAGIC: Final = b"QFI\xfb"
_HEADER: Final = ">4sIQIIQIIQQIIQ"
_HEADER_BYTES: Final = 72
_VERSION_3: Final = ">QQQII"
_MAX_BACKING_BYTES: Final = 1023
_ENCRYPTION: Final = {0: "none", 1: "aes", 2: "luks"}


def parse(source: Source) -> tuple[int, dict[str, Any]]:
    """Return (virtual size in bytes, metadata) of an image.

    Raises:
        ImageMalformedError: no header of version 2 or 3 within the format's bounds.
    """
    fields = unpack(_HEADER, source.read(0, min(_HEADER_BYTES, source.size_bytes)))
    magic, version, backing_at, backing_bytes, cluster_bits, size, crypt = fields[:7]
    snapshots = fields[11]
    if magic != MAGIC:
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
