"""What is told of one disk image: its format, its files, its own metadata, what is odd about it."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from comity.canonical import b64
from comity.forensics.errors import ImageSegmentsError

MAX_TEXT = 4000
"""Characters of one text taken over from an image."""


@dataclass(frozen=True)
class Finding:
    """Something an examiner should know.

    Attributes:
        code: an error code of `comity.forensics.errors`, or ``image-surplus``: a file that looks
            like one of the set, and is not.
        detail: in words; may name files, never content.
    """

    code: str
    detail: str

    def to_value(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {"code": self.code, "detail": clean(self.detail)}


@dataclass(frozen=True)
class ImageFile:
    """One file of an image.

    Attributes:
        path: where it lies.
        size_bytes: its length on disk.
    """

    path: Path
    size_bytes: int


@dataclass(frozen=True)
class Image:
    """A recognised image.

    Attributes:
        format: ``ewf raw qcow2 vhd vhdx vmdk``.
        variant: of the format, in the field's words: ``E01``, ``split``, ``dynamic``.
        files: in the order in which they make the image.
        media_size_bytes: length of the disk it holds, where its own metadata says; a claim.
        metadata: what the format says of itself; shapes in docs/reference/inspection.md.
        findings: what is missing, surplus or broken.
    """

    format: str
    variant: str
    files: tuple[ImageFile, ...]
    media_size_bytes: int | None = None
    metadata: dict[str, Any] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Tell whether all files of the set are here, as far as they say."""
        return all(finding.code != ImageSegmentsError.code for finding in self.findings)

    @property
    def is_readable(self) -> bool:
        """Tell whether the disk in it can be read, beyond the image's own metadata."""
        if self.format == "ewf":
            return self.variant in ("E01", "Ex01")
        return self.format == "raw" or (self.format, self.variant) == ("vhd", "fixed")

    def to_value(self) -> dict[str, Any]:
        """Return it as JSON, without the folders that its files lie in."""
        return {
            "files": [
                {"name": name_value(os.fsencode(file.path.name)), "size_bytes": file.size_bytes}
                for file in self.files
            ],
            "findings": [finding.to_value() for finding in self.findings],
            "format": self.format,
            "media_size_bytes": self.media_size_bytes,
            "metadata": self.metadata,
            "variant": self.variant,
        }


def name_value(name: bytes) -> dict[str, str]:
    """Return a name as ``{"text"}``, or ``{"bytes"}`` where it is not UTF-8 (spec 15.1)."""
    try:
        return {"text": name.decode("utf-8")}
    except UnicodeDecodeError:
        return {"bytes": b64(name)}


def clean(text: str | bytes) -> str:
    """Return text of an image as text that can be told: cut, no half characters, no NULs."""
    if isinstance(text, bytes):
        text = text.decode("utf-8", "replace")
    whole = text.encode("utf-8", "replace").decode("utf-8")
    return whole.partition("\0")[0][:MAX_TEXT]
