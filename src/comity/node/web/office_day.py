"""The day of the office: one that somebody enters ends where the office is, not in UTC."""

from datetime import UTC, date, datetime, time
from typing import Final

from comity.node.core.local_time import day_at, moment_of
from comity.node.web.moment_field import office_zone

_LAST: Final = time(23, 59, 59)


def office_day(at: datetime) -> date:
    """Return the day that the calendar in the office shows at a moment."""
    return day_at(at, office_zone())


def office_day_end(day: date) -> datetime:
    """Return the last second of a day in the office, in UTC."""
    try:
        return moment_of(day, _LAST, office_zone())
    except OverflowError:  # the first or the last day that there is
        return datetime.combine(day, _LAST, UTC)
