"""What is wrong with the law as data although it can be read."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from comity.instruments import templates, topics
from comity.instruments.conditions import Condition
from comity.instruments.errors import InstrumentError
from comity.instruments.examples import example
from comity.instruments.facts import GIVEN
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

_ANY: Final = "*"
_IN_FOLDERS: Final = ("words", "ratification")
_OF_ALL: Final = ("facts.toml", "states.toml", "calendars.toml")
_OF_ONE: Final = ("instrument.toml", "status.toml", "ratification.toml", topics.FILE)
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
        "topics": topics.keys_of(library, instrument.key),
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
