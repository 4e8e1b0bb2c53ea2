"""Raw images, whole or split: what they look like, and the parts that belong together."""

from itertools import pairwise
from pathlib import Path
from typing import Final

from comity.forensics.image import Finding, Image, ImageFile
from comity.forensics.sets import part_place, ranges, siblings
from comity.forensics.source import Source, opened

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
