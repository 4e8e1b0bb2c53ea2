"""The facts that rules may ask for, and checking what an officer or a program gives for them."""

import difflib
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, Literal

from comity.canonical import PeerError, decode_loose, parse_time
from comity.instruments.conditions import ITEM, Facts
from comity.instruments.errors import (
    FactsError,
    FactTypeError,
    FactUnknownError,
    FactValueError,
)
from comity.instruments.toml import parse_toml, unmarked

type Kind = Literal["text", "flag", "number", "time", "code", "codes", "items"]

KINDS: Final = ("text", "flag", "number", "time", "code", "codes", "items")
PLAIN: Final = ("text", "flag", "number", "time", "code")
"""The kinds that a member of an item may be of."""

MAX_FILE_BYTES: Final = 1024 * 1024
MAX_TEXT: Final = 100_000
MAX_LIST: Final = 1000
_MAX_NESTING: Final = 4
_MAX_FACTS: Final = 1000
_CODE: Final = re.compile(r"[A-Za-z0-9]+(-[A-Za-z0-9]+)*")
_MAX_CODE: Final = 64
_MAX_NUMBER: Final = 2**53  # beyond, a number has no one form (spec/03-values.md)
_UTF_8_ONLY: Final = re.compile("[^\ud800-\udfff]*")
_FILLERS: Final = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"  # letters that show nothing


@dataclass(frozen=True)
class Fact:
    """A fact as facts.toml describes it.

    Attributes:
        key: dotted name, ``case.offence``.
        kind: what its value is.
        values: what a code may be; empty where its list is elsewhere.
        members: of items: member name to its kind; others may stand there, no rule sees them.
    """

    key: str
    kind: Kind
    values: tuple[str, ...] = ()
    members: Mapping[str, Kind] = field(default_factory=dict)


GIVEN: Final[Mapping[str, Fact]] = {
    "at": Fact("at", "time"),
    "measure": Fact("measure", "code"),
    "step": Fact("step", "code"),
}
"""What every judgement is told: its moment, the measure, the step."""


@dataclass(frozen=True)
class FactsFile:
    """What a file of facts says; its facts are checked.

    Attributes:
        instrument, measure, step: what it wants to be judged by, or None where it does not say.
        facts: dotted name to value.
    """

    instrument: str | None
    measure: str | None
    step: str | None
    facts: Facts


def read_facts(data: bytes, known: Mapping[str, Fact]) -> FactsFile:
    """Return the facts of untrusted bytes in TOML or JSON (an object is JSON).

    Args:
        data: at most 1 MiB.
        known: the facts there are.

    Raises:
        FactsError: by code, what is wrong first. JSON holds no fractions.

    Source: docs/reference/instruments.md, "Files of facts".
    """
    table = facts_table(data)
    unknown = set(table) - {"instrument", "measure", "step", "facts"}
    if unknown:
        name = min(unknown)[:_MAX_CODE]
        raise FactsError(f"unknown member {name!a}", key=name)
    named = {name: table.get(name) for name in ("instrument", "measure", "step")}
    for name, value in named.items():
        if value is not None:
            _code(name, value)
    return FactsFile(**named, facts=check_facts(table.get("facts", {}), known))


def facts_table(data: bytes) -> Mapping[str, Any]:
    """Return the table of a file of facts, TOML or JSON, unchecked beyond that.

    Raises:
        FactsError: it is neither, or larger than 1 MiB.
    """
    if len(data) > MAX_FILE_BYTES:
        raise FactsError(f"{len(data)} bytes where {MAX_FILE_BYTES} are allowed")
    try:
        written = unmarked(data)
        if written.lstrip()[:1] == b"{":
            found = decode_loose(written, max_bytes=MAX_FILE_BYTES, max_depth=_MAX_NESTING + 4)
            return dict(found)
        return parse_toml(written)
    except (ValueError, PeerError) as fault:
        raise FactsError(f"neither TOML nor JSON: {fault}") from fault


def check_facts(given: object, known: Mapping[str, Fact]) -> dict[str, Any]:
    """Return the facts that are given, by dotted name, each in its one form.

    A time becomes an aware UTC datetime, a list a tuple, an item a dict of ``item.name``. What is
    None, blank or empty is not given and left out.

    Args:
        given: untrusted; dotted names, nested tables, or both.
        known: the facts there are.

    Raises:
        FactUnknownError, FactTypeError, FactValueError, FactsError: by what is wrong first.
    """
    found: dict[str, Any] = {}
    seen: set[str] = set()
    for key, value in _flat(given, "", _MAX_NESTING):
        if key in seen:
            raise FactsError(f"{key} is given twice", key=key)
        seen.add(key)
        if len(seen) > _MAX_FACTS:
            raise FactsError(f"more than {_MAX_FACTS} facts")
        fact = known.get(key)
        if fact is None:
            raise _unknown(key, known)
        if value is None:
            continue
        checked = _CHECKS[fact.kind](fact, value)
        if checked not in ("", ()):
            found[key] = checked
    return found


def _flat(given: object, before: str, depth: int) -> Iterator[tuple[str, Any]]:
    if not isinstance(given, Mapping) or depth == 0:
        raise FactTypeError("facts are a table of names", key=before.rstrip("."))
    for name, value in given.items():
        if not isinstance(name, str):
            raise FactTypeError("the name of a fact is a text", key=before.rstrip("."))
        if isinstance(value, Mapping):
            yield from _flat(value, f"{before}{name}.", depth - 1)
        else:
            yield before + name, value


def _unknown(key: str, known: Mapping[str, Fact]) -> FactUnknownError:
    shown = key if len(key) <= _MAX_CODE else key[:_MAX_CODE] + "…"
    closest = "".join(difflib.get_close_matches(shown, known, n=1))
    hint = f"; did you mean {closest}?" if closest else ""
    return FactUnknownError(f"no fact is called {shown!a}{hint}", key=shown, closest=closest)


# ------------------------------------------------------------------ one check for each kind


def _wrong(fact: Fact, wanted: str) -> FactTypeError:
    return FactTypeError(f"{fact.key} is {wanted}", key=fact.key)


def _text(fact: Fact, value: object) -> str:
    if not isinstance(value, str):
        raise _wrong(fact, "a text")
    if len(value) > MAX_TEXT:
        raise FactValueError(f"{fact.key} is longer than {MAX_TEXT} characters", key=fact.key)
    if not _UTF_8_ONLY.fullmatch(value):
        raise FactValueError(f"{fact.key} holds half a character", key=fact.key)
    return value.strip() if any(map(is_seen, value)) else ""


def is_seen(char: str) -> bool:
    """Tell whether a character leaves a mark: a text of none that does says nothing."""
    return unicodedata.category(char)[0] not in "CZ" and char not in _FILLERS


def _flag(fact: Fact, value: object) -> bool:
    if not isinstance(value, bool):
        raise _wrong(fact, "true or false")
    return value


def _number(fact: Fact, value: object) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _wrong(fact, "a number")
    if not abs(value) < _MAX_NUMBER:  # which no NaN is
        raise _wrong(fact, f"a number below {_MAX_NUMBER}")
    return value


def _time(fact: Fact, value: object) -> datetime | str:
    if value == "":
        return ""
    try:
        if isinstance(value, datetime) and value.tzinfo is not None:
            return value.astimezone(UTC)
        return parse_time(value)
    except (OverflowError, PeerError) as fault:
        raise _wrong(fact, "a time in UTC, as 2026-01-02T03:04:05Z") from fault


def _one(fact: Fact, value: object) -> str:
    if value == "":
        return ""
    code = _code(fact.key, value)
    if fact.values and code not in fact.values:
        wanted = ", ".join(fact.values)
        raise FactValueError(f"{fact.key} is one of: {wanted}", key=fact.key)
    return code


def _code(key: str, value: object) -> str:
    if not isinstance(value, str) or len(value) > _MAX_CODE or not _CODE.fullmatch(value):
        raise FactTypeError(f"{key} is a code", key=key)
    return value


def _several(fact: Fact, value: object) -> tuple[str, ...]:
    return tuple(code for item in _list(fact, value) if (code := _one(fact, item)))


def _list(fact: Fact, value: object) -> list[Any] | tuple[Any, ...]:
    if not isinstance(value, list | tuple) or len(value) > MAX_LIST:
        raise _wrong(fact, f"a list of at most {MAX_LIST}")
    return value


def _items(fact: Fact, value: object) -> tuple[dict[str, Any], ...]:
    return tuple(_item(fact, item) for item in _list(fact, value))


def _item(fact: Fact, item: object) -> dict[str, Any]:
    if not isinstance(item, Mapping) or len(item) > MAX_LIST:
        raise _wrong(fact, "a list of tables")
    found: dict[str, Any] = {}
    for given, value in item.items():
        name = str(given).removeprefix(ITEM)  # so that checked facts can be checked again
        kind = fact.members.get(name)
        if kind is None or value is None:
            continue
        checked = _CHECKS[kind](Fact(f"{fact.key}.{name}", kind), value)
        if checked != "":
            found[ITEM + name] = checked
    return found


_CHECKS: Final = {
    "text": _text,
    "flag": _flag,
    "number": _number,
    "time": _time,
    "code": _one,
    "codes": _several,
    "items": _items,
}
