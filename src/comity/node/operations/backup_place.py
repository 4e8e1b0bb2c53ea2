"""Where backups go: a folder outside the node's that takes a file, tried by writing one."""

from pathlib import Path
from typing import Literal

from comity.canonical import MisuseError
from comity.node.operations.folder_trial import write_and_read

type Reason = Literal["missing", "inside", "closed"]


class BackupPlaceError(MisuseError, code="backup-place"):
    """A folder for backups is relative, not there, inside the node's folder, or not writable."""

    def __init__(self, detail: str, *, reason: Reason, cause: str = "") -> None:
        super().__init__(detail)
        self.reason = reason
        self.cause = cause
        """What the system said of the try to write; empty where none was made."""


def check_backup_place(folder: Path, node: Path) -> None:
    """Refuse a place for backups that would fail tonight.

    Raises:
        BackupPlaceError: it is none; says why.
    """
    if not folder.is_absolute() or not folder.is_dir():
        raise BackupPlaceError("name a folder that exists, from the root on", reason="missing")
    if folder.resolve().is_relative_to(node.resolve()):
        told = "a backup inside the node's folder is lost with it"
        raise BackupPlaceError(told, reason="inside")
    check_takes_files(folder)


def check_takes_files(folder: Path) -> None:
    """Make a file in a folder, read it, and remove it.

    The rights of the folder say too little: a system's own folder (/proc) shows rights to write and
    takes no file.

    Raises:
        BackupPlaceError: the folder takes none.
    """
    try:
        same = write_and_read(folder)
    except OSError as fault:
        cause = fault.strerror or ""
        told = f"no file can be written in {folder}: {cause}"
        raise BackupPlaceError(told, reason="closed", cause=cause) from fault
    if not same:
        told = f"a file in {folder} came back other than it was written"
        raise BackupPlaceError(told, reason="closed")
