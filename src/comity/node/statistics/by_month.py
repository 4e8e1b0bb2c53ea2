"""Response times month by month, by how urgent the request says it is; no database, no clock.

Definitions stand in docs/reference/statistics.md and are tested.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from comity.node.people.goals import Goals
from comity.node.statistics.durations import Spread, spread

URGENCIES: Final = ("normal", "urgent", "emergency")
STEPS_BY_MONTH: Final = ("acknowledged", "decided")
"""What a partner authority waits for in every request."""
LEAST_FOR_P90: Final = 10
"""Of fewer cases the ninetieth percentile is the slowest case."""
_EMERGENCY: Final = "emergency"

type Taken = Mapping[tuple[str, str, str, bool], Iterable[int]]


@dataclass(frozen=True)
class MonthTimes:
    """How long one step took in requests of one urgency, by the month they were opened in.

    Attributes:
        step: one of `STEPS_BY_MONTH`.
        urgency: one of `URGENCIES`.
        months: month to (received, sent); every month of the period, in order. A month without an
            answer has no median.
    """

    step: str
    urgency: str
    months: Mapping[str, tuple[Spread, Spread]]

    @property
    def received(self) -> int:
        """How many received requests stand behind it."""
        return sum(received.count for received, _sent in self.months.values())

    @property
    def all(self) -> int:
        """How many requests of both directions stand behind it."""
        return sum(received.count + sent.count for received, sent in self.months.values())


def month_times(taken: Taken, *, months: Sequence[str], goals: Goals) -> tuple[MonthTimes, ...]:
    """Return the times of every step and urgency, also where there are none.

    Args:
        taken: seconds by (step, urgency, month, whether the request was received).
        months: of the period, in order.
        goals: the office's own.
    """
    return tuple(
        MonthTimes(
            step,
            urgency,
            {
                month: (
                    _month(taken.get((step, urgency, month, True), ()), goal_s),
                    _month(taken.get((step, urgency, month, False), ()), goal_s),
                )
                for month in months
            },
        )
        for step in STEPS_BY_MONTH
        for urgency in URGENCIES
        for goal_s in (goals.seconds(_goal(step, urgency)),)
    )


def _goal(step: str, urgency: str) -> str:
    return _EMERGENCY if step == "acknowledged" and urgency == _EMERGENCY else step


def _month(seconds: Iterable[int], goal_s: int) -> Spread:
    found = spread(seconds, goal_s=goal_s)
    return found if found.count >= LEAST_FOR_P90 else replace(found, p90_s=None)
