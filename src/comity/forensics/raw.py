"""Raw images, whole or split: what they look like, and the parts that belong together."""

import os
import re
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

from comity.forensics.image import Finding, Image, ImageFile, Source, opened

# Which files belong together: the names of EWF segments and of the parts of a split raw image.
#
# Source: libewf, "Expert Witness Compression Format", section "Segment file": E01 to E99, then EAA
# to EZZ, FAA and so on; version 2 the same after ``Ex``.


MAX_FILES: Final = 20_000
"""Of one set; EWF's names end at 14,971."""

_EWF: Final = re.compile(r"[EL](?:[0-9]{2}|[A-Z]{2})|[F-KM-Z][A-Z]{2}", re.IGNORECASE)
_EWF_2: Final = re.compile(r"[EL][XYZ](?:[0-9]{2}|[A-Z]{2})", re.IGNORECASE)
_PART: Final = re.compile(r"[0-9]{3,5}")


@dataclass(frozen=True)
class Place:
    """A file's place in a set, by its name.

    Attributes:
        set: what all names of the set have in common.
        number: of the file in it.
    """

    set: tuple[str, ...]
    number: int


def ewf_place(path: Path, family: str) -> Place | None:
    """Return the place of a segment's name.

    Args:
        path: of the file.
        family: ``E01 L01 Ex01 Lx01``.
    """
    stem, _, suffix = path.name.rpartition(".")
    first, second = family[0], len(family) == 4
    if not stem or not (_EWF_2 if second else _EWF).fullmatch(suffix):
        return None
    upper = suffix.upper()
    if second:
        if upper[0] != first:
            return None
        high, base, rest = upper[1], "X", upper[2:]
    else:
        high, base, rest = upper[0], first, upper[1:]
    if rest.isdigit():
        return Place((stem, family), int(rest)) if high == base and int(rest) else None
    rounds = ord(high) - ord(base)
    if rounds < 0:
        return None
    number = 100 + rounds * 676 + (ord(rest[0]) - 65) * 26 + ord(rest[1]) - 65
    return Place((stem, family), number)


def part_place(path: Path) -> Place | None:
    """Return the place of a part's name: ``image.001``, ``disk.dd.000``."""
    stem, _, suffix = path.name.rpartition(".")
    if not stem or not _PART.fullmatch(suffix):
        return None
    return Place((stem, str(len(suffix))), int(suffix))


def siblings(path: Path, place: Place, family: str | None) -> dict[int, Path]:
    """Return the files beside a file that have a place in its set, by number.

    Args:
        path: of the file.
        place: of the file.
        family: of EWF segments; None for parts of a raw image.
    """
    found = {place.number: path}
    stem = place.set[0] + "."
    with os.scandir(path.parent) as entries:
        for entry in entries:
            if not entry.name.startswith(stem):
                continue
            other = path.with_name(entry.name)
            at = ewf_place(other, family) if family else part_place(other)
            if at is None or at.set != place.set or not entry.is_file():
                continue
            found.setdefault(at.number, other)
            if len(found) == MAX_FILES:
                break
    return dict(sorted(found.items()))


def ranges(numbers: list[int]) -> str:
    """Return ascending numbers as people write them: ``2, 5-7``."""
    told: list[str] = []
    begin = previous = None
    for number in [*numbers, None]:
        if begin is not None and previous is not None and number != previous + 1:
            told.append(str(begin) if begin == previous else f"{begin}-{previous}")
            begin = None
        begin = number if begin is None else begin
        previous = number
    return ", ".join(told)


_SIGNS: Final = (
    (512, b"EFI PART", "GUID partition table"),
    (3, b"NTFS    ", "NTFS file system"),
    (3, b"EXFAT   ", "exFAT file system"),
    (54, b"FAT1", "FAT file system"),
    (82, b"FAT32", "FAT file system"),
    (0, b"XFSB", "XFS file system"),
    (0, b"LUKS\xba\xbe", "LUKS container"),
    (3, b"-FVE-FS-", "BitLocker volume"),
    (32, b"NXSB", "APFS container"),
    (1024, b"H+\x00\x04", "HFS+ file system"),
    (1024, b"HX\x00\x05", "HFSX file system"),
    (1080, b"\x53\xef", "ext file system"),
    (32769, b"CD001", "ISO 9660 file system"),
    (65600, b"_BHRfS_M", "Btrfs file system"),
    (4244, b"\x20\xf5\xf2\x10", "F2FS file system"),
)
_BOOT: Final = (510, b"\x55\xaa", "boot sector")  # last: file systems have it too


def raw_image(path: Path, *, assume_raw: bool) -> Image | None:
    """Return the raw image a file is, or is a part of; None where nothing but its name says so.

    Args:
        path: of the file.
        assume_raw: take it for one all the same.

    Raises:
        OSError: the file or its folder cannot be read.
    """
    place = part_place(path)
    found = {1: path} if place is None else siblings(path, place, None)
    files = tuple(ImageFile(file, _size(file)) for file in found.values())
    total = sum(file.size_bytes for file in files)
    with opened(files[0].path) as source:
        evidence = None if total % 512 else looks_like(source)
    if evidence is None and not assume_raw:
        return None
    variant = "single" if place is None else "split"
    return Image("raw", variant, files, total, {"looks_like": evidence}, _gaps(list(found), files))


def _size(path: Path) -> int:
    with opened(path) as source:
        return source.size_bytes


def looks_like(source: Source) -> str | None:
    """Return what the beginning of a raw image shows, or None."""
    for offset, sign, name in (*_SIGNS, _BOOT):
        end = offset + len(sign)
        if end <= source.size_bytes and source.read(offset, len(sign)) == sign:
            return name
    return None


def _gaps(numbers: list[int], files: tuple[ImageFile, ...]) -> tuple[Finding, ...]:
    """Return what is missing, as far as names and sizes tell; a missing end they do not tell."""
    missing = [] if numbers[0] in (0, 1) else list(range(1, numbers[0]))
    for before, after in pairwise(numbers):
        missing += range(before + 1, after)
    found = []
    if missing:
        found.append(Finding("image-segments", f"missing: part {ranges(missing)}"))
    for file in files[:-1]:
        if file.size_bytes != files[0].size_bytes:
            told = f"{file.path.name} is not as long as the first part: cut, or not of this set"
            found.append(Finding("image-segments", told))
    if len(files) > 1 and files[-1].size_bytes > files[0].size_bytes:
        told = f"{files[-1].path.name} is longer than the first part: not of this set"
        found.append(Finding("image-segments", told))
    return tuple(found)
