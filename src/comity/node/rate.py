"""A limit on bytes a second, shared by all connections that move packages."""

import threading
from collections.abc import Callable
from typing import Final

BURST_S: Final = 0.5
"""How much unused time may be caught up, so that a short pause costs nothing."""


class RateLimit:
    """Tells how long to wait before going on; it never waits itself.

    Args:
        bytes_s: most bytes a second; 0 for no limit.
        clock: monotonic seconds.
    """

    def __init__(self, bytes_s: int, clock: Callable[[], float]) -> None:
        self._bytes_s = bytes_s
        self._clock = clock
        self._free_at = clock()
        self._lock = threading.Lock()

    def delay_s(self, size_bytes: int) -> float:
        """Count bytes that were moved; return the seconds after which the next may be."""
        if not self._bytes_s:
            return 0.0
        with self._lock:
            moment = self._clock()
            since = max(self._free_at, moment - BURST_S)
            self._free_at = since + size_bytes / self._bytes_s
            return max(0.0, self._free_at - moment)
