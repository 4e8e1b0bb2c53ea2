"""What is looked at before a node is served: its register and its head guard."""

from pathlib import Path

from comity.canonical import OperationError
from comity.node.core.head_guard import HeadGuardMissingError
from comity.node.core.node import Node
from comity.node.log.guarded_log import read_guarded, settle
from comity.node.log.superseded import check_newest
from comity.node.messages.recovery_marker import read_marker


class RegisterLostError(OperationError, code="register-lost"):
    """This node has signed entries of its log, and its register is not there."""


def check_present(node: Node) -> None:
    """Raise unless the file of the register is there, or nothing was ever signed.

    An absent SQLite file would be made anew, empty.

    Raises:
        RegisterLostError: it is gone.
        HeadGuardError: the guard cannot be read.
    """
    if node.config.database or node.config.database_file.exists():
        return
    if node.guard.read() is None and read_marker(node.config.folder) is None:
        raise HeadGuardMissingError("this node has neither register nor head guard")
    if node.guard.read() is not None and read_guarded(node).tree_size:
        raise RegisterLostError(
            f"{node.config.database_file.name} is gone, and this node signed "
            f"{read_guarded(node).tree_size} entries of its log"
        )


def check_not_superseded(folder: Path) -> None:
    """Raise if a newer copy of the node was seen, and no person said that it is lost.

    It needs neither the register nor the node's port, which the newer copy may hold.

    Args:
        folder: the node's.

    Raises:
        LogSupersededError: it was.
    """
    marker = read_marker(folder)
    if marker is None or marker.opened:
        check_newest(folder)


def check_guarded(node: Node) -> None:
    """Raise unless the register continues what was signed, or a restore is still to say.

    Raises:
        HeadGuardError, RegisterBehindError, HeadGuardOldError: the log must not go on.
    """
    marker = read_marker(node.config.folder)
    if marker is None or marker.opened:
        settle(node)
