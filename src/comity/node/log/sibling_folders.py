"""Stopping older copies of a node that lie beside its folder, once it opened a new epoch.

After a restore on the same machine the old folder mostly lies beside the new one. It would hear of
the new epoch from a partner only once one has heard of it; here it is told at once.
"""

import logging
from pathlib import Path
from typing import Final

from comity.canonical import ComityError
from comity.node.core.config import load_config
from comity.node.core.keystore import load_signing_key
from comity.node.core.node import Node
from comity.node.log.superseded import FILE, supersede

_SETTINGS: Final = "node.toml"
_LOG = logging.getLogger("comity.recovery")


def stop_copies(node: Node) -> list[Path]:
    """Leave in each older copy beside a node the proof that its log goes on; return the copies.

    Args:
        node: whose guard holds the first tree of its new epoch.
    """
    note, folder = node.guard.read(), node.config.folder.resolve()
    if note is None:
        return []
    stopped = []
    for place in sorted(folder.parent.glob(f"*/{_SETTINGS}")):
        beside = place.parent.resolve()
        try:
            if beside == folder or (beside / FILE).exists() or not _is_copy(node, beside):
                continue
            supersede(beside, note.decode())
        except (ComityError, OSError) as fault:  # another user's, or none that could be started
            _LOG.info("%s was not looked at: %s", beside, type(fault).__name__)
        else:
            stopped.append(beside)
            _LOG.warning("%s is an older copy of this node: it signs nothing more", beside)
    return stopped


def _is_copy(node: Node, folder: Path) -> bool:
    """Tell whether a folder is of a node with the same name and the same key of its log."""
    config = load_config(folder)
    if (config.party, config.mode) != (node.party, node.config.mode):
        return False
    return load_signing_key(config.keys / "log.json", use="log").kid == node.keys["log"].kid
