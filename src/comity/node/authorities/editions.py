"""Which edition of the registry of types this office shares with its partners (spec 7.6)."""

from collections.abc import Iterable

from comity.exchange import KNOWN, Draft, Edition, EditionNotSharedError
from comity.node.node import Node


def shared(node: Node, members: Iterable[str]) -> Edition:
    """Return the newest edition that is known here and that all members list.

    A member without an entry has no system that could refuse anything: it does not count.

    Raises:
        EditionNotSharedError: there is none.
    """
    directory = node.directory
    return KNOWN.shared(directory.entry(p).editions for p in members if directory.has(p))


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
