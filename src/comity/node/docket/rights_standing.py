"""The rights check that stands for a request."""

from typing import Any

from comity.node.docket import labels as dw
from comity.node.law import rights_check_facts
from comity.node.models import Conversation


def standing_check(row: Conversation, party: str) -> dict[str, Any] | None:
    """Return which rights check a request of another State has, for the form of a decision."""
    if row.opener == party:
        return None
    signed, waiting = (
        rights_check_facts.signed_check(row.digest),
        rights_check_facts.unsigned_check(row.digest),
    )
    said = signed.said("rights.recorded") if signed else {}
    return {
        "signed": signed,
        "conclusion": dw.code("conclusion", said["conclusion"]) if said else "",
        "waiting": waiting,
        "row": row,
    }
