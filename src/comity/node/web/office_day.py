"""The day of the office: one that somebody enters ends where the office is, not in UTC."""

from datetime import date, datetime

from comity.node.core.local_time import day_at
from comity.node.web.moment_field import office_zone


def office_day(at: datetime) -> date:
    """Return the day that the calendar in the office shows at a moment."""
    return day_at(at, office_zone())
