"""A register in PostgreSQL as one file and back, by its own ``pg_dump`` and ``pg_restore``.

The file is the state of one moment: the dump reads from a snapshot in which the size of the log was
read. What comes back goes into an empty database, as tables and what belongs to them alone, in one
transaction.

Source: ADR 0066.
"""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, LiteralString

from comity.canonical import OperationError, PeerError
from comity.node.core.config import NodeConfig
from comity.node.core.postgresql.place import DatabasePlaceError, check_order, password_of

if TYPE_CHECKING:
    from psycopg import Connection

_DEBIAN: Final = Path("/usr/lib/postgresql")
_MAJOR: Final = 10_000
_PLAIN: Final = ("--no-owner", "--no-privileges")
_KEPT: Final = re.compile(
    r"\d+; \d+ \d+ (?:TABLE|TABLE DATA|SEQUENCE|SEQUENCE SET|SEQUENCE OWNED BY|DEFAULT|CONSTRAINT"
    r"|FK CONSTRAINT|INDEX) public \S"
)
"""Lines of a dump's list that are restored: tables, and what belongs to them."""
_LEFT: Final = re.compile(r"\d+; \d+ \d+ (?:EXTENSION|SCHEMA|COMMENT|ACL|DEFAULT ACL) \S")
"""Lines of the server's own that are left out; any other kind is refused."""
_TABLES: Final[LiteralString] = (
    "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
    "WHERE n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema' AND NOT EXISTS "
    "(SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')"
)
_ORDER: Final[LiteralString] = (
    "SELECT datcollate, pg_encoding_to_char(encoding) FROM pg_database "
    "WHERE datname = current_database()"
)
_CODE: Final[tuple[LiteralString, ...]] = (
    f"{_TABLES} AND c.relkind NOT IN ('r', 'i', 'S', 't')",
    "SELECT count(*) FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace "
    "WHERE n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema' AND NOT EXISTS "
    "(SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')",
    "SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal",
    "SELECT count(*) FROM pg_event_trigger",
    "SELECT count(*) FROM pg_policy",
    "SELECT count(*) FROM pg_rules WHERE schemaname NOT IN ('pg_catalog', 'information_schema')",
)


class DatabaseToolsError(OperationError, code="database-tools"):
    """A program that copies a register in PostgreSQL is not installed on this machine."""


class DatabaseCopyError(OperationError, code="database-copy"):
    """A register in PostgreSQL could not be read, or not be written back."""


class DatabaseFilledError(OperationError, code="database-filled"):
    """The database that a backup is to come back into holds something already."""


class DumpMalformedError(PeerError, code="database-dump"):
    """A dump is damaged, or holds more than tables."""


def size_bytes(config: NodeConfig) -> int:
    """Return about how many bytes a dump has, for a progress bar."""
    with _connected(config) as connection:
        return int(_one(connection, "SELECT pg_database_size(current_database())"))


def dump(config: NodeConfig, target: Path) -> int:
    """Write the register into a file that is there already; return the size of its log.

    Raises:
        DatabaseToolsError, DatabasePlaceError, DatabaseCopyError: why it cannot be.
    """
    with _connected(config) as connection:
        connection.execute("BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        snapshot = _one(connection, "SELECT pg_export_snapshot()")
        found = connection.execute(
            "SELECT tree_size FROM node_loghead ORDER BY epoch DESC LIMIT 1"
        ).fetchone()
        words = ("--format=custom", *_PLAIN, f"--snapshot={snapshot}")
        program = tool("pg_dump", _version(connection))
        with target.open("wb") as file:
            _run(program, *words, f"--dbname={config.database}", config=config, out=file.fileno())
        connection.execute("COMMIT")
    return int(found[0]) if found else 0


def check(source: Path) -> None:
    """Read a dump whole, as what comes back is read; nothing is written anywhere.

    Raises:
        DatabaseToolsError: ``pg_restore`` is missing.
        DumpMalformedError: it is damaged, or holds more than tables.
    """
    program = tool("pg_restore", 0)
    _list(program, source)
    try:
        _run(program, "--file=/dev/null", str(source))
    except DatabaseCopyError as fault:
        raise DumpMalformedError("the dump of the database is damaged") from fault


def fill(config: NodeConfig, source: Path) -> None:
    """Write a dump into the database that a node's settings name, which must be empty.

    Raises:
        DatabaseFilledError: the database holds something.
        DatabaseToolsError, DatabasePlaceError, DatabaseCopyError: why it cannot be.
        DumpMalformedError: it is damaged, or holds more than tables.
    """
    with _connected(config) as connection:
        check_order(*_row(connection, _ORDER))
        if _one(connection, _TABLES):
            raise DatabaseFilledError("make an empty database, and name it with --database")
        program = tool("pg_restore", _version(connection))
    listed = _list(program, source)
    with tempfile.NamedTemporaryFile("w", prefix="comity-", suffix=".list") as names:
        names.write("\n".join(listed) + "\n")
        names.flush()
        words = ("--single-transaction", "--exit-on-error", *_PLAIN, f"--use-list={names.name}")
        _run(program, *words, f"--dbname={config.database}", str(source), config=config)
    with _connected(config) as connection:
        if any(_one(connection, query) for query in _CODE):
            raise DumpMalformedError("it put more than tables into the database: drop that one")
        _one(connection, "SELECT count(*) FROM node_loghead")
        connection.execute("ANALYZE")


def tool(name: str, version: int) -> Path:
    """Return a program of PostgreSQL: of the server's version, else the newest that is here.

    Args:
        name: ``pg_dump`` or ``pg_restore``.
        version: of the server, its first number; 0 if it does not matter.

    Raises:
        DatabaseToolsError: there is none.
    """
    same = _DEBIAN / str(version) / "bin" / name
    if same.is_file():
        return same
    here = [path for path in _DEBIAN.glob(f"*/bin/{name}") if path.parts[-3].isdecimal()]
    newest = max(here, key=lambda path: int(path.parts[-3]), default=None)
    found = newest or shutil.which(name)
    if found is None:
        package = f"postgresql-client-{version}" if version else "postgresql-client"
        raise DatabaseToolsError(
            f"{name} is missing: install PostgreSQL's client programs (on Debian {package}), "
            "not older than the server"
        )
    return Path(found)


def _list(program: Path, source: Path) -> list[str]:
    """Return the lines of a dump's list that are restored."""
    try:
        told = _run(program, "--list", str(source))
    except DatabaseCopyError as fault:
        raise DumpMalformedError("what should be the dump of the database is none") from fault
    lines = [line for line in told.splitlines() if line and not line.startswith(";")]
    kept = [line for line in lines if _KEPT.match(line)]
    if not kept or any(not _KEPT.match(line) and not _LEFT.match(line) for line in lines):
        raise DumpMalformedError("the dump of the database holds more than tables")
    return kept


def _run(
    program: Path, *words: str, config: NodeConfig | None = None, out: int = subprocess.PIPE
) -> str:
    """Run a program of PostgreSQL; a password goes through the environment, which is our own."""
    told = {name: value for name, value in os.environ.items() if name != "PGOPTIONS"}
    told |= {"LC_ALL": "C.UTF-8"}
    if config is not None and (password := password_of(config, needed=False)):
        told["PGPASSWORD"] = password
    done = subprocess.run(  # noqa: S603 - own words, no shell
        [program, "--no-password", *words] if config is not None else [program, *words],
        stdin=subprocess.DEVNULL,
        stdout=out,
        stderr=subprocess.PIPE,
        env=told,
        check=False,
    )
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise DatabaseCopyError(said[0][:300] if said else f"{program.name} failed")
    return done.stdout.decode("utf-8", "replace") if done.stdout else ""


@contextmanager
def _connected(config: NodeConfig) -> Iterator["Connection[Any]"]:
    try:
        import psycopg
    except ImportError as fault:
        raise DatabasePlaceError("install the extra: comity[postgresql]") from fault

    password = password_of(config, needed=False) or None
    try:
        with psycopg.connect(config.database, password=password, autocommit=True) as connection:
            yield connection
    except psycopg.Error as fault:
        kind = (
            DatabasePlaceError if isinstance(fault, psycopg.OperationalError) else DatabaseCopyError
        )
        raise kind(f"the database does not do it ({type(fault).__name__})") from fault


def _row(connection: "Connection[Any]", query: LiteralString) -> tuple[Any, ...]:
    found = connection.execute(query).fetchone()
    assert found is not None  # noqa: S101 - each of these queries has one row
    return tuple(found)


def _one(connection: "Connection[Any]", query: LiteralString) -> Any:
    return _row(connection, query)[0]


def _version(connection: "Connection[Any]") -> int:
    return connection.info.server_version // _MAJOR
