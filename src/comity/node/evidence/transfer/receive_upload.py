"""Taking in a package that its sender brings in parts, because we cannot fetch it (spec 13.2)."""

import re
import threading
from dataclasses import dataclass
from typing import Final

from comity.canonical import PeerError
from comity.evidence.blocks import BLOCK_BYTES
from comity.evidence.offer import Offer, parse_offer
from comity.node.core.block_writer import cut
from comity.node.core.node import Node
from comity.node.evidence import packages
from comity.node.evidence.storage.quota import check_room
from comity.node.evidence.storage.vault import Vault
from comity.node.evidence.transfer.block_assembly import Arrival
from comity.node.evidence.transfer.fetch import finish, stored
from comity.node.models import Conversation, Package

_SPAN: Final = re.compile(r"bytes (?:\*|(\d{1,16})-(\d{1,16}))/(\d{1,16})")
_ONE_AT_A_TIME: Final = threading.Lock()
"""Parts are small, and two writers of one file would spoil it."""


class PackageUnaskedError(PeerError, code="package-not-offered"):
    """A package is brought that its bringer has not offered to us, or not yet."""


class PackagePartError(PeerError, code="package-part"):
    """A part of a package does not say where it belongs, or the list of blocks did not come."""


@dataclass(frozen=True)
class Span:
    """Where a part belongs: from ``start`` to before ``end``; an empty one only asks."""

    start: int
    end: int
    size_bytes: int


def parse_span(header: str | None) -> Span | None:
    """Return the place of a part by its ``Content-Range``; None if it is malformed."""
    found = _SPAN.fullmatch(header or "")
    if found is None:
        return None
    if found[1] is None:
        return Span(0, 0, int(found[3]))
    span = Span(int(found[1]), int(found[2]) + 1, int(found[3]))
    return span if span.start < span.end <= span.size_bytes else None


def expect_blocks(node: Node, caller: str, root: str, blocks: bytes) -> None:
    """Keep the block hashes of a package that is about to come.

    Raises:
        PackageUnaskedError: the caller has offered no such package.
        NoRoomError: it does not fit now; the caller tries again.
        OfferRootError: they do not lead to the offered root.
    """
    _, offer = _expected(node, caller, root)
    check_room(node, offer.sealed_size_bytes, offer.sealed_size_bytes)
    Arrival(packages.vault_of(node).incoming, offer).expect(blocks)


def take_part(node: Node, caller: str, root: str, span: Span, part: bytes) -> int | None:
    """Append a part that goes on from what is here; return how much is here, None once whole.

    A part from another place changes nothing: the answer says where to go on.

    Raises:
        PackageUnaskedError, PackagePartError: it does not belong here.
        OfferError: a block is not the one offered; what came before it stays.
    """
    package, offer = _expected(node, caller, root)
    vault = packages.vault_of(node)
    if span.size_bytes != offer.sealed_size_bytes or len(part) != span.end - span.start:
        raise PackagePartError("a part of another length than it says")
    with _ONE_AT_A_TIME:
        if vault.has(offer.root):
            stored(package, offer)
            return None
        return _append(vault, package, offer, span, part)


def _append(vault: Vault, package: Package, offer: Offer, span: Span, part: bytes) -> int | None:
    arrival = Arrival(vault.incoming, offer)
    if arrival.expected is None:
        if part:
            raise PackagePartError("the list of blocks comes first")
        return 0
    with arrival:
        here = arrival.leading_bytes
        if part and span.start == here:
            first = end = here // BLOCK_BYTES
            try:
                for block in cut([part], offer.sealed_size_bytes - here):
                    arrival.put(end, block)
                    end += 1
            finally:
                arrival.keep(first, end)
        here = arrival.leading_bytes
    if here < offer.sealed_size_bytes:
        return here
    finish(vault, arrival)
    stored(package, offer)
    return None


def _expected(node: Node, caller: str, root: str) -> tuple[Package, Offer]:
    package = Package.objects.filter(root=root, outgoing=False).first()
    if package is None or package.stage == Package.Stage.DESTROYED:
        raise PackageUnaskedError("you have offered no such package")
    if node.directory.entry(caller).endpoint.url is not None:
        raise PackageUnaskedError("you have an address: the package is fetched there")
    parties = Conversation.objects.get(digest=package.conversation).members
    if caller not in parties or caller == node.party:
        raise PackageUnaskedError("you have offered no such package")
    return package, parse_offer(package.offer)
