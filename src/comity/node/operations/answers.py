"""Values that answers about deliveries hold."""

from typing import Any

from comity.node.models import OutboxRow


def delivery_value(row: OutboxRow) -> dict[str, Any]:
    """Return what waits for delivery, or was given up."""
    return {
        "id": row.pk,
        "record": row.record,
        "addressee": row.addressee,
        "stage": row.stage,
        "attempts": row.attempts,
        "due_at": row.due_at,
        "queued_at": row.queued_at,
        "expires_at": row.expires_at,
        "last_fault": row.last_fault,
    }
