"""Conditions as they stand in TOML, checked and turned into `conditions.Condition`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from comity.instruments.conditions import ITEM, Condition
from comity.instruments.errors import InstrumentError, LawConditionError, LawReferenceError
from comity.instruments.facts import Fact, Kind

MAX_DEPTH: Final = 8
MAX_PREDICATES: Final = 128
MAX_VALUES: Final = 128
MAX_DAYS: Final = 100_000
"""Between two times of a condition: so many can be counted from today in either direction."""
_MAX_NUMBER: Final = 10**9
_COMPARABLE: Final[tuple[Kind, ...]] = ("text", "flag", "number", "code")
_CODES: Final[tuple[Kind, ...]] = ("code", "codes")


@dataclass(frozen=True)
class Surroundings:
    """What a condition may refer to.

    Attributes:
        facts: the facts there are, those that are always given among them.
        offences: keys of the instrument's offences.
        grounds: measure to the keys of the grounds that count for it.
        file, key: the place, for errors.
    """

    facts: Mapping[str, Fact]
    offences: frozenset[str]
    grounds: Mapping[str, frozenset[str]]
    file: str
    key: str


def parse_condition(value: object, around: Surroundings) -> Condition:
    """Return the condition of an untrusted TOML value.

    Raises:
        LawConditionError: not exactly one known predicate, a wrong operand, too deep, too many.
        LawReferenceError: a fact or a code that does not exist.

    Source: docs/reference/instruments.md, "Predicates".
    """
    return _Parser(around).condition(value, MAX_DEPTH, around.facts)


class _Parser:
    """Counts the predicates of one condition while it reads them."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._left = MAX_PREDICATES

    def condition(self, value: object, depth: int, facts: Mapping[str, Fact]) -> Condition:
        if not isinstance(value, dict) or len(value) != 1:
            raise self._fault("a condition is a table of exactly one predicate")
        self._left -= 1
        if depth == 0 or self._left < 0:
            raise self._fault(f"deeper than {MAX_DEPTH} or more than {MAX_PREDICATES} predicates")
        ((op, operand),) = value.items()
        if op in {"all", "any"}:
            parts = self._list(operand, f"{op} takes a list of conditions")
            return Condition(op, parts=tuple(self.condition(p, depth - 1, facts) for p in parts))
        if op == "not":
            return Condition(op, parts=(self.condition(operand, depth - 1, facts),))
        if op == "some":
            return self._some(operand, depth, facts)
        read = _SIMPLE.get(op)
        if read is None:
            raise self._fault(f"no predicate is called {op[:32]!a}")
        return read(self, op, operand, facts)

    # -------------------------------------------------------------- operands

    def _some(self, operand: object, depth: int, facts: Mapping[str, Fact]) -> Condition:
        path, part = self._operands("some", operand, 2)
        fact = self._fact("some", path, ("items",), facts)
        if any(name.startswith(ITEM) for name in facts):
            raise self._fault("some does not stand inside some")
        members = {ITEM + n: Fact(ITEM + n, kind) for n, kind in fact.members.items()}
        inner = self.condition(part, depth - 1, {**facts, **members})
        return Condition("some", (fact.key,), parts=(inner,))

    def path(self, op: str, operand: object, facts: Mapping[str, Fact]) -> Condition:
        return Condition(op, (self._fact(op, operand, (), facts).key,))

    def value(self, op: str, operand: object, facts: Mapping[str, Fact]) -> Condition:
        path, value = self._operands(op, operand, 2)
        fact = self._fact(op, path, _COMPARABLE, facts)
        return Condition(op, (fact.key,), (self._value(fact, value),))

    def values(self, op: str, operand: object, facts: Mapping[str, Fact]) -> Condition:
        path, values = self._operands(op, operand, 2)
        fact = self._fact(op, path, _CODES, facts)
        found = [self._value(fact, v) for v in self._list(values, f"{op} takes a list of values")]
        return Condition(op, (fact.key,), (tuple(found),))

    def number(self, op: str, operand: object, facts: Mapping[str, Fact]) -> Condition:
        path, number = self._operands(op, operand, 2)
        fact = self._fact(op, path, ("number",), facts)
        return Condition(op, (fact.key,), (self._number(number),))

    def member(self, op: str, operand: object, facts: Mapping[str, Fact]) -> Condition:
        one, many = self._operands(op, operand, 2)
        return Condition(
            op,
            (
                self._fact(op, one, ("code",), facts).key,
                self._fact(op, many, ("codes",), facts).key,
            ),
        )

    def numbers(self, op: str, operand: object, facts: Mapping[str, Fact]) -> Condition:
        return self._pair(op, operand, "number", facts)

    def times(self, op: str, operand: object, facts: Mapping[str, Fact]) -> Condition:
        return self._pair(op, operand, "time", facts)

    def days(self, op: str, operand: object, facts: Mapping[str, Fact]) -> Condition:
        start, end, days = self._operands(op, operand, 3)
        paths = tuple(self._fact(op, path, ("time",), facts).key for path in (start, end))
        return Condition(op, paths, (self._number(days, MAX_DAYS),))

    def listed(self, op: str, operand: object, facts: Mapping[str, Fact]) -> Condition:
        fact = self._fact(op, operand, _CODES, facts)
        return Condition(op, (fact.key,), (self._around.offences,))

    def ground(self, op: str, operand: object, facts: Mapping[str, Fact]) -> Condition:
        path, measure = self._operands(op, operand, 2)
        paths = (
            self._fact(op, path, _CODES, facts).key,
            self._fact(op, measure, ("code",), facts).key,
        )
        return Condition(op, paths, (self._around.grounds,))

    def _pair(self, op: str, operand: object, kind: Kind, facts: Mapping[str, Fact]) -> Condition:
        found = self._operands(op, operand, 2)
        return Condition(op, tuple(self._fact(op, path, (kind,), facts).key for path in found))

    # -------------------------------------------------------------- pieces

    def _operands(self, op: str, operand: object, count: int) -> list[Any]:
        if not isinstance(operand, list) or len(operand) != count:
            raise self._fault(f"{op} takes a list of {count}")
        return operand

    def _list(self, value: object, wanted: str) -> list[Any]:
        if not isinstance(value, list) or not 1 <= len(value) <= MAX_VALUES:
            raise self._fault(f"{wanted}, one to {MAX_VALUES}")
        return value

    def _fact(
        self, op: str, path: object, kinds: tuple[Kind, ...], facts: Mapping[str, Fact]
    ) -> Fact:
        if not isinstance(path, str):
            raise self._fault(f"{op} names a fact")
        fact = facts.get(path)
        if fact is None:
            raise self._fault(f"no fact is called {path[:64]!a}", LawReferenceError)
        if kinds and fact.kind not in kinds:
            raise self._fault(f"{op} takes a fact of kind {' or '.join(kinds)}: {path}")
        return fact

    def _value(self, fact: Fact, value: object) -> object:
        wanted = {"flag": bool, "number": int}.get(fact.kind, str)
        if type(value) is not wanted:
            raise self._fault(f"{fact.key} is never a {type(value).__name__}")
        if fact.values and value not in fact.values:
            raise self._fault(f"{fact.key} is never {value!a}", LawReferenceError)
        return value

    def _number(self, value: object, most: int = _MAX_NUMBER) -> int:
        if type(value) is not int or not 0 <= value <= most:
            raise self._fault(f"a number is a whole one, at most {most}")
        return value

    def _fault(
        self, message: str, kind: type[InstrumentError] = LawConditionError
    ) -> InstrumentError:
        file, key = self._around.file, self._around.key
        return kind(f"{file}: {key}: {message}", file=file, key=key)


type _Reader = Callable[[_Parser, str, object, Mapping[str, Fact]], Condition]

_SIMPLE: Final[Mapping[str, _Reader]] = {
    "present": _Parser.path,
    "missing": _Parser.path,
    "is": _Parser.value,
    "not-is": _Parser.value,
    "one-of": _Parser.values,
    "none-of": _Parser.values,
    "within": _Parser.values,
    "member": _Parser.member,
    "less": _Parser.number,
    "more": _Parser.number,
    "less-than": _Parser.numbers,
    "before": _Parser.times,
    "shorter-days": _Parser.days,
    "longer-days": _Parser.days,
    "listed": _Parser.listed,
    "ground": _Parser.ground,
}

PREDICATES: Final = ("all", "any", "not", "some", *_SIMPLE)
"""Every predicate there is."""
