"""Facts that breach a rule, and facts that clear it, found by trying values."""

import itertools
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from comity.instruments.conditions import ITEM, Condition, evaluate
from comity.instruments.facts import Fact
from comity.instruments.model import MEASURES, Instrument, Rule
from comity.instruments.predicates import MAX_DAYS

MAX_TRIES: Final = 20_000
MOMENT: Final = datetime(2026, 1, 1, 12, tzinfo=UTC)
"""The moment of judging in every example."""

_ABSENT: Final = object()
_OTHERS: Final = ("something", "something-else")

type _Choice = Mapping[str, Any]


def example(
    instrument: Instrument, rule: Rule, known: Mapping[str, Fact], *, breach: bool
) -> dict[str, Any] | None:
    """Return few facts that breach the rule, or clear it, or None where none were found.

    Not to find any proves nothing: at most 20,000 values are tried.

    Args:
        instrument: whose rule it is.
        rule: the rule.
        known: the facts there are.
        breach: whether the rule's condition is to hold.

    Returns:
        The facts as `facts.check_facts` gives them, with ``at``, ``measure`` and ``step``.
    """
    everywhere = [measure for measure in MEASURES if instrument.provides(measure)]
    measures = everywhere if "*" in rule.measures else rule.measures
    for measure in measures:
        start = {"at": MOMENT, "measure": measure, "step": rule.steps[0]}
        for found in _Search(rule.when, known).solve(rule.when, start, want=breach):
            return _given(found)
    return None


def _given(choice: _Choice) -> dict[str, Any]:
    return {path: value for path, value in choice.items() if value is not _ABSENT}


class _Search:
    """Tries values for the facts of one condition, within its bound."""

    def __init__(self, condition: Condition, known: Mapping[str, Fact]) -> None:
        self._known = known
        self._mentioned: dict[str, list[Any]] = {}
        self._numbers: set[int] = set()
        self._members: dict[str, Fact] = {}
        self._left = MAX_TRIES
        self._mention(condition)

    def _mention(self, condition: Condition) -> None:
        """Note what each fact is compared with: there its answer changes."""
        for value in condition.values:
            if type(value) is int:
                self._numbers.add(value)
            mentioned = self._mentioned.setdefault(condition.paths[0], [])
            mentioned.extend(_spread(value))
        if condition.op == "some":
            members = self._known[condition.paths[0]].members
            self._members |= {
                ITEM + name: Fact(ITEM + name, kind) for name, kind in members.items()
            }
        for part in condition.parts:
            self._mention(part)

    def solve(self, condition: Condition, done: _Choice, *, want: bool) -> Iterator[_Choice]:
        """Yield choices that extend ``done`` and make the condition what is wanted."""
        if condition.op == "not":
            yield from self.solve(condition.parts[0], done, want=not want)
        elif condition.op in {"all", "any"}:
            if (condition.op == "all") is want:
                yield from self._every(condition.parts, done, want=want)
            else:
                for part in condition.parts:
                    yield from self.solve(part, done, want=want)
        elif condition.op == "some":
            yield from self._some(condition, done, want=want)
        else:
            yield from self._leaf(condition, done, want=want)

    def _every(
        self, parts: tuple[Condition, ...], done: _Choice, *, want: bool
    ) -> Iterator[_Choice]:
        if not parts:
            yield done
            return
        for choice in self.solve(parts[0], done, want=want):
            yield from self._every(parts[1:], choice, want=want)

    def _some(self, condition: Condition, done: _Choice, *, want: bool) -> Iterator[_Choice]:
        path = condition.paths[0]
        if path in done:
            if evaluate(condition, _given(done)).truth is want:
                yield done
            return
        for choice in self.solve(condition.parts[0], done, want=want):
            item = {name: v for name, v in _given(choice).items() if name.startswith(ITEM)}
            rest = {name: v for name, v in choice.items() if not name.startswith(ITEM)}
            yield {**rest, path: (item,)}

    def _leaf(self, condition: Condition, done: _Choice, *, want: bool) -> Iterator[_Choice]:
        free = [path for path in condition.paths if path not in done]
        for values in itertools.product(*map(self._candidates, free)):
            self._left -= 1
            if self._left < 0:
                return
            choice = {**done, **dict(zip(free, values, strict=True))}
            if evaluate(condition, _given(choice)).truth is want:
                yield choice

    def _candidates(self, path: str) -> list[Any]:
        fact = self._members.get(path) or self._known[path]
        mentioned = self._mentioned.get(path, [])
        match fact.kind:
            case "flag":
                found: list[Any] = [True, False]
            case "number":
                found = [n + step for n in sorted(self._numbers | {0}) for step in (0, 1, -1)]
            case "time":
                counted = sorted(n for n in self._numbers | {0} if n <= MAX_DAYS)
                days = [0, *(d + step for d in counted for step in (0, 1, -1))]
                found = [MOMENT + timedelta(days=sign * d) for d in days for sign in (1, -1)]
            case "code":
                found = [*mentioned, *fact.values, *(() if fact.values else _OTHERS)]
            case "codes":
                codes = [*mentioned, *fact.values, *(() if fact.values else _OTHERS)]
                found = [*((code,) for code in codes), tuple(codes)]
            case "items":
                found = [({},)]
            case _:
                found = [*mentioned, *_OTHERS]
        return [*found, _ABSENT]


def _spread(value: Any) -> list[Any]:
    """Give the single values of a list, a set, or a table of sets."""
    if isinstance(value, Mapping):
        return sorted(frozenset().union(*value.values()))
    if isinstance(value, frozenset):
        return sorted(value)
    return list(value) if isinstance(value, tuple) else [value]
