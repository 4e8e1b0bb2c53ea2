"""The name that a file system gives itself, where it stands at a fixed place.

Source: Linux, Documentation/filesystems/ext4 "The Super Block"; Microsoft, "FAT32 File System
Specification" 1.03; ECMA-119 section 8.4.8; NTFS attribute $VOLUME_NAME of $Volume.
"""

from typing import Any, Final

import pytsk3

from comity.forensics.errors import ImageUnreadableError
from comity.forensics.image import clean
from comity.forensics.media import Media

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
