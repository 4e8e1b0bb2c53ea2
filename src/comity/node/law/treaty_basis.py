"""What the registers of treaties say between this State and another, whoever it is."""

from datetime import UTC, datetime

from comity.canonical import state_of
from comity.instruments.bases import Basis, between
from comity.node.core.law_library import lawbook
from comity.node.core.node import Node


def known(node: Node, party: str, *, at: datetime) -> tuple[Basis, ...]:
    """Return every instrument with how it stands between our State and that of a party.

    Args:
        node: this node.
        party: of another State; it need not be listed anywhere.
        at: the day, aware UTC.

    Raises:
        LawFolderError, StatusError: the office's law cannot be read.
    """
    ours, theirs = state_of(node.party), state_of(party)
    return between(lawbook(node.config).library, ours, theirs, at.astimezone(UTC).date())
