"""Moments in UTC, to the second, in one spelling."""

import re
from datetime import UTC, datetime, timedelta, tzinfo

from comity.canonical.errors import MisuseError, PeerError

_FIRST = datetime.min.replace(tzinfo=UTC)
_LAST = datetime.max.replace(microsecond=0, tzinfo=UTC)
_TEXT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)


class TimeError(PeerError, code="time-malformed"):
    """A text is not a moment of this protocol."""


def time_text(moment: datetime) -> str:
    """Return ``YYYY-MM-DDThh:mm:ssZ``; fractions of a second are cut, never rounded up.

    Raises:
        MisuseError: the moment has no time zone.

    Source: RFC 3339 section 5.6, narrowed by spec/03-values.md.
    """
    if moment.tzinfo is None:
        raise MisuseError("a moment needs its time zone")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0")


def parse_time(text: object) -> datetime:
    """Return the aware UTC datetime of a text.

    Raises:
        TimeError: any other spelling, a leap second, or a day that does not exist.
    """
    if not isinstance(text, str) or not _TEXT.fullmatch(text):
        raise TimeError("expected YYYY-MM-DDThh:mm:ssZ")
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError as fault:
        raise TimeError("no such moment") from fault


def shift_time(moment: datetime, by: timedelta) -> datetime:
    """Return a moment moved; beyond the years 1 to 9999 the first or last second of them.

    A time from outside may be any of these years: a plain sum with one is an `OverflowError`.
    """
    try:
        return moment + by
    except OverflowError:
        return _FIRST if by < timedelta(0) else _LAST


def in_zone(moment: datetime, zone: tzinfo) -> datetime:
    """Return a moment on the clock of a zone; in UTC where that clock would leave the calendar."""
    try:
        return moment.astimezone(zone)
    except OverflowError:
        return moment.astimezone(UTC)
