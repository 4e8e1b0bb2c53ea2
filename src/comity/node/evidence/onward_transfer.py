"""Passing evidence on to a third State: stopped, unless its sender consented to it.

An approver may let it go without, and answers for that with reasons.

Source: ADR 0037; docs/how-to/conditions-of-use.md.
"""

from dataclasses import dataclass
from typing import Any, Final

from comity.canonical import state_of
from comity.evidence.limits import ONWARD
from comity.node.core.node import Node
from comity.node.evidence import use_limits
from comity.node.models import DraftRow

EXCEPTED: Final = "use.onward-excepted"


@dataclass(frozen=True, kw_only=True)
class Stop:
    """One thing that keeps evidence from going on.

    Attributes:
        exhibit: that came, or from which the one offered was made.
        conversation: in which it came, and in which consent can be asked.
        case: of that conversation, in this office.
        source: party that sent it.
        to: party that is to get it now.
    """

    exhibit: str
    conversation: str
    case: str
    source: str
    to: str

    def to_value(self) -> dict[str, str]:
        """Return the JSON value."""
        return {
            "conversation": self.conversation,
            "exhibit": self.exhibit,
            "source": self.source,
            "to": self.to,
        }


def third_states(node: Node, row: DraftRow) -> tuple[tuple[use_limits.Bound, str], ...]:
    """Return what came, and the party of a third State to which a draft offers it.

    Evidence goes back to the State it came from, and stays in our own, without asking.
    """
    offer = row.sections.get("offer")
    if offer is None:
        return ()
    value, ours = offer["value"], state_of(node.party)
    addressees = [party for party in row.fields["members"] if party != node.party]
    return tuple(
        (bound, party)
        for bound in use_limits.bounds(node, value["exhibit"], same=value)
        if bound.came
        for party in addressees
        if state_of(party) not in {ours, *(state_of(source) for source in bound.source)}
    )


def stops(node: Node, row: DraftRow) -> tuple[Stop, ...]:
    """Return what keeps a draft from being sent; none for what offers no evidence.

    To a third State evidence goes with the consent of whoever sent it, given in the conversation
    in which it came, for that party.
    """
    return tuple(
        Stop(
            exhibit=bound.exhibit,
            conversation=bound.conversation,
            case=bound.case,
            source=", ".join(bound.source),
            to=party,
        )
        for bound, party in third_states(node, row)
        if not bound.found.consented(ONWARD, to=party)
    )


def exception_of(row: DraftRow) -> dict[str, Any] | None:
    """Return the exception kept with a draft, or None."""
    found: dict[str, Any] | None = row.law.get("onward")
    return found


def standing(node: Node, row: DraftRow) -> tuple[Stop, ...]:
    """Return the stops that no exception covers: it covers what stood when it was made."""
    made = exception_of(row)
    covered = made["covers"] if made else []
    return tuple(one for one in stops(node, row) if one.to_value() not in covered)
