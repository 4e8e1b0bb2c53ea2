"""What a message brings about in this office: packages to fetch, second signatures that came."""

from collections.abc import Mapping
from datetime import datetime

from comity.exchange import Message
from comity.exchange.bodies import Model, Offer
from comity.node.models import MessageRow, Package
from comity.node.node import Node


def apply_effects(
    node: Node, row: MessageRow, message: Message, bodies: Mapping[str, Model], *, at: datetime
) -> None:
    """Write what follows from a message, in its transaction. Nothing leaves the node from here."""
    offer = bodies.get("offer")
    if isinstance(offer, Offer) and not row.outgoing:
        Package.objects.get_or_create(
            root=offer.root,
            defaults={
                "exhibit": offer.exhibit,
                "conversation": message.conversation,
                "offer": offer.model_dump(),
                "offered_in": message.content,
                "outgoing": False,
                "stage": Package.Stage.WANTED,
                "changed_at": at,
            },
        )
