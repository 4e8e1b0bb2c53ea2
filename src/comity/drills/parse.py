"""scenario.toml, read into `model`: exactly the members of the format, nothing looked up yet."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from comity.drills.errors import DrillDuplicateError, DrillMemberError
from comity.drills.keyed import MAX_ROWS, keyed
from comity.drills.model import KINDS, Entry, Head, Plan
from comity.drills.quizzed import read_test
from comity.instruments.errors import InstrumentError, LawDuplicateError, LawMemberError
from comity.instruments.table import Table

FILE: Final = "scenario.toml"
MAX_VALUE: Final = 200
_TWICE: Final = "twice"
_SAID: Final[Mapping[str, str]] = {
    "missing": "is needed",
    "bool_type": "is true or false",
    "int_type": "is a whole number",
    "greater_than_equal": "is a whole number from {ge}",
    "less_than_equal": "is at most {le}",
    "literal_error": "is one of: {expected}",
    "string_type": "is a text",
    "string_too_short": "is a text",
    "tuple_type": "is a list",
    "too_short": "names at least {min_length}",
    "too_long": "names at most {max_length}",
    "datetime_type": "is a time with its offset: 2026-12-31T23:15:00Z",
    "timezone_aware": "is a time with its offset: 2026-12-31T23:15:00Z",
}
"""What pydantic finds, as it is said of a member; rules of `model` say themselves."""


def parse_plan(table: Mapping[str, Any]) -> Plan:
    """Return what a scenario.toml says.

    Raises:
        DrillError: the first member that breaks the format.

    Source: docs/reference/scenarios.md.
    """
    try:
        return _plan(table)
    except LawDuplicateError as fault:
        raise DrillDuplicateError(str(fault), **fault.facts) from fault
    except InstrumentError as fault:
        raise DrillMemberError(str(fault), **fault.facts) from fault


def _plan(table: Mapping[str, Any]) -> Plan:
    whole = Table(table, file=FILE, key="the file")
    row = Table(whole.take("scenario"), file=FILE, key="scenario")
    head = _read(Head, row, row.rest())
    entries: dict[str, Any] = {
        kind.table: keyed(whole, name, _reader(kind.model)) for name, kind in KINDS.items()
    }
    made = Plan(**dict(head), values=_values(whole), test=read_test(whole), **entries)
    whole.done()
    if not made.roles:
        raise row.fault("there is no role: somebody has to play")
    if sum(one.played == "team" for one in made.parties.values()) != 1:
        raise row.fault("exactly one party is played by the team")
    return made


def _reader[E: Entry](model: type[E]) -> Callable[[Table, str], E]:
    """Return what reads one row of a kind."""
    return lambda row, key: _read(model, row, {"key": key, **row.rest()})


def _read[M: BaseModel](model: type[M], row: Table, members: Mapping[str, Any]) -> M:
    try:
        return model.model_validate(members)
    except ValidationError as fault:
        first = fault.errors(include_url=False)[0]
        kind = LawDuplicateError if first["type"] == _TWICE else LawMemberError
        raise row.fault(_said(first), kind) from None


def _said(found: ErrorDetails) -> str:
    """Return what is wrong with a row, beginning with the member that it is about."""
    place, context = found["loc"], found.get("ctx", {})
    member = str(place[0])[:64] if place else ""
    if found["type"] == "extra_forbidden":
        return f"unknown member {member!a}"
    if "text" in context:
        return str(context["text"])
    said = _SAID.get(found["type"], found["msg"]).format(**context)
    return f"{member} {said}".strip()


def _values(whole: Table) -> dict[str, str]:
    given = whole.take("values")
    inner = Table({} if given is None else given, file=FILE, key="values")
    found = {}
    if len(inner.whole) > MAX_ROWS:
        raise inner.fault(f"more than {MAX_ROWS} of them")
    for name in inner.whole:
        value = inner.text(name)
        if not name.isascii() or not name.isidentifier() or name != name.lower():
            raise inner.fault(f"{name[:64]!a} is no name of a value: small letters, digits, _")
        if len(value) > MAX_VALUE:
            raise inner.fault(f"{name} is at most {MAX_VALUE} characters")
        found[name] = value
    return found
