"""Limits: on bytes a second of packages, and on messages of one partner."""

import math
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

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


HARD: Final = 10
"""How many times its quota a partner may send, of emergencies alone."""
TOLD_S: Final = 600.0
"""How long after the last message beyond a quota people are told of it."""
_SHARE: Final = 6
"""Of a quota, the part that is free again when its partner is asked to come back."""
_MINUTE_S: Final = 60.0

type Room = Literal["within", "emergencies", "none"]


class Bucket:
    """So many a minute, of which unused ones may be made up for within a minute.

    Args:
        a_minute: at least 1.
        at: monotonic seconds; it is full then.
    """

    def __init__(self, a_minute: int, at: float) -> None:
        self._most = a_minute
        self._left = float(a_minute)
        self._at = at

    def take(self, at: float) -> bool:
        """Take one, if there is one."""
        self._fill(at)
        if self._left < 1:
            return False
        self._left -= 1
        return True

    def share_in_s(self, at: float) -> float:
        """Return after how many seconds a good part is there again."""
        self._fill(at)
        wanted = max(1.0, self._most / _SHARE)
        return max(0.0, (wanted - self._left) * _MINUTE_S / self._most)

    def _fill(self, at: float) -> None:
        gained = max(0.0, at - self._at) * self._most / _MINUTE_S
        self._left, self._at = min(float(self._most), self._left + gained), at


@dataclass
class _Partner:
    """What one partner has left, and when it last sent too much."""

    normal: Bucket
    hard: Bucket
    beyond_at: float | None = None


class Quotas:
    """How much each partner may still send; one partner never costs another. Safe between threads.

    A message beyond the quota is taken only if it is an emergency, up to ten times the quota; then
    nothing more is even opened. What is counted is gone after a restart.

    Args:
        a_minute: messages of one partner; 0 for no quota.
        clock: monotonic seconds.
    """

    def __init__(self, a_minute: int, clock: Callable[[], float]) -> None:
        self._a_minute, self._clock = a_minute, clock
        self._partners: dict[str, _Partner] = {}
        self._lock = threading.Lock()

    def room(self, party: str) -> Room:
        """Count a message of a partner; tell what of it may be taken.

        Args:
            party: a known partner, whose signature was checked: nobody else makes a bucket.
        """
        if not self._a_minute:
            return "within"
        with self._lock:
            at = self._clock()
            partner = self._partners.get(party)
            if partner is None:
                partner = _Partner(
                    Bucket(self._a_minute, at), Bucket(self._a_minute * (HARD - 1), at)
                )
                self._partners[party] = partner
            if partner.normal.take(at):
                return "within"
            partner.beyond_at = at
            return "emergencies" if partner.hard.take(at) else "none"

    def retry_after_s(self, party: str) -> int:
        """Return after how many whole seconds a partner that sent too much may go on."""
        with self._lock:
            partner = self._partners.get(party)
            return math.ceil(partner.normal.share_in_s(self._clock())) if partner else 0

    def flooding(self) -> tuple[str, ...]:
        """Return the partners that lately sent beyond their quota."""
        with self._lock:
            at = self._clock()
            found = [
                party
                for party, one in self._partners.items()
                if one.beyond_at is not None and at - one.beyond_at < TOLD_S
            ]
        return tuple(sorted(found))
