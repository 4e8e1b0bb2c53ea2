"""Charts from numbers: bars and times by month, response times with their target, a sparkline.

What is not to be shown is None: it has one mark, always the same, and decides no scale, so that a
drawing holds nothing of it. Series differ by filling or shape, never by colour alone.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from comity.figures.svg import Anchor, Drawing, Point, Svg

LEAST_VALUES: Final = 5
"""Fewer values make no chart: a sentence says them."""
_LEAST_MONTHS: Final = 2
WIDTH: Final = 560
_LEFT, _RIGHT = 34, 8
_TOP, _FOOT, _ROOM = 26, 38, 180
_STEPS: Final = (1, 2, 5)
_MOST_TICKS: Final = 4
_ROW: Final = 108
_SPARK: Final = (240, 48)
_CURVE_LEFT, _CURVE_TOP, _CURVE_ROOM, _CURVE_FOOT = 112, 44, 120, 34
_SPANS: Final = (
    *(60 * minutes for minutes in (1, 2, 5, 10, 20, 30)),
    *(3600 * hours for hours in (1, 2, 4, 8, 12)),
    *(86_400 * days for days in (1, 2, 5, 10, 20, 50, 100, 200, 500)),
)
"""Seconds between two lines of a scale: what people say of times."""
_MOST_SPANS: Final = 3
_MOST_LABELS: Final = 8
"""Of more months every second is named: on a telephone there is no room for all."""


@dataclass(frozen=True)
class Bars:
    """Two numbers of one month, or of anything else that has a label; None: not to be shown."""

    label: str
    first: int | None
    second: int | None


@dataclass(frozen=True, kw_only=True)
class Times:
    """How long something took: what half and nine in ten did not exceed, and the target.

    Attributes:
        label: what was timed.
        median, p90, target: in one unit.
        median_text, p90_text, target_text: the same in words.
    """

    label: str
    median: int
    p90: int
    target: int
    median_text: str
    p90_text: str
    target_text: str


@dataclass(frozen=True)
class MonthPoint:
    """Seconds of one month: what half and nine in ten did not exceed; None: there is none."""

    label: str
    median: int | None
    p90: int | None


def is_drawn(rows: Sequence[Bars]) -> bool:
    """Tell whether rows hold enough values that are shown, and not zero, for a chart."""
    values = [value for row in rows for value in (row.first, row.second) if value]
    return len(values) >= LEAST_VALUES


def bars(rows: Sequence[Bars], said: str, *, pattern: str, rtl: bool = False) -> Svg | None:
    """Return pairs of bars, the first filled, the second hatched; None where `is_drawn` says no.

    Args:
        rows: in the order of reading.
        said: one sentence with the finding.
        pattern: a name that no other chart of the page has.
        rtl: whether the language runs from right to left.
    """
    if not is_drawn(rows):
        return None
    made = Drawing(WIDTH, _TOP + _ROOM + _FOOT, rtl=rtl)
    made.hatch(pattern)
    most = max(value for row in rows for value in (row.first, row.second) if value is not None)
    tick = _tick(most)
    top = -(-most // tick) * tick
    floor = _TOP + _ROOM
    for value in range(0, top + 1, tick):
        y = floor - value * _ROOM / top
        made.path(((_LEFT, y), (WIDTH - _RIGHT, y)), name="ax")
        made.text(_LEFT - 8, y + 4, value, anchor="end")
    step = (WIDTH - _LEFT - _RIGHT) / len(rows)
    wide = min(step * 0.38, 34.0)
    for number, row in enumerate(rows):
        middle = _LEFT + step * (number + 0.5)
        _bar(made, row.first, middle - wide - 1, wide, top)
        _bar(made, row.second, middle + 1, wide, top, pattern=pattern)
        if row.first is not None:
            y = floor - row.first * _ROOM / top
            made.text(middle - wide / 2 - 1, y - 6, row.first, anchor="middle")
        made.text(middle, floor + 24, row.label, anchor="middle")
    return made.finished(said)


def _bar(
    made: Drawing, value: int | None, x: float, wide: float, top: int, *, pattern: str = ""
) -> None:
    floor = _TOP + _ROOM
    if value is None:
        made.diamond(x + wide / 2, floor - 8, 5, name="un")
        return
    height = value * _ROOM / top
    if pattern:
        made.hatched(x, floor - height, wide, height, pattern=pattern)
    else:
        made.rect(x, floor - height, wide, height, name="a")


def _tick(most: int) -> int:
    """Return the distance of the lines of a scale: 1, 2 or 5 times a power of ten."""
    power = 1
    while True:
        for step in _STEPS:
            if most <= step * power * _MOST_TICKS:
                return step * power
        power *= 10


def times(rows: Sequence[Times], said: str, *, rtl: bool = False) -> Svg | None:
    """Return a line for each row from median to 90th percentile, its target dashed.

    Each row has a scale of its own, from zero: only its three values are compared.

    Args:
        rows: in the order of reading.
        said: one sentence with the finding.
        rtl: whether the language runs from right to left.
    """
    if not rows:
        return None
    made = Drawing(WIDTH, _ROW * len(rows), rtl=rtl)
    for number, row in enumerate(rows):
        _times(made, row, number * _ROW)
    return made.finished(said)


def _times(made: Drawing, row: Times, top: float) -> None:
    begin, room = 6, WIDTH - 12
    most = max(row.p90, row.target, 1) * 1.04
    median, p90, target = (
        begin + value * room / most for value in (row.median, row.p90, row.target)
    )
    line = top + 56
    made.text(0, top + 16, row.label)
    made.text(target, top + 36, row.target_text, anchor=_anchor(target))
    made.path(((begin, line), (begin + room, line)), name="ax")
    made.path(((median, line), (p90, line)), name="st")
    made.path(((target, top + 42), (target, line + 14)), name="goal")
    made.circle(median, line, 7, name="a")
    made.diamond(p90, line, 9, name="pa")
    if p90 - median < WIDTH * 0.35:  # too near for two texts below their marks
        both, middle = f"{row.median_text} · {row.p90_text}", (median + p90) / 2
        made.text(middle, line + 30, both, anchor=_anchor(middle))
        return
    made.text(median, line + 30, row.median_text, anchor=_anchor(median))
    made.text(p90, line + 30, row.p90_text, anchor=_anchor(p90))


def _anchor(x: float) -> Anchor:
    """Return on which side of its point a text has room."""
    if x < WIDTH * 0.25:
        return "start"
    return "end" if x > WIDTH * 0.75 else "middle"


def times_by_month(
    rows: Sequence[MonthPoint],
    said: str,
    *,
    target: int,
    head: str,
    span: Callable[[int], str],
    rtl: bool = False,
) -> Svg | None:
    """Return a curve of medians with the 90th percentile above, and the target dashed.

    A month without a median has no mark and breaks the curve. None where fewer than two months
    have one: nothing goes on in time then.

    Args:
        rows: every month, in the order of reading.
        said: one sentence with the finding.
        target: in seconds.
        head: what is timed, written above.
        span: words for a number of seconds.
        rtl: whether the language runs from right to left.
    """
    shown = [value for row in rows for value in (row.median, row.p90) if value is not None]
    if sum(row.median is not None for row in rows) < _LEAST_MONTHS:
        return None
    made = Drawing(WIDTH, _CURVE_TOP + _CURVE_ROOM + _CURVE_FOOT, rtl=rtl)
    most = max(*shown, target, 1)
    tick = next((one for one in _SPANS if most <= one * _MOST_SPANS), -(-most // _MOST_SPANS))
    top, floor = -(-most // tick) * tick, _CURVE_TOP + _CURVE_ROOM
    made.text(0, 18, head)
    for value in range(0, top + 1, tick):
        y = floor - value * _CURVE_ROOM / top
        made.path(((_CURVE_LEFT, y), (WIDTH - _RIGHT, y)), name="ax")
        made.text(_CURVE_LEFT - 8, y + 4, span(value) if value else 0, anchor="end")
    step = (WIDTH - _CURVE_LEFT - _RIGHT) / len(rows)
    points: list[Point | None] = []
    for number, row in enumerate(rows):
        x = _CURVE_LEFT + step * (number + 0.5)
        if len(rows) <= _MOST_LABELS or number % 2 == 0:
            made.text(x, floor + 22, row.label, anchor="middle")
        points.append(None if row.median is None else (x, floor - row.median * _CURVE_ROOM / top))
    goal = floor - target * _CURVE_ROOM / top
    made.path(((_CURVE_LEFT, goal), (WIDTH - _RIGHT, goal)), name="goal")
    _curve(made, points)
    for row, point in zip(rows, points, strict=True):
        if point and row.p90 is not None:
            p90 = (point[0], floor - row.p90 * _CURVE_ROOM / top)
            made.path((point, p90), name="st")
            made.diamond(*p90, 6, name="pa")
        if point:
            made.circle(*point, 5, name="a")
    return made.finished(said)


def _curve(made: Drawing, points: Sequence[Point | None]) -> None:
    """Draw strokes between neighbours; a point that is missing breaks them."""
    for is_there, stretch in groupby(points, key=lambda point: point is not None):
        if is_there:
            made.path([point for point in stretch if point], name="curve")


def sparkline(values: Sequence[int | None], said: str, *, rtl: bool = False) -> Svg | None:
    """Return a small curve, the newest value last and marked; None: nothing was measured then.

    Args:
        values: the oldest first; a value that is missing breaks the curve.
        said: one sentence with the finding.
        rtl: whether the language runs from right to left.
    """
    known = [value for value in values if value is not None]
    if len(known) < LEAST_VALUES or not any(known):
        return None
    width, height = _SPARK
    made = Drawing(width, height, rtl=rtl)
    step, top, floor = (width - 16) / (len(values) - 1), max(known), height - 4
    points = [
        (8 + number * step, floor - value * (height - 14) / top) if value is not None else None
        for number, value in enumerate(values)
    ]
    made.path(((0, floor), (width, floor)), name="ax")
    _curve(made, points)
    if points[-1]:
        made.circle(*points[-1], 4, name="a")
    return made.finished(said)
