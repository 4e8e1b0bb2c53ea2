"""What many operations take: texts that a person wrote, a language, the bytes of a file.

Types are plain names, as in `shapes`.
"""

import re
from datetime import UTC, date, datetime
from typing import Annotated, Any, Final

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BeforeValidator,
    StringConstraints,
    TypeAdapter,
    ValidationError,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from comity.canonical import time_text
from comity.node.core.clock import now
from comity.node.web.office_day import office_day

_MOMENT: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ].*")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_AWARE: Final = TypeAdapter(AwareDatetime)


def _moment(value: object) -> datetime:
    """Return the moment of a text, in UTC, to the second; pydantic alone takes numbers too."""
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        try:
            found = _AWARE.validate_python(value)
            return found.astimezone(UTC).replace(microsecond=0)
        except (ValidationError, OverflowError):
            pass
    raise PydanticCustomError("moment-malformed", "no date and time")


def _day(value: object) -> date:
    """Return the day of a text."""
    if isinstance(value, str) and _DAY.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise PydanticCustomError("day-malformed", "no day")


def _not_past(value: date) -> date:
    """Return a day that has not passed in the office."""
    today = office_day(now())
    if value < today:
        raise PydanticCustomError("day-past", "day is past", {"today": today.isoformat()})
    return value


def _given(value: object) -> object:
    """Take an empty text for nothing: so say forms and commands what is not known."""
    return None if value == "" else value


_MOMENT_SCHEMA: Final = {"type": "string", "format": "date-time"}
Moment = Annotated[datetime, BeforeValidator(_moment), WithJsonSchema(_MOMENT_SCHEMA)]
"""A date and time with its offset, as text; in UTC when it is read."""

MomentText = Annotated[
    str, BeforeValidator(lambda value: time_text(_moment(value))), WithJsonSchema(_MOMENT_SCHEMA)
]
"""A moment as the protocol writes it; taken as `Moment` takes it."""

MaybeMomentText = Annotated[MomentText | None, BeforeValidator(_given)]
"""A moment, or nothing: null or empty."""

Day = Annotated[date, BeforeValidator(_day)]
"""A day, as text."""

DayAhead = Annotated[Day, AfterValidator(_not_past)]
"""A day by which something is to be done: today or a later one."""

MaybeDay = Annotated[Day | None, BeforeValidator(_given)]
"""A day, or nothing: null or empty."""

Written = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
"""A text that a person writes: blanks around it are no part of it, and blanks alone are none."""
WordsIn = Annotated[
    dict[str, str],
    WithJsonSchema(
        {
            "type": "object",
            "properties": {"lang": {"type": "string"}, "text": {"type": "string"}},
            "required": ["lang", "text"],
            "additionalProperties": False,
        }
    ),
]
"""A text with its language; the act that takes it into the docket says what is wrong with it."""
Lang = Annotated[str, StringConstraints(pattern="^[a-z]{2}(-[a-z]{2,8})*$", max_length=16)]

BYTES: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
"""What OpenAPI says of an operation whose body is a file's bytes (`api_permissions` reads it)."""
