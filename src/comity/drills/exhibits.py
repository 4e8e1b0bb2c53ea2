"""The bytes of an exhibit: a text, or an original that the scenario keeps packed."""

import binascii
import hashlib
import zlib
from base64 import b64decode
from functools import lru_cache
from typing import Final

from comity.drills.model import ORIGINAL_ENDING, Exhibit, Scenario

MAX_ORIGINAL_BYTES: Final = 16 * 1024 * 1024
_GZIP: Final = 16 + zlib.MAX_WBITS
_KEPT: Final = 16  # exhibits of a megabyte or two, unpacked once and not at every look


def exhibit_bytes(scenario: Scenario, exhibit: Exhibit) -> bytes | None:
    """Return the bytes that a team gets; None if they are missing or not those of the digest."""
    if exhibit.form == "text":
        return scenario.files.get(exhibit.files[0])
    packed = scenario.files.get(exhibit.original)
    data = None if packed is None else unpack(packed)
    return data if data is not None and _digest(data) == exhibit.digest else None


def exhibit_digest(scenario: Scenario, exhibit: Exhibit) -> str | None:
    """Return ``sha256:...`` of the bytes that a team gets, or None if there are none."""
    data = exhibit_bytes(scenario, exhibit)
    return None if data is None else _digest(data)


def exhibit_text(scenario: Scenario, exhibit: Exhibit) -> str:
    """Return all text of an exhibit that a tool shows; what is no text is replaced."""
    parts = [scenario.files.get(name, b"").decode("utf-8", "replace") for name in exhibit.files]
    return "\n".join(parts)


def exhibit_name(exhibit: Exhibit) -> str:
    """Return the name under which a team gets an exhibit, ``wire.pcap``; it names no folder."""
    return exhibit.original.removesuffix(ORIGINAL_ENDING) or exhibit.files[0]


@lru_cache(maxsize=_KEPT)
def unpack(packed: bytes) -> bytes | None:
    """Return what stands in an original's file; None if it is no gzip in Base64, or too large."""
    try:
        reader = zlib.decompressobj(_GZIP)
        data = reader.decompress(
            b64decode(b"".join(packed.split()), validate=True), MAX_ORIGINAL_BYTES + 1
        )
    except (binascii.Error, zlib.error):
        return None
    is_whole = reader.eof and not reader.unused_data and len(data) <= MAX_ORIGINAL_BYTES
    return data if is_whole else None


@lru_cache(maxsize=_KEPT)
def _digest(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"
