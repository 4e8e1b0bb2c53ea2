"""Under which instruments two States may ask each other, as far as the registers prove it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, Protocol

from comity.canonical.errors import MisuseError
from comity.canonical.names import parse_state
from comity.instruments.calendars import entry_rule
from comity.instruments.model import Instrument
from comity.instruments.standing import Standing, Value, standing, weakest
from comity.instruments.status import Notice, Register, parse_table
from comity.instruments.status_export import merge

type BasisValue = Literal["in-force", "not-in-force", "unknown", "domestic-law"]

_ORDER: Final = ("in-force", "unknown", "not-in-force", "domestic-law")
_UNREAD: Final = Register(complete=False, as_of=date.min, note="", counts=(), states={})


class SameStateError(MisuseError, code="law-same-state"):
    """A basis between a State and itself is asked for."""


class Instruments(Protocol):
    """What holds instruments by their key: a library."""

    @property
    def instruments(self) -> Mapping[str, Instrument]:
        """Instruments by key."""


@dataclass(frozen=True)
class Side:
    """One State under one instrument.

    Attributes:
        state: its key.
        standing: whether the treaty is in force for it; None where there is no treaty.
        languages: tags in which it accepts requests, as notified; empty where none is known.
        notices: its reservations, declarations and notifications that hold on the day.
    """

    state: str
    standing: Standing | None
    languages: tuple[str, ...]
    notices: tuple[Notice, ...]


@dataclass(frozen=True)
class Basis:
    """One instrument between two States on one day.

    Attributes:
        instrument: its key.
        value: ``in-force`` if it is for both, ``not-in-force`` if for one it is not,
            ``unknown`` otherwise; ``domestic-law`` where no treaty stands behind it.
        sides: the two States, in the order they were asked in.
        confidence: of the weakest source, or None.
    """

    instrument: str
    value: BasisValue
    sides: tuple[Side, Side]
    confidence: str | None

    @property
    def reasons(self) -> tuple[tuple[str, str], ...]:
        """State and reason for each side that decides the value."""
        return tuple(
            (side.state, side.standing.reason)
            for side in self.sides
            if side.standing and side.standing.value == self.value
        )


def register_of(instrument: Instrument) -> Register | None:
    """Return an instrument's register, its files put over each other in their order.

    Returns:
        None where no status.toml was read.

    Raises:
        StatusError: a file breaks the format.
    """
    registers = _registers(instrument)
    if not registers:
        return None
    result = registers[0]
    for register in registers[1:]:
        result = merge(result, register).register
    return result


def contradictions(instrument: Instrument) -> Mapping[str, tuple[str, ...]]:
    """Return, by State, what two rows for it say differently; a person has to look at it.

    The register that `register_of` returns holds the later row, or of two as new the first. A State
    that a later, complete list leaves out is there without members.

    Raises:
        StatusError: a file breaks the format.
    """
    found: dict[str, tuple[str, ...]] = {}
    registers = _registers(instrument)
    for number, register in enumerate(registers[1:], 1):
        result = registers[0]
        for one in registers[1:number]:
            result = merge(result, one).register
        for change in merge(result, register).conflicts:
            told = change.contradicts or change.fields
            found[change.state] = tuple(dict.fromkeys((*found.get(change.state, ()), *told)))
    return found


def _registers(instrument: Instrument) -> list[Register]:
    file = f"{instrument.key}/status.toml"
    return [parse_table(table, file=file) for table in instrument.status]


def between(library: Instruments, a: str, b: str, on: date) -> tuple[Basis, ...]:
    """Return every instrument with its value between two States on a day.

    Args:
        library: of the instruments.
        a: key of the State that asks.
        b: key of the State that is asked.
        on: the day.

    Returns:
        Those in force first, then the unknown ones, then those not in force; domestic law always
        last. That a treaty is in force does not say that it covers the measure.

    Raises:
        MalformedNameError: a key is not two lower-case letters.
        SameStateError: both keys are the same.
        StatusError: a register breaks the format.
    """
    if parse_state(a) == parse_state(b):
        raise SameStateError("two States are needed", state=a)
    found = [_basis(instrument, a, b, on) for instrument in library.instruments.values()]
    return tuple(sorted(found, key=lambda basis: (_ORDER.index(basis.value), basis.instrument)))


def _basis(instrument: Instrument, a: str, b: str, on: date) -> Basis:
    rule = entry_rule(instrument.entry)
    register = register_of(instrument)
    if rule is None:
        first, second = (_side(register, None, state, on) for state in (a, b))
        return Basis(instrument.key, "domestic-law", (first, second), None)
    if register is None:
        register = _UNREAD
    first, second = (
        _side(register, standing(register, rule, state, on), state, on) for state in (a, b)
    )
    standings = [side.standing for side in (first, second) if side.standing]
    return Basis(
        instrument.key,
        _both([each.value for each in standings]),
        (first, second),
        weakest(*(each.confidence for each in standings)),
    )


def _both(values: list[Value]) -> Value:
    if "not-in-force" in values:
        return "not-in-force"
    return "unknown" if "unknown" in values else "in-force"


def _side(register: Register | None, found: Standing | None, state: str, on: date) -> Side:
    row = register.states.get(state) if register else None
    notices = tuple(notice for notice in row.notices if notice.holds(on)) if row else ()
    languages = dict.fromkeys(tag for notice in notices for tag in notice.languages)
    return Side(state, found, tuple(languages), notices)
