"""The parts of a running node, made once for each process."""

import functools
from collections.abc import Callable
from dataclasses import dataclass, field

from comity.node.core.node import Node, this_node
from comity.node.core.partner_http import PartnerClient
from comity.node.log.group_commit import Committer


def _nobody() -> None:
    """Wake nobody: a command has no loops."""


@dataclass
class Waker:
    """Wakes the loops of this process, if it has any."""

    wake: Callable[[], None] = _nobody


@dataclass(frozen=True)
class Service:
    """What acts of a node need: itself, what writes its log, what asks partners.

    Attributes:
        node: this node.
        committer: writes the register and the log in one transaction.
        client: asks partners.
        waker: of the loops, which `comity.node.operations.background_jobs` makes of this.
    """

    node: Node
    committer: Committer
    client: PartnerClient
    waker: Waker = field(default_factory=Waker)

    def wake(self) -> None:
        """Let the loops deliver now what was queued just now."""
        self.waker.wake()


def make_service(node: Node) -> Service:
    """Return the parts of a node; nothing is started, nothing can be recorded yet."""
    return Service(node, Committer(node), PartnerClient(node))


@functools.cache
def this_service() -> Service:
    """Return the service of the node this process serves."""
    return make_service(this_node())


def command_service() -> Service:
    """Return the service for a command on the node's own machine, open at once.

    The running node beside it has made the comparison with partners, or its next start will.
    """
    service = this_service()
    service.committer.open()
    return service
