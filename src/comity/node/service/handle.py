"""The parts of a running node, made once for each process."""

import functools
from dataclasses import dataclass

from comity.node.core.node import Node, this_node
from comity.node.core.partner_http import PartnerClient
from comity.node.federation.delivery import Delivery
from comity.node.log.group_commit import Committer
from comity.node.operations.background_jobs import Work


@dataclass(frozen=True)
class Service:
    """A node with what runs it."""

    node: Node
    committer: Committer
    client: PartnerClient
    delivery: Delivery
    loop: Work

    def start(self) -> None:
        """Run deliveries and clocks; nothing is recorded before the log was compared."""
        self.loop.start()


def make_service(node: Node) -> Service:
    """Return the parts of a node; nothing is started, nothing can be recorded yet."""
    committer, client = Committer(node), PartnerClient(node)
    delivery = Delivery(node, committer, client)
    return Service(node, committer, client, delivery, Work(node, committer, client, delivery))


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
