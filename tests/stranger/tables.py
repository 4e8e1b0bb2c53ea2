"""The tables and schemas of `spec/`, read from the document itself (spec 7 and 8.4)."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tests.stranger.values import demand

SPEC = Path(__file__).resolve().parents[2] / "spec"
WORD = re.compile(r"`([^`]+)`(\??)")


@dataclass(frozen=True)
class TypeRow:
    """One row of the table of types."""

    roles: str
    sections: dict[str, bool]  # name -> whether it must be there
    author: int
    approver: int
    late_hours: int | None
    rank: int
    most_members: int


@dataclass(frozen=True)
class Move:
    """What a type needs and does.

    Attributes:
        roles: who may.
        main_in: states of the main track in which it may.
        main_to: the main track's next state, or None.
        track: name of the track it moves, or "".
        track_from: states of that instance; empty where it opens one.
        track_to: the instance's next state.
        about: "", "null", "required" or "may be null".
        edition: "", "raises" or "accepts".
    """

    roles: str
    main_in: frozenset[str]
    main_to: str | None = None
    track: str = ""
    track_from: frozenset[str] = frozenset()
    track_to: str = ""
    about: str = ""
    edition: str = ""


def _generated(name: str) -> list[list[list[str]]]:
    """Return the cells of each table of a document of the registry."""
    part = (SPEC / "registry" / f"{name}.md").read_text("utf-8")
    blocks = re.findall(r"(?:^\|.*\n)+", part, re.MULTILINE)
    return [
        [[c.strip() for c in line.strip("|").split("|")] for line in b.splitlines()] for b in blocks
    ]


def _floor(text: str, role: str) -> int:
    found = re.search(rf"(\d+) {role}", text)
    return int(found[1]) if found else 0


@cache
def types() -> dict[str, TypeRow]:
    """Return the table of types."""
    rows = {}
    for cells in _generated("types")[0][2:]:
        late = re.search(r"\*late\*: (\d+) h", cells[3])
        rows[cells[0].strip("`")] = TypeRow(
            roles=cells[1].replace(" ", ""),
            sections={name: not absent for name, absent in WORD.findall(cells[2])},
            author=_floor(cells[3], "author"),
            approver=_floor(cells[3], "approver"),
            late_hours=int(late[1]) if late else None,
            rank=int(cells[4].split()[0]),
            most_members=int(cells[5].split()[-1]),
        )
    return rows


def _groups() -> dict[str, frozenset[str]]:
    text = (SPEC / "registry" / "moves.md").read_text("utf-8")
    line = re.search(r"^\*active\*:(.*?)\. \*decided\*:(.*?)\. \*any\*", text, re.MULTILINE)
    if line is None:
        raise LookupError("the groups of states")
    active, decided = (frozenset(re.findall(r"`([^`]+)`", part)) for part in line.groups())
    return {"active": active, "decided": decided, "any": active | decided | {"closed"}}


def _states(cell: str) -> frozenset[str]:
    groups, found = _groups(), set(re.findall(r"`([^`]+)`", cell))
    for word in re.sub(r"`[^`]+`", "", cell).replace(",", " ").split():
        found |= groups[word]
    return frozenset(found)


@cache
def moves() -> dict[str, Move]:
    """Return what each type needs and does, from the four tables of moves."""
    main, track, still, editions = (table[2:] for table in _generated("moves"))
    found = {}
    for name, by, start, end in main:
        found[name.strip("`")] = Move(by.replace(" ", ""), _states(start), end.strip("`"))
    for line, name, by, where, start, end, about in track:
        found[name.strip("`")] = Move(
            by.replace(" ", ""),
            _states(where),
            track=line.strip("`"),
            track_from=frozenset() if "opens" in start else _states(start),
            track_to=end.strip("`"),
            about=about,
        )
    for name, by, where in still:
        found[name.strip("`")] = Move(by.replace(" ", ""), _states(where))
    for name, by, where, does in editions:
        found[name.strip("`")] = Move(by.replace(" ", ""), _states(where), edition=does)
    return found


# ------------------------------------------------------------------ JSON Schema, as far as used


@cache
def schema(name: str) -> dict[str, Any]:
    """Return a schema of ``spec/schemas``."""
    value: dict[str, Any] = json.loads((SPEC / "schemas" / f"{name}.json").read_text("utf-8"))
    return value


KINDS = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None)}


def fits(value: Any, rule: dict[str, Any], root: dict[str, Any]) -> bool:
    """Tell whether a value fits a schema; only the words that our schemas use are known."""
    if "$ref" in rule:
        return fits(value, root["$defs"][rule["$ref"].rpartition("/")[2]], root)
    if "oneOf" in rule:
        return sum(fits(value, one, root) for one in rule["oneOf"]) == 1
    if "anyOf" in rule:
        return any(fits(value, one, root) for one in rule["anyOf"])
    kind = rule.get("type")
    if kind == "integer":
        if type(value) is not int:
            return False
    elif kind is not None and not isinstance(value, KINDS[kind]):
        return False
    if ("enum" in rule and value not in rule["enum"]) or rule.get("const", value) != value:
        return False
    checks: dict[type, Callable[..., bool]] = {
        dict: _object_fits,
        list: _array_fits,
        str: _string_fits,
        int: _number_fits,
    }
    check = checks.get(type(value))
    return check is None or check(value, rule, root)


def _object_fits(value: dict[str, Any], rule: dict[str, Any], root: dict[str, Any]) -> bool:
    known, more = rule.get("properties", {}), rule.get("additionalProperties", True)
    names = rule.get("propertyNames", {})
    if any(name not in value for name in rule.get("required", ())):
        return False
    if not rule.get("minProperties", 0) <= len(value) <= rule.get("maxProperties", 1 << 30):
        return False
    for name, item in value.items():
        wanted = known.get(name, more)
        if wanted is False or not fits(name, names, root):
            return False
        if isinstance(wanted, dict) and not fits(item, wanted, root):
            return False
    return True


def _array_fits(value: list[Any], rule: dict[str, Any], root: dict[str, Any]) -> bool:
    if not rule.get("minItems", 0) <= len(value) <= rule.get("maxItems", 1 << 30):
        return False
    if not all(fits(item, rule.get("items", {}), root) for item in value):
        return False
    if "x-ascending" not in rule:  # spec 7.2
        return True
    numbers = [item[rule["x-ascending"]] for item in value]
    return numbers == sorted(set(numbers))


def _string_fits(value: str, rule: dict[str, Any], root: dict[str, Any]) -> bool:
    if not rule.get("minLength", 0) <= len(value) <= rule.get("maxLength", 1 << 30):
        return False
    return "pattern" not in rule or re.search(rule["pattern"], value) is not None


def _number_fits(value: int, rule: dict[str, Any], root: dict[str, Any]) -> bool:
    least, most = int(rule.get("minimum", value)), int(rule.get("maximum", value))
    return least <= value <= most


def check_section(name: str, value: Any) -> None:
    """Refuse a section's value that breaks its schema."""
    rule = schema(f"sections/{name}")
    demand(fits(value, rule, rule), "body-malformed", name)
