"""The clock on a wall in one place, as moments in UTC: one answer for every reading, in order.

A reading that occurs twice (clocks go back) is its first occurrence. One that does not occur
(clocks go forward) is the moment of the change. So readings in order are moments in order, and
shifts that meet on the wall meet in UTC.
"""

import functools
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from comity.canonical import MisuseError

UTC_NAMES: Final = frozenset({"UTC", "Etc/UTC", "Zulu", "Etc/Zulu"})
"""Zones whose clock is UTC itself, so that there is no second clock to show."""
_SECOND: Final = timedelta(seconds=1)


class ZoneUnknownError(MisuseError, code="zone-unknown"):
    """A time zone is none of the IANA database on this machine."""


def zone_named(name: str) -> ZoneInfo:
    """Return a zone of the IANA database.

    Raises:
        ZoneUnknownError: there is none of this name.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as fault:
        raise ZoneUnknownError(
            "no time zone has this name; write one as Asia/Ho_Chi_Minh"
        ) from fault


def is_zone(name: str) -> bool:
    """Tell whether the IANA database on this machine has a zone of this name."""
    try:
        zone_named(name)
    except ZoneUnknownError:
        return False
    return True


@functools.cache
def zone_names() -> tuple[str, ...]:
    """Return the names of places whose clocks the IANA database on this machine knows, by name."""
    return tuple(sorted(one for one in available_timezones() if not one.startswith("Etc/")))


def city(zone: ZoneInfo) -> str:
    """Return the city after which a zone is named."""
    return zone.key.rpartition("/")[2].replace("_", " ")


def moment_of(day: date, reading: time, zone: ZoneInfo) -> datetime:
    """Return the moment in UTC at which a wall clock in a zone shows a reading on a day."""
    naive = datetime.combine(day, reading)
    before = naive.replace(tzinfo=zone).astimezone(UTC)
    after = naive.replace(tzinfo=zone, fold=1).astimezone(UTC)
    if after >= before:  # once, or twice: then the first
        return before
    return _change(after, before, zone)


def is_skipped(reading: datetime, zone: ZoneInfo) -> bool:
    """Tell whether a wall clock in a zone never shows a reading, because it is put forward."""
    offsets = (reading.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1))
    first, second = (offset or timedelta(0) for offset in offsets)
    return second > first


def day_at(moment: datetime, zone: ZoneInfo) -> date:
    """Return the day that a calendar in a zone shows."""
    return moment.astimezone(zone).date()


def _change(early: datetime, late: datetime, zone: ZoneInfo) -> datetime:
    """Return the moment, to the second, at which the zone's offset changes between two moments."""
    offset = early.astimezone(zone).utcoffset()
    while late - early > _SECOND:
        middle = early + (late - early) // 2
        middle = middle.replace(microsecond=0)
        if middle in (early, late):
            break
        if middle.astimezone(zone).utcoffset() == offset:
            early = middle
        else:
            late = middle
    return late
