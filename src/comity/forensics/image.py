"""What is told of one disk image: its format, its files, its own metadata, what is odd about it."""

import os
import stat
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Protocol

from comity.canonical import b64
from comity.forensics.errors import ImageMalformedError, ImageSegmentsError

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


# Reading a few bytes of a file whose length is known, and nothing more.


MAX_READ_BYTES: Final = 1024 * 1024
"""Of metadata in one piece; a header that asks for more is refused."""


class Source(Protocol):
    """Bytes at places; what the format parsers see of a file."""

    @property
    def size_bytes(self) -> int:
        """Return the length of the file."""
        ...

    def read(self, offset: int, length: int) -> bytes:
        """Return exactly ``length`` bytes; see `checked`."""
        ...


@dataclass(frozen=True)
class BytesSource:
    """Bytes in memory."""

    data: bytes

    @property
    def size_bytes(self) -> int:
        """Return their number."""
        return len(self.data)

    def read(self, offset: int, length: int) -> bytes:
        """Return exactly ``length`` bytes."""
        checked(self, offset, length)
        return self.data[offset : offset + length]


@dataclass(frozen=True)
class FileSource:
    """An open file."""

    descriptor: int
    size_bytes: int

    def read(self, offset: int, length: int) -> bytes:
        """Return exactly ``length`` bytes."""
        checked(self, offset, length)
        found = os.pread(self.descriptor, length, offset)
        if len(found) != length:
            raise ImageMalformedError(f"the file ends before byte {offset + length}")
        return found


def checked(source: Source, offset: int, length: int) -> None:
    """Refuse a read outside the file, or a large one.

    Raises:
        ImageMalformedError: a header points outside the file, or asks for too much.
    """
    if offset < 0 or length < 0 or offset + length > source.size_bytes:
        raise ImageMalformedError(f"it points to byte {offset + length}, beyond its own end")
    if length > MAX_READ_BYTES:
        raise ImageMalformedError(f"it claims {length} bytes of metadata, over the limit")


def unpack(layout: str, data: bytes, offset: int = 0) -> tuple[Any, ...]:
    """Return the fields of a structure.

    Raises:
        ImageMalformedError: the bytes end before it does.
    """
    if offset + struct.calcsize(layout) > len(data):
        raise ImageMalformedError("a structure is cut short")
    return struct.unpack_from(layout, data, offset)


@contextmanager
def opened(path: Path) -> Iterator[FileSource]:
    """Yield a regular file or block device to read from; anything else would wait or lie.

    Raises:
        OSError: it cannot be opened, or is no file.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    try:
        kind = os.fstat(descriptor).st_mode
        if not (stat.S_ISREG(kind) or stat.S_ISBLK(kind)):
            raise OSError(None, "not a file")
        yield FileSource(descriptor, os.lseek(descriptor, 0, os.SEEK_END))
    finally:
        os.close(descriptor)
