"""scenario.toml, read into `model`: exactly the members of the format, nothing looked up yet."""

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, Final

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from comity.drills.errors import DrillDuplicateError, DrillMemberError, Finding, finding
from comity.drills.model import KINDS, Entry, Head, Plan, Quizzed
from comity.instruments.errors import InstrumentError, LawDuplicateError, LawMemberError
from comity.instruments.toml import KEY, Table, rows

# Rows of a table that have names, as the files of exercises write them.


MAX_ROWS: Final = 200


def keyed[T](
    whole: Table, name: str, make: Callable[[Table, str], T], *, most: int = MAX_ROWS
) -> dict[str, T]:
    """Return what each row of a kind says, by the row's own key.

    Args:
        whole: the file.
        name: of the kind.
        make: reads one row, given its key.
        most: rows that there may be.

    Raises:
        InstrumentError: too many rows, or a row that is no such row.
        LawDuplicateError: two rows have one key.
    """
    found: dict[str, T] = {}
    listed = rows(whole.take(name), name, file=whole.file)
    if len(listed) > most:
        raise whole.fault(f"{name}: more than {most} of them")
    for row in listed:
        key = row.name()
        if key in found:
            raise row.fault("is there already", LawDuplicateError)
        found[key] = make(row, key)
        row.done()
    return found


# The short test of a scenario: questions of courses, asked before an exercise and after it.
#
# A scenario holds no question: it names those of courses, as ``COURSE:QUESTION``, which have
# answers, reasons and sources already. They are asked twice, the same ones.


FEWEST: Final = 5
MOST: Final = 8
_FILE: Final = "scenario.toml"
_MAX_KEY: Final = 64

type Quizzes = Mapping[str, Collection[str]]
"""Name of a course to the keys of its questions."""


def read_test(whole: Table) -> tuple[Quizzed, ...]:
    """Return the questions that ``[test]`` names, in their order; none where it is not there.

    Raises:
        InstrumentError: too few or too many, one twice, or one that is not ``COURSE:QUESTION``.

    Source: docs/reference/scenarios.md, "test".
    """
    value = whole.take("test")
    if value is None:
        return ()
    row = Table(value, file=whole.file, key="test")
    named = row.texts("questions")
    row.done()
    if not FEWEST <= len(named) <= MOST:
        raise row.fault(f"questions names {FEWEST} to {MOST} questions of courses")
    return tuple(_named(row, one) for one in named)


def _named(row: Table, name: str) -> Quizzed:
    course, _, question = name.partition(":")
    for one in (course, question):
        if len(one) > _MAX_KEY or not KEY.fullmatch(one) or ":" in one:
            raise row.fault(f"a question is named COURSE:QUESTION, and not {name[:_MAX_KEY]!a}")
    return Quizzed(course, question)


def quizzed(plan: Plan, quizzes: Quizzes) -> Iterator[Finding]:
    """Yield the questions that a scenario names and no course has.

    Args:
        plan: of the scenario.
        quizzes: of the courses that are there.
    """
    for one in plan.test:
        if one.course not in quizzes:
            there = ", ".join(sorted(quizzes)) or "none"
            told = f"there is no course {one.course!a}; there are: {there}"
            yield finding(_FILE, "test", "question-unknown", told)
        elif one.question not in quizzes[one.course]:
            told = f"the course {one.course} asks no question {one.question!a}"
            yield finding(_FILE, "test", "question-unknown", told)


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
