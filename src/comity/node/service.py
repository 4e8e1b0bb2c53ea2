"""The parts of a running node, made once for each process."""

import functools
from dataclasses import dataclass

from comity.node.committer import Committer
from comity.node.delivery import Delivery, DeliveryLoop
from comity.node.node import Node, this_node
from comity.node.partner_http import PartnerClient


@dataclass(frozen=True)
class Service:
    """A node with what runs it."""

    node: Node
    committer: Committer
    client: PartnerClient
    delivery: Delivery
    loop: DeliveryLoop


def make_service(node: Node) -> Service:
    """Return the parts of a node; nothing is started."""
    committer, client = Committer(node), PartnerClient(node)
    delivery = Delivery(node, committer, client)
    return Service(node, committer, client, delivery, DeliveryLoop(delivery, node))


@functools.cache
def this_service() -> Service:
    """Return the service of the node this process serves."""
    return make_service(this_node())
