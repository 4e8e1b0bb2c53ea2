"""Recognising disk images by content and name, with their own metadata, without any library."""

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from comity.forensics import ewf_set, virtual_disks
from comity.forensics.errors import ImageError
from comity.forensics.ewf_set import ewf_image
from comity.forensics.image import Finding, Image, ImageFile, Source, opened
from comity.forensics.raw import raw_image

_RAW: Final = frozenset({".000", ".001", ".dd", ".img", ".iso", ".raw"})
_OTHERS: Final = frozenset({".e01", ".ex01", ".l01", ".lx01", ".qcow2", ".vhd", ".vhdx", ".vmdk"})
SUFFIXES: Final = _RAW | _OTHERS
"""Of the first file of an image, lower case: what is looked at in folders."""
MAX_CANDIDATES: Final = 1000


def recognise(paths: Iterable[Path], *, assume_raw: bool = False) -> tuple[Image, ...]:
    """Return the images that files are, or are part of.

    Each set stands once, whichever of its files were named; what is no image is left out.

    Args:
        paths: of files; nothing but regular files and block devices is read.
        assume_raw: take what has no other format for a raw image.

    Raises:
        OSError: a file cannot be read.
    """
    found: list[Image] = []
    seen: set[Path] = set()
    for path in paths:
        if _known(path) in seen:
            continue
        image = _recognised(path, assume_raw=assume_raw)
        if image is not None:
            found.append(image)
            seen.update(_known(file.path) for file in image.files)
    extents = {_known(file.path) for image in found if len(image.files) > 1 for file in image.files}
    return tuple(
        image
        for image in found
        if len(image.files) > 1 or _known(image.files[0].path) not in extents
    )


def candidates(sources: Iterable[Path]) -> list[Path]:
    """Return what may be an image: files named, and files in folders named, by their suffix.

    Looks into a folder itself, not below, and stops at `MAX_CANDIDATES`: cheap beside whatever is
    done with the files then.
    """
    found: list[Path] = []
    for source in sources:
        if source.is_dir() and not source.is_symlink():
            with os.scandir(source) as entries:
                names = [e.name for e in entries if _is_candidate(e)]
            found += [source / name for name in sorted(names)]
        elif source.is_file() or source.is_block_device():
            found.append(source)
    return found[:MAX_CANDIDATES]


def _is_candidate(entry: os.DirEntry[str]) -> bool:
    suffix = os.path.splitext(entry.name)[1]  # noqa: PTH122 - a Path each would cost more than all
    return suffix.lower() in SUFFIXES and entry.is_file(follow_symlinks=False)


def _known(path: Path) -> Path:
    return Path(os.path.abspath(path))  # noqa: PTH100 - links are not followed


def _recognised(path: Path, *, assume_raw: bool) -> Image | None:
    with opened(path) as source:
        begin = source.read(0, min(512, source.size_bytes))
        file = ImageFile(path, source.size_bytes)
        parse = _parser(source, begin)
        if parse is not None:
            return parse(source, file)
    if begin[:8] in ewf_set.SIGNATURES:
        return ewf_image(path)
    return raw_image(path, assume_raw=assume_raw)


def _parser(source: Source, begin: bytes) -> Callable[[Source, ImageFile], Image] | None:
    """Return the parser of a format that one file holds."""
    if begin.startswith(virtual_disks.QCOW2_MAGIC):
        return _qcow2
    if begin.startswith(virtual_disks.VHDX_MAGIC):
        return _vhdx
    if begin.startswith((virtual_disks.SPARSE, virtual_disks.ESX_SPARSE, virtual_disks.DESCRIPTOR)):
        return _vmdk
    end = source.read(max(0, source.size_bytes - 512), min(8, source.size_bytes))
    return _vhd if virtual_disks.COOKIE in (begin[:8], end) else None


def _qcow2(source: Source, file: ImageFile) -> Image:
    try:
        size, metadata = virtual_disks.parse_qcow2(source)
    except ImageError as fault:
        return _broken("qcow2", file, fault)
    findings = tuple(
        Finding("image-malformed", f"it is marked as {word}")
        for word in ("corrupt", "dirty")
        if metadata[f"marked_{word}"]
    )
    variant = f"version {metadata['version']}"
    return Image("qcow2", variant, (file,), size, metadata, findings)


def _vhdx(source: Source, file: ImageFile) -> Image:
    try:
        size, metadata = virtual_disks.parse_vhdx(source)
    except ImageError as fault:
        return _broken("vhdx", file, fault)
    variant = "differencing" if metadata["has_parent"] else "vhdx"
    return Image("vhdx", variant, (file,), size, metadata)


def _vhd(source: Source, file: ImageFile) -> Image:
    try:
        found = virtual_disks.parse_vhd(source)
    except ImageError as fault:
        return _broken("vhd", file, fault)
    return Image("vhd", found.variant, (file,), found.size_bytes, found.metadata, found.findings)


def _vmdk(source: Source, file: ImageFile) -> Image:
    try:
        variant, size, metadata = virtual_disks.parse_vmdk(source)
    except ImageError as fault:
        return _broken("vmdk", file, fault)
    files, findings = [file], []
    named = metadata["extents"] if source.read(0, 4) == virtual_disks.DESCRIPTOR[:4] else []
    for extent in named:
        name = extent["name"]
        if name in ("", ".", "..") or "/" in name or "\\" in name:
            told = f"extent {name or extent['type']} is not a file beside it, and not looked for"
            findings.append(Finding("image-segments", told))
            continue
        beside = file.path.with_name(name)
        if beside.is_file():
            files.append(ImageFile(beside, beside.stat().st_size))
        else:
            findings.append(Finding("image-segments", f"extent {name} is missing"))
    return Image("vmdk", variant, tuple(files), size, metadata, tuple(findings))


def _broken(form: str, file: ImageFile, fault: ImageError) -> Image:
    """Return an image of which nothing but its signature holds."""
    return Image(form, "", (file,), findings=(Finding(fault.code, str(fault)),))
