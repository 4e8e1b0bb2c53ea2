"""Which edition of the registry of types this office shares with its partners (spec 7.6)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from comity.exchange import KNOWN, Draft, Edition, EditionNotSharedError, TypeNotSharedError
from comity.exchange.types import NEW
from comity.node.core.node import Node


@dataclass(frozen=True)
class Opening:
    """A type that opens a conversation, and whether a party's system takes it.

    Attributes:
        type: of the message.
        fault: code of why it cannot be sent, or empty.
        sections: name of each section that it may carry to whether it must; empty with a fault.
    """

    type: str
    fault: str = ""
    sections: Mapping[str, bool] = field(default_factory=dict)


def shared(node: Node, members: Iterable[str]) -> Edition:
    """Return the newest edition that is known here and that all members list.

    A member without an entry has no system that could refuse anything: it does not count.

    Raises:
        EditionNotSharedError: there is none.
    """
    directory = node.directory
    return KNOWN.shared(directory.entry(p).editions for p in members if directory.has(p))


def opening(node: Node, party: str, message_type: str) -> Opening:
    """Return whether a party's system takes an opening of a type, before anything is written.

    What a party without an entry is sent goes by letter: it takes everything that is known here.
    """
    try:
        found = shared(node, (node.party, party)).row(message_type)
    except EditionNotSharedError as fault:
        return Opening(message_type, fault.code)
    if found is None or NEW not in found.main:
        return Opening(message_type, TypeNotSharedError.code)
    return Opening(message_type, sections=found.sections)


def openings(node: Node, party: str) -> tuple[Opening, ...]:
    """Return every type known here that opens a conversation, as `opening` has it for a party."""
    rows = (row for edition in KNOWN for row in edition.moves.values() if NEW in row.main)
    return tuple(opening(node, party, name) for name in dict.fromkeys(row.type for row in rows))


def takes(node: Node, party: str, message_type: str, sections: Collection[str] = ()) -> bool:
    """Tell whether a party's system takes an opening of a type with some sections, at least."""
    found = opening(node, party, message_type)
    return not found.fault and found.sections.keys() >= set(sections)


def are_published(node: Node) -> bool:
    """Tell whether our entry lists the editions that this program has, if there is an entry.

    A State signs each entry anew after an update; until then partners go by the older one.
    """
    directory = node.directory
    return not directory.has(node.party) or (
        tuple(directory.entry(node.party).editions) == KNOWN.digests
    )


def check_pinned(node: Node, draft: Draft) -> None:
    """Raise unless the edition that an opening pins, or that a draft proposes, is still shared.

    Raises:
        EditionNotSharedError: a member's newest entry does not list it any more.
    """
    directory = node.directory
    if draft.edition is None:
        return
    for party in draft.members:
        if directory.has(party) and draft.edition not in directory.entry(party).editions:
            raise EditionNotSharedError(
                f"{party} does not list the edition of the registry that this draft names any "
                "more, so it was not sent: discard the draft and make it anew"
            )


def proposable(node: Node, members: Iterable[str], in_force: Edition) -> Edition | None:
    """Return the newer edition that a conversation could go on to, or None."""
    try:
        found = shared(node, members)
    except EditionNotSharedError:
        return None
    return found if found.number > in_force.number else None
