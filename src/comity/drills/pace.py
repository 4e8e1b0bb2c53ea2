"""Exercise time: how much of it has passed, given when the trainer paused, slowed or hurried.

Counted in ticks, whole numbers, so that no rounding depends on the order of steps: a tick is a
millisecond of the wall at one hundredth of its speed. See ADR 0057.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

TICKS_PER_MINUTE: Final = 60 * 1000 * 100
TICKS_PER_SECOND: Final = 1000 * 100
PERCENT: Final = (1, 10_000)
_MS: Final = timedelta(milliseconds=1)


@dataclass(frozen=True)
class Change:
    """From ``at`` on, time runs at ``percent`` of the wall's; 0 stands still."""

    at: datetime
    percent: int


def ticks_at(changes: Iterable[Change], at: datetime) -> int:
    """Return the exercise time at a moment.

    Args:
        changes: in order of time; the first is the start.
        at: aware; before the start it is 0.
    """
    ticks, percent, since = 0, 0, at
    for change in changes:
        if change.at >= at:
            break
        ticks += percent * max((change.at - since) // _MS, 0) if percent else 0
        percent, since = change.percent, change.at
    return ticks + percent * max((at - since) // _MS, 0)


def moment_of(changes: Iterable[Change], ticks: int) -> datetime | None:
    """Return the first moment at which that much exercise time has passed, if nothing changes.

    Returns:
        None while time stands still.
    """
    done, percent, since = 0, 0, None
    for change in changes:
        if since is not None:
            grown = done + percent * ((change.at - since) // _MS)
            if percent and grown >= ticks:
                break
            done = grown
        percent, since = change.percent, change.at
    if since is None or (not percent and done < ticks):
        return None
    missing = max(ticks - done, 0)
    return since + _MS * -(-missing // percent) if missing else since
