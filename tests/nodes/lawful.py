"""Drafts and requests for tests of the law on a node."""

from typing import Any

from tests.nodes.offices import preservation_request

from comity.demo.world import ASKED
from comity.node.core.node import Node
from comity.node.law import assessment
from comity.node.messages import drafts
from comity.node.models import Conversation, DraftRow


def drafted(node: Node, *, by: str = "author", **sections: Any) -> DraftRow:
    values = {**preservation_request(), **sections}
    return drafts.prepare(
        node, message_type="request.submitted", values=values, by=by, members=(ASKED,)
    )


def un_only(**more: Any) -> dict[str, Any]:
    basis = [{"instrument": "un-2024", "article": "42", "status": "signed-not-in-force"}]
    return {**preservation_request()["request"], "basis": basis, **more}


def told(node: Node, row: DraftRow, instrument: str = "un-2024") -> dict[str, str]:
    """Return rule to what follows from it, of what is said of a draft."""
    check = assessment.check_draft(node, row)
    assert check is not None
    (part,) = [part for part in check.parts if part.instrument.key == instrument]
    return {finding.rule.key: finding.effective for finding in part.told}


def came_in(conversation: str) -> Conversation:
    return Conversation.objects.get(digest=conversation)
