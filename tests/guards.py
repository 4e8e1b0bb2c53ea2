"""The head guard of a node in this process, whose register is undone after each test."""

from comity.node.config import NodeConfig
from comity.node.founding import make_guard
from comity.node.log.head_guard import FILE


def begin_anew(config: NodeConfig) -> None:
    """Let a node's guard be that of a log without entries, as its register is again."""
    (config.folder / FILE).unlink(missing_ok=True)
    make_guard(config)
