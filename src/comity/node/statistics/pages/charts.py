"""Charts of the page of statistics: figures with their words, each with a sentence that says it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.utils.dateformat import format as formatted
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comity.figures.charts import (
    LEAST_VALUES,
    Bars,
    MonthPoint,
    Times,
    bars,
    is_drawn,
    times,
    times_by_month,
)
from comity.figures.svg import Svg
from comity.node.core.formats import comma, month_of
from comity.node.statistics.by_month import STEPS_BY_MONTH, MonthTimes
from comity.node.statistics.counts import Split, Timed
from comity.node.statistics.durations import Spread
from comity.node.statistics.pages import labels
from comity.node.web.text_format import fine_span

_LONGEST: Final = 4
"""Letters of a month below a bar: where a language needs more, months are numbers."""


def begun(split: Split, *, at: datetime) -> dict[str, tuple[int, int]]:
    """Return the months of a period that have begun."""
    return {month: pair for month, pair in split.rows.items() if month <= f"{at:%Y-%m}"}


def month_chart(rows: dict[str, tuple[int, int]], *, rtl: bool) -> Svg | None:
    """Return received and sent requests by month; None where there are too few for a chart.

    Args:
        rows: month to (received, sent), in order.
        rtl: whether the language runs from right to left.
    """
    drawn = [
        Bars(label, *pair) for label, pair in zip(_short(list(rows)), rows.values(), strict=True)
    ]
    if not is_drawn(drawn):
        return None
    busiest = max(rows, key=lambda month: sum(rows[month]))
    said = _(
        "Requests by month from %(first)s to %(last)s: %(received)s received, %(sent)s sent; "
        "%(busiest)s has the most, %(most)s."
    ) % {
        "first": month_of(next(iter(rows))),
        "last": month_of(next(reversed(rows))),
        "received": sum(received for received, _sent in rows.values()),
        "sent": sum(sent for _received, sent in rows.values()),
        "busiest": month_of(busiest),
        "most": sum(rows[busiest]),
    }
    return bars(drawn, said, pattern="hatch-months", rtl=rtl)


def _short(months: Sequence[str]) -> list[str]:
    days = [date.fromisoformat(f"{month}-01") for month in months]
    names = [formatted(day, "M") for day in days]
    if all(len(name) <= _LONGEST for name in names):
        return names
    return [str(day.month) for day in days]


def timed_enough(timed: Sequence[Timed]) -> list[Timed]:
    """Return what has enough received requests behind it to be drawn."""
    return [one for one in timed if one.received.count >= LEAST_VALUES]


def late(timed: Sequence[Timed]) -> list[Timed]:
    """Return what takes longer than the target in more than one case of ten, the worst first."""
    found = [one for one in timed_enough(timed) if (one.received.p90_s or 0) > one.received.goal_s]
    return sorted(found, key=lambda one: -(one.received.p90_s or 0) / max(1, one.received.goal_s))


def time_chart(timed: Sequence[Timed], *, rtl: bool) -> Svg | None:
    """Return response times of received requests; None where no step has enough values.

    Args:
        timed: every step.
        rtl: whether the language runs from right to left.
    """
    rows = [
        Times(
            label=str(labels.STEP[one.step]),
            median=one.received.median_s or 0,
            p90=one.received.p90_s or 0,
            target=one.received.goal_s,
            median_text=fine_span(one.received.median_s),
            p90_text=fine_span(one.received.p90_s),
            target_text=_("target %(time)s") % {"time": fine_span(one.received.goal_s)},
        )
        for one in timed_enough(timed)
    ]
    return times(rows, _finding(timed), rtl=rtl)


def _finding(timed: Sequence[Timed]) -> str:
    slow = late(timed)
    if not slow:
        return _("Response times: the 90th percentile is within the target in every row.")
    names = comma().join(str(labels.STEP[one.step]) for one in slow)
    return ngettext(
        "Response times: in %(n)d row the 90th percentile is beyond the target: %(names)s.",
        "Response times: in %(n)d rows the 90th percentile is beyond the target: %(names)s.",
        len(slow),
    ) % {"n": len(slow), "names": names}


@dataclass(frozen=True)
class MonthFigure:
    """Response times by month of one step, as the page shows them.

    Attributes:
        step: its code.
        title: its heading.
        charts: one for each urgency that has enough values.
        rows: month, urgency, and the times of both directions; a month without any has no urgency.
        more: whether a month has received requests enough for a 90th percentile.
    """

    step: str
    title: str
    charts: list[Svg]
    rows: list[tuple[str, str, Spread | None, Spread | None]]
    more: bool


def month_figures(by_month: Sequence[MonthTimes], *, at: datetime, rtl: bool) -> list[MonthFigure]:
    """Return a figure for every step that was taken in the period.

    Args:
        by_month: every step and urgency.
        at: months after it have not begun and are left out.
        rtl: whether the language runs from right to left.
    """
    found = []
    for step in STEPS_BY_MONTH:
        timed = [one for one in by_month if one.step == step and one.all]
        if not timed:
            continue
        drawn = [one for one in timed if one.received >= LEAST_VALUES]
        charts = [chart for one in drawn if (chart := _month_times(one, at=at, rtl=rtl))]
        more = bool(charts) and any(
            received.p90_s is not None for one in drawn for received, _sent in one.months.values()
        )
        title = str(labels.BY_MONTH[step])
        found.append(MonthFigure(step, title, charts, _month_rows(timed, at), more))
    return found


def _month_times(of: MonthTimes, *, at: datetime, rtl: bool) -> Svg | None:
    months = {m: received for m, (received, _sent) in of.months.items() if m <= f"{at:%Y-%m}"}
    points = [
        MonthPoint(label, one.median_s, one.p90_s)
        for label, one in zip(_short(list(months)), months.values(), strict=True)
    ]
    known = {month: one.median_s for month, one in months.items() if one.median_s is not None}
    if not known:
        return None
    slowest, fastest = max(known, key=lambda m: known[m]), min(known, key=lambda m: known[m])
    target = next(iter(months.values())).goal_s
    head = f"{labels.URGENCY[of.urgency]} · {_('target %(time)s') % {'time': fine_span(target)}}"
    said = _(
        "%(step)s by month, %(urgency)s: the median was shortest in %(fastest)s, %(least)s, and "
        "longest in %(slowest)s, %(most)s; the target is %(target)s."
    ) % {
        "step": labels.STEP[of.step],
        "urgency": labels.URGENCY[of.urgency],
        "fastest": month_of(fastest),
        "least": fine_span(known[fastest]),
        "slowest": month_of(slowest),
        "most": fine_span(known[slowest]),
        "target": fine_span(target),
    }
    return times_by_month(points, said, target=target, head=head, span=fine_span, rtl=rtl)


def _month_rows(
    timed: Sequence[MonthTimes], at: datetime
) -> list[tuple[str, str, Spread | None, Spread | None]]:
    rows: list[tuple[str, str, Spread | None, Spread | None]] = []
    for month in (m for m in timed[0].months if m <= f"{at:%Y-%m}"):
        pairs = [(one.urgency, *one.months[month]) for one in timed]
        there = [
            (month_of(month), str(labels.URGENCY[urgency]), received, sent)
            for urgency, received, sent in pairs
            if received.count or sent.count
        ]
        rows += there or [(month_of(month), "", None, None)]
    return rows
