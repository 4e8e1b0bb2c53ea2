"""With whom assistance is shared: shown before it is sent, held back where nobody can say."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from comity.canonical import MisuseError, state_of
from comity.exchange.assistance_types import ASSISTANCE_ROWS
from comity.exchange.table_types import TABLE_ROWS
from comity.node.cases import paper_authorities
from comity.node.core.node import Node

TYPES: Final = frozenset(row.type for row in (*ASSISTANCE_ROWS, *TABLE_ROWS))
NO_NODE: Final = "no-node"
UNLISTED: Final = "unlisted"


class SharingUnknownError(MisuseError, code="sharing-unknown"):
    """It is not certain who would read this: an addressee has no node, or is listed nowhere."""


@dataclass(frozen=True)
class Reader:
    """A party that would read a message.

    Attributes:
        party: its name.
        state: two letters.
        fault: why it cannot be said who reads there; empty where it can.
    """

    party: str
    state: str
    fault: str


def readers(node: Node, message_type: str, members: Iterable[str]) -> tuple[Reader, ...]:
    """Return who would read a message of assistance; nobody for any other type."""
    if message_type not in TYPES:
        return ()
    return tuple(
        Reader(party, state_of(party), _fault(node, party))
        for party in sorted(members)
        if party != node.party
    )


def check(node: Node, message_type: str, members: Iterable[str]) -> None:
    """Raise unless each party that would read a message of assistance is known.

    Raises:
        SharingUnknownError: one is not; nothing is sent to the others either.
    """
    for reader in readers(node, message_type, members):
        if reader.fault:
            raise SharingUnknownError(f"{reader.party}: {reader.fault}")


def _fault(node: Node, party: str) -> str:
    if not node.directory.has(party):
        return UNLISTED
    return NO_NODE if paper_authorities.writes_on_paper(node, party) else ""
