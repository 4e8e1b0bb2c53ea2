"""The acts of the self-test: write and read, sign and check, seal and open, back up and restore."""

import contextlib
import ctypes
import secrets
import shutil
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from comity.canonical import ComityError, OperationError
from comity.evidence import age, age_keys
from comity.ledger import Checkpoint, ed25519_signer, open_checkpoint, sign_checkpoint
from comity.ledger.notekey import ED25519, Ed25519Verifier, VerifierKey
from comity.node.core.config import NodeConfig
from comity.node.core.keystore import NodeKeys
from comity.node.core.randomness import random_bytes
from comity.node.core.sqlite_files import open_read_only, raise_unless_damage
from comity.node.operations.backup import back_up
from comity.node.operations.folder_trial import write_and_read
from comity.node.operations.restore import restore

LITTLE_DISK_BYTES: Final = 2 * 1024**3
_NOWHERE: Final = "comity-self-test.invalid"
_SAMPLE: Final = b"comity self-test\n" * 4096
_TIMEX_BYTES: Final = 512  # struct timex is 208 bytes on 64-bit Linux
_TIME_ERROR: Final = 5  # adjtimex(2): the clock is not synchronised


class SelfTestError(OperationError, code="self-test"):
    """A part of the node fails: what was written or signed is not what is read."""


def written_and_read(folder: Path) -> None:
    """Write a file in a folder down to the medium, read it, and take it away."""
    if not write_and_read(folder):
        raise SelfTestError("a file came back other than it was written")


def least_room(places: Iterable[Path]) -> tuple[int, int]:
    """Return free and total bytes of the fuller of the disks that places lie on."""
    found = [shutil.disk_usage(place) for place in places if place.exists()]
    disk = min(found, key=lambda one: one.free)
    return disk.free, disk.total


def clock_is_kept() -> bool | None:
    """Return whether the kernel says that something keeps its clock right; None if it cannot say.

    Source: adjtimex(2), called so that it changes nothing.
    """
    try:
        state = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(_TIMEX_BYTES))
    except (AttributeError, OSError):
        return None
    return None if state < 0 else state != _TIME_ERROR


def newest_row(database: Path) -> datetime | None:
    """Return when the newest audit row was written, or None without one."""
    if not database.is_file():
        return None
    with contextlib.suppress(sqlite3.Error), closing(_reading(database)) as held:
        row = held.execute("SELECT MAX(at) FROM node_auditrow").fetchone()
        if row and row[0]:
            return datetime.fromisoformat(row[0]).replace(tzinfo=UTC)
    return None


def damage(database: Path) -> list[str]:
    """Return what SQLite finds wrong in a database; empty: nothing.

    Source: sqlite.org, PRAGMA quick_check.

    Raises:
        StorageError: it could not be read, which says nothing of what is in it.
    """
    try:
        with closing(_reading(database)) as held:
            rows = held.execute("PRAGMA quick_check(5)").fetchall()
    except sqlite3.Error as fault:
        raise_unless_damage(fault, "reading the database")
        return [type(fault).__name__]
    return [str(row[0]) for row in rows if row[0] != "ok"]


def log_round_trip(key: Ed25519PrivateKey) -> None:
    """Sign a checkpoint with the log's key, and check it; a changed one must not hold.

    It is the checkpoint of a log that cannot exist: one of our own, with a tree we never had, would
    be a proof against us if it ever left.
    """
    made = Checkpoint(_NOWHERE, 1, secrets.token_bytes(32))
    note = sign_checkpoint(made, [ed25519_signer(_NOWHERE, key)])
    public = VerifierKey(_NOWHERE, ED25519, key.public_key().public_bytes_raw())
    verifier = Ed25519Verifier(public)
    if open_checkpoint(note, [verifier]).checkpoint != made:
        raise SelfTestError("a checkpoint came back other than it was signed")
    try:
        open_checkpoint(note.replace(b"\n1\n", b"\n2\n", 1), [verifier])
    except ComityError:
        return
    raise SelfTestError("a changed checkpoint was taken for a good one")


def signing_round_trip(keys: NodeKeys) -> None:
    """Sign with each of the node's keys, and check it.

    What is signed is no input of a JWS: those are two words of base64url with a dot between them.
    """
    for key in keys.signing.values():
        key.public.verify(key.sign(_SAMPLE), _SAMPLE)


def sealing_round_trip(keys: NodeKeys) -> None:
    """Seal something to the node and open it with what the node holds."""
    sealed = age.seal_bytes(_SAMPLE, [keys.sealing[0].recipient], random=random_bytes)
    if age.open_bytes(sealed, keys.sealing) != _SAMPLE:
        raise SelfTestError("what was sealed to the node came back other than it was")


def backup_round_trip(config: NodeConfig, folder: Path, *, at: datetime) -> tuple[int, int]:
    """Back the node up into a folder and restore it there; return its files and log entries.

    Sealed evidence is left out: it is checked by its own root whenever it is read.
    """
    identity = age_keys.generate(random_bytes)
    made, restored = folder / "trial.age", folder / "node"
    report = back_up(
        config,
        made,
        recipients=[identity.recipient],
        with_packages=False,
        at=at,
        rehearsal=True,
    )
    restore(made, restored, identities=[identity], rehearsal=True)
    return report.files, report.tree_size


def _reading(database: Path) -> sqlite3.Connection:
    return open_read_only(database, timeout_s=20)


def readers_are_confined() -> bool:
    """Start a reader on a harmless text; tell whether the kernel confined it."""
    from comity.forensics.errors import ReaderUnconfinedError
    from comity.forensics.isolation import run_worker
    from comity.intake.reader import READING, WORKER

    request = {"name": "self-test.txt", "operation": "original"}
    try:
        run_worker(WORKER, request, b"self-test", READING, unconfined=False)
    except ReaderUnconfinedError:
        return False
    return True
