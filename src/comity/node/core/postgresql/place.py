"""Where a register in PostgreSQL lies, in Django's words."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from comity.canonical import OperationError
from comity.node.core.config import NodeConfig

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

WAIT_MS: Final = 20_000
CONNECT_S: Final = 5
STATEMENT_S: Final = 60
"""The longest that one statement may take; a lock is waited for no longer than `WAIT_MS`."""
_MAX_PASSWORD_BYTES: Final = 1024
_BY_BYTES: Final = frozenset({"C", "POSIX", "C.UTF-8", "C.utf8"})


class DatabasePlaceError(OperationError, code="database-place"):
    """A register in PostgreSQL cannot be reached as node.toml says: extra, address or password."""


def register_in(config: NodeConfig) -> dict[str, Any]:
    """Return Django's settings of the register that a node's settings name.

    Raises:
        DatabasePlaceError: the extra is not installed, the address is none, or the file of the
            password cannot be read, or by others too.
    """
    try:
        from psycopg.conninfo import conninfo_to_dict
    except ImportError as fault:
        raise DatabasePlaceError("install the extra: comity[postgresql]") from fault
    from psycopg import ProgrammingError

    try:
        found = conninfo_to_dict(config.database)
    except ProgrammingError as fault:
        raise DatabasePlaceError("node.toml: database is no address of PostgreSQL") from fault
    parts = {name: str(value) for name, value in found.items()}
    # A receipt is given after the commit, so the commit must survive power loss.
    limits = f"-c lock_timeout={WAIT_MS} -c statement_timeout={STATEMENT_S * 1000}"
    options = f"{limits} -c synchronous_commit=on {parts.pop('options', '')}"
    parts.setdefault("connect_timeout", str(CONNECT_S))
    return {
        "ENGINE": "comity.node.core.postgresql",
        "NAME": parts.pop("dbname", ""),
        "USER": parts.pop("user", ""),
        "HOST": parts.pop("host", ""),
        "PORT": parts.pop("port", ""),
        "PASSWORD": password_of(config),
        "OPTIONS": {**parts, "options": options.strip()},
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
    }


@contextmanager
def unlimited(connection: "BaseDatabaseWrapper") -> Iterator[None]:
    """Let statements take their time, as changing tables may; no limit is set in SQLite."""
    limit = getattr(connection, "limit_s", None)
    if limit is None:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
    connection.limit_s = None  # type: ignore[attr-defined]  # of our own backend
    try:
        yield
    finally:
        connection.limit_s = limit  # type: ignore[attr-defined]
        connection.close()  # the next one has its limits again


def check_order(collation: str, encoding: str) -> None:
    """Raise unless texts are compared by their bytes in UTF-8, as numbers of cases have to be."""
    if collation not in _BY_BYTES or encoding != "UTF8":
        raise DatabasePlaceError(
            "make the database with `createdb --template=template0 --encoding=UTF8 --locale=C`"
        )


def password_of(config: NodeConfig, *, needed: bool = True) -> str:
    """Return the password of the database, empty where none is set.

    Args:
        config: of the node.
        needed: whether a file that is set and not there is refused. A folder that was just restored
            has none; then the server's own programs look where they always do (``~/.pgpass``).

    Raises:
        DatabasePlaceError: the file cannot be read, or by others too.
    """
    path = config.folder / config.database_password_file
    if not config.database_password_file or (not needed and not path.exists()):
        return ""
    try:
        with path.open("rb") as file:
            if stat.S_IMODE(os.fstat(file.fileno()).st_mode) & 0o077:
                raise DatabasePlaceError("the file of the password must be of mode 0600")
            return file.read(_MAX_PASSWORD_BYTES).decode().strip()
    except (OSError, UnicodeDecodeError) as fault:
        raise DatabasePlaceError("the file of the password cannot be read") from fault
