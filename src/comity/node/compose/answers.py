"""Values that answers about what stands against a draft hold."""

from typing import Any

from comity.node.evidence import onward_transfer
from comity.node.models import DraftRow
from comity.node.service.handle import this_service


def onward_value(row: DraftRow) -> dict[str, Any]:
    """Return what keeps the evidence of a draft from going on, and who let it go."""
    node = this_service().node
    return {
        "stops": [one.to_value() for one in onward_transfer.stops(node, row)],
        "blocked": bool(onward_transfer.standing(node, row)),
        "excepted": onward_transfer.exception_of(row),
    }
