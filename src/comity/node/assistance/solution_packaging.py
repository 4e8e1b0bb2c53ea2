"""What a node's folder gives to a solution that is packed beside it: its key, its records."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from comity.canonical import Mode, state_of
from comity.instruments.templates import topics
from comity.keys import Jws, PrivateKey
from comity.node.core.law_library import lawbook
from comity.node.core.node import load_node


@dataclass(frozen=True)
class Office:
    """Who signs, and by which records anybody can check it."""

    party: str
    mode: Mode
    states: Sequence[Jws]
    entries: Sequence[Jws]
    topics: frozenset[str]
    """Keys of the topics that this office's law lists."""


def signed_with(folder: Path) -> tuple[PrivateKey, Office]:
    """Return the export key of a node's folder, and the records of its party."""
    node = load_node(folder)
    office = Office(
        party=node.party,
        mode=node.config.mode,
        states=[one.jws for one in node.directory.state_records(state_of(node.party))],
        entries=[one.jws for one in node.directory.versions(node.party)],
        topics=frozenset(topics(lawbook(node.config).library)),
    )
    return node.keys["export"], office
