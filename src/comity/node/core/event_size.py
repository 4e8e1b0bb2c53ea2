"""Limits on what is taken in that several packages keep."""

from typing import Final

MAX_EVENT_BYTES: Final = 64 * 1024
