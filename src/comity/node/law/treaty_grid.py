"""States and an instrument: who signed and joined, and what is in force between us and each."""

import functools
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from comity.canonical import MisuseError
from comity.instruments import Instrument, Library
from comity.instruments.bases import Basis, between, contradictions, register_of
from comity.instruments.calendars import EntryRule, entry_rule
from comity.instruments.standing import Standing, standing
from comity.instruments.state_names import state_names
from comity.instruments.status import Register, StateRow

type Between = Literal["in-force", "not-in-force", "unknown", "ourselves"]

SURE: Final = frozenset({"text", "high"})
"""Confidences of a source that says it as the depositary does; others are not confirmed."""


class TreatyUnknownError(MisuseError, code="treaty-unknown"):
    """No treaty of that name has a register here."""


@dataclass(frozen=True)
class Line:
    """A State under one treaty.

    Attributes:
        state: its key.
        name: in the reader's language.
        row: of the register, or None where no source names it.
        standing: whether the treaty is in force for it.
        between: what is in force between us and it.
        confirmed: whether the sources are sure.
        disputed: members that two sources say differently.
    """

    state: str
    name: str
    row: StateRow | None
    standing: Standing
    between: Between
    confirmed: bool
    disputed: tuple[str, ...]


@dataclass(frozen=True)
class Grid:
    """One treaty over all States, by their names in the reader's language."""

    instrument: Instrument
    register: Register
    ours: Standing
    lines: tuple[Line, ...]

    @property
    def listed(self) -> tuple[Line, ...]:
        """The States that a source names."""
        return tuple(line for line in self.lines if line.row is not None)


def treaties(library: Library) -> tuple[Instrument, ...]:
    """Return the instruments that have a register, by their keys."""
    return tuple(
        one for _, one in sorted(library.instruments.items()) if _register(one) is not None
    )


def grid(library: Library, key: str, own: str, on: date, *, lang: str) -> Grid:
    """Return a treaty over all States.

    Args:
        library: of the instruments.
        key: of a treaty.
        own: our State's key.
        on: the day.
        lang: BCP 47 in lower case; States are sorted by their names in it, without regions.

    Raises:
        TreatyUnknownError: no treaty of that key has a register here.
        StatusError: a register breaks the format.
    """
    one = library.instruments.get(key)
    read = _register(one) if one else None
    if one is None or read is None:
        raise TreatyUnknownError("no treaty of that name has a register here")
    register, rule = read
    names = state_names(library)
    disputed = contradictions(one)
    ours = standing(register, rule, own, on)
    lines = []
    for state in {*names.names, *register.states, own}:
        row, found = register.states.get(state), standing(register, rule, state, on)
        lines.append(
            Line(
                state=state,
                name=names(state, lang),
                row=row,
                standing=found,
                between="ourselves" if state == own else _between(ours, found),
                confirmed=row is not None and row.confidence in SURE,
                disputed=disputed.get(state, ()),
            )
        )
    return Grid(one, register, ours, tuple(sorted(lines, key=lambda line: (line.name, line.state))))


@dataclass(frozen=True)
class Relation:
    """A State, and what is in force between us and it under each instrument, in their order."""

    state: str
    name: str
    between: tuple[Between, ...]


@functools.lru_cache(maxsize=16)
def relations(library: Library, own: str, on: date, *, lang: str) -> tuple[Relation, ...]:
    """Return every State under every instrument of `treaties`; remembered for the day.

    Args:
        library: of the instruments.
        own: our State's key; it has no line of its own.
        on: the day.
        lang: BCP 47 in lower case; States are sorted by their names in it, without regions.

    Raises:
        StatusError: a register breaks the format.
    """
    read = [(found, standing(*found, own, on)) for found in map(_register, treaties(library))
            if found is not None]  # fmt: skip
    names = state_names(library)
    states = {*names.names, *(state for (register, _), _ in read for state in register.states)}
    found = [
        Relation(
            state,
            names(state, lang),
            tuple(_between(ours, standing(register, rule, state, on))
                  for (register, rule), ours in read),
        )
        for state in states - {own}
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda line: (line.name, line.state)))


def asking(library: Library, own: str, other: str, on: date) -> tuple[Basis, ...]:
    """Return on what we can ask a State; takes and raises as `between`."""
    return between(library, own, other, on)


def _register(one: Instrument) -> tuple[Register, EntryRule] | None:
    register, rule = register_of(one), entry_rule(one.entry)
    return (register, rule) if register is not None and rule is not None else None


def _between(ours: Standing, theirs: Standing) -> Between:
    values = {ours.value, theirs.value}
    if "not-in-force" in values:
        return "not-in-force"
    return "unknown" if "unknown" in values else "in-force"
