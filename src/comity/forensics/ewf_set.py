"""A set of EWF segments: in order, with what is missing or surplus named."""

import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from comity.forensics.errors import ImageMalformedError
from comity.forensics.image import Finding, Image, ImageFile, Source, opened, unpack
from comity.forensics.raw import ewf_place, ranges, siblings

# The segment files of an EWF image: which number each is, and whether the next one is due.
#
# Source: libewf, "Expert Witness Compression Format" and "Expert Witness Compression Format 2",
# sections "File header" and "Section".


_VERSION_1: Final = {b"EVF\x09\x0d\x0a\xff\x00": "E01", b"LVF\x09\x0d\x0a\xff\x00": "L01"}
_VERSION_2: Final = {b"EVF2\x0d\x0a\x81\x00": "Ex01", b"LEF2\x0d\x0a\x81\x00": "Lx01"}
SIGNATURES: Final = frozenset(_VERSION_1) | frozenset(_VERSION_2)
_SECTION_1_BYTES: Final = 76
_SECTION_2_BYTES: Final = 64
_FIRST_SECTION_AT: Final = 13
_MAX_SECTIONS: Final = 16  # the volume stands among the first few
_VOLUME: Final = "<4xIIIQ40x16s"
_VOLUME_BYTES: Final = 1052
_MAX_MEDIA_BYTES: Final = 2**53 - 1
_LAST_1: Final = {b"next": False, b"done": True}
_LAST_2: Final = {0x0D: False, 0x0F: True}


@dataclass(frozen=True)
class Segment:
    """What one segment file says of itself.

    Attributes:
        variant: ``E01 L01 Ex01 Lx01``.
        number: its place in the set, from 1.
        last: whether its last section ends the set; None where that section does not hold.
        set_id: identity of the set in hex, where one is written.
        media_size_bytes: length of the disk, where this segment says it.
    """

    variant: str
    number: int
    last: bool | None
    set_id: str | None
    media_size_bytes: int | None = None


def parse(source: Source) -> Segment:
    """Return what a segment file says.

    Raises:
        ImageMalformedError: no EWF signature, or a header that breaks the format.
    """
    signature = source.read(0, min(8, source.size_bytes))
    if signature in _VERSION_1:
        start, number, end = unpack("<BHH", source.read(8, min(5, source.size_bytes - 8)))
        if start != 1 or end or not number:
            raise ImageMalformedError("the segment's header breaks the format")
        size, identity = _volume(source)
        return Segment(_VERSION_1[signature], number, _last_1(source), identity, size)
    if signature not in _VERSION_2:
        raise ImageMalformedError("no EWF signature")
    fields = unpack("<BBHI16s", source.read(8, min(24, source.size_bytes - 8)))
    if fields[0] != 2 or not fields[3]:
        raise ImageMalformedError("the segment's header breaks the format")
    return Segment(_VERSION_2[signature], fields[3], _last_2(source), fields[4].hex())


def _volume(source: Source) -> tuple[int | None, str | None]:
    """Return (media size, identity of the set) of the section that has them, or None for each."""
    at = _FIRST_SECTION_AT
    for _ in range(_MAX_SECTIONS):
        if at + _SECTION_1_BYTES > source.size_bytes:
            break
        data = source.read(at, _SECTION_1_BYTES)
        kind, following = unpack("<16sQ", data)
        if zlib.adler32(data[:72]) != unpack("<I", data, 72)[0]:
            break
        start = at + _SECTION_1_BYTES
        if kind.rstrip(b"\0") in (b"volume", b"disk", b"data"):
            return _volume_data(source, start)
        if following <= at:
            break
        at = following
    return None, None


def _volume_data(source: Source, at: int) -> tuple[int | None, str | None]:
    if at + _VOLUME_BYTES > source.size_bytes:
        return None, None
    data = source.read(at, _VOLUME_BYTES)
    if zlib.adler32(data[:1048]) != unpack("<I", data, 1048)[0]:
        return None, None
    _chunks, _per_chunk, per_sector, sectors, identity = unpack(_VOLUME, data)
    size = per_sector * sectors
    known = size if size <= _MAX_MEDIA_BYTES else None
    return known, identity.hex() if any(identity) else None


def _last_1(source: Source) -> bool | None:
    if source.size_bytes < _SECTION_1_BYTES:
        return None
    data = source.read(source.size_bytes - _SECTION_1_BYTES, _SECTION_1_BYTES)
    kind, checksum = unpack("<16s56xI", data)
    return _LAST_1.get(kind.rstrip(b"\0")) if checksum == zlib.adler32(data[:72]) else None


def _last_2(source: Source) -> bool | None:
    if source.size_bytes < _SECTION_2_BYTES:
        return None
    data = source.read(source.size_bytes - _SECTION_2_BYTES, _SECTION_2_BYTES)
    kind, checksum = unpack("<I56xI", data)
    return _LAST_2.get(kind) if checksum == zlib.adler32(data[:60]) else None


_NOT_EWF: Final = "no EWF signature"


@dataclass(frozen=True)
class _Found:
    """A segment file, or what is wrong with it."""

    file: ImageFile
    segment: Segment | None
    fault: str


def ewf_image(path: Path) -> Image:
    """Return the image whose segment a file with an EWF signature is.

    Raises:
        OSError: a file or the folder cannot be read.
    """
    first = _read(path)
    if first.segment is None:
        return Image("ewf", "", (first.file,), findings=(Finding("image-malformed", first.fault),))
    variant = first.segment.variant
    place = ewf_place(path, variant)
    if place is None:
        return _image(variant, {first.segment.number: first})
    read = {number: _read(file) for number, file in siblings(path, place, variant).items()}
    return _image(variant, {n: f for n, f in read.items() if f.fault != _NOT_EWF})


def _read(path: Path) -> _Found:
    with opened(path) as source:
        file = ImageFile(path, source.size_bytes)
        try:
            return _Found(file, parse(source), "")
        except ImageMalformedError as fault:
            return _Found(file, None, str(fault))


def _image(variant: str, found: dict[int, _Found]) -> Image:
    """Return the image of segments by the number in their names."""
    ends = [n for n, one in found.items() if one.segment is not None and one.segment.last]
    end = min(ends, default=None)
    surplus = [one for number, one in found.items() if end is not None and number > end]
    belong = {number: one for number, one in found.items() if end is None or number <= end}
    findings = [
        Finding("image-surplus", f"{one.file.path.name} is surplus: the set ends before it")
        for one in surplus
    ]
    missing = sorted(set(range(1, max(belong) + 1)) - set(belong))
    if missing:
        findings.append(Finding("image-segments", f"missing: segment {ranges(missing)}"))
    last = belong[max(belong)]
    if end is None and last.segment is not None:
        why = "more follow" if last.segment.last is False else "its end is cut or damaged"
        told = f"{last.file.path.name} is the last that is here, and does not end the set: {why}"
        findings.append(Finding("image-segments", told))
    findings += _foreign(variant, belong)
    segments = [one.segment for one in belong.values() if one.segment is not None]
    set_id = next((s.set_id for s in segments if s.set_id is not None), None)
    size = next((s.media_size_bytes for s in segments if s.media_size_bytes is not None), None)
    metadata = {"segments": len(belong), "set_id": set_id}
    return Image(
        "ewf", variant, tuple(one.file for one in belong.values()), size, metadata, tuple(findings)
    )


def _foreign(variant: str, belong: dict[int, _Found]) -> list[Finding]:
    """Return what is wrong with segments one by one."""
    found = []
    for number, one in belong.items():
        name, segment = one.file.path.name, one.segment
        if segment is None:
            found.append(Finding("image-malformed", f"{name}: {one.fault}"))
        elif segment.variant != variant or segment.number != number:
            told = f"{name} says it is segment {segment.number} of a {segment.variant} set"
            found.append(Finding("image-segments", told))
    ids = {one.segment.set_id for one in belong.values() if one.segment}
    sizes = {one.segment.media_size_bytes for one in belong.values() if one.segment}
    if len(ids - {None}) > 1 or len(sizes - {None}) > 1:
        found.append(Finding("image-segments", "segments of different sets stand together"))
    return found
