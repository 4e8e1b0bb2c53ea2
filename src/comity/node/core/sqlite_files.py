"""SQLite files opened for reading, and what a failure says: of the file, or of this machine.

The one place where a path becomes a URI: only an absolute path can.
"""

import sqlite3
from pathlib import Path
from typing import Final

from comity.files.errors import StorageError

_BY_CONTENT: Final = frozenset(
    {sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT}
)
_PRIMARY: Final = 0xFF


def open_read_only(path: Path, *, timeout_s: float = 5) -> sqlite3.Connection:
    """Return a connection that writes nothing.

    Args:
        path: of the file, relative or absolute.
        timeout_s: how long to wait for another program's lock.
    """
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=timeout_s)


def raise_unless_damage(fault: sqlite3.Error, doing: str) -> None:
    """Return if the bytes of the file are at fault, by SQLite's primary result code.

    Source: sqlite.org, Result and Error Codes.

    Raises:
        StorageError: the file could not be opened or read, for lack of access, memory or room.
    """
    code = getattr(fault, "sqlite_errorcode", sqlite3.SQLITE_ERROR)  # none: text that is no UTF-8
    if code & _PRIMARY not in _BY_CONTENT:
        name = getattr(fault, "sqlite_errorname", type(fault).__name__)
        raise StorageError(f"{doing}: {name}") from fault
