"""Which facts are still to be asked for, in the order that matters, and reading typed answers."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from comity.cli.law_shown import absent
from comity.instruments import (
    Fact,
    FactsError,
    Finding,
    Instrument,
    Judgement,
    Library,
    Rule,
    check_facts,
)
from comity.instruments.conditions import ITEM

_YES: Final = {"y": True, "yes": True, "true": True, "n": False, "no": False, "false": False}
_TIME: Final = re.compile(r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(?::(\d\d))?Z?)?")
_WHOLE: Final = re.compile(r"-?\d{1,15}")
_MAX_DIGITS: Final = 3
_LISTS: Final = {"case.offence": "offences", "decision.grounds": "grounds"}


@dataclass(frozen=True)
class Question:
    """A fact that would settle rules.

    Attributes:
        fact: which.
        rules: those it is needed for, those that stop a step first.
    """

    fact: str
    rules: tuple[Rule, ...]


def questions(judgement: Judgement, facts: Mapping[str, Any]) -> list[Question]:
    """Return what is open, the facts of rules that stop a step first.

    Among them those first that settle their rule alone, then in the order of the rules. A rule
    that is broken because a fact is absent asks for it too.

    Args:
        judgement: by the facts.
        facts: those that are given.
    """
    ranks: dict[str, tuple[int, int, int]] = {}
    rules: dict[str, list[tuple[int, int, Rule]]] = {}
    for place, finding in enumerate(judgement.findings):
        wanted = _wanted(finding, facts)
        for fact in wanted:
            rank = (_weight(finding), len(wanted), place)
            ranks[fact] = min(rank, ranks.get(fact, rank))
            rules.setdefault(fact, []).append((_weight(finding), place, finding.rule))
    return [
        Question(fact, tuple(rule for _, _, rule in sorted(rules[fact], key=lambda r: r[:2])))
        for fact in sorted(ranks, key=ranks.__getitem__)
    ]


def _wanted(finding: Finding, facts: Mapping[str, Any]) -> list[str]:
    if finding.outcome == "clear":
        return []
    blank = [path for path, _ in absent(finding.rule.when, holds=True, alone=True)]
    asked = blank if finding.outcome == "breach" else finding.missing
    return [path for path in dict.fromkeys(asked) if path not in facts and path[:5] != ITEM]


def _weight(finding: Finding) -> int:
    if finding.rule.effect == "warn":
        return 2
    return 0 if finding.verified else 1


def choices(fact: Fact, instrument: Instrument, measure: str) -> tuple[str, ...]:
    """Return the codes to choose from; of offences and grounds those of the instrument."""
    if _LISTS.get(fact.key) == "offences":
        return tuple(instrument.offences)
    if _LISTS.get(fact.key) == "grounds":
        found = instrument.grounds.values()
        return tuple(one.key for one in found if {"*", measure} & set(one.measures))
    return fact.values


def answer(laws: Library, fact: Fact, line: str, listed: Sequence[str]) -> Any:
    """Return the value that a typed line gives a fact, as a file of facts holds it.

    Args:
        laws: whose facts they are.
        fact: which; of items, ``line`` is one entry, ``name=value; name=value``.
        line: not blank.
        listed: codes that may be given by their number, from 1.

    Raises:
        FactsError: it is no value of that fact.
    """
    value = _READ[fact.kind](fact, line.strip(), listed)
    check_facts({fact.key: value}, laws.facts)
    return value


def _text(_fact: Fact, line: str, _listed: Sequence[str]) -> str:
    return line


def _flag(fact: Fact, line: str, _listed: Sequence[str]) -> bool:
    if line.casefold() not in _YES:
        raise FactsError("answer yes or no", key=fact.key)
    return _YES[line.casefold()]


def _number(fact: Fact, line: str, _listed: Sequence[str]) -> int | float:
    if _WHOLE.fullmatch(line):
        return int(line)
    try:
        return float(line)
    except ValueError as fault:
        raise FactsError("answer with a number", key=fact.key) from fault


def _time(fact: Fact, line: str, _listed: Sequence[str]) -> str:
    found = _TIME.fullmatch(line)
    if found is None:
        raise FactsError("answer with a time in UTC: 2026-01-02, or 2026-01-02 03:04", key=fact.key)
    return f"{found[1]}T{found[2] or '00:00'}:{found[3] or '00'}Z"


def _code(_fact: Fact, line: str, listed: Sequence[str]) -> str:
    numbered = line.isdecimal() and len(line) <= _MAX_DIGITS and line not in listed
    if numbered and 1 <= int(line) <= len(listed):
        return listed[int(line) - 1]
    return line


def _codes(fact: Fact, line: str, listed: Sequence[str]) -> list[str]:
    return [_code(fact, part, listed) for part in re.split(r"[,\s]+", line) if part]


def _items(fact: Fact, line: str, _listed: Sequence[str]) -> list[dict[str, Any]]:
    """Read one entry; one without names is the entry's value."""
    if not fact.members or "=" not in line:
        return [{"value": line}]
    entry: dict[str, Any] = {}
    for part in line.split(";"):
        name, _, value = (piece.strip() for piece in part.partition("="))
        kind = fact.members.get(name)
        if kind is None or not value:
            known = ", ".join(fact.members)
            raise FactsError(f"an entry is name=value; name=value, with: {known}", key=fact.key)
        entry[name] = _READ[kind](Fact(f"{fact.key}.{name}", kind), value, ())
    return [entry]


_READ: Final[Mapping[str, Callable[[Fact, str, Sequence[str]], Any]]] = {
    "text": _text,
    "flag": _flag,
    "number": _number,
    "time": _time,
    "code": _code,
    "codes": _codes,
    "items": _items,
}
