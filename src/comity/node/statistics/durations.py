"""What a list of durations amounts to: how many, the middle one, the slow tenth, within the goal.

Definitions stand in docs/reference/statistics.md and are tested.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

TENTHS: Final = 9  # of ten, within p90


@dataclass(frozen=True)
class Spread:
    """Durations in brief.

    Attributes:
        count: how many there are.
        median_s: half took at most so many seconds; None where there is none.
        p90_s: nine in ten took at most so many seconds; None where there is none.
        within: how many took at most ``goal_s``.
        goal_s: the office's own goal in seconds.
    """

    count: int
    median_s: int | None
    p90_s: int | None
    within: int
    goal_s: int

    @property
    def beyond(self) -> int:
        """How many took longer than the goal."""
        return self.count - self.within

    @property
    def percent(self) -> int | None:
        """Share within the goal in whole percent, rounded down; None where there is none."""
        return self.within * 100 // self.count if self.count else None


def spread(durations_s: Iterable[int], *, goal_s: int) -> Spread:
    """Return what durations amount to.

    The median of an even number is the mean of the two in the middle, rounded down. The ninetieth
    percentile is the smallest duration that at least nine in ten do not exceed (nearest rank).

    Args:
        durations_s: seconds; below zero counts as zero, for clocks are not perfect.
        goal_s: seconds.
    """
    sorted_s = sorted(max(0, each) for each in durations_s)
    count = len(sorted_s)
    within = sum(1 for each in sorted_s if each <= goal_s)
    if not count:
        return Spread(0, None, None, 0, goal_s)
    middle = (sorted_s[(count - 1) // 2] + sorted_s[count // 2]) // 2
    rank = -(-TENTHS * count // 10)  # rounded up
    return Spread(count, middle, sorted_s[rank - 1], within, goal_s)
