"""A mapping from an office's columns and words to fields and codes: TOML that a person reads.

Source: docs/reference/intake.md, "Mapping".
"""

import tomllib
import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from zoneinfo import ZoneInfo

from comity.intake.errors import RegisterMappingError
from comity.intake.register_dates import MAX_FORMATS, pattern
from comity.intake.register_row import CODED, FIELDS, REQUIRED
from comity.intake.register_table import ENCODINGS, SEPARATORS

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
