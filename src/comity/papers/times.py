"""Times as papers show them: UTC, to the second."""

from datetime import UTC, datetime


def shown_time(at: datetime) -> str:
    """Return ``2026-03-01 03:00:00``; the words beside it say UTC."""
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
