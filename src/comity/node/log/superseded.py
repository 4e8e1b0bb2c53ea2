"""A node whose log goes on elsewhere: it was restored, and this folder is the copy left behind.

A restore opens a new epoch of the log. The folder it was to replace may still be started, and would
sign a second history. Whoever shows it a checkpoint of a later epoch, signed with its own log key,
proves that the log goes on without it. The proof is kept in the folder, and from then on nothing
is signed, receipted or served here.
"""

from pathlib import Path
from typing import Final

from comity.directory import disk
from comity.ledger import peek_checkpoint
from comity.node.core.head_guard import HeadGuardError

FILE: Final = "log-superseded"
_MAX_BYTES: Final = 65536


class LogSupersededError(HeadGuardError, code="log-superseded"):
    """The log of this node continues in a newer copy of it; this one must sign nothing more."""


def newer_log(folder: Path) -> str:
    """Return the name of the log in which a newer copy goes on; empty: none is known.

    Args:
        folder: the node's.
    """
    kept = proof(folder)
    return peek_checkpoint(kept.encode()).origin if kept else ""


def proof(folder: Path) -> str:
    """Return the checkpoint that shows the newer copy, as it was kept; empty: there is none.

    Args:
        folder: the node's.
    """
    try:
        with (folder / FILE).open("rb") as file:
            return file.read(_MAX_BYTES).decode("utf-8", "replace")
    except FileNotFoundError:
        return ""


def check_newest(folder: Path) -> None:
    """Raise if a newer copy of the node was seen.

    Args:
        folder: the node's.

    Raises:
        LogSupersededError: it was.
    """
    if (folder / FILE).exists():
        raise LogSupersededError(
            f"a newer copy of this node continues its log as {newer_log(folder)}; this copy signs "
            "and serves nothing more"
        )


def supersede(folder: Path, note: str) -> None:
    """Keep the proof that a newer copy continues the log.

    Args:
        folder: the node's.
        note: a checkpoint of a later epoch, whose signature was checked.
    """
    disk.write(folder / FILE, note.encode(), private=True)


def forget(folder: Path) -> None:
    """Take the proof away, once this copy opened an epoch of its own on a person's word."""
    (folder / FILE).unlink(missing_ok=True)
