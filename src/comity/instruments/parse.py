"""instrument.toml and facts.toml, read into `model` and `facts`."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any, Final, cast

from comity.canonical import digest, digest_text, encode, time_text
from comity.instruments.conditions import Condition
from comity.instruments.errors import LawDuplicateError, LawMemberError
from comity.instruments.facts import GIVEN, KINDS, PLAIN, Fact, Kind
from comity.instruments.model import (
    CONFIDENCES,
    EFFECTS,
    GROUND_KINDS,
    GROUPS,
    MEASURES,
    STEPS,
    Article,
    Effect,
    Entry,
    Ground,
    Instrument,
    Measure,
    Offence,
    Rule,
    Safeguard,
    Unchecked,
)
from comity.instruments.predicates import MAX_DAYS, Surroundings, parse_condition
from comity.instruments.toml import Table, rows

MAX_ROWS: Final = 1000
_EVERY: Final = "*"
_DELAYS: Final = ("delay_days", "delay_months", "later_delay_days", "later_delay_months")


def parse_facts(table: Mapping[str, Any], *, file: str) -> dict[str, Fact]:
    """Return the facts of a facts.toml.

    Raises:
        InstrumentError: by what is wrong first.

    Source: docs/reference/instruments.md, "facts.toml".
    """
    _only(table, {"fact"}, file)
    found = _keyed(_rows(table, "fact", file), _fact)
    for key, fact in GIVEN.items():
        if found.get(key, fact).kind != fact.kind:
            raise LawMemberError(f"{file}: {key} is always given", file=file, key=key)
    return found


def _fact(row: Table, key: str) -> Fact:
    kind = row.choice("type", KINDS)
    values = row.texts("values")
    members = row.take("members") or {}
    if values and kind not in {"code", "codes"}:
        raise row.fault("only codes have values")
    if members and kind != "items":
        raise row.fault("only items have members")
    inner = Table(members, file=row.file, key=row.key)
    kinds = {name: inner.choice(name, PLAIN) for name in members}
    return Fact(key, cast("Kind", kind), values, cast("dict[str, Kind]", kinds))


def parse_instrument(
    table: Mapping[str, Any],
    *,
    folder: str,
    facts: Mapping[str, Fact],
    status: tuple[Mapping[str, Any], ...],
) -> Instrument:
    """Return the instrument of an instrument.toml.

    Args:
        table: the file as TOML.
        folder: the name of its folder, which is its key.
        facts: what its rules may ask for.
        status: the tables of its status files.

    Raises:
        InstrumentError: by what is wrong first, with file and key.

    Source: docs/reference/instruments.md, "instrument.toml".
    """
    file = f"{folder}/instrument.toml"
    names = {"article", "offence", "measure", "ground", "safeguard", "rule", "unchecked"}
    _only(table, {"instrument", *names}, file)
    head = Table(table.get("instrument"), file=file, key="instrument")
    if head.name() != folder:
        raise head.fault("key is the name of the folder")
    found = {name: _rows(table, name, file) for name in names}
    offences = _keyed(found["offence"], _offence)
    grounds = _keyed(found["ground"], _ground)
    around = Surroundings(
        facts={**facts, **GIVEN},
        offences=frozenset(offences),
        grounds=_counting(grounds.values()),
        file=file,
        key="",
    )
    number = head.number("number")
    if number is None:
        raise head.fault("number is that of the edition")
    entry = head.take("entry")
    instrument = Instrument(
        key=folder,
        number=number,
        opened=head.day("opened"),
        authentic=head.texts("authentic"),
        depositary=head.text("depositary", ""),
        covers=head.texts("covers", MEASURES),
        entry=None if entry is None else _entry(Table(entry, file=file, key="instrument.entry")),
        articles=_keyed(found["article"], _article),
        offences=offences,
        measures=_keyed(found["measure"], _measure),
        grounds=grounds,
        safeguards=_keyed(found["safeguard"], _safeguard),
        rules=_keyed(found["rule"], lambda row, key: _rule(row, key, folder, around)),
        unchecked=_keyed(found["unchecked"], _unchecked),
        status=status,
        value=plain(table, file),
    )
    head.done()
    return instrument


def _rows(table: Mapping[str, Any], name: str, file: str) -> list[Table]:
    found = rows(table.get(name), name, file=file)
    if len(found) > MAX_ROWS:
        raise LawMemberError(f"{file}: more than {MAX_ROWS} of {name}", file=file, key=name)
    return found


def _only(table: Mapping[str, Any], names: set[str], file: str) -> None:
    foreign = sorted(set(table) - names)
    if foreign:
        raise LawMemberError(f"{file}: unknown table {foreign[0][:64]!a}", file=file, key="")


def _keyed[T](tables: Iterable[Table], read: Callable[[Table, str], T]) -> dict[str, T]:
    """Read each row by its key; no key twice, no member left over."""
    found: dict[str, T] = {}
    for row in tables:
        key = row.name()
        if key in found:
            raise row.fault("stands here twice", LawDuplicateError)
        found[key] = read(row, key)
        row.done()
    return found


def _confidence(row: Table) -> str:
    if row.flag("verified"):
        raise row.fault("verified by a word in the data: two signatures beside it are due")
    return row.choice("confidence", CONFIDENCES)


def _article(row: Table, key: str) -> Article:
    return Article(key, row.text("chapter", ""))


def _offence(row: Table, key: str) -> Offence:
    return Offence(key, row.cites(), _confidence(row))


def _safeguard(row: Table, key: str) -> Safeguard:
    return Safeguard(key, row.cites(), _confidence(row))


def _unchecked(row: Table, key: str) -> Unchecked:
    return Unchecked(key, row.cites(), row.text("reason"))


def _measure(row: Table, key: str) -> Measure:
    if key not in MEASURES:
        raise row.fault(f"a measure is one of: {', '.join(MEASURES)}")
    limits = row.take("limits") or {}
    inner = Table(limits, file=row.file, key=f"{row.key} limits")
    numbers = {name: cast("int", inner.number(name)) for name in limits}
    if max(numbers.values(), default=0) > MAX_DAYS:
        raise row.fault(f"a limit is at most {MAX_DAYS}")
    return Measure(key, row.cites(), row.texts("outputs"), numbers, _confidence(row))


def _ground(row: Table, key: str) -> Ground:
    kind = row.choice("kind", GROUND_KINDS)
    measures = _measures(row)
    return Ground(key, row.cites(), kind, measures, row.flag("consult"), _confidence(row))


def _measures(row: Table) -> tuple[str, ...]:
    measures = row.texts("measures", (*MEASURES, _EVERY))
    if not measures or (_EVERY in measures and len(measures) > 1):
        raise row.fault('measures names some, or only "*"')
    return measures


def _counting(grounds: Iterable[Ground]) -> dict[str, frozenset[str]]:
    """Give each measure the grounds that count for it; what is no ground counts for none."""
    counting = [ground for ground in grounds if ground.kind != "not-a-ground"]
    return {
        measure: frozenset(g.key for g in counting if {_EVERY, measure} & set(g.measures))
        for measure in MEASURES
    }


def _rule(row: Table, key: str, folder: str, around: Surroundings) -> Rule:
    steps = row.texts("steps", STEPS)
    if not steps:
        raise row.fault("steps names the moments at which the rule is judged")
    place = Surroundings(around.facts, around.offences, around.grounds, row.file, row.key)
    when = parse_condition(row.take("when"), place)
    return Rule(
        key=key,
        digest=_digest(row, when, folder, around),
        cite=row.cites(),
        measures=_measures(row),
        steps=steps,
        group=row.choice("group", GROUPS),
        when=when,
        effect=cast("Effect", row.choice("effect", EFFECTS)),
        confidence=_confidence(row),
        policy=row.flag("policy"),
        limit=row.text("limit", "") or None,
    )


def _digest(row: Table, when: Condition, folder: str, around: Surroundings) -> str:
    """Commit to the rule and to the lists of the instrument that its condition looks into."""
    written = {name: plain(part, row.file) for name, part in row.whole.items()}
    written.pop("verified", None)
    value: dict[str, Any] = {"instrument": folder, "rule": written}
    used = when.predicates()
    if "listed" in used:
        value["offences"] = sorted(around.offences)
    if "ground" in used:
        value["grounds"] = {measure: sorted(keys) for measure, keys in around.grounds.items()}
    return digest_text(digest("law-rule", encode(value)))


def _entry(row: Table) -> Entry:
    delays = {name: row.number(name) for name in _DELAYS}
    if max(days or 0 for days in delays.values()) > MAX_DAYS:
        raise row.fault(f"a delay is at most {MAX_DAYS}")
    entry = Entry(
        threshold=row.number("threshold"),
        **delays,
        organizations_count=row.flag("organizations_count"),
        in_force=row.day("in_force"),
    )
    row.done()
    if None not in {entry.delay_days, entry.delay_months} or None not in {
        entry.later_delay_days,
        entry.later_delay_months,
    }:
        raise row.fault("a delay is in days or in months, not both")
    return entry


def plain(value: Any, file: str) -> Any:
    """Return a TOML value as one that has a canonical form: days and times become texts.

    Raises:
        LawMemberError: a fraction, a local time, or a number beyond 2^53-1.
    """
    if isinstance(value, Mapping):
        return {name: plain(item, file) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item, file) for item in value]
    if isinstance(value, datetime) and value.tzinfo is not None:
        return time_text(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, str | bool) or (isinstance(value, int) and abs(value) < 2**53):
        return value
    raise LawMemberError(f"{file}: {type(value).__name__} has no place here", file=file, key="")
