"""Partitions, file systems and files of a disk, and one file taken out; in the looking process."""

from collections.abc import Callable, Iterator
from typing import Any, Final

import pytsk3

from comity.forensics.errors import (
    ImageEntryError,
    ImageLimitError,
    ImageUnreadableError,
)
from comity.forensics.image import clean
from comity.forensics.listing import entries, is_deleted, kind_of, listing
from comity.forensics.media import Media

# The name that a file system gives itself, where it stands at a fixed place.
#
# Source: Linux, Documentation/filesystems/ext4 "The Super Block"; Microsoft, "FAT32 File System
# Specification" 1.03; ECMA-119 section 8.4.8; NTFS attribute $VOLUME_NAME of $Volume.


_PLACES: Final = {
    "ext2": (1024 + 0x78, 16),
    "ext3": (1024 + 0x78, 16),
    "ext4": (1024 + 0x78, 16),
    "fat12": (0x2B, 11),
    "fat16": (0x2B, 11),
    "fat32": (0x47, 11),
    "iso9660": (16 * 2048 + 40, 32),
}
_NTFS_VOLUME: Final = 3
_MAX_NAME_BYTES: Final = 512


def label(media: Media, system: Any, kind: str, start: int) -> str | None:
    """Return the label of a file system, or None.

    Args:
        media: the disk.
        system: the library's file system.
        kind: its type in our words.
        start: where it begins, in bytes.
    """
    try:
        if kind == "ntfs":
            return _ntfs(system)
        if kind not in _PLACES:
            return None
        offset, length = _PLACES[kind]
        found = clean(media.read(start + offset, length)).strip()
    except (OSError, ImageUnreadableError):
        return None
    return None if found in ("", "NO NAME") else found


def _ntfs(system: Any) -> str | None:
    volume = system.open_meta(inode=_NTFS_VOLUME)
    for attribute in volume:
        told = attribute.info
        if int(told.type) == int(pytsk3.TSK_FS_ATTR_TYPE_NTFS_VNAME) and told.size:
            length = min(int(told.size), _MAX_NAME_BYTES)
            data = volume.read_random(0, length, told.type, told.id)
            return clean(data.decode("utf-16-le", "replace")) or None
    return None


# Volume systems and partitions of a disk, through The Sleuth Kit; runs in the looking process.


MAX_PARTITIONS: Final = 1000
_PARTITION_TYPES: Final = {
    int(pytsk3.TSK_VS_TYPE_APFS): "apfs",
    int(pytsk3.TSK_VS_TYPE_BSD): "bsd",
    int(pytsk3.TSK_VS_TYPE_DOS): "dos",
    int(pytsk3.TSK_VS_TYPE_GPT): "gpt",
    int(pytsk3.TSK_VS_TYPE_MAC): "mac",
    int(pytsk3.TSK_VS_TYPE_SUN): "sun",
}
_KINDS: Final = {
    int(pytsk3.TSK_VS_PART_FLAG_ALLOC): "allocated",
    int(pytsk3.TSK_VS_PART_FLAG_META): "metadata",
    int(pytsk3.TSK_VS_PART_FLAG_UNALLOC): "unallocated",
}


class Disk(pytsk3.Img_Info):  # type: ignore[misc] # pytsk3 ships no types
    """A disk as The Sleuth Kit reads it."""

    def __init__(self, media: Media) -> None:
        self._media = media
        super().__init__(url="", type=pytsk3.TSK_IMG_TYPE_EXTERNAL)

    def read(self, offset: int, length: int) -> bytes:
        """Return the bytes there; an error of the image is an input error to the library."""
        try:
            return self._media.read(offset, length)
        except ImageUnreadableError as fault:
            raise OSError(str(fault)) from fault

    def get_size(self) -> int:
        """Return the length of the disk."""
        return self._media.size_bytes


def volume_system(disk: Disk) -> dict[str, Any] | None:
    """Return ``{"block_size_bytes", "partitions", "truncated", "type"}``, or None: there is none.

    Of each partition: ``{"description", "kind", "length_bytes", "start_bytes"}``.
    """
    try:
        volumes = pytsk3.Volume_Info(disk)
    except OSError:
        return None
    block = int(volumes.info.block_size)
    partitions: list[dict[str, Any]] = []
    truncated = False
    for part in volumes:
        if len(partitions) == MAX_PARTITIONS:
            truncated = True
            break
        partitions.append(
            {
                "description": clean(part.desc or b"")[:200],
                "kind": _KINDS.get(int(part.flags), "unknown"),
                "length_bytes": min(int(part.len) * block, 2**53 - 1),
                "start_bytes": min(int(part.start) * block, 2**53 - 1),
            }
        )
    kind = _PARTITION_TYPES.get(int(volumes.info.vstype), "unknown")
    return {
        "block_size_bytes": block,
        "partitions": partitions,
        "truncated": truncated,
        "type": kind,
    }


MAX_FILE_SYSTEMS: Final = 64
_PIECE_BYTES: Final = 512 * 1024
_DETECT: Final = ("DETECT", "ENUM")
_TYPES: Final = {
    int(getattr(pytsk3, name)): name.removeprefix("TSK_FS_TYPE_").lower()
    for name in dir(pytsk3)
    if name.startswith("TSK_FS_TYPE_") and not name.endswith(_DETECT)
}


def contents(media: Media, *, most_files: int) -> dict[str, Any]:
    """Return ``{"file_systems", "volume_system"}`` of a disk.

    Of each file system: ``{"block_size_bytes", "files", "findings", "label", "size_bytes",
    "start_bytes", "truncated", "type"}``; where none is known ``{"start_bytes", "why_not"}`` with
    the library's words.

    Args:
        media: the disk.
        most_files: rows over all file systems.
    """
    disk = Disk(media)
    volumes = volume_system(disk)
    told = []
    for start in _starts(volumes):
        row = _file_system(media, disk, start, most_files)
        most_files -= len(row.get("files", ()))
        told.append(row)
    return {"file_systems": told, "volume_system": volumes}


def _starts(volumes: dict[str, Any] | None) -> list[int]:
    """Return where file systems may begin: at each partition, or at the beginning."""
    if volumes is None:
        return [0]
    parts = [p["start_bytes"] for p in volumes["partitions"] if p["kind"] == "allocated"]
    return parts[:MAX_FILE_SYSTEMS]


def _file_system(media: Media, disk: Disk, start: int, most: int) -> dict[str, Any]:
    try:
        system = pytsk3.FS_Info(disk, offset=start)
    except OSError as fault:
        return {"start_bytes": start, "why_not": clean(str(fault).rpartition("error: ")[2])[:200]}
    kind = _TYPES.get(int(system.info.ftype), "unknown")
    found = listing(system, most=most)
    block = int(system.info.block_size)
    return {
        "block_size_bytes": block,
        "files": found.files,
        "findings": [finding.to_value() for finding in found.findings],
        "label": label(media, system, kind, start),
        "size_bytes": min(int(system.info.block_count) * block, 2**53 - 1),
        "start_bytes": start,
        "truncated": found.truncated,
        "type": kind,
    }


def extract(
    media: Media,
    path: bytes,
    *,
    start: int | None,
    most_bytes: int,
    write: Callable[[bytes], None],
) -> dict[str, Any]:
    """Write the bytes of one file.

    Args:
        media: the disk.
        path: of the file in its file system, with slashes.
        start: where the file system begins; None for whichever has the file.
        most_bytes: of the file.
        write: takes its bytes in order.

    Returns:
        ``{"address", "size_bytes", "start_bytes"}``.

    Raises:
        ImageEntryError: no such file, or several file systems have one.
        ImageLimitError: it is longer than allowed.
        ImageUnreadableError: it cannot be read through.
    """
    disk = Disk(media)
    starts = _starts(volume_system(disk)) if start is None else [start]
    found = list(_found(disk, starts, [part for part in path.split(b"/") if part]))
    if not found:
        raise ImageEntryError("no file system in it has a file of this path")
    if len(found) > 1:
        places = ", ".join(str(at) for at, _entry in found)
        raise ImageEntryError(f"several file systems have it; name one by its start: {places}")
    at, entry = found[0]
    size = int(entry.info.meta.size)
    if not 0 <= size <= most_bytes:
        raise ImageLimitError(f"the file has {size} bytes; {most_bytes} are allowed")
    _copy(entry, size, write)
    address = int(entry.info.meta.addr)
    return {"address": address, "size_bytes": size, "start_bytes": at}


def _found(disk: Disk, starts: list[int], parts: list[bytes]) -> Iterator[tuple[int, Any]]:
    for start in starts:
        try:
            system = pytsk3.FS_Info(disk, offset=start)
            entry = _entry(system, parts)
        except OSError:
            continue
        if entry is not None:
            yield start, entry


def _entry(system: Any, parts: list[bytes]) -> Any:
    """Return the undeleted file of a path, or None."""
    address = int(system.info.root_inum)
    for number, part in enumerate(parts, start=1):
        wanted = "file" if number == len(parts) else "directory"
        for name, entry in entries(system, address):
            if name == part and kind_of(entry) == wanted and not is_deleted(entry):
                break
        else:
            return None
        if wanted == "file":
            return entry if entry.info.meta is not None else None
        address = int(entry.info.name.meta_addr)
    return None


def _copy(entry: Any, size: int, write: Callable[[bytes], None]) -> None:
    done = 0
    while done < size:
        try:
            piece = entry.read_random(done, min(_PIECE_BYTES, size - done))
        except OSError as fault:
            raise ImageUnreadableError(f"the file cannot be read at its byte {done}") from fault
        if not piece:
            raise ImageUnreadableError(f"the file ends at its byte {done} of {size}")
        write(piece)
        done += len(piece)
