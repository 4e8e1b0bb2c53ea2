"""Whom this office may write to."""

from collections.abc import Collection
from typing import Final

from django.utils.translation import gettext

from comity.node.cases import paper_authorities
from comity.node.core.node import Node
from comity.node.log import editions
from comity.node.models import DraftRow
from comity.node.web.story_names import party_text

MOST_DRAFTS: Final = 50
"""Among how many of the office's newest drafts an officer's own are looked for."""


def partners(
    node: Node, message_type: str, sections: Collection[str] = (), *, by: str = ""
) -> list[tuple[str, str]]:
    """Return the authorities of other States that may be sent an opening, as choices of a form.

    Those that an officer wrote to last come first.

    Args:
        node: this node.
        message_type: of the opening.
        sections: that it always carries here.
        by: the officer who writes.
    """
    listed = [p for p in _listed(node) if editions.takes(node, p, message_type, sections)]
    by_letter = [
        (p, f"{party_text(p)} ({gettext('by letter')})") for p in paper_authorities.parties()
    ]
    last = _written_to_last(node, by) if by else []
    found = [(p, party_text(p)) for p in listed] + by_letter
    return sorted(found, key=lambda one: last.index(one[0]) if one[0] in last else len(last))


def not_offered(node: Node, message_type: str, sections: Collection[str] = ()) -> list[str]:
    """Return the authorities whose systems do not take such an opening; arguments as `partners`."""
    return [
        str(party_text(party))
        for party in _listed(node)
        if not editions.takes(node, party, message_type, sections)
    ]


def is_offered(node: Node, message_type: str, sections: Collection[str] = ()) -> bool:
    """Tell whether an opening is offered at all: not where no authority's system takes it."""
    return bool(partners(node, message_type, sections)) or not _listed(node)


def _written_to_last(node: Node, by: str) -> list[str]:
    """Return the authorities of an officer's newest drafts, the newest first."""
    newest = DraftRow.objects.order_by("-id").values_list("made_by", "fields__members")
    mine = (members for maker, members in newest[:MOST_DRAFTS] if maker == by)
    written = (party for members in mine for party in members)
    return list(dict.fromkeys(party for party in written if party != node.party))


def _listed(node: Node) -> list[str]:
    return [p for p in node.directory.parties() if p != node.party and not p.startswith("un/")]
