"""Values that answers about programs hold, one function a thing."""

from typing import Any

from comity.node.models import ApiToken, Hook, HookDelivery


def token_value(row: ApiToken) -> dict[str, Any]:
    """Return what is kept of a token."""
    return {
        "token": row.pk,
        "name": row.label,
        "rights": row.scopes,
        "made_at": row.made_at,
        "expires_at": row.expires_at,
        "used_at": row.used_at,
    }


def hook_value(row: Hook) -> dict[str, Any]:
    """Return a webhook without its secret."""
    return {
        "hook": row.pk,
        "name": row.label,
        "url": row.url,
        "events": row.events,
        "made_at": row.made_at,
        "ended": row.ended,
    }


def delivery_value(row: HookDelivery) -> dict[str, Any]:
    """Return what was handed to a webhook, or waits."""
    return {
        "delivery": row.pk,
        "id": row.message,
        "event": row.event,
        "data": row.data,
        "happened_at": row.happened_at,
        "stage": row.stage,
        "attempts": row.attempts,
        "fault": row.fault,
        "due_at": row.due_at,
        "ended_at": row.ended_at,
    }
