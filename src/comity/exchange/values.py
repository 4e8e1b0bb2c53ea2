"""The kinds of value that sections are made of."""

import re
from collections.abc import Callable
from types import UnionType
from typing import Annotated, Any, Final, Protocol, TypeAliasType, Union, get_args, get_origin

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


# Members of models taken apart: which type, whether it may be null, whether it is a list.
#
# Forms, pages and templates are made from the models by this, so that no second list of members
# exists.


def kind_of(annotation: Any) -> tuple[Any, bool, bool]:
    """Return the type of a member, whether it may be null, and whether it is a list."""
    found, optional = annotation, False
    if get_origin(found) in (UnionType, Union):
        optional = type(None) in get_args(found)
        found = next(one for one in get_args(found) if one is not type(None))
    plain = plain_of(found)
    many = get_origin(plain) is list
    return (get_args(plain)[0] if many else found), optional, many


def name_of(kind: Any) -> str:
    """Return the name of a named type of the bodies, or empty."""
    return kind.__name__ if isinstance(kind, TypeAliasType) else ""


def model_of(kind: Any) -> type[Model] | None:
    """Return the type where it is a model of its own, else None."""
    return kind if isinstance(kind, type) and issubclass(kind, Model) else None


def is_text(model: type[Model] | None) -> bool:
    """Tell whether a model is free text that says its language, whatever its length."""
    return model is not None and model.model_fields.keys() == Text.model_fields.keys()


def plain_of(kind: Any) -> Any:
    """Return a type without its name and constraints."""
    while True:
        named = get_origin(kind)
        if isinstance(kind, TypeAliasType):
            kind = kind.__value__
        elif isinstance(named, TypeAliasType):  # one that takes types, as `Ascending[Item]`
            kind = named.__value__[get_args(kind)]
        elif hasattr(kind, "__metadata__"):
            kind = get_args(kind)[0]
        else:
            return kind


# What a request names as its article: a number, or a text that says itself what it is.


_NUMBER: Final = re.compile(r"[\d(]|[IVXLCDM]+\b")


def is_number(article: str) -> bool:
    """Tell whether an article is named by its number alone: "18", "7 (2)", "XVI".

    Whatever else somebody wrote ("Article 18", "Art. 18", "第十八条") needs no word before it.

    Args:
        article: as the basis of a request names it.
    """
    return _NUMBER.match(article.strip()) is not None
