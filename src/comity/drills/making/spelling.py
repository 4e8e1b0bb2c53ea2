"""How moments and names are spelt in exhibits, the same under every locale."""

from datetime import datetime
from typing import Final

MONTHS: Final = (
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
)  # fmt: skip
DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_PLAIN: Final = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


def stamp(at: datetime) -> str:
    """Return ``2026-10-29T06:15:02Z``."""
    return f"{at:%Y-%m-%dT%H:%M:%S}Z"


def quoted(text: str) -> str:
    """Return a text percent-encoded (RFC 3986 section 2.1)."""
    return "".join(chr(one) if one in _PLAIN else f"%{one:02X}" for one in text.encode())
