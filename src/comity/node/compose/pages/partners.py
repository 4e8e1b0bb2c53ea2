"""Whom this office may write to."""

from collections.abc import Collection

from django.utils.translation import gettext

from comity.node.cases import paper_authorities
from comity.node.core.node import Node
from comity.node.log import editions
from comity.node.web.story_names import party_text


def partners(
    node: Node, message_type: str, sections: Collection[str] = ()
) -> list[tuple[str, str]]:
    """Return the authorities of other States that may be sent an opening, as choices of a form.

    Args:
        node: this node.
        message_type: of the opening.
        sections: that it always carries here.
    """
    listed = [p for p in _listed(node) if editions.takes(node, p, message_type, sections)]
    by_letter = [(p, f"{p} ({gettext('by letter')})") for p in paper_authorities.parties()]
    return [(p, party_text(p)) for p in listed] + by_letter


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


def _listed(node: Node) -> list[str]:
    return [p for p in node.directory.parties() if p != node.party and not p.startswith("un/")]
