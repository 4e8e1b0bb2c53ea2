"""Figures as they may leave the office: small numbers hidden, and what would give them back.

Source: docs/adr/0044-small-numbers-are-hidden.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from comity.figures.hiding import protect
from comity.node.statistics.by_month import MonthTimes
from comity.node.statistics.counts import SPLITS, Figures, Split
from comity.node.statistics.durations import Spread
from comity.node.statistics.periods import Period, PeriodError

DIRECTIONS: Final = 2
TOTAL: Final = "total"


@dataclass(frozen=True)
class Counts:
    """A table of counts to be handed out.

    Attributes:
        key: by what requests are split.
        rows: code and (received, sent, both); the last is the total. None: hidden.
    """

    key: str
    rows: tuple[tuple[str, tuple[int | None, ...]], ...]


@dataclass(frozen=True)
class Time:
    """How long a step took, to be handed out; None where too few cases stand behind it.

    Attributes:
        step: what was timed.
        incoming: requests to us, or our own.
        median_s, p90_s: seconds.
        percent: within the goal; hidden also where few were within it, or few were not.
        goal_s: the office's goal.
    """

    step: str
    incoming: bool
    median_s: int | None
    p90_s: int | None
    percent: int | None
    goal_s: int


@dataclass(frozen=True)
class MonthTime:
    """How long a step took in requests of one month, to be handed out.

    Attributes:
        step: what was timed.
        urgency: what the requests say.
        month: in which they were opened.
        incoming: requests to us, or our own.
        median_s: seconds; None where too few cases stand behind it, and where none does.
        p90_s: likewise, and None where it would be the slowest case.
    """

    step: str
    urgency: str
    month: str
    incoming: bool
    median_s: int | None
    p90_s: int | None


@dataclass(frozen=True)
class Published:
    """What may leave the office.

    Attributes:
        party: whose figures.
        office: its name, may be empty.
        period: which.
        threshold: counts below it are hidden.
        counts: tables that share their totals.
        times: each step in each direction.
        by_month: times of every step, urgency, month and direction.
        refusals: ground and (received, sent); None: hidden.
    """

    party: str
    office: str
    period: Period
    threshold: int
    counts: tuple[Counts, ...]
    times: tuple[Time, ...]
    by_month: tuple[MonthTime, ...]
    refusals: tuple[tuple[str, tuple[int | None, int | None]], ...]


def publish(
    found: Figures, *, party: str, office: str, period: Period, threshold: int
) -> Published:
    """Return what may leave the office.

    Raises:
        PeriodError: of a single month nothing is handed out.
    """
    if not period.publishable:
        raise PeriodError("figures of a single month are not handed out: take a quarter or a year")
    splits = [found.splits[key] for key in SPLITS]
    hidden = protect([one.counts for one in splits], columns=DIRECTIONS, threshold=threshold)
    return Published(
        party=party,
        office=office,
        period=period,
        threshold=threshold,
        counts=tuple(
            Counts(one.key, _rows(one, table.shown()))
            for one, table in zip(splits, hidden, strict=True)
        ),
        times=tuple(
            _time(timed.step, spread, threshold, incoming=incoming)
            for timed in found.timed
            for incoming, spread in ((True, timed.received), (False, timed.sent))
        ),
        by_month=tuple(
            _month(of, month, spread, threshold, incoming=incoming)
            for of in found.by_month
            for month, (received, sent) in of.months.items()
            for incoming, spread in ((True, received), (False, sent))
        ),
        refusals=tuple(
            (ground, (_shown(received, threshold), _shown(sent, threshold)))
            for ground, (received, sent) in found.besides.refusals.items()
        ),
    )


def _rows(
    split: Split, shown: Sequence[tuple[int | None, ...]]
) -> tuple[tuple[str, tuple[int | None, ...]], ...]:
    return tuple(zip((*split.rows, TOTAL), shown, strict=True))


def _shown(value: int, threshold: int) -> int | None:
    return None if 0 < value < threshold else value


def _time(step: str, spread: Spread, threshold: int, *, incoming: bool) -> Time:
    if spread.count < threshold:
        return Time(step, incoming, None, None, None, spread.goal_s)
    few = None in (_shown(spread.within, threshold), _shown(spread.beyond, threshold))
    percent = None if few else spread.percent
    return Time(step, incoming, spread.median_s, spread.p90_s, percent, spread.goal_s)


def _month(
    of: MonthTimes, month: str, spread: Spread, threshold: int, *, incoming: bool
) -> MonthTime:
    """Return the times of a month: few cases look like none, so that nothing tells them apart."""
    few = spread.count < threshold
    median_s, p90_s = (None, None) if few else (spread.median_s, spread.p90_s)
    return MonthTime(of.step, of.urgency, month, incoming, median_s, p90_s)
