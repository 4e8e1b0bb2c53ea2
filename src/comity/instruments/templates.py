"""Templates per offence: what an officer collects, asks, weighs and forgets, as data.

A template proposes; it decides nothing. Which offence a case is, a person says.

Source: docs/reference/templates.md.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from comity.instruments.errors import (
    FactsError,
    LawDuplicateError,
    LawMemberError,
    LawReferenceError,
    LawTextMissingError,
)
from comity.instruments.facts import check_facts
from comity.instruments.identifiers import KINDS as IDENTIFIERS
from comity.instruments.library import Library
from comity.instruments.model import CONFIDENCES, MEASURES, Instrument
from comity.instruments.toml import Table, rows

OWNER: Final = "templates"
URGENCIES: Final = ("normal", "urgent", "emergency")
MAX_HOURS: Final = 24 * 90
_SUFFIX: Final = ".toml"


@dataclass(frozen=True, kw_only=True)
class Step:
    """A step against the clock.

    Attributes:
        key: of its words.
        hours: within which it is due by local policy, or 0 for at once; never a treaty's limit.
    """

    key: str
    hours: int


@dataclass(frozen=True, kw_only=True)
class Template:
    """What is usual in cases of one kind.

    Attributes:
        key: name of its file.
        confidence: how sure the notes are.
        urgency: usual urgency of the first message.
        offences: instrument and key of an offence, the likeliest first.
        measures: in the order in which they are asked.
        identifiers: types to collect.
        questions: names of facts that matter here.
        prompts: keys of what is to be weighed.
        forgotten: keys of what is often forgotten.
        clock: steps against the clock, in order.
        see: further templates.
        facts: what such a case begins with.
    """

    key: str
    confidence: str
    urgency: str
    offences: tuple[tuple[str, str], ...]
    measures: tuple[str, ...]
    identifiers: tuple[str, ...]
    questions: tuple[str, ...]
    prompts: tuple[str, ...]
    forgotten: tuple[str, ...]
    clock: tuple[Step, ...]
    see: tuple[str, ...]
    facts: Mapping[str, Any]

    def offence(self, instrument: str) -> str:
        """Return the likeliest offence of an instrument, or an empty text."""
        return next((key for law, key in self.offences if law == instrument), "")

    def first_measures(self, instrument: Instrument) -> tuple[str, ...]:
        """Return the measures that an instrument provides for, in their order."""
        return tuple(key for key in self.measures if instrument.provides(key))


def templates(library: Library) -> Mapping[str, Template]:
    """Return every template by key, sorted.

    Raises:
        InstrumentError: one breaks the format, or names what does not exist.
    """
    found = {}
    for path in library.paths():
        owner, _, name = path.partition("/")
        if owner == OWNER and name.endswith(_SUFFIX) and "/" not in name:
            key = name.removesuffix(_SUFFIX)
            for table in library.tables(path):  # a later layer's stands for an earlier one's
                found[key] = _template(library, Table(table, file=path, key=key))
    for one in found.values():
        if unknown := sorted(set(one.see) - found.keys()):
            path = f"{OWNER}/{one.key}{_SUFFIX}"
            text = f"{path}: there is no template {unknown[0]!a}"
            raise LawReferenceError(text, file=path, key="see")
    return found


def initial(template: Template) -> dict[str, Any]:
    """Return what the form of a request begins with, by the names of its fields."""
    return {"urgency": template.urgency, "confidential": "no-tip" in template.forgotten}


def keys(library: Library) -> set[str]:
    """Return the dotted keys of all texts that templates need."""
    found: set[str] = set()
    for one in templates(library).values():
        found |= {f"titles.{one.key}", f"about.{one.key}"}
        found |= {f"prompts.{key}" for key in one.prompts}
        found |= {f"forgotten.{key}" for key in one.forgotten}
        found |= {f"clocks.{step.key}" for step in one.clock}
    return found


# ------------------------------------------------------------------ reading


def _template(library: Library, table: Table) -> Template:
    if table.flag("verified"):
        raise table.fault("no template is verified: a person says which offence a case is")
    made = Template(
        key=table.key,
        confidence=table.choice("confidence", CONFIDENCES),
        urgency=table.choice("urgency", URGENCIES),
        offences=tuple(_offences(library, table)),
        measures=_known(table, "measures", MEASURES),
        identifiers=_known(table, "identifiers", tuple(IDENTIFIERS)),
        questions=_known(table, "questions", tuple(library.facts)),
        prompts=table.texts("prompts"),
        forgotten=table.texts("forgotten"),
        clock=tuple(_steps(table)),
        see=table.texts("see"),
        facts=_facts(library, table),
    )
    table.done()
    if not made.measures:
        raise table.fault("names no measure")
    return made


def _known(table: Table, name: str, known: tuple[str, ...]) -> tuple[str, ...]:
    found = table.texts(name)
    for one in found:
        if one not in known:
            raise table.fault(f"{name}: there is no {one[:64]!a}", LawReferenceError)
    return found


def _offences(library: Library, table: Table) -> Iterator[tuple[str, str]]:
    for text in table.texts("offences"):
        law, _, key = text.partition(" ")
        instrument = library.instruments.get(law)
        if instrument is None or key not in instrument.offences:
            raise table.fault(f"there is no offence {text[:64]!a}", LawReferenceError)
        yield law, key


def _steps(table: Table) -> Iterator[Step]:
    for row in rows(table.take("clock"), "clock", file=table.file):
        key, hours = row.name(), row.number("hours") or 0
        if not row.flag("policy"):
            raise row.fault("policy is true: no treaty sets such a time")
        row.done()
        if hours > MAX_HOURS:
            raise row.fault(f"hours is at most {MAX_HOURS}")
        yield Step(key=key, hours=hours)


def _facts(library: Library, table: Table) -> Mapping[str, Any]:
    value = table.take("facts")
    if not isinstance(value, dict):
        raise table.fault("facts is a table")
    try:
        check_facts(value, library.facts)
    except FactsError as fault:
        raise table.fault(f"facts: {fault}", LawReferenceError) from fault
    return value


# What States may help each other with, as an instrument's folder lists it: topics.toml.


FILE: Final = "topics.toml"
_NAME: Final = "topic"


@dataclass(frozen=True)
class Topic:
    """A subject of assistance.

    Attributes:
        instrument: whose folder lists it.
        key: its name on the wire.
        cite: where it stands.
        confidence: how sure the citation is; none is verified by a word in the data.
    """

    instrument: str
    key: str
    cite: tuple[str, ...]
    confidence: str


def topics(library: Library) -> dict[str, Topic]:
    """Return the topics of all instruments, in the order of their files.

    Raises:
        LawMemberError: a file breaks the format.
        LawDuplicateError: one key stands in two places; on the wire it would mean two things.
    """
    found: dict[str, Topic] = {}
    for instrument in library.instruments:
        for topic in _of(library, instrument):
            if topic.key in found:
                file = f"{instrument}/{FILE}"
                raise LawDuplicateError(f"{file}: {topic.key} twice", file=file, key=topic.key)
            found[topic.key] = topic
    return found


def keys_of(library: Library, instrument: str) -> tuple[str, ...]:
    """Return the keys of one instrument's topics."""
    return tuple(topic.key for topic in _of(library, instrument))


def topic_name(library: Library, key: str, lang: str) -> str:
    """Return a topic in words; one that the library does not know, by its key."""
    topic = topics(library).get(key)
    if topic is None:
        return key
    try:
        return library.text(topic.instrument, f"topics.{key}", lang).text
    except LawTextMissingError:
        return key


def _of(library: Library, instrument: str) -> Iterator[Topic]:
    file = f"{instrument}/{FILE}"
    for table in library.tables(file):
        foreign = sorted(set(table) - {_NAME})
        if foreign:
            raise LawMemberError(f"{file}: unknown table", file=file, key=foreign[0][:64])
        for row in rows(table.get(_NAME), _NAME, file=file):
            key = row.name()
            if row.flag("verified"):
                raise row.fault("verified by a word in the data: two signatures beside it are due")
            cite, sure = row.cites(), row.choice("confidence", CONFIDENCES)
            row.done()
            yield Topic(instrument, key, cite, sure)
