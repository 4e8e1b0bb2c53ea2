"""A register as JSON, as CSV, and as the status.toml it was read from."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Final

from comity.instruments.calendar_rules import EntryRule
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
