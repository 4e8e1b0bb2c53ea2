"""Pictures and scans: their size in pixels; what stands on them, nobody reads but a person.

Source: PNG (ISO/IEC 15948) section 11.2.2; JPEG (ITU-T T.81) section B.2.2; TIFF 6.0 section 2;
GIF89a section 18.
"""

import struct
from typing import Final

from comity.intake.safe_text import Budget, Found

_MAX_SEGMENTS: Final = 1_000
_MAX_ENTRIES: Final = 1_000
_WIDTH, _HEIGHT = 256, 257
_ALONE: Final = frozenset({0x01, *range(0xD0, 0xD8)})  # JPEG markers without a length
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def read(data: bytes, _budget: Budget) -> Found:
    """Return the pixels of a picture.

    Args:
        data: untrusted; PNG, JPEG, TIFF or GIF by its first bytes.
    """
    found = Found(warnings={"no-text"})
    try:
        size = _pixels(data)
    except (struct.error, IndexError):
        size = None
    if size is None or not all(size):
        found.warnings.add("malformed")
    else:
        found.values["width"], found.values["height"] = size
    return found


def _pixels(data: bytes) -> tuple[int, int] | None:
    if data.startswith(b"\x89PNG"):
        width, height = struct.unpack_from(">II", data, 16)
        return (width, height) if data[12:16] == b"IHDR" else None
    if data.startswith(b"GIF8"):
        width, height = struct.unpack_from("<HH", data, 6)
        return width, height
    return _jpeg(data) if data.startswith(b"\xff\xd8") else _tiff(data)


def _jpeg(data: bytes) -> tuple[int, int] | None:
    at = 2
    for _segment in range(_MAX_SEGMENTS):
        if data[at] != 0xFF:
            return None
        marker = data[at + 1]
        at += 2
        if marker in _ALONE or marker == 0xFF:
            at -= marker == 0xFF
            continue
        if marker in _FRAMES:
            height, width = struct.unpack_from(">HH", data, at + 3)
            return width, height
        at += struct.unpack_from(">H", data, at)[0]
    return None


def _tiff(data: bytes) -> tuple[int, int] | None:
    order = "<" if data.startswith(b"II") else ">"
    at = struct.unpack_from(order + "I", data, 4)[0]
    count = min(struct.unpack_from(order + "H", data, at)[0], _MAX_ENTRIES)
    told: dict[int, int] = {}
    for number in range(count):
        tag, kind = struct.unpack_from(order + "HH", data, at + 2 + 12 * number)
        form = order + ("H" if kind == 3 else "I")
        told[tag] = struct.unpack_from(form, data, at + 10 + 12 * number)[0]
    return (told[_WIDTH], told[_HEIGHT]) if {_WIDTH, _HEIGHT} <= told.keys() else None
