"""The four BagIt files of a bundle, which its content determines.

They are outside the exporter's signature; because they can be computed, little of them is free:
the order of lines in manifests, and what ``bag-info.txt`` says beside size, day and exporter. So
another program can write a bundle, and a changed byte is found all the same.

Source: RFC 8493 sections 2.1 and 2.2; spec/16-bundles.md.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from comity.bundle.layout import TAG_FILES, TAG_MANIFEST
from comity.canonical import time_text
from comity.evidence import bag

_FIXED: Final = ("Payload-Oxum", "Bagging-Date", "Source-Organization")
_ROW: Final = re.compile(r"([A-Za-z][A-Za-z0-9-]{0,63}): ([^\r\n]{1,1000})")


def manifest(digests: Mapping[str, bytes]) -> bytes:
    """Return ``manifest-sha256.txt`` for path -> SHA-256 of everything below ``data/``."""
    return b"".join(bag.line(digests[path], path) for path in sorted(digests))


def info(*, exported_at: datetime, exporter: str, size_bytes: int, files: int) -> bytes:
    """Return ``bag-info.txt`` for a payload of so many bytes in so many files."""
    day = time_text(exported_at)[:10]
    return bag.info(date=day, size_bytes=size_bytes, files=files, source=exporter)


def tag_manifest(digests: Mapping[str, bytes]) -> bytes:
    """Return ``tagmanifest-sha512.txt`` for path -> SHA-512 of the other three."""
    return b"".join(bag.line(digests[path], path) for path in TAG_FILES)


def fits(path: str, data: bytes, due: bytes) -> bool:
    """Tell whether a tag file says what it must, as `manifest`, `info` and `tag_manifest` make it.

    Args:
        path: which of the four.
        data: its bytes, untrusted.
        due: what this program would write.
    """
    if path == bag.INFO_NAME:
        told, wanted = _rows(data), _rows(due) or []
        fixed = [(label, text) for label, text in wanted if label in _FIXED]
        said = sorted(row for row in told or () if row[0] in _FIXED)
        return told is not None and said == sorted(fixed)
    if path == bag.DECLARATION_NAME:
        return data == due
    return sorted(data.split(b"\n")) == sorted(due.split(b"\n"))


def _rows(data: bytes) -> list[tuple[str, str]] | None:
    """Return (label, text) of each line of a bag-info file, or None if it is none."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    found: list[tuple[str, str]] = []
    for row in text.removesuffix("\n").split("\n"):
        match = _ROW.fullmatch(row)
        if match is None:
            return None
        found.append((match[1], match[2]))
    return found


__all__ = ["TAG_FILES", "TAG_MANIFEST", "fits", "info", "manifest", "tag_manifest"]
