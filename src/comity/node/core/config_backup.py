"""The members of ``node.toml`` about backups made from the pages."""

import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any, Final

from comity.canonical import PeerError
from comity.evidence.age_keys import parse_recipient

LAST_BACKUP: Final = "last-backup.json"
"""In the node's folder: when the last whole backup was made; the page of log health tells it."""

BACKUP_MEMBERS: Final = ("backup_folder", "backup_recipients", "backup_keep")
BACKUP_NAME: Final = re.compile(r"comity-[a-z0-9-]{4,64}-[0-9]{8}T[0-9]{6}Z\.age")
MAX_RECIPIENTS: Final = 8
MAX_KEPT: Final = 365


def check_backups(values: dict[str, Any]) -> None:
    """Refuse a folder that is relative, recipients that are none, and a number that keeps nothing.

    Raises:
        ValueError: a member is wrong; its name is the text.
    """
    folder = values.get("backup_folder", "")
    if type(folder) is not str or (folder and not PurePosixPath(folder).is_absolute()):
        raise ValueError("backup_folder")
    recipients = tuple(values.get("backup_recipients", ()))
    if len(recipients) > MAX_RECIPIENTS:
        raise ValueError("backup_recipients")
    for text in recipients:
        try:
            parse_recipient(text)
        except PeerError as fault:
            raise ValueError("backup_recipients") from fault
    values["backup_recipients"] = recipients
    kept = values.get("backup_keep", 1)
    if type(kept) is not int or not 1 <= kept <= MAX_KEPT:
        raise ValueError("backup_keep")


def backups_in(folder: Path, party: str) -> Iterator[Path]:
    """Yield the backups of a party in a folder, which may hold those of others and anything else.

    Args:
        folder: from ``node.toml``.
        party: whose node.

    Raises:
        OSError: the folder is not there, or cannot be read.
    """
    before = f"comity-{party.replace('/', '-')}-"
    for path in folder.iterdir():
        mine = BACKUP_NAME.fullmatch(path.name) and path.name[:-20] == before
        if mine and path.is_file() and not path.is_symlink():
            yield path
