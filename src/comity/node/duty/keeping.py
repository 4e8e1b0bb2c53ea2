"""What the node's loops do for the watch: look for causes, climb ladders, hand notices over."""

from comity.node.clock import now
from comity.node.duty import causes, escalating, sending
from comity.node.node import Node
from comity.node.partner_http import PartnerClient


def watch(node: Node, client: PartnerClient) -> int:
    """Raise and end alarms, and do the steps that are due; return how much was done."""
    at = now()
    found = causes.causes(node, at, silent=dict(client.silent), flooding=node.quotas.flooding())
    return escalating.settle(found, at=at) + escalating.climb(at=at)


def hand_over(node: Node) -> int:
    """Hand over the notices that are due; return how many were tried."""
    return sending.send_due(node.config, at=now())
