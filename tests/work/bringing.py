"""Work items of facts that a test wrote into the register by itself."""

from datetime import datetime

from comity.node.core.node import Node
from comity.node.duty import alarm_causes
from comity.node.work.recompute import Comparison


def bring(node: Node, at: datetime) -> None:
    """Write the work items as the facts say at a moment, as the loops do."""
    Comparison().whole(at=at)
    alarm_causes.causes(node, at)
