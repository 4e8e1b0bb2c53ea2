"""A set of EWF segments: in order, with what is missing or surplus named."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from comity.forensics import ewf_segments
from comity.forensics.errors import ImageMalformedError
from comity.forensics.ewf_segments import Segment
from comity.forensics.image import Finding, Image, ImageFile
from comity.forensics.sets import ewf_place, ranges, siblings
from comity.forensics.source import opened

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
            return _Found(file, ewf_segments.parse(source), "")
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
