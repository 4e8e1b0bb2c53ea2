"""Times and dates as people write them beside an identifier."""

import re
from datetime import date, datetime
from typing import Final

from comity.canonical.errors import ComityError
from comity.canonical.times import time_text
from comity.instruments.identifiers.errors import IdentifierDateError, IdentifierTimeError

_MOMENT: Final = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d)(:\d\d)?(\.\d{1,9})?\s?([Zz]|[+-]\d\d:\d\d)?", re.ASCII
)
_DATE: Final = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?(~?)", re.ASCII)
_YEARS: Final = range(1850, 2101)
_ADVICE: Final = "write the time with its zone, as 2026-11-24T09:00:00Z or +07:00"


def moment(text: str) -> str:
    """Return a time as ``YYYY-MM-DDThh:mm:ssZ``; fractions of a second are cut.

    Raises:
        IdentifierTimeError: no zone, no seconds, ``-00:00`` (which says that the zone is not
            known), or no such time.

    Source: RFC 3339 sections 4.3 and 5.6; RFC 6302 section 2 (accurate to the second).
    """
    found = _MOMENT.fullmatch(text.strip())
    if found is None:
        raise IdentifierTimeError("time", "not a time that can be read", _ADVICE)
    day, minute, second, _, zone = found.groups()
    if zone is None or zone == "-00:00":
        raise IdentifierTimeError("time", "its zone is missing", _ADVICE)
    if second is None:
        raise IdentifierTimeError("time", "its seconds are missing", _ADVICE)
    offset = "+00:00" if zone in "Zz" else zone
    try:
        return time_text(datetime.fromisoformat(f"{day}T{minute}{second}{offset}"))
    except (ValueError, OverflowError, ComityError) as fault:
        raise IdentifierTimeError("time", "there is no such time", _ADVICE) from fault


def day(text: str, *, what: str) -> str:
    """Return a whole date, ``YYYY-MM-DD``.

    Raises:
        IdentifierDateError: it is less than a whole date, or there is no such day.
    """
    found = partial_date(text, what=what)
    if len(found) != len("YYYY-MM-DD"):
        raise IdentifierDateError(what, "it is no whole date", "write it as 2026-11-24")
    return found


def partial_date(text: str, *, what: str) -> str:
    """Return a date as far as it is known: ``1990``, ``1990-05`` or ``1990-05-17``.

    A ``~`` at its end says that it is estimated.

    Raises:
        IdentifierDateError: there is no such day, or the year is one of another calendar.

    Source: ISO 8601-1 section 5.2; ISO 8601-2 section 8.4 (``~``).
    """
    found = _DATE.fullmatch(text.strip())
    if found is None:
        raise IdentifierDateError(
            what, "not a date that can be read", "write it as 1990-05-17, 1990-05, 1990 or 1990~"
        )
    year, month, number, about = found.groups()
    if int(year) not in _YEARS:
        raise IdentifierDateError(
            what,
            f"the year is not between {_YEARS[0]} and {_YEARS[-1]}",
            "write the date in the Gregorian calendar",
        )
    try:
        date(int(year), int(month or 1), int(number or 1))
    except ValueError as fault:
        raise IdentifierDateError(what, "there is no such day", "check month and day") from fault
    return "-".join(part for part in (year, month, number) if part) + about
