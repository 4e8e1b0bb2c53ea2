"""The one place where the node reads the time."""

from datetime import UTC, datetime


def now() -> datetime:
    """Return this moment in UTC, to the second, as the protocol writes it."""
    return datetime.now(UTC).replace(microsecond=0)
