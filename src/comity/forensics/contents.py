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
from comity.forensics.labels import label
from comity.forensics.listing import entries, is_deleted, kind_of, listing
from comity.forensics.media import Media
from comity.forensics.partitions import Disk, volume_system

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
