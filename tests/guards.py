"""The head guard of a node in this process, whose register is undone after each test."""

from comity.ledger import LogOrigin, peek_checkpoint
from comity.node.core.config import NodeConfig
from comity.node.core.head_guard import FILE, FileGuard
from comity.node.operations.create_node import make_guard


def begin_anew(config: NodeConfig) -> None:
    """Let a node's guard be that of a log without entries, as its register is again."""
    path = config.folder / FILE
    kept = FileGuard(path).read()
    assert kept is not None
    origin = LogOrigin.parse(peek_checkpoint(kept).origin).at(1)
    path.unlink()
    make_guard(config, str(origin))
