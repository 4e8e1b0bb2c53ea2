"""Whether a package fits: the operator's quota, and the free space that must stay on the disk."""

import shutil
from typing import Final

from django.db.models import Sum

from comity.canonical import OperationError
from comity.files.errors import DiskFullError
from comity.node.core.node import Node
from comity.node.models import Package, StrayPackage, Upload

HERE: Final = (Package.Stage.SEALED, Package.Stage.STORED)


class NoRoomError(OperationError, code="no-room"):
    """A package exceeds the quota or the free disk space now; facts say by how much.

    Nothing was begun or lost: it goes on when somebody has made room.
    """


NO_SPACE: Final = (NoRoomError, DiskFullError)
"""What the state "waiting for space" comes from."""


def used_bytes() -> int:
    """Return what packages take, those included that are being handed in."""
    here = Package.objects.filter(stage__in=HERE).aggregate(all=Sum("stored_bytes"))
    coming = Upload.objects.aggregate(all=Sum("size_bytes"))
    strays = StrayPackage.objects.aggregate(all=Sum("size_bytes"))
    return sum(int(found["all"] or 0) for found in (here, coming, strays))


def check_room(node: Node, whole_bytes: int, missing_bytes: int) -> None:
    """Refuse what would break the quota or fill the disk; before the first byte is moved.

    Args:
        node: this node.
        whole_bytes: what the package will count towards the quota.
        missing_bytes: what is still to be written.

    Raises:
        NoRoomError: it does not fit now.
    """
    over = used_bytes() + whole_bytes - node.config.quota_bytes
    if node.config.quota_bytes and over > 0:
        raise NoRoomError(
            f"the quota lacks {over} bytes: raise quota_bytes, or free packages", over_bytes=over
        )
    check_disk(node, missing_bytes)


def check_disk(node: Node, missing_bytes: int) -> None:
    """Refuse what would fill the disk up to its reserve.

    Raises:
        NoRoomError: it does not fit now.
    """
    config = node.config
    place = config.vault if config.vault.exists() else config.folder  # it may be a disk of its own
    short = missing_bytes + config.reserve_bytes - shutil.disk_usage(place).free
    if short > 0:
        raise NoRoomError(
            f"the disk lacks {short} bytes, the reserve included: free space", short_bytes=short
        )
