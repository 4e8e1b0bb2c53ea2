"""What a condition is, and whether it holds: three-valued, over the facts that are given.

Source: docs/reference/instruments.md, "Predicates"; Kleene, Introduction to Metamathematics, § 64.
"""

import operator
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

type Facts = Mapping[str, Any]
"""Dotted name to value; a fact that is not given is not there. See `facts` for the values."""

ITEM: Final = "item."


@dataclass(frozen=True, slots=True)
class Condition:
    """One predicate with what it is about. Its shape has been checked by `predicates`.

    Attributes:
        op: the predicate's name.
        paths: names of the facts it compares.
        values: what it compares them with.
        parts: the conditions it is made of.
    """

    op: str
    paths: tuple[str, ...] = ()
    values: tuple[Any, ...] = ()
    parts: tuple["Condition", ...] = ()

    def predicates(self) -> frozenset[str]:
        """Return the names of all predicates in it."""
        return frozenset({self.op}.union(*(part.predicates() for part in self.parts)))

    def facts(self) -> frozenset[str]:
        """Return the names of all facts in it; members of items as ``item.name``."""
        return frozenset(self.paths).union(*(part.facts() for part in self.parts))


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a condition holds.

    Attributes:
        truth: True, False, or None where the facts given do not settle it.
        missing: the facts that would settle it: at least one where ``truth`` is None, else none.
    """

    truth: bool | None
    missing: frozenset[str] = frozenset()


TRUE: Final = Verdict(truth=True)
FALSE: Final = Verdict(truth=False)


def evaluate(condition: Condition, facts: Facts) -> Verdict:
    """Return whether the condition holds for these facts."""
    combined = _COMBINED.get(condition.op)
    if combined is not None:
        return combined(condition, facts)
    missing = [path for path in condition.paths if path not in facts]
    if missing:
        return Verdict(None, frozenset(missing))
    known = [facts[path] for path in condition.paths]
    return TRUE if _TESTS[condition.op](*known, *condition.values) else FALSE


# ------------------------------------------------------------------ Kleene's tables


def both(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the conjunction: false as soon as one is, else unknown if one is, else true."""
    missing: frozenset[str] = frozenset()
    for verdict in verdicts:
        if verdict.truth is False:
            return FALSE
        missing |= verdict.missing
    return Verdict(None, missing) if missing else TRUE


def negated(verdict: Verdict) -> Verdict:
    """Return the negation; what is unknown stays so."""
    if verdict.truth is None:
        return verdict
    return FALSE if verdict.truth else TRUE


def either(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the disjunction, by De Morgan's law."""
    return negated(both(map(negated, verdicts)))


def _all(condition: Condition, facts: Facts) -> Verdict:
    return both(evaluate(part, facts) for part in condition.parts)


def _any(condition: Condition, facts: Facts) -> Verdict:
    return either(evaluate(part, facts) for part in condition.parts)


def _not(condition: Condition, facts: Facts) -> Verdict:
    return negated(evaluate(condition.parts[0], facts))


def _some(condition: Condition, facts: Facts) -> Verdict:
    """Judge the condition for each item; a member that an item lacks is asked for by its list."""
    path = condition.paths[0]
    if path not in facts:
        return Verdict(None, frozenset({path}))
    part = condition.parts[0]
    verdict = either(evaluate(part, {**facts, **item}) for item in facts[path])
    missing = {path if name.startswith(ITEM) else name for name in verdict.missing}
    return Verdict(verdict.truth, frozenset(missing))


def _present(condition: Condition, facts: Facts) -> Verdict:
    return TRUE if condition.paths[0] in facts else FALSE


def _missing(condition: Condition, facts: Facts) -> Verdict:
    return FALSE if condition.paths[0] in facts else TRUE


_COMBINED: Final[Mapping[str, Callable[[Condition, Facts], Verdict]]] = {
    "all": _all,
    "any": _any,
    "not": _not,
    "some": _some,
    "present": _present,
    "missing": _missing,
}


# ------------------------------------------------------------------ comparisons of known facts


def _codes(value: str | tuple[str, ...]) -> tuple[str, ...]:
    """Give one code or several as several."""
    return (value,) if isinstance(value, str) else value


def _meets(value: str | tuple[str, ...], values: Collection[str]) -> bool:
    return any(code in values for code in _codes(value))


def _avoids(value: str | tuple[str, ...], values: Collection[str]) -> bool:
    return not _meets(value, values)


def _within(value: str | tuple[str, ...], values: Collection[str]) -> bool:
    return all(code in values for code in _codes(value))


def _member(code: str, codes: tuple[str, ...]) -> bool:
    return code in codes


def _ground(value: tuple[str, ...], measure: str, grounds: Mapping[str, Collection[str]]) -> bool:
    return _within(value, grounds.get(measure, ()))


def _shorter(start: datetime, end: datetime, days: int) -> bool:
    return end - start < timedelta(days=days)


def _longer(start: datetime, end: datetime, days: int) -> bool:
    return end - start > timedelta(days=days)


_TESTS: Final[Mapping[str, Callable[..., bool]]] = {
    "is": operator.eq,
    "not-is": operator.ne,
    "one-of": _meets,
    "none-of": _avoids,
    "within": _within,
    "member": _member,
    "less": operator.lt,
    "more": operator.gt,
    "less-than": operator.lt,
    "before": operator.lt,
    "shorter-days": _shorter,
    "longer-days": _longer,
    "listed": _within,
    "ground": _ground,
}
