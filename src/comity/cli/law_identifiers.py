"""Identifiers of a file of facts: those with a type have its form, or the file is not judged."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from comity.cli.law_say import say
from comity.instruments.identifiers import Identifier, IdentifierError, parse
from comity.instruments.identifiers.lines import ACCOUNT, read_line

FACT: Final = "request.identifiers"


@dataclass(frozen=True)
class Told:
    """One identifier with its place in the file, counted from 0."""

    place: str
    found: Identifier


def identifiers_of(raw: Mapping[str, Any]) -> tuple[Told, ...]:
    """Return the typed identifiers of a file of facts.

    Args:
        raw: the facts as the file gives them, by dotted name; their kinds are checked.

    Raises:
        IdentifierError: the first that has not the form of its type; the message says where, and
            never repeats the value.
    """
    found = []
    for number, row in enumerate(raw.get(FACT) or []):
        place = f"{FACT}[{number}]"
        if row.get("type") and row.get("value"):
            try:
                found.append(Told(place, _read(row)))
            except IdentifierError as fault:
                told = [str(fault.facts[name]) for name in ("what", "why", "next")]
                raise type(fault)(f"{place}: {told[0]}", told[1], told[2]) from None
    return tuple(found)


def _read(row: Mapping[str, Any]) -> Identifier:
    """Return one identifier; an account is written ``provider:account``."""
    kind, value = str(row["type"]), str(row["value"])
    service, colon, account = value.partition(":")
    if kind == ACCOUNT and colon:
        return read_line(kind, service, account)
    return parse(kind, value)


def identifiers_value(told: tuple[Told, ...]) -> list[dict[str, Any]]:
    """Return identifiers as JSON."""
    return [
        {
            "display": one.found.display,
            "place": one.place,
            "text": one.found.text,
            "type": one.found.type,
            "warnings": [
                {"code": notice.code, "text": notice.text} for notice in one.found.warnings
            ],
        }
        for one in told
    ]


def say_identifiers(told: tuple[Told, ...]) -> None:
    """Print the identifiers that deserve a second look."""
    for one in told:
        for notice in one.found.warnings:
            say(f"{one.place} ({one.found.type}) [{notice.code}]: {notice.text}", indent=2)
