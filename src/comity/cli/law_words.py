"""Conditions of rules in plain English, built from their predicates and the facts' labels."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from comity.cli.law_common import label, text
from comity.instruments import Condition, Instrument, Library
from comity.instruments.conditions import ITEM

_INDENT: Final = "  "
_OPPOSITES: Final = {
    "present": "missing",
    "missing": "present",
    "is": "not-is",
    "not-is": "is",
    "one-of": "none-of",
    "none-of": "one-of",
}
_LISTS: Final = {
    ("all", True): "all of these hold:",
    ("any", True): "at least one of these holds:",
    ("all", False): "at least one of these does not hold:",
    ("any", False): "none of these holds:",
}


class Speaker:
    """Says conditions of one instrument's rules in words."""

    def __init__(self, laws: Library, instrument: Instrument) -> None:
        self._laws = laws
        self._instrument = instrument

    def lines(self, condition: Condition) -> list[str]:
        """Return what has to hold, a line for each part, deeper parts indented."""
        return list(self._said(condition, holds=True, depth=0))

    def value(self, fact: str, value: object) -> str:
        """Return a fact's value as people say it; texts are returned as they are."""
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, datetime):
            return f"{value:%Y-%m-%d %H:%M} UTC"
        if isinstance(value, tuple | list):
            return ", ".join(self.value(fact, one) for one in value)
        if isinstance(value, dict):
            return ", ".join(
                f"{name.removeprefix(ITEM)} {self.value(name, one)}" for name, one in value.items()
            )
        known = self._laws.facts.get(fact)
        if isinstance(value, str) and known is not None and known.kind in {"code", "codes"}:
            return self.code(fact, value)
        return str(value)

    def code(self, fact: str, value: str, lang: str = "en") -> str:
        """Return the name of a code, or the code where it has none."""
        if value == "*":
            return "every one"
        own = {"case.offence": "offences", "decision.grounds": "grounds"}.get(fact)
        if own and (name := text(self._laws, self._instrument.key, f"{own}.{value}", lang)):
            return f"{value} ({name})"
        shared = {"measure": "measures", "step": "steps"}.get(fact, f"codes.{fact}")
        return text(self._laws, None, f"{shared}.{value}", lang) or value

    def _name(self, fact: str) -> str:
        if fact.startswith(ITEM):
            return f"its “{fact.removeprefix(ITEM).replace('_', ' ')}”"
        return f"“{label(self._laws, fact, 'en')}”"

    def _said(self, condition: Condition, *, holds: bool, depth: int) -> Iterator[str]:
        before = _INDENT * depth
        if condition.op == "not":
            yield from self._said(condition.parts[0], holds=not holds, depth=depth)
        elif condition.op in {"all", "any"}:
            if len(condition.parts) == 1:
                yield from self._said(condition.parts[0], holds=holds, depth=depth)
                return
            yield before + _LISTS[condition.op, holds]
            for part in condition.parts:
                yield from self._said(part, holds=True, depth=depth + 1)
        elif condition.op == "some":
            one = "for at least one entry of" if holds else "for no entry of"
            yield f"{before}{one} {self._name(condition.paths[0])}:"
            yield from self._said(condition.parts[0], holds=True, depth=depth + 1)
        else:
            yield before + self._leaf(condition, holds=holds)

    def _leaf(self, condition: Condition, *, holds: bool) -> str:
        op = condition.op
        if not holds and op in _OPPOSITES:
            op, holds = _OPPOSITES[op], True
        names = [self._name(path) for path in condition.paths]
        values = self._values(condition)
        said = _LEAVES[op](names, values)
        return said if holds else f"it is not so that {said}"

    def _values(self, condition: Condition) -> list[str]:
        if condition.op in {"listed", "ground"}:
            return []
        found = []
        for value in condition.values:
            several: tuple[Any, ...] = value if isinstance(value, tuple) else (value,)
            found.append(", ".join(self.value(condition.paths[0], one) for one in several))
        return found


type _Said = Callable[[list[str], list[str]], str]

_LEAVES: Final[Mapping[str, _Said]] = {
    "present": lambda n, _v: f"{n[0]} is given",
    "missing": lambda n, _v: f"{n[0]} is not given",
    "is": lambda n, v: f"{n[0]} is: {v[0]}",
    "not-is": lambda n, v: f"{n[0]} is something else than: {v[0]}",
    "one-of": lambda n, v: f"{n[0]} is or holds one of: {v[0]}",
    "none-of": lambda n, v: f"{n[0]} is or holds none of: {v[0]}",
    "within": lambda n, v: f"{n[0]} holds nothing but: {v[0]}",
    "member": lambda n, _v: f"{n[0]} is among {n[1]}",
    "less": lambda n, v: f"{n[0]} is less than {v[0]}",
    "more": lambda n, v: f"{n[0]} is more than {v[0]}",
    "less-than": lambda n, _v: f"{n[0]} is less than {n[1]}",
    "before": lambda n, _v: f"{n[0]} lies before {n[1]}",
    "shorter-days": lambda n, v: f"from {n[0]} to {n[1]} it is less than {v[0]} days",
    "longer-days": lambda n, v: f"from {n[0]} to {n[1]} it is more than {v[0]} days",
    "listed": lambda n, _v: f"{n[0]} is an offence of this instrument",
    "ground": lambda n, _v: f"{n[0]} holds only grounds that this instrument has for {n[1]}",
}
