"""Copying a node into one file while it runs: database, keys, settings, directory and vault.

The database is copied through SQLite's backup interface inside one read transaction, or in
PostgreSQL by ``pg_dump`` from one snapshot, so it is the state of one moment; the vault is
content-addressed and copied after it, so nothing that the database names is missing. The file is a
tar inside age, or a plain tar on the operator's word. Its last member lists every file with its
SHA-256.

Members: ``backup.json``, ``node.toml``, ``secret``, ``public-keys.json``, ``keys/*``,
``directory/**``, ``snapshots/*``, ``node.sqlite3`` or ``node.pgdump``, ``vault/packages/*``,
``manifest.json``. ``public-keys.json`` is missing where the node has none.
"""

import hashlib
import os
import re
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from io import FileIO
from pathlib import Path
from typing import Any, Final

from comity.canonical import OperationError, encode, time_text
from comity.directory import disk
from comity.evidence import age
from comity.evidence.age import CHUNK_BYTES, PayloadWriter, sealed_size
from comity.evidence.age_keys import Recipient
from comity.evidence.tar import TRAILER, header, padding
from comity.files.errors import translating
from comity.files.publish import atomic_file, write_all
from comity.node.core.block_writer import write_durably
from comity.node.core.config import NodeConfig
from comity.node.core.config_backup import LAST_BACKUP
from comity.node.core.keystore import KeyFileError, load_keys, write_secret
from comity.node.core.postgresql import dumping
from comity.node.core.randomness import random_bytes
from comity.node.core.session_secret import FILE as SECRET
from comity.node.core.sqlite_files import open_read_only

FORMAT: Final = "comity-backup/1"
HEAD: Final = "backup.json"
MANIFEST: Final = "manifest.json"
DATABASE: Final = "node.sqlite3"
DUMP: Final = "node.pgdump"
"""The register of a node that keeps it in PostgreSQL."""
SETTINGS: Final = "node.toml"
_LISTED: Final = "public-keys.json"
_PART: Final = r"[A-Za-z0-9_][A-Za-z0-9._-]*"
NAME: Final = re.compile(
    rf"{HEAD}|{MANIFEST}|{SETTINGS}|{SECRET}|{_LISTED}|{DATABASE}|{DUMP}"
    rf"|(?:keys|snapshots)/{_PART}|directory(?:/{_PART}){{1,6}}|vault/packages/[0-9a-f]{{64}}(?:\.blocks)?"
)
"""What a backup may hold; checked when it is written, and again when it is restored."""
_PIECE: Final = 1024 * 1024
_PAGES: Final = 2048

type Progress = Callable[[int], None]
"""Called with the bytes copied so far."""


class BackupError(OperationError, code="backup-failed"):
    """The node's database could not be copied."""


@dataclass(frozen=True)
class BackupReport:
    """What was copied.

    Attributes:
        made_at: the moment the database stood at.
        files: how many.
        size_bytes: of their content.
        tree_size: leaves of the node's log at that moment.
        sealed: whether it lies inside age.
    """

    made_at: datetime
    files: int
    size_bytes: int
    tree_size: int
    sealed: bool


def back_up(
    config: NodeConfig,
    target: Path,
    *,
    recipients: Sequence[Recipient],
    with_packages: bool,
    at: datetime,
    progress: Progress = lambda _done: None,
    rehearsal: bool = False,
) -> BackupReport:
    """Write a backup; it has its name only when it is whole and on the medium.

    Args:
        config: of the node, which may be running.
        target: new file.
        recipients: who can open it; none: it is not sealed, and private keys lie in it.
        with_packages: whether sealed evidence is copied too.
        at: this moment, before anything is read.
        progress: told of the bytes copied.
        rehearsal: whether it is only a trial, after which the node does not count as backed up.

    Raises:
        KeyFileError: a key or the secret is missing or damaged; it would restore to no node.
        OutputExistsError, StorageError: by what the file system refused.
        BackupError: the database could not be read.
        DatabaseToolsError, DatabasePlaceError, DatabaseCopyError: likewise, in PostgreSQL.
    """
    load_keys(config.keys)
    if not (config.folder / SECRET).is_file():
        raise KeyFileError.at(config.folder / SECRET, "is missing")
    with _database_copy(config) as (copy, tree_size), atomic_file(target) as file:
        out: _Plain = _Sealed(file, recipients) if recipients else _Plain(file)
        archive = _Archive(out, at, progress)
        head = {
            "format": FORMAT,
            "made_at": time_text(at),
            "mode": config.mode,
            "packages": with_packages,
            "party": config.party,
        }
        archive.add_bytes(HEAD, encode(head))
        with disk.locked(config.directory):
            for name, path in _small(config):
                archive.add_bytes(name, path.read_bytes())
        archive.add_file(DUMP if config.database else DATABASE, copy)
        if with_packages:
            for path in sorted((config.vault / "packages").glob("*")):
                archive.add_file(f"vault/packages/{path.name}", path)
        archive.finish()
        out.close()
    with translating("noting the backup"):
        if rehearsal:
            return BackupReport(
                at, len(archive.files), archive.size_bytes, tree_size, bool(recipients)
            )
        note = encode({"made_at": time_text(at)})
        write_durably(config.folder / LAST_BACKUP, note)
    return BackupReport(at, len(archive.files), archive.size_bytes, tree_size, bool(recipients))


def total_bytes(config: NodeConfig, *, with_packages: bool) -> int:
    """Return about how many bytes a backup copies, for a progress bar."""
    paths = [config.database_file]
    if with_packages:
        paths += (config.vault / "packages").glob("*")
    here = sum(path.stat().st_size for path in paths if path.is_file())
    return here + (dumping.size_bytes(config) if config.database else 0)


def _small(config: NodeConfig) -> Iterator[tuple[str, Path]]:
    """Yield settings, keys and directory; files that are being written begin with a dot."""
    yield SETTINGS, config.folder / SETTINGS
    yield SECRET, config.folder / SECRET
    if (config.folder / _LISTED).is_file():
        yield _LISTED, config.folder / _LISTED
    for folder in (config.keys, config.directory, config.folder / "snapshots"):
        for path in sorted(folder.rglob("*")):
            name = path.relative_to(config.folder).as_posix()
            if path.is_file() and not path.is_symlink() and NAME.fullmatch(name):
                yield name, path


@contextmanager
def _database_copy(config: NodeConfig) -> Iterator[tuple[Path, int]]:
    """Give a copy of the database as of one moment, beside it, and the size of its log."""
    copy = config.folder / f".{DATABASE}.{os.urandom(6).hex()}"
    try:
        write_secret(copy, b"")
        if config.database:
            tree_size = dumping.dump(config, copy)
        else:
            tree_size = _copy(config.database_file, copy)
        yield copy, tree_size
    except sqlite3.Error as fault:
        raise BackupError(f"the database cannot be copied ({type(fault).__name__})") from fault
    finally:
        for path in config.folder.glob(f"{copy.name}*"):
            path.unlink(missing_ok=True)


def _copy(source: Path, target: Path) -> int:
    with (
        closing(open_read_only(source, timeout_s=20)) as live,
        closing(sqlite3.connect(target)) as copy,
    ):
        live.isolation_level = None
        live.execute("BEGIN")
        # From this read on, the transaction sees one moment, whatever the node writes meanwhile.
        found = live.execute("SELECT tree_size FROM node_loghead ORDER BY epoch DESC LIMIT 1")
        row = found.fetchone()
        live.backup(copy, pages=_PAGES)
        live.execute("COMMIT")
        copy.execute("PRAGMA journal_mode=DELETE")
        return int(row[0]) if row else 0


class _Archive:
    """A tar under way, with the list of what went into it."""

    def __init__(self, out: "_Plain", at: datetime, progress: Progress) -> None:
        self._out, self._progress = out, progress
        self._mtime = int(at.timestamp())
        self.files: dict[str, Any] = {}
        self.size_bytes = 0

    def add_bytes(self, name: str, data: bytes) -> None:
        self._add(name, len(data), iter((data,)))

    def add_file(self, name: str, path: Path) -> None:
        """Add a file as long as it is now; one that was destroyed meanwhile is left out."""
        try:
            file = path.open("rb")
        except FileNotFoundError:
            return
        with file:
            size = os.fstat(file.fileno()).st_size
            self._add(name, size, iter(lambda: file.read(_PIECE), b""))

    def finish(self) -> None:
        """Add the list and end the archive."""
        listed = encode({"files": self.files, "format": FORMAT})
        self._out.write(header(MANIFEST, len(listed), mtime=self._mtime))
        self._out.write(listed + padding(len(listed)) + TRAILER)

    def _add(self, name: str, size: int, pieces: Iterator[bytes]) -> None:
        if not NAME.fullmatch(name):
            raise BackupError(f"a file that no backup holds: {name}")
        self._out.write(header(name, size, mtime=self._mtime))
        hasher, left = hashlib.sha256(), size
        for piece in pieces:
            if len(piece) > left:
                raise BackupError(f"{name} grew while it was copied")
            hasher.update(piece)
            self._out.write(piece)
            left -= len(piece)
            self.size_bytes += len(piece)
            self._progress(self.size_bytes)
        if left:
            raise BackupError(f"{name} shrank while it was copied")
        self._out.write(padding(size))
        self.files[name] = {"sha256": hasher.hexdigest(), "size_bytes": size}


class _Plain:
    """Writes as it comes."""

    def __init__(self, file: FileIO) -> None:
        self._file = file

    def write(self, data: bytes) -> None:
        with translating("writing the backup"):
            write_all(self._file, memoryview(data))

    def close(self) -> None:
        """Write what is held back."""


class _Sealed(_Plain):
    """Encrypts on the way; the last chunk is held back, because it carries the end mark."""

    def __init__(self, file: FileIO, recipients: Sequence[Recipient]) -> None:
        super().__init__(file)
        head, self._writer = age.begin(recipients, random=random_bytes)
        super().write(head)
        self._held = bytearray()
        self._out = memoryview(bytearray(sealed_size(16 * CHUNK_BYTES)))

    def write(self, data: bytes) -> None:
        self._held += data
        while len(self._held) > 16 * CHUNK_BYTES:
            self._flush(16 * CHUNK_BYTES, final=False)

    def close(self) -> None:
        self._flush(len(self._held), final=True)

    def _flush(self, size: int, *, final: bool) -> None:
        writer: PayloadWriter = self._writer
        plain = bytes(self._held[:size])
        del self._held[:size]
        written = writer.encrypt_into(memoryview(plain), self._out, final=final)
        super().write(bytes(self._out[:written]))
