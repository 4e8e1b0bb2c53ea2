"""When this node was last reached from outside, at the address that partners use, and by whom.

Two things show it: a request that a partner's node signed and that was verified here, and somebody
who was signed in and opened the page *Test request* from outside. Only what really came counts: at
the address of the directory entry, over TLS, from another machine. Whose machine it was is said by
the socket, or by a proxy that this office trusts. No address of a visitor is stored.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from django.http import HttpRequest

from comity.node.core.node import Node
from comity.node.models import OutsideContact
from comity.node.service.reached import Reached, how_reached

OLD: Final = timedelta(days=30)
"""After so long nothing shows any more that the way is open."""
_AGAIN: Final = timedelta(hours=1)
"""A partner asks every few seconds: its next request is stored after this time."""
BY_PAGE: Final = ""
"""In place of a partner's name: the page was opened."""

type Known = Literal["not-needed", "not-listed", "no-tls", "reached", "old", "never"]


@dataclass(frozen=True)
class Connection:
    """What is known of the connection for partners.

    Attributes:
        known: ``not-needed``: the entry names no address, the node asks its partners itself;
            ``not-listed``: there is no entry; ``no-tls``: the address is of this machine only;
            ``reached``, or ``old`` if that was long ago; ``never``.
        address: at which partners reach this node; empty for none.
        party: the partner that reached it last; `BY_PAGE` if the page was opened.
        at: when.
    """

    known: Known
    address: str = ""
    party: str = BY_PAGE
    at: datetime | None = None

    @property
    def is_good(self) -> bool:
        """Tell whether partners reach this node, or need not."""
        return self.known in {"reached", "not-needed"}


def connection(node: Node, *, at: datetime) -> Connection:
    """Return what is known at a moment; what was seen at another address does not count."""
    if not node.directory.has(node.party):
        return Connection("not-listed")
    address = listed_address(node)
    if not address:
        return Connection("not-needed")
    if not address.startswith("https:"):
        return Connection("no-tls", address)
    found = OutsideContact.objects.filter(address=address).order_by("-at").first()
    if found is None:
        return Connection("never", address)
    known: Known = "old" if at - found.at > OLD else "reached"
    return Connection(known, address, found.party, found.at)


def listed_address(node: Node) -> str:
    """Return the address in this node's directory entry; empty for none."""
    entry = node.directory.entry(node.party) if node.directory.has(node.party) else None
    return (entry.endpoint.url if entry else None) or ""


def reached_by(request: HttpRequest, node: Node) -> Reached:
    """Return what a request shows about the connection for partners."""
    address = f"{request.scheme}://{request.get_host()}"
    return how_reached(address, str(request.META.get("REMOTE_ADDR", "")), listed_address(node))


def note_partner(request: HttpRequest, node: Node, party: str, *, at: datetime) -> None:
    """Note that a partner's node reached this one, once its signature was verified.

    A partner may stand in the same private network as this node: that it is a partner shows the
    signature. Where the directory lists this node's certificate, its program accepts no other.
    """
    found = reached_by(request, node)
    if party != node.party and found.is_from_elsewhere:
        _note(party, found.listed, at)


def note_page(request: HttpRequest, node: Node, *, at: datetime) -> Reached:
    """Note that a person opened the page, if that was from outside; return what it shows."""
    found = reached_by(request, node)
    if found.proved:
        _note(BY_PAGE, found.listed, at)
    return found


def _note(party: str, address: str, at: datetime) -> None:
    kept = OutsideContact.objects.filter(party=party, address=address)
    if not kept.filter(at__gt=at - _AGAIN).exists():
        told = {"address": address, "at": at}
        OutsideContact.objects.update_or_create(party=party, defaults=told)
