"""Where a register in PostgreSQL lies, in Django's words."""

import os
import stat
from typing import Any, Final

from comity.canonical import OperationError
from comity.node.config import NodeConfig

WAIT_MS: Final = 20_000
_MAX_PASSWORD_BYTES: Final = 1024


class DatabasePlaceError(OperationError):
    """A register in PostgreSQL cannot be reached as node.toml says: extra, address or password."""

    code = "database-place"


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
    options = f"-c lock_timeout={WAIT_MS} -c synchronous_commit=on {parts.pop('options', '')}"
    return {
        "ENGINE": "comity.node.postgresql",
        "NAME": parts.pop("dbname", ""),
        "USER": parts.pop("user", ""),
        "HOST": parts.pop("host", ""),
        "PORT": parts.pop("port", ""),
        "PASSWORD": _password(config),
        "OPTIONS": {**parts, "options": options.strip()},
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
    }


def _password(config: NodeConfig) -> str:
    if not config.database_password_file:
        return ""
    path = config.folder / config.database_password_file
    try:
        with path.open("rb") as file:
            if stat.S_IMODE(os.fstat(file.fileno()).st_mode) & 0o077:
                raise DatabasePlaceError("the file of the password must be of mode 0600")
            return file.read(_MAX_PASSWORD_BYTES).decode().strip()
    except (OSError, UnicodeDecodeError) as fault:
        raise DatabasePlaceError("the file of the password cannot be read") from fault
