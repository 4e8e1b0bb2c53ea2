"""The kinds of value that sections are made of."""

from collections.abc import Callable
from typing import Annotated, Protocol

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from comity.canonical import PeerError, parse_id, parse_party, parse_time


def _by(parse: Callable[[object], object]) -> AfterValidator:
    """Hold a value to the protocol's own parser, beyond what its pattern says."""

    def check(text: str) -> str:
        try:
            parse(text)
        except PeerError as fault:
            raise PydanticCustomError(fault.code, "not of the protocol") from None
        return text

    return AfterValidator(check)


type Digest = Annotated[str, StringConstraints(pattern=r"^sha256:[0-9a-f]{64}$")]
type Time = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"),
    _by(parse_time),
]
type Party = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z]{2}/[a-z0-9]+(-[a-z0-9]+)*$", max_length=64),
    _by(parse_party),
]
type Id = Annotated[
    str,
    StringConstraints(
        pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"
    ),
    _by(parse_id),
]
type Short = Annotated[str, StringConstraints(min_length=1, max_length=300)]
type Long = Annotated[str, StringConstraints(min_length=1, max_length=40_000)]
type Language = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
type Recipient = Annotated[
    str,
    StringConstraints(pattern=r"^age1[0-9a-z]{20,}$", max_length=4004),  # RE2 counts to 1000 only
]
type Count = Annotated[int, Field(ge=0, le=2**53 - 1)]


type Number = Annotated[int, Field(ge=1, le=10_000)]


class Numbered(Protocol):
    """Something that has a number."""

    @property
    def number(self) -> int:
        """Return it."""


def _ascending[Row: Numbered](rows: list[Row]) -> list[Row]:
    """Hold rows to numbers that ascend, so that none comes twice."""
    numbers = [row.number for row in rows]
    if numbers != sorted(set(numbers)):
        raise PydanticCustomError("not-ascending", "numbers ascend")
    return rows


type Ascending[Row: Numbered] = Annotated[
    list[Row],
    Field(min_length=1, max_length=200, json_schema_extra={"x-ascending": "number"}),
    AfterValidator(_ascending),
]
"""Rows whose numbers ascend; no word of JSON Schema says so, hence one of our own."""


class Model(BaseModel):
    """Members exactly as listed; nothing is converted."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Text(Model):
    """Free text, which always says its language."""

    lang: Language
    text: Long
