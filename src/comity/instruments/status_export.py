"""A register as JSON, as CSV, and as the status.toml it was read from."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Final, Literal

from comity.instruments.calendars import EntryRule
from comity.instruments.csv_text import csv_text
from comity.instruments.standing import Standing, standing
from comity.instruments.state_names import StateNames
from comity.instruments.status import Consent, Count, Notice, Register, StateRow

COLUMNS: Final = (
    "instrument", "state", "name", "organization", "signed", "signed_reported", "consent",
    "deposited", "deposited_by", "reported", "in_force", "ended", "on", "standing", "reason",
    "since", "languages", "notices", "as_of", "confidence", "source",
)  # fmt: skip


def register_json(instrument: str, register: Register, rule: EntryRule, on: date) -> str:
    """Return everything a register holds, with each State's standing on a day, as JSON.

    Args:
        instrument: key of the treaty.
        register: of that treaty.
        rule: its entry into force.
        on: day for which the standing is computed.
    """
    value = {
        "instrument": instrument,
        "on": on.isoformat(),
        "complete": register.complete,
        "as_of": register.as_of.isoformat(),
        "note": register.note,
        "counts": [dict(_count(count)) for count in register.counts],
        "states": [
            dict(_row(row)) | {"standing": standing_value(standing(register, rule, row.key, on))}
            for row in register.states.values()
        ],
    }
    return json.dumps(_plain(value), ensure_ascii=False, indent=1) + "\n"


def standing_value(found: Standing) -> dict[str, object]:
    """Return a standing as JSON values."""
    return {
        "value": found.value,
        "reason": found.reason,
        "since": _day(found.since),
        "earliest": _day(found.earliest),
        "confidence": found.confidence,
        "as_of": _day(found.as_of),
        "sources": list(found.sources),
    }


def register_csv(
    instrument: str, register: Register, rule: EntryRule, on: date, *, names: StateNames, lang: str
) -> str:
    """Return one line a State as CSV; notices only by their number and kind.

    Args:
        instrument: key of the treaty.
        register: of that treaty.
        rule: its entry into force.
        on: day for which the standing is computed.
        names: of States.
        lang: language of the names.

    Source: RFC 4180 section 2; cells that look like formulas are guarded.
    """
    rows = []
    for row in register.states.values():
        found = standing(register, rule, row.key, on)
        consent = row.consent or Consent("")
        notices = [notice for notice in row.notices if notice.holds(on)]
        rows.append(
            [
                instrument,
                row.key,
                names(row.key, lang),
                "yes" if row.organization else "no",
                _day(row.signed) or "",
                row.signed_reported or "",
                consent.kind,
                _day(consent.deposited) or "",
                _day(consent.deposited_by) or "",
                consent.reported or "",
                _day(row.in_force) or "",
                _day(row.ended) or "",
                on.isoformat(),
                found.value,
                found.reason,
                _day(found.since) or "",
                " ".join(tag for notice in notices for tag in notice.languages),
                "; ".join(f"{notice.kind} {', '.join(notice.cite)}" for notice in notices),
                row.as_of.isoformat(),
                row.confidence,
                row.source,
            ]
        )
    return csv_text(COLUMNS, rows)


def register_toml(register: Register) -> str:
    """Return the register as a status.toml that is read back as the same register."""
    blocks = [_block("[register]", _head(register))]
    blocks += [_block("[[count]]", _count(count)) for count in register.counts]
    for row in register.states.values():
        plain = [(name, value) for name, value in _row(row) if name != "notice"]
        blocks.append(_block("[[state]]", plain))
        blocks += [_block("[[state.notice]]", _notice(notice)) for notice in row.notices]
    return "\n".join(blocks)


type _Members = Iterator[tuple[str, object]]


def _head(register: Register) -> _Members:
    yield "complete", register.complete
    yield "as_of", register.as_of
    if register.note:
        yield "note", register.note


def _count(count: Count) -> _Members:
    yield "what", count.what
    yield "number", count.number
    if count.organizations:
        yield "organizations", count.organizations
    yield from _sourced(count)


def _row(row: StateRow) -> _Members:
    yield "key", row.key
    if row.organization:
        yield "organization", True
    for name in ("signed", "signed_reported"):
        yield from _given(row, name)
    if row.consent:
        yield "consent", dict(_consent(row.consent))
    for name in ("in_force", "ended"):
        yield from _given(row, name)
    yield from _sourced(row)
    if row.notices:
        yield "notice", [dict(_notice(notice)) for notice in row.notices]


def _consent(consent: Consent) -> _Members:
    for name in ("kind", "deposited", "deposited_by", "reported"):
        yield from _given(consent, name)


def _notice(notice: Notice) -> _Members:
    yield "kind", notice.kind
    yield "cite", list(notice.cite)
    if notice.languages:
        yield "languages", list(notice.languages)
    else:
        yield "text", notice.text
        yield "language", notice.language
    if notice.made:
        yield "date", notice.made
    yield from _given(notice, "withdrawn")
    yield "source", notice.source


def _sourced(thing: StateRow | Count) -> _Members:
    yield "source", thing.source
    yield "as_of", thing.as_of
    yield "confidence", thing.confidence


def _given(thing: object, name: str) -> _Members:
    value = getattr(thing, name)
    if value is not None:
        yield name, value


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value


def _block(head: str, pairs: _Members | list[tuple[str, object]]) -> str:
    return "".join([f"{head}\n", *(f"{name} = {_toml(value)}\n" for name, value in pairs)])


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return f"[{', '.join(_toml(item) for item in value)}]"
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{name} = {_toml(item)}' for name, item in value.items())} }}"
    if isinstance(value, str):  # without DEL, which no register holds, TOML's strings are JSON's
        return json.dumps(value, ensure_ascii=False)
    return str(value)


# Putting a newer register over an older one: what changes, what stays, what contradicts.


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
