"""A mapping from an office's columns and words to fields and codes: TOML that a person reads.

Source: docs/reference/intake.md, "Mapping".
"""

import re
import tomllib
import unicodedata
import zoneinfo
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final
from zoneinfo import ZoneInfo

from comity.intake.errors import RegisterMappingError
from comity.intake.register_table import CODED, ENCODINGS, FIELDS, REQUIRED, SEPARATORS

# Dates as offices write them, by the formats that a mapping names; no day is guessed.
#
# Source: ISO 8601-1 section 5.2 for what comes out; the zone's rules from the system's tz database.


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


MAX_MAPPING_BYTES: Final = 1024 * 1024
_MAX_TEXT: Final = 500
_MAX_VALUES: Final = 2_000
_MEMBERS: Final = frozenset(
    {
        "columns",
        "dates",
        "encoding",
        "heading_row",
        "mapping",
        "separator",
        "sheet",
        "values",
        "zone",
    }
)


@dataclass(frozen=True, kw_only=True)
class RegisterMapping:
    """How rows of one register are read.

    Attributes:
        columns: field to heading, or to ``#3`` for the third column.
        values: coded field, or ``state``, to what the office writes, folded, to code.
        dates: formats, in which ``YYYY``, ``YY``, ``MM`` and ``DD`` stand.
        zone: of times; None where no cell has one.
        heading_row: number of the row with the headings.
        sheet: name; "" for the first that is not hidden.
        encoding: of CSV; "" to tell it.
        separator: of CSV; "" to tell it.
    """

    columns: Mapping[str, str]
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    dates: tuple[str, ...] = ("YYYY-MM-DD",)
    zone: ZoneInfo | None = None
    heading_row: int = 1
    sheet: str = ""
    encoding: str = ""
    separator: str = ""


def folded(text: str) -> str:
    """Return a value as mappings compare it: blanks and capitals do not matter."""
    return " ".join(text.split()).casefold()


def parse_mapping(data: bytes) -> RegisterMapping:
    """Return the mapping that a file writes.

    Args:
        data: untrusted, at most 1 MiB of TOML.

    Raises:
        RegisterMappingError: what is wrong; the message names the member.
    """
    if len(data) > MAX_MAPPING_BYTES:
        raise RegisterMappingError(f"a mapping has at most {MAX_MAPPING_BYTES} bytes")
    try:
        told = tomllib.loads(data.decode("utf-8"))
    except (ValueError, RecursionError):
        raise RegisterMappingError("a mapping is TOML in UTF-8") from None
    if told.get("mapping") != 1 or not told.keys() <= _MEMBERS:
        raise RegisterMappingError(f"a mapping says mapping = 1; members are {', '.join(_MEMBERS)}")
    columns = _texts(told.get("columns"), "columns", len(FIELDS))
    if not set(columns) <= set(FIELDS) or not set(REQUIRED) <= set(columns):
        raise RegisterMappingError(f"columns: reference, and others of {', '.join(FIELDS)}")
    heading_row = told.get("heading_row", 1)
    if not isinstance(heading_row, int) or not 1 <= heading_row <= 1_000:
        raise RegisterMappingError("heading_row: a number from 1 to 1000")
    return RegisterMapping(
        columns=columns,
        values=_values(told.get("values", {})),
        dates=_dates(told.get("dates", ["YYYY-MM-DD"])),
        zone=_zone(told.get("zone", "")),
        heading_row=heading_row,
        sheet=_text(told.get("sheet", ""), "sheet"),
        encoding=_known(told.get("encoding", ""), "encoding", ENCODINGS),
        separator=_known(told.get("separator", ""), "separator", SEPARATORS),
    )


def _values(told: Any) -> dict[str, dict[str, str]]:
    if not isinstance(told, dict) or not set(told) <= {*CODED, "state"}:
        raise RegisterMappingError(f"values: tables of {', '.join(CODED)} and state")
    found: dict[str, dict[str, str]] = {}
    for name, table in told.items():
        texts = _texts(table, f"values.{name}", _MAX_VALUES)
        known = CODED.get(name)
        codes = {code for code in texts.values() if code}
        if known is None and any(len(code) != 2 or not code.islower() for code in codes):
            raise RegisterMappingError("values.state: codes of two small letters")
        if known is not None and not codes <= set(known):
            raise RegisterMappingError(f"values.{name}: codes are {', '.join(known)}")
        found[name] = {folded(text): code for text, code in texts.items() if code}
    return found


def _texts(told: Any, what: str, most: int) -> dict[str, str]:
    if not isinstance(told, dict) or len(told) > most:
        raise RegisterMappingError(f"{what}: a table of texts, at most {most}")
    return {_text(key, what): _text(value, what) for key, value in told.items()}


def _text(told: Any, what: str) -> str:
    if not isinstance(told, str) or len(told) > _MAX_TEXT:
        raise RegisterMappingError(f"{what}: texts of at most {_MAX_TEXT} characters")
    return told


def _known(told: Any, what: str, known: tuple[str, ...]) -> str:
    if told not in ("", *known):
        raise RegisterMappingError(f"{what}: one of {' '.join(map(repr, known))}")
    return str(told)


def _dates(told: Any) -> tuple[str, ...]:
    if not isinstance(told, list) or not 1 <= len(told) <= MAX_FORMATS:
        raise RegisterMappingError(f"dates: 1 to {MAX_FORMATS} formats")
    for form in told:
        try:
            pattern(_text(form, "dates"))
        except ValueError:
            raise RegisterMappingError(
                "dates: a format has YYYY or YY, MM and DD once, as DD.MM.YYYY"
            ) from None
    return tuple(told)


def _zone(told: Any) -> ZoneInfo | None:
    name = _text(told, "zone")
    if not name:
        return None
    try:
        return ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise RegisterMappingError("zone: a name of the tz database, as Asia/Ho_Chi_Minh") from None
