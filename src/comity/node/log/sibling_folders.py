"""Copies of a node that lie beside its folder: older ones are stopped, newer ones are found.

After a restore on the same machine the old folder mostly lies beside the new one. It would hear of
the new epoch from a partner only once one has heard of it; here it is told at once.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from comity.canonical import ComityError
from comity.ledger import LogOrigin, peek_checkpoint
from comity.node.core.config import load_config
from comity.node.core.head_guard import FILE as GUARD
from comity.node.core.head_guard import FileGuard
from comity.node.core.keystore import load_signing_key
from comity.node.core.node import Node
from comity.node.log.store import read_head
from comity.node.log.superseded import FILE, supersede

_SETTINGS: Final = "node.toml"
_LOG = logging.getLogger("comity.recovery")


@dataclass(frozen=True)
class NewerCopy:
    """A copy of a node that opened a later epoch of its log.

    Attributes:
        folder: where it lies.
        epoch: of its newest signed tree.
        note: that tree's checkpoint.
    """

    folder: Path
    epoch: int
    note: str


def newer_copy(node: Node) -> NewerCopy | None:
    """Return the newest copy beside a node whose log is in a later epoch than the node's register.

    A copy whose settings, log key or guard cannot be read is none.

    Args:
        node: beside whose folder to look.
    """
    own, found = read_head().epoch, []
    for beside in _others(node):
        try:
            kept = FileGuard(beside / GUARD).read() if _is_copy(node, beside) else None
            if kept is None:
                continue
            checkpoint = peek_checkpoint(kept)
            epoch = LogOrigin.parse(checkpoint.origin).epoch
        except (ComityError, OSError) as fault:
            _LOG.info("%s was not looked at: %s", beside, type(fault).__name__)
            continue
        if epoch > own:
            copy = NewerCopy(beside, epoch, kept.decode())
            found.append((epoch, checkpoint.tree_size, str(beside), copy))
    return max(found)[-1] if found else None


def stop_copies(node: Node) -> list[Path]:
    """Leave in each older copy beside a node the proof that its log goes on; return the copies.

    Args:
        node: whose guard holds the first tree of its new epoch.
    """
    note = node.guard.read()
    if note is None:
        return []
    stopped = []
    for beside in _others(node):
        try:
            if (beside / FILE).exists() or not _is_copy(node, beside):
                continue
            supersede(beside, note.decode())
        except (ComityError, OSError) as fault:  # another user's, or none that could be started
            _LOG.info("%s was not looked at: %s", beside, type(fault).__name__)
        else:
            stopped.append(beside)
            _LOG.warning("%s is an older copy of this node: it signs nothing more", beside)
    return stopped


def _others(node: Node) -> Iterator[Path]:
    """Give the folders beside a node's that have a node's settings."""
    folder = node.config.folder.resolve()
    for place in sorted(folder.parent.glob(f"*/{_SETTINGS}")):
        beside = place.parent.resolve()
        if beside != folder:
            yield beside


def _is_copy(node: Node, folder: Path) -> bool:
    """Tell whether a folder is of a node with the same name and the same key of its log."""
    config = load_config(folder)
    if (config.party, config.mode) != (node.party, node.config.mode):
        return False
    return load_signing_key(config.keys / "log.json", use="log").kid == node.keys["log"].kid
