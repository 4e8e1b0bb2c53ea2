"""How far this node's clock is from its partners', by the times on their answers.

One partner alone may be wrong, or say what is false; so the clock counts as wrong when more than
half of those that answered within the hour are more than five minutes away from it.
"""

import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

from comity.keys.http import WINDOW
from comity.node.core.clock import real_now

FRESH_S: Final = 3600.0
ENOUGH: Final = 3
"""As many partners are asked, where so many can be, before their clocks are believed."""


@dataclass(frozen=True)
class _Seen:
    """A partner's time, and when it was heard on a clock that nobody sets."""

    at: datetime
    heard_s: float


class PartnerClocks:
    """What partners' answers said of the time; safe between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: dict[str, _Seen] = {}

    def note(self, party: str, date: str | None) -> None:
        """Keep the ``Date`` of an answer (RFC 9110 section 6.6.1); one that is none is left."""
        try:
            at = parsedate_to_datetime(date or "")
            seen = _Seen(at.astimezone(UTC), time.monotonic())
        except (ValueError, OverflowError):
            return
        with self._lock:
            self._seen[party] = seen

    def heard(self) -> frozenset[str]:
        """Return the parties that were heard within the hour."""
        return frozenset(party for party, _ in self._fresh())

    def are_apart(self) -> bool:
        """Tell whether this node's clock is wrong by most of those heard within the hour."""
        moment, passed = real_now(), time.monotonic()
        apart = [
            abs(seen.at + timedelta(seconds=passed - seen.heard_s) - moment) > WINDOW
            for _, seen in self._fresh()
        ]
        return sum(apart) * 2 > len(apart)

    def _fresh(self) -> list[tuple[str, _Seen]]:
        with self._lock:
            rows = list(self._seen.items())
        passed = time.monotonic()
        return [(party, seen) for party, seen in rows if passed - seen.heard_s < FRESH_S]
