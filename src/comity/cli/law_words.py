"""Conditions of rules in plain words, built from their predicates and the facts' labels."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from comity.cli.law_common import label, text
from comity.cli.law_frame import frame
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


class Speaker:
    """Says conditions of one instrument's rules in words of one language."""

    def __init__(self, laws: Library, instrument: Instrument, lang: str = "en") -> None:
        self._laws = laws
        self._instrument = instrument
        self._lang = lang
        self._told = frame(lang)

    def lines(self, condition: Condition) -> list[str]:
        """Return what has to hold, a line for each part, deeper parts indented."""
        return list(self._said(condition, holds=True, depth=0))

    def value(self, fact: str, value: object) -> str:
        """Return a fact's value as people say it; texts are returned as they are."""
        if isinstance(value, bool):
            return self._told("say.yes" if value else "say.no")
        if isinstance(value, datetime):
            return f"{value:%Y-%m-%d %H:%M} UTC"
        if isinstance(value, tuple | list):
            return self._told.listed(self.value(fact, one) for one in value)
        if isinstance(value, dict):
            return self._told.listed(
                f"{name.removeprefix(ITEM)} {self.value(name, one)}" for name, one in value.items()
            )
        known = self._laws.facts.get(fact)
        if isinstance(value, str) and known is not None and known.kind in {"code", "codes"}:
            return self.code(fact, value)
        return str(value)

    def code(self, fact: str, value: str) -> str:
        """Return the name of a code, or the code where it has none."""
        lang = self._lang
        if value == "*":
            return self._told("say.every")
        own = {"case.offence": "offences", "decision.grounds": "grounds"}.get(fact)
        if own and (name := text(self._laws, self._instrument.key, f"{own}.{value}", lang)):
            return f"{value} ({name})"
        shared = {"measure": "measures", "step": "steps"}.get(fact, f"codes.{fact}")
        return text(self._laws, None, f"{shared}.{value}", lang) or value

    def _name(self, fact: str) -> str:
        if fact.startswith(ITEM):
            name = fact.removeprefix(ITEM).replace("_", " ")
            return self._told("condition.its", name=name)
        return self._told("condition.name", name=label(self._laws, fact, self._lang))

    def _said(self, condition: Condition, *, holds: bool, depth: int) -> Iterator[str]:
        before = _INDENT * depth
        if condition.op == "not":
            yield from self._said(condition.parts[0], holds=not holds, depth=depth)
        elif condition.op in {"all", "any"}:
            if len(condition.parts) == 1:
                yield from self._said(condition.parts[0], holds=holds, depth=depth)
                return
            yield before + self._told(f"condition.{'' if holds else 'not_'}{condition.op}")
            for part in condition.parts:
                yield from self._said(part, holds=True, depth=depth + 1)
        elif condition.op == "some":
            key = "condition.some" if holds else "condition.not_some"
            yield before + self._told(key, name=self._name(condition.paths[0]))
            yield from self._said(condition.parts[0], holds=True, depth=depth + 1)
        else:
            yield before + self._leaf(condition, holds=holds)

    def _leaf(self, condition: Condition, *, holds: bool) -> str:
        op = condition.op
        if not holds and op in _OPPOSITES:
            op, holds = _OPPOSITES[op], True
        names = [self._name(path) for path in condition.paths]
        facts = dict(zip(("a", "b"), names, strict=False))
        if values := self._values(condition):
            facts["v"] = values[0]
        said = self._told(f"condition.{op}", **facts)
        return said if holds else self._told("condition.not", said=said)

    def _values(self, condition: Condition) -> list[str]:
        if condition.op in {"listed", "ground"}:
            return []
        found = []
        for value in condition.values:
            several: tuple[Any, ...] = value if isinstance(value, tuple) else (value,)
            found.append(self._told.listed(self.value(condition.paths[0], one) for one in several))
        return found
