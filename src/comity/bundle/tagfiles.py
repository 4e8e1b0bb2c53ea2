"""The four BagIt files of a bundle, which its content determines to the last byte.

They are outside the exporter's signature; because they can be computed, no byte of them is free.

Source: RFC 8493 sections 2.1 and 2.2; spec/16-bundles.md.
"""

from collections.abc import Mapping
from datetime import datetime

from comity.bundle.layout import TAG_FILES, TAG_MANIFEST
from comity.canonical import time_text
from comity.evidence import bag


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


__all__ = ["TAG_FILES", "TAG_MANIFEST", "info", "manifest", "tag_manifest"]
