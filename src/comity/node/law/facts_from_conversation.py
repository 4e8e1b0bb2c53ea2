"""What a conversation as a whole says to the rules: consultation, costs, secrecy, passing on.

Nothing is said that no message says: that people spoke by telephone, an officer adds.
"""

from typing import Any, Final

from comity.evidence.limits import ONWARD
from comity.exchange.conversation import APPLIED
from comity.node.core.node import Node
from comity.node.evidence import onward_transfer
from comity.node.models import Conversation, DraftRow, MessageRow, SectionRow

_CONSULTED: Final = frozenset({"request.clarified", "conditions.accepted", "conditions.refused"})
"""Both sides have spoken: a question that nobody answered is no consultation."""


def told_in(conversation: str) -> dict[str, Any]:
    """Return facts by dotted name, of what took effect in a conversation."""
    rows = MessageRow.objects.filter(conversation=conversation, standing=APPLIED)
    types = set(rows.values_list("type", flat=True))
    found: dict[str, Any] = {}
    if types & _CONSULTED or _noted(conversation):
        found["decision.consulted"] = True
    if "request.at-risk" in types:
        found["execution.risk_flagged"] = True
    if "confidentiality.cannot-keep" in types:
        found["execution.secrecy_impossible"] = True
    return found | _costs(conversation)


def _noted(conversation: str) -> bool:
    """Tell whether both sides wrote notes to each other in a consultation of the same case."""
    row = Conversation.objects.filter(digest=conversation).first()
    if row is None:
        return False
    for other in Conversation.objects.filter(case=row.case, type="consultation.note"):
        if set(row.members) <= set(other.members):
            notes = MessageRow.objects.filter(conversation=other.digest, standing=APPLIED)
            if set(row.members) <= set(notes.values_list("author", flat=True)):
                return True
    return False


def _costs(conversation: str) -> dict[str, Any]:
    """Return the newest estimate, in the smallest unit, and whether it is agreed."""
    row = Conversation.objects.filter(digest=conversation).first()
    newest = (
        MessageRow.objects.filter(
            conversation=conversation, type="costs.estimated", standing=APPLIED
        )
        .order_by("epoch", "index")
        .last()
    )
    if row is None or newest is None:
        return {}
    found: dict[str, Any] = {
        "execution.costs_agreed": row.tracks.get(newest.content, ["", ""])[1] == "agreed"
    }
    section = SectionRow.objects.filter(
        record=newest.record, name="costs", salt__isnull=False
    ).first()
    if section is not None and section.value is not None:
        found["execution.estimated_cost"] = section.value["amount_minor"]
    return found


def onward_told(node: Node, row: DraftRow) -> dict[str, Any]:
    """Return what is to be said of an offer that passes evidence on; nothing where it does not."""
    found = onward_transfer.third_states(node, row)
    if not found:
        return {}
    given = all(bound.found.consented(ONWARD, to=party) for bound, party in found)
    return {
        "evidence.onward": True,
        "evidence.new_use": True,
        "evidence.consent": given,
        "evidence.authorised": given,
        "evidence.authorisation": "written",
    }
