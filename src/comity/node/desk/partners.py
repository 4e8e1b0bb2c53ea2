"""Whom this office may write to."""

from django.utils.translation import gettext

from comity.node import correspondents
from comity.node.desk.story_names import party_text
from comity.node.node import Node


def partners(node: Node) -> list[tuple[str, str]]:
    """Return the authorities of other States that may be written to, as choices of a form."""
    listed = [p for p in node.directory.parties() if p != node.party and not p.startswith("un/")]
    by_letter = [(p, f"{p} ({gettext('by letter')})") for p in correspondents.parties()]
    return [(p, party_text(p)) for p in listed] + by_letter
