"""The facts of an execution record: one strict TOML file, as the officer who was there writes it.

Source: docs/reference/execution-record.md.
"""

import tomllib
from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints, ValidationError

from comity.exchange.faults import in_words
from comity.exchange.values import Digest, Model, Short, Text, Time
from comity.papers.errors import PaperContentError

MAX_FACTS_BYTES: Final = 2 * 1024 * 1024


class Person(Model):
    """Somebody who was present."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    capacity: Short


class Thing(Model):
    """Something taken or copied, with its digest."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=4000)]
    sha256: Digest


class Step(Model):
    """One item of what was to be done."""

    item: Short
    result: Literal["done", "in-part", "not-done"]
    how: Text
    things: Annotated[list[Thing], Field(default_factory=list, max_length=500)]


class ExecutionFacts(Model):
    """Who was present, when, where, by which order, and what was done item by item."""

    mode: Literal["live", "exercise"]
    authority: Short
    order: Short
    reference: Short | None = None
    place: Short
    began: Time
    ended: Time
    present: Annotated[list[Person], Field(min_length=1, max_length=40)]
    steps: Annotated[list[Step], Field(min_length=1, max_length=200)]
    remarks: Text | None = None


def read_execution(data: bytes) -> ExecutionFacts:
    """Return the facts of a TOML file.

    Args:
        data: untrusted.

    Raises:
        PaperContentError: no TOML, or the first member that is wrong, by path, never by value.
    """
    if len(data) > MAX_FACTS_BYTES:
        raise PaperContentError("the facts of an execution are at most 2 MiB")
    try:
        value = tomllib.loads(data.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as fault:
        raise PaperContentError("the facts are a TOML file in UTF-8") from fault
    try:
        facts = ExecutionFacts.model_validate(value)
    except ValidationError as fault:
        first = fault.errors(include_url=False, include_input=False)[0]
        foreign = first["type"] == "extra_forbidden"
        path = "/".join(str(part) for part in (first["loc"][:-1] if foreign else first["loc"]))
        raise PaperContentError(f"{path or 'the facts'}: {in_words(first)}") from None
    if facts.ended < facts.began:
        raise PaperContentError("ended: before it began")
    return facts
