"""Values that answers about the node hold, one function a thing."""

from typing import Any

from comity.node.models import Refusal


def refusal_value(row: Refusal) -> dict[str, Any]:
    """Return what a partner refused for good."""
    return {
        "id": row.pk,
        "job": row.job,
        "party": row.party,
        "subject": row.subject,
        "fault": row.fault,
        "since": row.since,
    }
