"""The disk that an image holds, as bytes at places; runs in the looking process."""

import hashlib
import os
import struct
import zlib
from bisect import bisect_right
from collections.abc import Callable, Iterator
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any, Final, Protocol

import pyewf

from comity.forensics.errors import ImageUnreadableError
from comity.forensics.image import clean

# The checksums of an EWF image's chunks, one by one, because libewf reads a spoilt one as zeroes.
#
# A disk that was zero there would still have its digest, and the damage would not show. Version 1
# only; tables without a ``sectors`` section before them (EnCase 1) are not checked.
#
# Source: libewf, "Expert Witness Compression Format", sections "Sectors section", "Table section".


_FIRST_SECTION_AT: Final = 13
_SECTION: Final = struct.Struct("<16sQQ40xI")
_TABLE: Final = struct.Struct("<I4xQ4xI")
_COMPRESSED: Final = 1 << 31
_MAX_ENTRIES: Final = 4 * 1024 * 1024
_MAX_SLACK_BYTES: Final = 64 * 1024
MAX_FAULTS: Final = 20


def faults(paths: list[Path], chunk_bytes: int, alive: Callable[[], None]) -> list[str]:
    """Return what fails its checksum, at most `MAX_FAULTS`.

    Args:
        paths: of the segments.
        chunk_bytes: of the disk in each chunk.
        alive: called while it goes on.
    """
    found: list[str] = []
    for path in paths:
        with path.open("rb", buffering=0) as file:
            for place in _bad(file.fileno(), chunk_bytes, alive):
                found.append(f"{path.name}: {place} fails its checksum")
                if len(found) == MAX_FAULTS:
                    return found
    return found


def _bad(descriptor: int, chunk_bytes: int, alive: Callable[[], None]) -> Iterator[str]:
    at, end = _FIRST_SECTION_AT, 0
    while True:
        head = os.pread(descriptor, _SECTION.size, at)
        if len(head) < _SECTION.size or _SECTION.unpack(head)[3] != zlib.adler32(head[:-4]):
            yield f"the section at byte {at}"
            return
        kind, following, size, _ = _SECTION.unpack(head)
        if kind.rstrip(b"\0") == b"sectors":
            end = at + size
        elif kind.rstrip(b"\0") == b"table" and end:
            yield from _table(descriptor, at + _SECTION.size, end, chunk_bytes)
            alive()
        if following <= at:
            return
        at = following


def _table(descriptor: int, at: int, end: int, chunk_bytes: int) -> Iterator[str]:
    """Yield the chunks of a table that fail; the last one ends at ``end``."""
    head = os.pread(descriptor, _TABLE.size, at)
    count, base, checksum = _TABLE.unpack(head) if len(head) == _TABLE.size else (0, 0, 0)
    data = os.pread(descriptor, 4 * min(count, _MAX_ENTRIES), at + _TABLE.size)
    if checksum != zlib.adler32(head[:-4]) or len(data) != 4 * count:
        yield f"the table at byte {at}"
        return
    entries = struct.unpack(f"<{count}I", data)
    places = [base + (entry & ~_COMPRESSED) for entry in entries] + [end]
    if any(after <= before for before, after in pairwise(places)):
        return  # offsets over 31 bits, as EnCase wrote them before 6.7: not checked
    for entry, (begin, until) in zip(entries, pairwise(places), strict=True):
        length = until - begin
        if length > chunk_bytes + _MAX_SLACK_BYTES:
            yield f"the chunk at byte {begin}"
            continue
        chunk = os.pread(descriptor, length, begin)
        if len(chunk) != length or not _holds(
            chunk, chunk_bytes, compressed=bool(entry & _COMPRESSED)
        ):
            yield f"the chunk at byte {begin}"


def _holds(chunk: bytes, chunk_bytes: int, *, compressed: bool) -> bool:
    if not compressed:
        return zlib.adler32(chunk[:-4]) == int.from_bytes(chunk[-4:], "little")
    stream = zlib.decompressobj()
    try:
        stream.decompress(chunk, chunk_bytes)
        return stream.eof or not stream.decompress(stream.unconsumed_tail, 1)
    except zlib.error:
        return False


VHD_FOOTER_BYTES: Final = 512


class Media(Protocol):
    """A disk."""

    size_bytes: int

    def read(self, offset: int, length: int) -> bytes:
        """Return the bytes there; fewer at the end.

        Raises:
            ImageUnreadableError: the image is damaged there.
        """
        ...


class RawMedia:
    """The bytes of files one after the other.

    Args:
        paths: in order.
        without_end: bytes at the end that are not the disk's.
    """

    def __init__(self, paths: list[Path], *, without_end: int = 0) -> None:
        self._files = [path.open("rb", buffering=0) for path in paths]
        sizes = [os.lseek(file.fileno(), 0, os.SEEK_END) for file in self._files]
        self._ends = list(accumulate(sizes))
        self.size_bytes = max(0, self._ends[-1] - without_end)

    def read(self, offset: int, length: int) -> bytes:
        """Return the bytes there."""
        found = bytearray()
        end = min(offset + length, self.size_bytes)
        while offset < end:
            number = bisect_right(self._ends, offset)
            begin = self._ends[number] - self._length(number)
            most = min(end, self._ends[number]) - offset
            piece = os.pread(self._files[number].fileno(), most, offset - begin)
            if not piece:
                raise ImageUnreadableError(f"the file ends before byte {offset}")
            found += piece
            offset += len(piece)
        return bytes(found)

    def _length(self, number: int) -> int:
        return self._ends[number] - (self._ends[number - 1] if number else 0)


class EwfMedia:
    """The disk in a set of EWF segments, through libewf.

    Attributes:
        handle: of pyewf.

    Args:
        paths: of the segments, in order.
    """

    def __init__(self, paths: list[Path]) -> None:
        self._paths = paths
        self.handle: Any = pyewf.handle()
        try:
            self.handle.open([os.fspath(path) for path in paths])
            self.size_bytes = int(self.handle.get_media_size())
        except OSError as fault:
            raise ImageUnreadableError("libewf cannot open the set") from fault

    def read(self, offset: int, length: int) -> bytes:
        """Return the bytes there."""
        most = min(length, self.size_bytes - offset)
        if most <= 0:
            return b""
        try:
            found = self.handle.read_buffer_at_offset(most, offset)
        except OSError as fault:
            raise ImageUnreadableError(f"libewf cannot read byte {offset}") from fault
        if not found:
            raise ImageUnreadableError(f"libewf gives nothing at byte {offset}")
        return bytes(found)

    def faults(self, alive: Callable[[], None]) -> list[str]:
        """Return what fails its checksum in the files; of version 1, others are not checked."""
        with self._paths[0].open("rb") as file:
            if not file.read(8).startswith(b"EVF\x09"):
                return []
        return faults(self._paths, int(self.handle.get_chunk_size()), alive)


def open_media(form: str, paths: list[Path]) -> Media:
    """Return the disk of an image whose format is one that can be read.

    Args:
        form: ``ewf``, ``raw``, or ``vhd`` of the fixed kind.
        paths: its files in order.

    Raises:
        ImageUnreadableError: libewf cannot open it.
    """
    if form == "ewf":
        return EwfMedia(paths)
    return RawMedia(paths, without_end=VHD_FOOTER_BYTES if form == "vhd" else 0)


# What an EWF image tells of its acquisition, and whether its media still has that digest.


_PIECE_BYTES: Final = 1024 * 1024
_TELL_BYTES: Final = 16 * 1024 * 1024
_HEADERS: Final = {
    "acquiry_date": "acquisition_date",
    "acquiry_operating_system": "operating_system",
    "acquiry_software_version": "software_version",
    "case_number": "case_number",
    "description": "description",
    "device_label": "device_label",
    "evidence_number": "evidence_number",
    "examiner_name": "examiner",
    "model": "model",
    "notes": "notes",
    "serial_number": "serial_number",
    "system_date": "system_date",
}
"""libewf's words and ours. Dates are text as libewf tells them, in whatever zone was written."""


def acquisition(media: EwfMedia) -> dict[str, Any]:
    """Return ``{"headers", "sector_size_bytes", "stored"}`` of an image."""
    handle = media.handle
    headers = _asked(handle.get_header_values)
    return {
        "headers": {
            ours: clean(headers[theirs])
            for theirs, ours in sorted(_HEADERS.items())
            if headers.get(theirs)
        },
        "sector_size_bytes": int(handle.get_bytes_per_sector()),
        "stored": stored(media),
    }


def stored(media: Media) -> dict[str, str | None]:
    """Return the digests of the media that an image keeps, in lower-case hex."""
    told = _asked(media.handle.get_hash_values) if isinstance(media, EwfMedia) else {}
    return {"md5": _hex(told.get("MD5"), 32), "sha1": _hex(told.get("SHA1"), 40)}


def check(media: Media, progress: Callable[[int], None]) -> dict[str, Any]:
    """Read a whole disk and compare it with the digests that its image keeps.

    Args:
        media: the disk.
        progress: told of bytes read.

    Returns:
        ``{"faults", "media_size_bytes", "md5", "sha1", "sha256", "stored", "verdict"}``; the
        verdict is ``matches``, ``differs`` (a stored digest does, or a checksum inside the image
        fails, which ``faults`` name), ``none-stored``, or ``unreadable``.
    """
    kept = stored(media)
    hashes = {
        "md5": hashlib.md5(usedforsecurity=False),
        "sha1": hashlib.sha1(usedforsecurity=False),
        "sha256": hashlib.sha256(),
    }
    if kept["sha1"] is None:
        del hashes["sha1"]
    done, told = 0, 0
    verdict = ""
    try:
        while done < media.size_bytes:
            piece = media.read(done, _PIECE_BYTES)
            for one in hashes.values():  # in turn: a confined process starts no thread
                one.update(piece)
            done += len(piece)
            if done - told >= _TELL_BYTES:
                progress(done)
                told = done
    except ImageUnreadableError:
        verdict = "unreadable"
    found = {name: one.hexdigest() for name, one in hashes.items()}
    spoilt = media.faults(lambda: progress(done)) if isinstance(media, EwfMedia) else []
    return {
        "faults": spoilt,
        "md5": None if verdict else found["md5"],
        "media_size_bytes": done,
        "sha1": None if verdict else found.get("sha1"),
        "sha256": None if verdict else found["sha256"],
        "stored": kept,
        "verdict": verdict or ("differs" if spoilt else _verdict(kept, found)),
    }


def _verdict(kept: dict[str, str | None], found: dict[str, str]) -> str:
    known = {name: value for name, value in kept.items() if value is not None}
    if not known:
        return "none-stored"
    return "matches" if all(found[name] == value for name, value in known.items()) else "differs"


def _asked(ask: Callable[[], Any]) -> dict[str, str]:
    """Return what libewf answers; a damaged part of the image is as good as none."""
    try:
        return dict(ask() or {})
    except (OSError, UnicodeDecodeError):
        return {}


def _hex(value: str | None, digits: int) -> str | None:
    text = (value or "").lower()
    known = len(text) == digits and all(c in "0123456789abcdef" for c in text)
    return text if known else None
