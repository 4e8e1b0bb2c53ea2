"""Making a node's folder from a backup, checked whole before it has its name.

The folder gets a marker: the node's next start compares its log with partners, opens a new epoch of
it, and asks every partner for what was said and acknowledged after the backup (spec 10).
"""

import hashlib
import json
import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import FileIO
from pathlib import Path
from typing import Any, Final

from comity.canonical import ComityError, PeerError, decode, encode, members, parse_time, time_text
from comity.directory.store import DirectoryStore
from comity.evidence import age
from comity.evidence.age_keys import Identity
from comity.evidence.package_errors import PackageTarError
from comity.evidence.tar import Content, End, Member, TarReader
from comity.files.errors import NotFoundError, StorageError, translating
from comity.files.opening import FolderSink
from comity.files.publish import atomic_folder
from comity.node.core.block_writer import write_durably
from comity.node.core.config import load_config
from comity.node.core.config_backup import LAST_BACKUP
from comity.node.core.keystore import load_keys
from comity.node.core.postgresql import dumping
from comity.node.core.postgresql.dumping import DumpMalformedError
from comity.node.core.postgresql.place import DatabasePlaceError
from comity.node.core.sqlite_files import open_read_only, raise_unless_damage
from comity.node.messages.recovery_marker import Marker
from comity.node.operations.backup import DATABASE, DUMP, FORMAT, HEAD, MANIFEST, NAME, SETTINGS

MARGIN: Final = timedelta(days=1)  # partners' clocks may differ from ours
MAX_FILES: Final = 1_000_000
MAX_LIST_BYTES: Final = 256 * 1024 * 1024
_AGE: Final = b"age-encryption.org/"
_BUFFER_BYTES: Final = 1024 * 1024


class BackupMalformedError(PeerError, code="backup-malformed"):
    """A file is no backup, or what it holds is not what it lists."""


class IdentityDueError(PeerError, code="backup-sealed"):
    """A backup is sealed: the identity that opens it must be named."""


@dataclass(frozen=True)
class Restored:
    """What was restored.

    Attributes:
        party: whose node it is.
        mode: live or exercise.
        made_at: the moment of the backup.
        since: from when on partners are asked.
        partners: who will be asked.
        with_packages: whether sealed evidence came along.
        files: how many.
    """

    party: str
    mode: str
    made_at: datetime
    since: datetime
    partners: tuple[str, ...]
    with_packages: bool
    files: int


def restore(
    source: Path,
    target: Path,
    *,
    identities: Sequence[Identity],
    database: str = "",
    rehearsal: bool = False,
) -> Restored:
    """Make a node's folder from a backup; a register in PostgreSQL goes into an empty database.

    Args:
        source: the backup, untrusted.
        target: new or empty folder.
        identities: that may open it; none are needed for a plain one.
        database: address of the empty database, where it is not the one of the node's settings.
        rehearsal: whether it is only a trial: a dump is read whole, and written nowhere.

    Raises:
        OutputExistsError: the folder holds something.
        IdentityDueError: the backup is sealed and no identity was given.
        AgeError, BackupMalformedError: it does not open, or is not what it lists.
        DatabaseFilledError: the database holds something.
        DatabaseToolsError, DatabasePlaceError, DatabaseCopyError: it cannot be written to.
    """
    with translating(f"reading {source}"):
        file = FileIO(source, "rb")
    with file, atomic_folder(target) as folder:
        with translating(f"reading {source}"):
            unpacked = _unpack(file, folder, identities)
        head = unpacked.check()
        if database:
            _place(folder, database)
        found = _settled(folder, head, files=len(unpacked.digests))
        if (folder / DUMP).exists():
            _fill(folder, rehearsal=rehearsal)  # last: a database is not taken back
        return found


@dataclass
class _Unpacker:
    """Writes members below a folder; names were checked, lengths and digests are kept."""

    sink: FolderSink
    reader: TarReader = field(default_factory=TarReader)
    digests: dict[str, tuple[str, int]] = field(default_factory=dict)
    kept: dict[str, bytearray] = field(default_factory=dict)
    _name: str = ""
    _hash: Any = None
    _size: int = 0

    def feed(self, view: memoryview) -> None:
        for event in self.reader.feed(view):
            if isinstance(event, Member):
                self._begin(event)
            elif isinstance(event, Content):
                self._write(event.view)
            elif event is End.FILE:
                self._end()

    def check(self) -> dict[str, Any]:
        """Return the head, once every file is the one listed."""
        try:
            self.reader.finish()
            listed = members(
                decode(bytes(self.kept[MANIFEST]), max_bytes=MAX_LIST_BYTES),
                {"files": dict, "format": str},
            )
            found = {n: {"sha256": d, "size_bytes": s} for n, (d, s) in self.digests.items()}
            del found[MANIFEST]
            head = members(
                decode(bytes(self.kept[HEAD]), max_bytes=4096),
                {"format": str, "made_at": str, "mode": str, "packages": bool, "party": str},
            )
        except (PeerError, KeyError) as fault:
            raise BackupMalformedError("it has no list of files, or ends early") from fault
        if listed["files"] != found:
            raise BackupMalformedError("a file is not the one listed")
        if (listed["format"], head["format"]) != (FORMAT, FORMAT):
            raise BackupMalformedError("a backup of another format")
        return head

    def _begin(self, member: Member) -> None:
        self._name, self._hash, self._size = member.path, hashlib.sha256(), member.size_bytes
        if not NAME.fullmatch(member.path) or member.path in self.digests:
            raise BackupMalformedError("a name that no backup holds, or one that comes twice")
        if len(self.digests) >= MAX_FILES:
            raise BackupMalformedError("more files than any backup holds")
        if member.path in (HEAD, MANIFEST):
            if member.size_bytes > MAX_LIST_BYTES:
                raise BackupMalformedError("the list is too long")
            self.kept[member.path] = bytearray()
        else:
            self.sink.begin(member.path, member.size_bytes)

    def _write(self, view: memoryview) -> None:
        self._hash.update(view)
        if self._name in self.kept:
            self.kept[self._name] += view
        else:
            self.sink.write(view)

    def _end(self) -> None:
        self.digests[self._name] = self._hash.hexdigest(), self._size
        if self._name not in self.kept:
            self.sink.end()


def _unpack(file: FileIO, folder: Path, identities: Sequence[Identity]) -> _Unpacker:
    sink = FolderSink(folder)
    unpacker = _Unpacker(sink)
    try:
        sealed = file.read(len(_AGE)) == _AGE
        file.seek(0)
        if sealed and not identities:
            raise IdentityDueError("the backup is sealed: name the identity with -i")
        if sealed:
            age.decrypt_into(file, unpacker.feed, identities)
        else:
            buffer = memoryview(bytearray(_BUFFER_BYTES))
            while size := file.readinto(buffer):
                unpacker.feed(buffer[:size])
    except PackageTarError as fault:
        raise BackupMalformedError(f"its archive is damaged: {fault}") from fault
    finally:
        sink.close()
    sink.sync()
    return unpacker


def _settled(folder: Path, head: dict[str, Any], *, files: int) -> Restored:
    """Return what was restored, once the folder is a node's and the marker is in it."""
    with _judging("reading what was restored"):
        config = load_config(folder)
        load_keys(config.keys)
        directory = DirectoryStore.open(config.directory).load()
        if (config.party, config.mode) != (head["party"], head["mode"]):
            raise BackupMalformedError("the settings are of another node")
        if bool(config.database) != (folder / DUMP).exists():
            raise BackupMalformedError("the settings and the register name different databases")
        if not config.database:
            _check_database(folder / DATABASE)
        made_at = parse_time(head["made_at"])
    config.vault.mkdir(mode=0o700, exist_ok=True)
    partners = tuple(party for party in directory.parties() if party != config.party)
    since = made_at - MARGIN
    Marker(time_text(since), partners, opened=False).write(folder)
    write_durably(folder / LAST_BACKUP, encode({"made_at": time_text(made_at)}))  # this very one
    return Restored(
        party=config.party,
        mode=config.mode,
        made_at=made_at,
        since=since,
        partners=partners,
        with_packages=head["packages"],
        files=files,
    )


@contextmanager
def _judging(doing: str) -> Iterator[None]:
    """Turn what is wrong with the backup into its error; what is wrong here stays what it is.

    Raises:
        BackupMalformedError: the content is not that of a node, or lacks a file of it.
        StorageError: this machine could not read what it had just written.
    """
    try:
        with translating(doing):
            yield
    except NotFoundError as fault:  # every listed file was written
        raise BackupMalformedError("what it holds is no node: a file is missing") from fault
    except (BackupMalformedError, StorageError):
        raise
    except ComityError as fault:
        raise BackupMalformedError(f"what it holds is no node ({fault.code})") from fault
    except (UnicodeDecodeError, json.JSONDecodeError) as fault:
        raise BackupMalformedError("what it holds is no node (text)") from fault
    except sqlite3.Error as fault:
        raise_unless_damage(fault, doing)
        raise BackupMalformedError("the database is damaged") from fault


def _check_database(path: Path) -> None:
    """Raise unless it is a sound database without code of its own (triggers, views)."""
    if not path.is_file():
        raise BackupMalformedError("it holds no database")
    with closing(open_read_only(path)) as database:
        kinds = {row[0] for row in database.execute("SELECT DISTINCT type FROM sqlite_schema")}
        if not {"table"} <= kinds <= {"table", "index"}:
            raise BackupMalformedError("the database holds more than tables")
        if database.execute("PRAGMA quick_check").fetchone() != ("ok",):
            raise BackupMalformedError("the database is damaged")
        database.execute("SELECT tree_size FROM node_loghead").fetchall()


def _place(folder: Path, database: str) -> None:
    """Write the address of another database into the settings that came out of a backup."""
    path = folder / SETTINGS
    line = re.compile(r'^database *= *"[^"\n]*"$', re.MULTILINE)
    try:
        told = path.read_text("utf-8")
    except (FileNotFoundError, UnicodeDecodeError) as fault:
        raise BackupMalformedError("it holds no settings") from fault
    named = line.findall(told)
    if not (folder / DUMP).exists() or len(named) != 1:
        raise DatabasePlaceError("the register of this backup is no database of PostgreSQL")
    text = f"database = {json.dumps(database, ensure_ascii=False)}"
    path.write_text(line.sub(lambda _found: text, told), "utf-8")
    try:
        load_config(folder)
    except ComityError as fault:
        raise DatabasePlaceError("--database is no address of PostgreSQL") from fault


def _fill(folder: Path, *, rehearsal: bool) -> None:
    """Read the dump of a register whole, write it into its database, and take it away."""
    dump = folder / DUMP
    try:
        dumping.check(dump)
        if not rehearsal:
            dumping.fill(load_config(folder), dump)
    except DumpMalformedError as fault:
        raise BackupMalformedError(str(fault)) from fault
    dump.unlink()
