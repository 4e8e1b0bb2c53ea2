"""What many operations take: texts that a person wrote, a language, the bytes of a file.

Types are plain names, as in `shapes`.
"""

import re
from datetime import datetime
from typing import Annotated, Any, Final

from pydantic import AwareDatetime, BeforeValidator, StringConstraints
from pydantic_core import PydanticCustomError

_NUMBER: Final = re.compile(r"[+-]?[0-9.]+")


def _no_number(value: object) -> object:
    """Refuse a number, which pydantic would take for seconds since 1970."""
    if isinstance(value, datetime) or (isinstance(value, str) and not _NUMBER.fullmatch(value)):
        return value
    raise PydanticCustomError("datetime_type", "no date and time")


Moment = Annotated[AwareDatetime, BeforeValidator(_no_number)]
"""A date and time with its offset, as text."""

Written = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
"""A text that a person writes: blanks around it are no part of it, and blanks alone are none."""
Lang = Annotated[str, StringConstraints(pattern="^[a-z]{2}(-[a-z]{2,8})*$", max_length=16)]

BYTES: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
"""What OpenAPI says of an operation whose body is a file's bytes (`guard.body_of` reads it)."""
