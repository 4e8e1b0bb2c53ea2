"""Editions of the registry (spec 7.6): the current one from the documents, others from a value."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from tests.stranger.tables import SPEC, Move, TypeRow, moves, types
from tests.stranger.values import digest_text, encode


@dataclass(frozen=True, eq=False)
class Edition:
    """What one edition says of each type."""

    digest: str
    number: int
    types: dict[str, TypeRow]
    moves: dict[str, Move]


PRIVATE_TYPE = TypeRow("RQ", {"note": False}, 0, 0, None, 4, 16)
PRIVATE_MOVE = Move("RQ", frozenset())

type Editions = dict[str, Edition]


def is_private(name: str) -> bool:
    """Tell whether a type or section is of private use."""
    return name.startswith("x-")


def edition_of(value: dict[str, Any]) -> Edition:
    """Return the edition of a value of the form of spec/registry/edition.json."""
    rows = value["types"]
    return Edition(
        digest_text("edition", encode(value)),
        value["number"],
        {name: _type(row) for name, row in rows.items()},
        {name: _move(row) for name, row in rows.items()},
    )


def _type(row: dict[str, Any]) -> TypeRow:
    need = row["approvals"]
    return TypeRow(
        roles=_roles(row),
        sections=row["sections"],
        author=need["author"],
        approver=need["approver"],
        late_hours=need["late_hours"],
        rank=row["rank"],
        most_members=row["members"][1],
    )


def _move(row: dict[str, Any]) -> Move:
    about = "may be null" if row["about_optional"] else "required"
    opens = bool(row["track"]) and not row["from"]
    return Move(
        roles=_roles(row),
        main_in=frozenset(row["in"]),
        main_to=row["to"],
        track=row["track"] or "",
        track_from=frozenset(row["from"]),
        track_to=row["becomes"] or "",
        about="" if not row["track"] else "null" if opens else about,
        edition=row["edition"] or "",
    )


def _roles(row: dict[str, Any]) -> str:
    return "".join(sorted(row["by"], reverse=True))


@cache
def current() -> Edition:
    """Return the edition that the documents hold."""
    value = json.loads((SPEC / "registry" / "edition.json").read_text("utf-8"))
    return Edition(edition_of(value).digest, value["number"], types(), moves())


def knowing(*more: Edition) -> Editions:
    """Return the current edition and others, by digest."""
    return {one.digest: one for one in (current(), *more)}


def newest(known: Editions | None) -> Iterable[Edition]:
    """Return the editions that are known, the newest first."""
    return sorted((known or knowing()).values(), key=lambda one: -one.number)


def type_of(payload: dict[str, Any], known: Editions | None = None) -> TypeRow | None:
    """Return what a message of a type carries: for an opening by its edition, else by any."""
    name = payload["type"]
    found = newest(known)
    if payload["conversation"] is None:
        found = [one for one in found if one.digest == payload["edition"]]
    if found and is_private(name):
        return PRIVATE_TYPE
    return next((one.types[name] for one in found if name in one.types), None)


def move_of(name: str, edition: Edition) -> Move | None:
    """Return what a type does in an edition, or None if it is outside."""
    return PRIVATE_MOVE if is_private(name) else edition.moves.get(name)
