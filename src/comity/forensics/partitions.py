"""Volume systems and partitions of a disk, through The Sleuth Kit; runs in the looking process."""

from typing import Any, Final

import pytsk3

from comity.forensics.errors import ImageUnreadableError
from comity.forensics.image import clean
from comity.forensics.media import Media

MAX_PARTITIONS: Final = 1000
_TYPES: Final = {
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
    kind = _TYPES.get(int(volumes.info.vstype), "unknown")
    return {
        "block_size_bytes": block,
        "partitions": partitions,
        "truncated": truncated,
        "type": kind,
    }
