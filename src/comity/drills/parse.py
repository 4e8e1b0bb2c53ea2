"""scenario.toml, read into `model`: exactly the members of the format, nothing looked up yet."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from comity.canonical import PeerError, parse_party
from comity.drills.errors import DrillDuplicateError, DrillMemberError
from comity.drills.keyed import MAX_ROWS, keyed
from comity.drills.kinds import (
    DEEDS,
    EXHIBIT_FORMS,
    INJECT_KINDS,
    MINUTES,
    MODES,
    PARTY_KINDS,
    PLAYED,
    SCORE_KINDS,
    TASK_KINDS,
    THREADS,
    WHEN,
)
from comity.drills.model import (
    Deed,
    Exhibit,
    Good,
    Hint,
    Inject,
    Party,
    Plan,
    Question,
    Role,
    Score,
    Task,
    Thread,
    Trigger,
)
from comity.drills.quizzed import read_test
from comity.exchange.types import MAIN_STATES, NEW
from comity.instruments.errors import InstrumentError, LawDuplicateError
from comity.instruments.table import KEY, Table

FILE: Final = "scenario.toml"
MAX_VALUE: Final = 200
MAX_POINTS: Final = 1000
MAX_TRIES: Final = 10
MAX_ANSWERS: Final = 20


def parse_plan(table: Mapping[str, Any]) -> Plan:
    """Return what a scenario.toml says.

    Raises:
        DrillError: the first member that breaks the format.

    Source: docs/reference/scenarios.md.
    """
    try:
        return _plan(table)
    except LawDuplicateError as fault:
        raise DrillDuplicateError(str(fault), **fault.facts) from fault
    except InstrumentError as fault:
        raise DrillMemberError(str(fault), **fault.facts) from fault


def _plan(table: Mapping[str, Any]) -> Plan:
    whole = Table(table, file=FILE, key="the file")
    head = Table(whole.take("scenario"), file=FILE, key="scenario")
    made = Plan(
        name=head.name("name"),
        version=_least(head, "version", 1),
        minutes=_minutes(head),
        treaty=head.name("treaty"),
        modes=_some(head, "modes", MODES),
        begins=_moment(head, "begins"),
        values=_values(whole),
        roles=keyed(whole, "role", _role),
        parties=keyed(whole, "party", _party),
        threads=keyed(whole, "thread", _thread),
        exhibits=keyed(whole, "exhibit", _exhibit),
        injects=keyed(whole, "inject", _inject),
        triggers=keyed(whole, "trigger", _trigger),
        tasks=keyed(whole, "task", _task),
        hints=keyed(whole, "hint", _hint),
        scores=keyed(whole, "score", _score),
        good=keyed(whole, "good", _good),
        debrief=keyed(whole, "debrief", _question),
        test=read_test(whole),
    )
    head.done()
    whole.done()
    if not made.roles:
        raise head.fault("there is no role: somebody has to play")
    if sum(one.played == "team" for one in made.parties.values()) != 1:
        raise head.fault("exactly one party is played by the team")
    return made


# ------------------------------------------------------------------ one row each


def _role(row: Table, key: str) -> Role:
    del row
    return Role(key=key)


def _party(row: Table, key: str) -> Party:
    address = row.text("address", "")
    if address:
        try:
            parse_party(address)
        except PeerError as fault:
            raise row.fault("address is one of a directory: xb/contact-point") from fault
    made = Party(
        key=key,
        kind=row.choice("kind", PARTY_KINDS),
        played=row.choice("played", PLAYED),
        address=address,
        character=row.text("character", ""),
    )
    if (made.played == "partner") != bool(made.character):
        raise row.fault("a partner has a character, and nobody else has")
    return made


def _thread(row: Table, key: str) -> Thread:
    return Thread(
        key=key,
        asks=row.name("asks"),
        asked=row.name("asked"),
        begins=row.choice("begins", MAIN_STATES, NEW),
        played=row.choice("played", THREADS, THREADS[0]),
        measure=row.text("measure", ""),
    )


def _exhibit(row: Table, key: str) -> Exhibit:
    made = Exhibit(
        key=key,
        form=row.choice("form", EXHIBIT_FORMS),
        files=row.texts("files"),
        story=row.text("story", ""),
        made=row.text("made", ""),
    )
    if bool(made.story) != bool(made.made) or (made.story and made.files):
        raise row.fault("has either files, or a story and which exhibit of it is made")
    if made.story:
        return made
    if made.form not in {"text", "disk"}:
        raise row.fault(f"a {made.form} is made from a story")
    if not made.files or (made.form == "text" and len(made.files) != 1):
        raise row.fault("files: one for a text, one or more for a disk")
    return made


def _inject(row: Table, key: str) -> Inject:
    made = Inject(
        key=key,
        kind=row.choice("kind", INJECT_KINDS),
        minute=row.number("minute"),
        trigger=row.text("trigger", ""),
        delay_minutes=row.number("delay_minutes") or 0,
        sender=row.text("from", ""),
        to=row.texts("to"),
        thread=row.text("thread", ""),
        type=row.text("type", ""),
        exhibit=row.text("exhibit", ""),
        loss=row.flag("loss"),
    )
    if (made.minute is None) == (not made.trigger):
        raise row.fault("comes at a minute, or by a trigger, and not by both")
    if made.delay_minutes and not made.trigger:
        raise row.fault("delay_minutes counts from a trigger")
    if bool(made.thread) != bool(made.type):
        raise row.fault("thread and type go together")
    return made


def _trigger(row: Table, key: str) -> Trigger:
    made = Trigger(
        key=key,
        when=row.choice("when", WHEN),
        did=_deed(row, row.take("did")),
        after=_after(row),
        within_minutes=row.number("within_minutes") or 0,
    )
    if (made.when == "not-done") != bool(made.within_minutes):
        raise row.fault("not-done has within_minutes, and done has none")
    return made


def _task(row: Table, key: str) -> Task:
    made = Task(
        key=key,
        kind=row.choice("kind", tuple(TASK_KINDS)),
        points=_points(row, "points"),
        cite=row.cites(),
        roles=row.texts("roles"),
        form=row.text("form", ""),
        answers=row.texts("answers"),
        exhibit=row.text("exhibit", ""),
        opens=row.text("opens", ""),
        counts=row.text("counts", ""),
        options=_names(row, "options"),
        tries=min(row.number("tries") or 3, MAX_TRIES),
    )
    if max(len(made.answers), len(made.options)) > MAX_ANSWERS:
        raise row.fault(f"at most {MAX_ANSWERS} answers, and as many options")
    return made


def _hint(row: Table, key: str) -> Hint:
    return Hint(key=key, task=row.name("task"), cost=_points(row, "cost"))


def _score(row: Table, key: str) -> Score:
    kind = row.choice("kind", SCORE_KINDS)
    steps: tuple[Deed, ...] = ()
    if kind == "custody":
        given = row.take("steps")
        if not isinstance(given, list) or not 1 <= len(given) <= MAX_TRIES:
            raise row.fault(f"steps is a list of 1 to {MAX_TRIES} deeds")
        steps = tuple(_deed(row, one) for one in given)
    made = Score(
        key=key,
        kind=kind,
        points=_points(row, "points"),
        cite=row.cites(),
        roles=row.texts("roles"),
        did=steps[0] if steps else _deed(row, row.take("did")),
        steps=steps,
        after=_after(row),
        within_minutes=row.number("within_minutes") or 0,
        late_points=row.number("late_points") or 0,
        fields=_names(row, "fields"),
    )
    if (kind == "clock") != bool(made.within_minutes):
        raise row.fault("clock has within_minutes, and no other kind has")
    if made.late_points >= max(made.points, 1):
        raise row.fault("late_points are fewer than points")
    if (kind == "complete") != bool(made.fields):
        raise row.fault("complete has fields, and no other kind has")
    return made


def _good(row: Table, key: str) -> Good:
    return Good(
        key=key,
        minute=row.number("minute") or 0,
        did=_deed(row, row.take("did")),
        cite=row.cites(),
        roles=row.texts("roles"),
    )


def _question(row: Table, key: str) -> Question:
    return Question(key=key, cite=row.cites())


# ------------------------------------------------------------------ members


def _deed(row: Table, value: object) -> Deed:
    inner = Table(value, file=FILE, key=row.key)
    kind = inner.choice("kind", tuple(DEEDS))
    does = DEEDS[kind]
    names = {name: inner.text(name) for name in does.must}
    names |= {name: text for name in does.may if (text := inner.text(name, ""))}
    inner.done()
    if names.get("right", "yes") not in {"yes", "no"}:
        raise row.fault("right is yes or no")
    return Deed(kind=kind, names=names)


def _after(row: Table) -> str:
    value = row.text("after", "")
    kind, _, key = value.partition(" ")
    if value and (kind not in {"inject", "trigger"} or not KEY.fullmatch(key[:65])):
        raise row.fault("after names what it counts from: inject KEY or trigger KEY")
    return value


def _names(row: Table, name: str) -> tuple[str, ...]:
    found = row.texts(name)
    for one in found:
        if not KEY.fullmatch(one[:65]):
            raise row.fault(f"{name}: {one[:64]!a} is no key")
    return found


def _points(row: Table, name: str) -> int:
    value = _least(row, name, 0 if name == "cost" else 1)
    if value > MAX_POINTS:
        raise row.fault(f"{name} is at most {MAX_POINTS}")
    return value


def _least(row: Table, name: str, least: int) -> int:
    value = row.number(name)
    if value is None or value < least:
        raise row.fault(f"{name} is a whole number from {least}")
    return value


def _minutes(row: Table) -> int:
    value = row.number("minutes")
    least, most = MINUTES
    if value is None or not least <= value <= most:
        raise row.fault(f"minutes is a whole number from {least} to {most}")
    return value


def _some(row: Table, name: str, choices: tuple[str, ...]) -> tuple[str, ...]:
    found = row.texts(name, choices)
    if not found:
        raise row.fault(f"{name} names at least one of: {', '.join(choices)}")
    return found


def _moment(row: Table, name: str) -> datetime:
    value = row.take(name)
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise row.fault(f"{name} is a time with its offset: 2026-12-31T23:15:00Z")
    try:
        return value.astimezone(UTC)
    except OverflowError as fault:
        raise row.fault(f"{name} is out of reach") from fault


def _values(whole: Table) -> dict[str, str]:
    given = whole.take("values")
    inner = Table({} if given is None else given, file=FILE, key="values")
    found = {}
    if len(inner.whole) > MAX_ROWS:
        raise inner.fault(f"more than {MAX_ROWS} of them")
    for name in inner.whole:
        value = inner.text(name)
        if not name.isascii() or not name.isidentifier() or name != name.lower():
            raise inner.fault(f"{name[:64]!a} is no name of a value: small letters, digits, _")
        if len(value) > MAX_VALUE:
            raise inner.fault(f"{name} is at most {MAX_VALUE} characters")
        found[name] = value
    return found
