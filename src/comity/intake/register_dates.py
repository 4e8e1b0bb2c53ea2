"""Dates as offices write them, by the formats that a mapping names; no day is guessed.

Source: ISO 8601-1 section 5.2 for what comes out; the zone's rules from the system's tz database.
"""

import re
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

FORMATS: Final = (
    *("YYYY-MM-DD", "DD.MM.YYYY", "DD/MM/YYYY", "MM/DD/YYYY", "DD-MM-YYYY", "YYYY/MM/DD"),
    *("YYYY.MM.DD", "DD.MM.YY", "DD/MM/YY", "MM/DD/YY", "YYYY年MM月DD日", "YYYYMMDD"),
)
"""Formats that are tried when a mapping is proposed; after each a time may follow."""
MAX_FORMATS: Final = 8
_TOKENS: Final = {
    "YYYY": r"(?P<year>\d{4})",
    "YY": r"(?P<short>\d{2})",
    "MM": r"(?P<month>\d{1,2})",
    "DD": r"(?P<day>\d{1,2})",
}
_SOLID: Final = {"YYYY": r"(?P<year>\d{4})", "MM": r"(?P<month>\d{2})", "DD": r"(?P<day>\d{2})"}
_SPLIT: Final = re.compile("(YYYY|YY|MM|DD)")
_TIME: Final = r"(?:[T ,]+(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2}))?Z?)?"
_ISO: Final = "YYYY-MM-DD"
_CENTURY: Final = 2000


class DateFaultError(Exception):
    """A cell holds no date that can be taken; the argument is a code of a row's faults."""


@cache
def pattern(form: str) -> re.Pattern[str]:
    """Return the pattern of a format.

    Raises:
        ValueError: it does not have each of year, month and day once.
    """
    pieces = _SPLIT.split(form)
    tokens = [one for one in pieces if one in _TOKENS]
    if sorted(token[0] for token in tokens) != ["D", "M", "Y"] or len(form) > 30:
        raise ValueError
    known = _SOLID if form == "YYYYMMDD" else _TOKENS
    return re.compile("".join(known.get(one) or re.escape(one) for one in pieces) + _TIME)


def digits(text: str) -> str:
    """Return text with the digits of every script as those of ASCII."""
    return "".join(
        str(unicodedata.digit(char)) if char.isdecimal() and not char.isascii() else char
        for char in text
    ).strip()


def readings(text: str, formats: Sequence[str]) -> set[datetime]:
    """Return every moment, without zone, that a text is by one of the formats.

    Raises:
        DateFaultError: by none (``date-unreadable``), or no such day (``date-impossible``).
    """
    plain = digits(text)
    hits = [hit for form in formats if (hit := pattern(form).fullmatch(plain))]
    if not hits:
        raise DateFaultError("date-unreadable")
    found = {moment for hit in hits if (moment := _moment(hit)) is not None}
    if not found:
        raise DateFaultError("date-impossible")
    return found


def _moment(hit: re.Match[str]) -> datetime | None:
    told = hit.groupdict()
    year = int(told["year"]) if told.get("year") else _CENTURY + int(told["short"])
    hour, minute, second = (int(told[part] or 0) for part in ("hour", "minute", "second"))
    try:
        return datetime(year, int(told["month"]), int(told["day"]), hour, minute, second)  # noqa: DTZ001 - a wall's
    except ValueError:
        return None


def date_of(text: str, formats: Sequence[str], *, zone: ZoneInfo | None, is_iso: bool) -> str:
    """Return a cell's date, or its moment in UTC where it has a time.

    Args:
        text: of the cell.
        formats: of the mapping.
        zone: in which times are, or None where no cell has one.
        is_iso: the spreadsheet itself says that it is a date.

    Raises:
        DateFaultError: with the code of what is wrong.
    """
    found = readings(text, (_ISO,) if is_iso else formats)
    if len(found) > 1:
        raise DateFaultError("date-ambiguous")
    (moment,) = found
    if not 1900 <= moment.year <= 2200:
        raise DateFaultError("date-impossible")
    if ":" not in text and "." not in digits(text).partition(" ")[2]:
        return moment.date().isoformat()
    if text.endswith("Z"):
        zone = ZoneInfo("UTC")
    if zone is None:
        raise DateFaultError("date-zone")
    early, late = (moment.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if early.utcoffset() != late.utcoffset():  # skipped, or comes twice
        raise DateFaultError("date-zone")
    return early.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def fitting(values: Sequence[str]) -> tuple[str, ...]:
    """Return the formats by which most values are dates; more than one if days could be months."""
    counts = {form: sum(_is_date(value, form) for value in values) for form in FORMATS}
    best = max(counts.values(), default=0)
    return tuple(form for form, count in counts.items() if best and count == best)


def _is_date(value: str, form: str) -> bool:
    try:
        readings(value, (form,))
    except DateFaultError:
        return False
    return True
