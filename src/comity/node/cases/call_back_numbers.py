"""The telephone numbers on which an authority may be called back: ours to know, never the caller's.

Whoever calls can show any number. What counts is the signed entry of the directory, or what this
office itself wrote into its register of authorities.
"""

from dataclasses import dataclass
from typing import Literal

from comity.node.cases import paper_authorities
from comity.node.core.node import Node


@dataclass(frozen=True)
class Number:
    """A number to call.

    Attributes:
        number: as written there.
        source: the signed directory, or this office's own register.
    """

    number: str
    source: Literal["directory", "register"]


def numbers(node: Node, party: str) -> tuple[Number, ...]:
    """Return the numbers of an authority, none where nobody knows one.

    Args:
        node: this node.
        party: as the directory or the register names it; may be empty.
    """
    if not party:
        return ()
    if node.directory.has(party):
        phone = node.directory.entry(party).duty_phone
        return (Number(phone, "directory"),) if phone else ()
    item = paper_authorities.entered(party)
    contacts = item.told["contacts"] if item else ()
    return tuple(Number(c["address"], "register") for c in contacts if c["channel"] == "phone")


def callers(node: Node) -> tuple[str, ...]:
    """Return the authorities that may have called: all others of the directory and the register."""
    listed = tuple(party for party in node.directory.parties() if party != node.party)
    return (*listed, *paper_authorities.parties())
