"""Backups from the pages: into the operator's folder, sealed to the operator's recipient.

Where they go and who can open them stands in ``node.toml`` and nowhere else: whoever could choose
the recipient on a page could take the node's private keys out with it. Beside each backup lies a
small file that says what is in it, because nobody here can look.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, Literal

from comity.canonical import MisuseError, OperationError, PeerError, parse_time, time_text
from comity.evidence.age_keys import Identity, parse_recipient
from comity.files.errors import translating
from comity.node.core.block_writer import write_durably
from comity.node.core.config import NodeConfig
from comity.node.core.config_backup import BACKUP_NAME, backups_in
from comity.node.core.http_errors import Conflict, NotFound
from comity.node.operations.backup import back_up, total_bytes
from comity.node.operations.backup_place import check_takes_files
from comity.node.operations.restore import restore

_AGE: Final = b"age-encryption.org/v1\n"
_PIECE: Final = 1024 * 1024
_MAX_NOTE: Final = 4096
type Standing = Literal["same", "changed", "unknown"]


class BackupsUnsetError(Conflict, MisuseError, code="backups-unset"):
    """No folder or no recipient of backups is set in ``node.toml``."""


class BackupUnknownError(NotFound, MisuseError, code="backup-unknown"):
    """The folder of backups holds none of that name."""


class BackupPlainError(OperationError, code="backup-plain"):
    """A file among the backups is not sealed: private keys would leave with it."""


@dataclass(frozen=True)
class Kept:
    """A backup in the folder.

    Attributes:
        name: of the file.
        made_at: the moment the node stood at.
        size_bytes: of the file.
        sha256: of the file when it was made, or empty if nobody noted it.
        tree_size: entries of the log in it, or None if nobody noted it.
        files: how many are in it, or None.
        sealed: whether it begins as an age file does.
    """

    name: str
    made_at: datetime
    size_bytes: int
    sha256: str
    tree_size: int | None
    files: int | None
    sealed: bool

    def value(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {**asdict(self), "made_at": time_text(self.made_at)}


def folder_of(config: NodeConfig) -> Path:
    """Return the folder of backups.

    Raises:
        BackupsUnsetError: folder or recipient is not set.
    """
    if not config.backup_folder or not config.backup_recipients:
        raise BackupsUnsetError("set backup_folder and backup_recipients in node.toml")
    return Path(config.backup_folder)


def make(
    config: NodeConfig,
    *,
    at: datetime,
    progress: Callable[[int], None] = lambda _done: None,
) -> Kept:
    """Make a backup, note what is in it, and let the oldest go beyond what is kept.

    Args:
        config: of the node, which may be running.
        at: this moment.
        progress: told of the bytes copied.

    Raises:
        BackupsUnsetError: folder or recipient is not set.
        BackupPlaceError: the folder takes no file.
        BackupError, StorageError, OutputExistsError: it could not be made; the old ones stay.
    """
    folder = folder_of(config)
    if folder.is_dir():  # one that is not there is said as that, below
        check_takes_files(folder)
    name = _free_name(config, folder, at)
    recipients = [parse_recipient(text) for text in config.backup_recipients]
    report = back_up(
        config,
        folder / name,
        recipients=recipients,
        with_packages=True,
        at=at,
        progress=progress,
    )
    note = {
        "files": report.files,
        "made_at": time_text(report.made_at),
        "sha256": digest_of(folder / name),
        "tree_size": report.tree_size,
    }
    with translating("noting the backup"):
        write_durably(_note_of(folder / name), json.dumps(note, sort_keys=True).encode())
    _let_go(config, folder)
    return named(config, name)


def _free_name(config: NodeConfig, folder: Path, at: datetime) -> str:
    """Return the name of a backup: it tells the second, a later one where that is taken."""
    while True:
        moment = f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
        name = f"comity-{config.party.replace('/', '-')}-{moment}.age"
        if not (folder / name).exists():
            return name
        at += timedelta(seconds=1)


def size_ahead(config: NodeConfig) -> int:
    """Return about how many bytes a backup copies."""
    return total_bytes(config, with_packages=True)


def kept(config: NodeConfig) -> list[Kept]:
    """Return the backups of this node in the folder, the newest first.

    Raises:
        BackupsUnsetError: folder or recipient is not set.
        StorageError: the folder is not there or cannot be read.
    """
    folder = folder_of(config)
    with translating("reading the folder of backups"):
        paths = sorted(
            backups_in(folder, config.party), key=lambda path: path.name[-20:], reverse=True
        )
        return [_read(path) for path in paths]


def named(config: NodeConfig, name: str) -> Kept:
    """Return one backup.

    Raises:
        BackupUnknownError: none has that name.
    """
    return _read(path_of(config, name))


def path_of(config: NodeConfig, name: str) -> Path:
    """Return where a backup lies; only names that we gave are looked for.

    Raises:
        BackupUnknownError: none has that name.
    """
    path = folder_of(config) / name
    if not BACKUP_NAME.fullmatch(name) or path.is_symlink() or not path.is_file():
        raise BackupUnknownError("no backup has this name")
    return path


def check(config: NodeConfig, name: str) -> Standing:
    """Tell whether a backup is, byte for byte, what was made; read whole.

    That it opens is seen only where its identity is: `opened`.
    """
    found = named(config, name)
    if not found.sha256:
        return "unknown"
    return "same" if digest_of(path_of(config, name)) == found.sha256 else "changed"


def newest_found(config: NodeConfig) -> tuple[Kept, Standing] | None:
    """Return the newest backup that the folder holds, and whether it is what was made; or None.

    Raises:
        BackupsUnsetError: folder or recipient is not set.
        BackupPlaceError: the folder takes no file, so the next backup would fail.
        StorageError: the folder cannot be read.
    """
    check_takes_files(folder_of(config))
    found = kept(config)
    return (found[0], check(config, found[0].name)) if found else None


def opened(source: Path, identities: list[Identity], *, scratch: Path) -> dict[str, Any]:
    """Restore a backup into a folder that is thrown away; return what was in it.

    Raises:
        AgeError, BackupMalformedError: it does not open, or is not what it lists.
    """
    found = restore(source, scratch / "node", identities=identities, rehearsal=True)
    return {
        "files": found.files,
        "made_at": time_text(found.made_at),
        "packages": found.with_packages,
        "party": found.party,
    }


def pieces(config: NodeConfig, name: str) -> Iterator[bytes]:
    """Return the bytes of a backup that is sealed.

    Raises:
        BackupPlainError: it is not: private keys would leave with it.
    """
    path = path_of(config, name)
    if not _sealed(path):
        raise BackupPlainError("it is not sealed, and does not leave over the network")
    return _stream(path)


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file, hexadecimal."""
    hasher = hashlib.sha256()
    with translating("reading the backup"):
        for piece in _stream(path):
            hasher.update(piece)
    return hasher.hexdigest()


def _stream(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece


def _let_go(config: NodeConfig, folder: Path) -> None:
    paths = sorted(backups_in(folder, config.party), key=lambda path: path.name)
    with translating("letting an old backup go"):
        for path in paths[: -config.backup_keep]:
            path.unlink()
            _note_of(path).unlink(missing_ok=True)


def _note_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.json")


def _read(path: Path) -> Kept:
    note = _note(path)
    named_at = datetime.strptime(path.name[-20:-4], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    try:
        made_at = min(named_at, parse_time(note.get("made_at")))
    except PeerError:  # no note, or another's
        made_at = named_at
    return Kept(
        name=path.name,
        made_at=made_at,
        size_bytes=path.stat().st_size,
        sha256=str(note.get("sha256", "")),
        tree_size=_number(note.get("tree_size")),
        files=_number(note.get("files")),
        sealed=_sealed(path),
    )


def _note(path: Path) -> dict[str, Any]:
    try:
        with _note_of(path).open("rb") as file:
            found = json.loads(file.read(_MAX_NOTE))
    except (FileNotFoundError, ValueError, RecursionError):
        return {}  # without a note nothing is claimed; another error is no word about the backup
    return found if isinstance(found, dict) else {}


def _number(value: object) -> int | None:
    return value if type(value) is int and value >= 0 else None


def _sealed(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(_AGE)) == _AGE
