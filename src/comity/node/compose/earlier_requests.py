"""Requests that this office sent lately, with which a new one can begin."""

from dataclasses import dataclass
from typing import Final

from comity.node.core.node import Node
from comity.node.messages import summary_line
from comity.node.messages.summary_line import Gist
from comity.node.people.access.visible_cases import Circle

REQUEST: Final = "request.submitted"
MOST: Final = 5
_LOOKED_THROUGH: Final = 100
"""Conversations that moved last, among which they are looked for: the list stays cheap."""


@dataclass(frozen=True)
class Earlier:
    """A request of ours: its conversation, measure, whom it went to, and what it is about."""

    digest: str
    measure: str
    to: str
    gist: Gist


def earlier_requests(node: Node, circle: Circle) -> list[Earlier]:
    """Return the requests of ours that moved last, of those that an officer may see."""
    rows = (
        circle.conversations()
        .order_by("-moved_at")
        .values_list("digest", "opener", "type", "measure", "members")
    )
    ours = [
        (digest, measure, members)
        for digest, opener, kind, measure, members in rows[:_LOOKED_THROUGH]
        if opener == node.party and kind == REQUEST and measure
    ][:MOST]
    told = summary_line.of_conversations(digest for digest, _measure, _members in ours)
    return [
        Earlier(
            digest=digest,
            measure=measure,
            to=next((party for party in members if party != node.party), ""),
            gist=told.get(digest, summary_line.NOTHING),
        )
        for digest, measure, members in ours
    ]
