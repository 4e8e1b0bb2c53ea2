"""What a message brings about in this office: custody joined, packages to fetch, clocks ended."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from comity.evidence.offer import parse_offer
from comity.evidence.package_errors import OfferError
from comity.exchange import Message, Registry
from comity.exchange.bodies import Countersignature, Custody, Offer
from comity.exchange.table_bodies import Solution, Withdrawal
from comity.exchange.values import Model
from comity.node.assistance import solutions
from comity.node.cases import closed_cases, second_signature
from comity.node.evidence import custody, offers
from comity.node.models import Package
from comity.node.search import index

SECTIONS: Final = frozenset({"countersignature", "custody", "offer", "solution", "withdrawal"})
"""Only what these sections say has effects."""


def apply_effects(
    message: Message, bodies: Mapping[str, Model], registry: Registry, *, ours: bool, at: datetime
) -> None:
    """Write what follows from a message, in its transaction; nothing leaves the node from here.

    Args:
        message: recorded just now.
        bodies: its checked sections.
        registry: who knows whose keys.
        ours: whether this node sent it.
        at: this node's clock.

    Raises:
        PeerError: what it hands over contradicts what this node knows, its offer is malformed, its
            second signature is not good, or a solution is not offered or withdrawn by its author's
            signature.
    """
    second, handed, offer = (bodies.get(name) for name in ("countersignature", "custody", "offer"))
    told = parse_offer(offer.model_dump()) if isinstance(offer, Offer) and not ours else None
    if isinstance(second, Countersignature):
        second_signature.take(message, second, registry, ours=ours, at=at)
    if isinstance(handed, Custody):
        custody.join(handed, message, offer=offer, ours=ours)
    solution, withdrawal = (bodies.get(name) for name in ("solution", "withdrawal"))
    if isinstance(solution, Solution):
        solutions.take_offer(message, solution, registry, ours=ours, at=at)
    if isinstance(withdrawal, Withdrawal):
        solutions.take_withdrawal(withdrawal, registry, at=at)
    if not isinstance(offer, Offer):
        return
    if ours:
        offers.note_offered(message, offer.root, at=at)
        return
    package, new = Package.objects.get_or_create(
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
    if told is not None and not new and parse_offer(package.offer).terms != told.terms:
        raise OfferError("it says otherwise of a package that was offered before")
    index.packages([package])
    if new:
        closed_cases.with_evidence([message.conversation])
