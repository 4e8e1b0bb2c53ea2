"""What is wrong with the law as data although it can be read."""

import itertools
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from comity.instruments import templates
from comity.instruments.conditions import ITEM, Condition, evaluate
from comity.instruments.errors import InstrumentError
from comity.instruments.facts import GIVEN, Fact
from comity.instruments.judge import OUTCOMES
from comity.instruments.library import Library
from comity.instruments.model import (
    GROUPS,
    LANGUAGES,
    MEASURES,
    STEPS,
    Ground,
    Instrument,
    Measure,
    Offence,
    Rule,
    Safeguard,
    Unchecked,
)
from comity.instruments.predicates import MAX_DAYS

# Facts that breach a rule, and facts that clear it, found by trying values.


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


_ANY: Final = "*"
_IN_FOLDERS: Final = ("words", "ratification")
_OF_ALL: Final = ("facts.toml", "states.toml", "calendars.toml")
_OF_ONE: Final = ("instrument.toml", "status.toml", "ratification.toml", templates.FILE)
_SHARED: Final = ("facts", "codes", "measures", "steps", "groups", "outcomes")
_UNASKED: Final = frozenset(f"facts.{key}.{part}" for key in GIVEN for part in ("label", "ask"))

type _Thing = Offence | Measure | Ground | Safeguard | Rule | Unchecked


@dataclass(frozen=True, order=True)
class Problem:
    """One thing to mend.

    Attributes:
        file: where to mend it.
        key: which entry.
        code: stable kebab-case name of the kind of problem.
        text: English, for the author of the data.
        table: the array of tables in which the entry stands, ``rule``; empty for words.
    """

    file: str
    key: str
    code: str
    text: str
    table: str = ""


def lint(library: Library, *, languages: Collection[str] = LANGUAGES) -> list[Problem]:
    """Return everything that is wrong, sorted by file and key.

    Args:
        library: what to look at.
        languages: those in which every text is due; English always is.

    Source: docs/reference/instruments.md.
    """
    due = sorted({"en", *languages})
    found = [*_shared(library, due), *_files(library), *_templates(library, due)]
    for instrument in library.instruments.values():
        found += _texts(library, instrument.key, _keys(instrument, library), due)
        found += _cites(instrument)
        found += _measures(instrument)
        for rule in instrument.rules.values():
            found += _rule(library, instrument, rule)
    return sorted(found)


# ------------------------------------------------------------------ files


def _files(library: Library) -> Iterator[Problem]:
    """Name the files that nothing reads: a letter too many in a name, and a treaty is not there."""
    for path in library.paths():
        *folders, name = path.split("/")
        place = "/".join(folders[-1:])
        if (
            folders == [templates.OWNER]
            or place in _IN_FOLDERS
            or name in (_OF_ALL if not folders else _OF_ONE)
        ):
            owner = folders[0] if folders and folders[0] not in _IN_FOLDERS else ""
            if owner and owner not in {*library.instruments, templates.OWNER}:
                text = f"belongs to {owner}/instrument.toml, which is not there"
                yield Problem(path, "", "instrument-missing", text)
        else:
            yield Problem(path, "", "file-unread", "has a name by which nothing reads it")


def _templates(library: Library, due: Collection[str]) -> Iterator[Problem]:
    """Name the template that cannot be read, or the texts that templates lack."""
    try:
        keys = templates.keys(library)
    except InstrumentError as fault:
        file, key = (str(fault.facts.get(name, "")) for name in ("file", "key"))
        told = str(fault).removeprefix(f"{file}: ").removeprefix(f"{key}: ")
        yield Problem(file, key, fault.code, told)
    else:
        yield from _texts(library, templates.OWNER, keys, due)


# ------------------------------------------------------------------ texts


def _shared(library: Library, due: Collection[str]) -> Iterator[Problem]:
    keys = {f"measures.{key}" for key in MEASURES} | {f"steps.{key}" for key in STEPS}
    keys |= {f"groups.{key}" for key in GROUPS} | {f"outcomes.{key}" for key in OUTCOMES}
    for fact in library.facts.values():
        keys |= {f"facts.{fact.key}.label", f"facts.{fact.key}.ask"}
        keys |= {f"codes.{fact.key}.{value}" for value in fact.values}
    yield from _texts(library, None, keys - _UNASKED, due, tables=_SHARED)


def _keys(instrument: Instrument, library: Library) -> set[str]:
    parts: Mapping[str, Collection[str]] = {
        "instrument": ("title", "short"),
        "articles": instrument.articles,
        "offences": instrument.offences,
        "measures": instrument.measures,
        "grounds": instrument.grounds,
        "safeguards": instrument.safeguards,
        "rules": instrument.rules,
        "topics": templates.keys_of(library, instrument.key),
    }
    return {f"{part}.{key}" for part, keys in parts.items() for key in keys}


def _texts(
    library: Library,
    instrument: str | None,
    keys: Collection[str],
    due: Collection[str],
    *,
    tables: tuple[str, ...] = (),
) -> Iterator[Problem]:
    """Compare the words with the keys; where tables are named, only these are looked at."""
    for lang in due:
        file = f"{instrument}/words/{lang}.toml" if instrument else f"words/{lang}.toml"
        entries = library.words(instrument, lang).entries
        if not entries:
            yield Problem(file, "", "language-missing", "there are no words in this language")
            continue
        for key in keys:
            if not entries.get(key, "").strip():
                yield Problem(file, key, "text-missing", "has no text")
        for key in entries:
            looked_at = not tables or key.partition(".")[0] in tables
            if looked_at and key not in keys and key not in _UNASKED:
                yield Problem(file, key, "text-foreign", "is the text of nothing")


# ------------------------------------------------------------------ citations and measures


def _cites(instrument: Instrument) -> Iterator[Problem]:
    citing: list[_Thing] = [
        *instrument.offences.values(),
        *instrument.measures.values(),
        *instrument.grounds.values(),
        *instrument.safeguards.values(),
        *instrument.rules.values(),
        *instrument.unchecked.values(),
    ]
    for thing in citing:
        for cite in thing.cite:
            if cite.partition("(")[0] not in instrument.articles:
                text = f"cites {cite}: there is no such article"
                yield _problem(instrument, thing, "article-unknown", text)


def _measures(instrument: Instrument) -> Iterator[Problem]:
    things: list[Ground | Rule] = [*instrument.grounds.values(), *instrument.rules.values()]
    for thing in things:
        for measure in thing.measures:
            if measure != _ANY and not instrument.provides(measure):
                text = f"is for {measure}, which the instrument does not provide for"
                yield _problem(instrument, thing, "measure-unprovided", text)


def _problem(instrument: Instrument, thing: _Thing, code: str, text: str) -> Problem:
    file = f"{instrument.key}/instrument.toml"
    return Problem(file, thing.key, code, text, type(thing).__name__.lower())


# ------------------------------------------------------------------ one rule


def _rule(library: Library, instrument: Instrument, rule: Rule) -> Iterator[Problem]:
    if example(instrument, rule, library.facts, breach=True) is None:
        yield _problem(instrument, rule, "never-breached", "no facts were found that breach it")
    if example(instrument, rule, library.facts, breach=False) is None:
        yield _problem(instrument, rule, "never-clear", "no facts were found that clear it")
    if rule.limit is not None:
        yield from _limit(instrument, rule, rule.limit)


def _limit(instrument: Instrument, rule: Rule, limit: str) -> Iterator[Problem]:
    measures = [m for m in instrument.measures.values() if rule.measures == (_ANY,)] or [
        instrument.measures[key] for key in rule.measures if key in instrument.measures
    ]
    numbers = {m.limits[limit] for m in measures if limit in m.limits}
    if not numbers:
        text = f"repeats the limit {limit}, which no measure of its has"
        yield _problem(instrument, rule, "limit-unknown", text)
    elif not numbers <= _numbers(rule.when):
        text = f"repeats the limit {limit}, but holds another number"
        yield _problem(instrument, rule, "limit-differs", text)


def _numbers(condition: Condition) -> set[int]:
    own = {value for value in condition.values if type(value) is int}
    return own.union(*(_numbers(part) for part in condition.parts))
