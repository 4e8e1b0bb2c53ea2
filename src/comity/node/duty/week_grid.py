"""A roster as the grid of a week: a column a day, a row for hours on the clock of one city."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from comity.node.core.local_time import day_at, moment_of
from comity.node.duty.roster import DAY, Crew, Gap, Roster

MOST_ROWS: Final = 8
"""Where shifts change at more readings of the clock, rows are of equal length."""
MIDNIGHT: Final = time(0)
_EQUAL: Final = tuple(time(hour) for hour in range(0, 24, 4))
_WEEK: Final = 7 * DAY


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """A part of a cell: who is on duty, or nobody.

    Attributes:
        begins, ends: aware UTC.
        crew: who is on duty; None: a gap.
        whole: whether it fills its cell.
    """

    begins: datetime
    ends: datetime
    crew: Crew | None
    whole: bool


@dataclass(frozen=True)
class Row:
    """Hours of the day, from one reading of the clock to another; midnight ends a day too.

    Attributes:
        begins, ends: readings in the zone of the grid.
        utc_begins, utc_ends: the same on the first day, in UTC.
        cells: one a day; empty where the clocks skip the hours.
    """

    begins: time
    ends: time
    utc_begins: time
    utc_ends: time
    cells: tuple[tuple[Stretch, ...], ...]


@dataclass(frozen=True)
class WeekGrid:
    """Seven days from a Monday.

    Attributes:
        days: of the columns.
        zone: whose clock the rows are of.
        rows: in the order of the day.
        gaps: when nobody is on duty, whole, in order.
        shifts_clock: whether the clocks change in this week, so that UTC holds for its first day.
    """

    days: tuple[date, ...]
    zone: ZoneInfo
    rows: tuple[Row, ...]
    gaps: tuple[Gap, ...]
    shifts_clock: bool


def monday_of(moment: datetime, zone: ZoneInfo) -> date:
    """Return the Monday of a moment's week, by the calendar of a zone."""
    day = day_at(moment, zone)
    return day - day.weekday() * DAY


def week_grid(kept: Roster, monday: date, zone: ZoneInfo) -> WeekGrid:
    """Return the grid of the week that begins on a day.

    Each moment of the week is in one stretch of one cell, so that no gap is left out.

    Args:
        kept: the roster.
        monday: first day.
        zone: whose clock the grid goes by.
    """
    days = tuple(monday + number * DAY for number in range(7))
    begin, end = moment_of(monday, MIDNIGHT, zone), moment_of(monday + _WEEK, MIDNIGHT, zone)
    shifts, gaps = kept.shifts(begin, end), kept.gaps(begin, end)
    stretches = [(shift.begins, shift.ends, shift.crew) for shift in shifts]
    laid: list[tuple[datetime, datetime, Crew | None]] = [*stretches]
    laid += [(gap.begins, gap.ends, None) for gap in gaps]
    laid.sort(key=lambda one: one[0])
    readings = _readings([moment for one in laid for moment in one[:2]], zone)
    following = (*readings[1:], MIDNIGHT)
    rows = []
    for opens, closes in zip(readings, following, strict=True):
        cells = [_edges(day, opens, closes, zone) for day in days]
        first_begins, first_ends = cells[0]
        rows.append(
            Row(
                opens,
                closes,
                first_begins.astimezone(UTC).time(),
                first_ends.astimezone(UTC).time(),
                tuple(_cell(laid, *edges) for edges in cells),
            )
        )
    offsets = {
        moment.astimezone(zone).utcoffset() for moment in (begin, end - timedelta.resolution)
    }
    return WeekGrid(days, zone, tuple(rows), tuple(gaps), len(offsets) > 1)


def _readings(moments: Sequence[datetime], zone: ZoneInfo) -> tuple[time, ...]:
    """Return the readings at which rows begin, midnight first."""
    found = {moment.astimezone(zone).time() for moment in moments} | {MIDNIGHT}
    return tuple(sorted(found)) if len(found) <= MOST_ROWS else _EQUAL


def _edges(day: date, opens: time, closes: time, zone: ZoneInfo) -> tuple[datetime, datetime]:
    until = day if closes > opens else day + DAY
    return moment_of(day, opens, zone), moment_of(until, closes, zone)


def _cell(
    laid: Sequence[tuple[datetime, datetime, Crew | None]], begin: datetime, end: datetime
) -> tuple[Stretch, ...]:
    found = []
    for begins, ends, crew in laid:
        first, last = max(begins, begin), min(ends, end)
        if first < last:
            whole = first == begin and last == end
            found.append(Stretch(begins=first, ends=last, crew=crew, whole=whole))
    return tuple(found)
