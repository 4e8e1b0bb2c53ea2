"""Putting a newer register over an older one: what changes, what stays, what contradicts."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Final, Literal

from comity.instruments.status import Count, Register, StateRow

type Kind = Literal["added", "replaced", "same", "older", "conflict", "absent"]

_FACTS: Final = ("organization", "signed", "signed_reported", "consent", "in_force", "ended")


@dataclass(frozen=True)
class Change:
    """What became of one State's row.

    Attributes:
        state: the State's key.
        kind: ``added``; ``replaced`` by a newer row; ``same``; ``older`` than the row that was
            there, which stays; ``conflict``: as new as that row and different, so that one stays;
            ``absent``: not in a newer list that calls itself complete, so the row stays.
        fields: names of the fields that differ.
        contradicts: of these, facts that the row before gave and the newer one gives otherwise,
            or gives no more. A person has to look at them.
    """

    state: str
    kind: Kind
    fields: tuple[str, ...] = ()
    contradicts: tuple[str, ...] = ()

    @property
    def conflict(self) -> bool:
        """Whether a person has to look at it."""
        return self.kind in {"conflict", "absent"} or bool(self.contradicts)


@dataclass(frozen=True)
class Merge:
    """What putting one register over another leads to; nothing is written.

    Attributes:
        register: the result.
        changes: one for every State of the update, and for every absent one, by key.
    """

    register: Register
    changes: tuple[Change, ...]

    @property
    def conflicts(self) -> tuple[Change, ...]:
        """The changes that a person has to look at."""
        return tuple(change for change in self.changes if change.conflict)


def merge(base: Register, update: Register) -> Merge:
    """Return the base with the update over it: of two rows the one with the later day holds.

    Totals of both are kept; of two about the same thing on the same day from the same source,
    the update's. The result is complete up to the later day up to which one of them is; a list
    that is not complete takes nothing from one that is.
    """
    states = dict(base.states)
    changes: list[Change] = []
    for key, row in update.states.items():
        change = _change(base.states.get(key), row)
        if change.kind in {"added", "replaced"}:
            states[key] = row
        changes.append(change)
    if update.complete:
        changes += [
            Change(key, "absent")
            for key, row in base.states.items()
            if key not in update.states and row.as_of <= update.as_of
        ]
    newest = max((base, update), key=lambda register: register.as_of)
    full = [register for register in (base, update) if register.complete]
    return Merge(
        Register(
            complete=bool(full),
            as_of=max(register.as_of for register in full or (base, update)),
            note=newest.note or base.note or update.note,
            counts=_counts(base, update),
            states=dict(sorted(states.items())),
        ),
        tuple(sorted(changes, key=lambda change: change.state)),
    )


def _change(before: StateRow | None, row: StateRow) -> Change:
    if before is None:
        return Change(row.key, "added")
    if before == row:
        return Change(row.key, "same")
    names = tuple(
        field.name
        for field in fields(StateRow)
        if getattr(before, field.name) != getattr(row, field.name)
    )
    if row.as_of < before.as_of:
        return Change(row.key, "older", names)
    if row.as_of == before.as_of:
        return Change(row.key, "conflict", names)
    return Change(row.key, "replaced", names, _contradicted(before, row))


def _contradicted(before: StateRow, row: StateRow) -> tuple[str, ...]:
    return tuple(
        name
        for name in _FACTS
        if getattr(before, name) not in {None, False}
        and getattr(before, name) != getattr(row, name)
        and not _sharper(name, before, row)
    ) + (("notices",) if set(before.notices) - set(row.notices) else ())


def _sharper(name: str, before: StateRow, row: StateRow) -> bool:
    """A confirmed day in the place of a reported one says more, not otherwise."""
    if name == "signed_reported" and row.signed:
        return f"{row.signed:%Y-%m}" <= (before.signed_reported or "")
    if name != "consent" or not before.consent or not row.consent:
        return False
    was, now = before.consent, row.consent
    if was.kind != now.kind or now.certain is None or was.deposited:
        return False
    if was.deposited_by:
        return now.certain <= was.deposited_by
    return True


def _counts(base: Register, update: Register) -> tuple[Count, ...]:
    totals: Mapping[tuple[str, str, str], Count] = {
        (str(count.as_of), count.what, count.source): count
        for register in (base, update)
        for count in register.counts
    }
    return tuple(totals[key] for key in sorted(totals))
