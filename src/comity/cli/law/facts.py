"""Files of facts and overrides: read, checked for form, remarked upon, written."""

import difflib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from datetime import time as clock
from pathlib import Path
from typing import Any, Final

from comity.canonical import MisuseError, members, parse_digest, parse_time, time_text
from comity.cli.frame import frame, head, say
from comity.cli.law.library import bounded, instrument_of, label, now
from comity.instruments import STEPS, FactsError, Instrument, Library, Override, read_facts
from comity.instruments.facts import MAX_FILE_BYTES, facts_table
from comity.instruments.identifiers import Identifier, IdentifierError, parse
from comity.instruments.identifiers.lines import ACCOUNT, read_line
from comity.instruments.reviews import Remark
from comity.instruments.toml import parse_toml

FACT: Final = "request.identifiers"


@dataclass(frozen=True)
class Told:
    """One identifier with its place in the file, counted from 0."""

    place: str
    found: Identifier


def identifiers_of(raw: Mapping[str, Any]) -> tuple[Told, ...]:
    """Return the typed identifiers of a file of facts.

    Args:
        raw: the facts as the file gives them, by dotted name; their kinds are checked.

    Raises:
        IdentifierError: the first that has not the form of its type; the message says where, and
            never repeats the value.
    """
    found = []
    for number, row in enumerate(raw.get(FACT) or []):
        place = f"{FACT}[{number}]"
        if row.get("type") and row.get("value"):
            try:
                found.append(Told(place, _read(row)))
            except IdentifierError as fault:
                told = [str(fault.facts[name]) for name in ("what", "why", "next")]
                raise type(fault)(f"{place}: {told[0]}", told[1], told[2]) from None
    return tuple(found)


def _read(row: Mapping[str, Any]) -> Identifier:
    """Return one identifier; an account is written ``provider:account``."""
    kind, value = str(row["type"]), str(row["value"])
    service, colon, account = value.partition(":")
    if kind == ACCOUNT and colon:
        return read_line(kind, service, account)
    return parse(kind, value)


def identifiers_value(told: tuple[Told, ...]) -> list[dict[str, Any]]:
    """Return identifiers as JSON."""
    return [
        {
            "display": one.found.display,
            "place": one.place,
            "text": one.found.text,
            "type": one.found.type,
            "warnings": [
                {"code": notice.code, "text": notice.text} for notice in one.found.warnings
            ],
        }
        for one in told
    ]


def say_identifiers(told: tuple[Told, ...]) -> None:
    """Print the identifiers that deserve a second look."""
    for one in told:
        for notice in one.found.warnings:
            say(f"{one.place} ({one.found.type}) [{notice.code}]: {notice.text}", indent=2)


_NAMED: Final = ("instrument", "measure", "step")


@dataclass(frozen=True)
class Asked:
    """What is to be judged.

    Attributes:
        raw: the facts as the file gives them, by dotted name; items keep all their members.
        facts: the same, checked, with ``at``.
        at_told: whether the file says the moment; if not it is now.
    """

    instrument: Instrument
    measure: str
    step: str
    raw: Mapping[str, Any]
    facts: Mapping[str, Any]
    at_told: bool


def asked_of(
    laws: Library,
    file: Path | None,
    *,
    instrument: str | None,
    measure: str | None,
    step: str | None,
    otherwise: str | None = None,
) -> Asked:
    """Return what a file asks to be judged; an option stands for what the file says.

    Args:
        laws: by which.
        file: of facts, or None for none.
        instrument: given as an option, or None.
        measure: as instrument.
        step: as instrument.
        otherwise: the step where nothing says one.

    Raises:
        FactsError: the file is malformed.
        MisuseError: neither says by what it is judged, or there is no such thing.
    """
    data = b"" if file is None else bounded(file, MAX_FILE_BYTES)
    read = read_facts(data, laws.facts)
    chosen = dict(zip(_NAMED, (instrument, measure, step), strict=True))
    named = {name: chosen[name] or getattr(read, name) for name in _NAMED}
    named["step"] = named["step"] or otherwise
    for name, value in named.items():
        if value is None:
            raise MisuseError(f"neither the file nor --{name} says the {name}")
    law = instrument_of(laws, str(named["instrument"]))
    provided = (*law.measures, *law.covers)
    _among("measure", str(named["measure"]), provided, f" of {law.key}")
    _among("step", str(named["step"]), STEPS, "")
    facts = dict(read.facts)
    at_told = "at" in facts
    facts.setdefault("at", now())
    return Asked(law, str(named["measure"]), str(named["step"]), _raw(data), facts, at_told)


def _among(name: str, value: str, known: tuple[str, ...], whose: str) -> None:
    if value not in known:
        # close enough for a slip of the keys: another legal act is never proposed
        closest = difflib.get_close_matches(value[:64], known, n=1, cutoff=0.8)
        hint = f"; did you mean {closest[0]}?" if closest else ""
        there = "" if closest else f"; there are: {', '.join(known)}"
        raise MisuseError(f"no {name}{whose} is called {value[:64]!a}{hint}{there}")


def _raw(data: bytes) -> dict[str, Any]:
    """Return the facts of a file that was read well, unchanged, by dotted name."""
    return dict(_flat(facts_table(data).get("facts", {}), ""))


def _flat(table: Mapping[str, Any], before: str) -> Iterator[tuple[str, Any]]:
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{before}{name}.")
        else:
            yield before + name, value


# ------------------------------------------------------------------ writing


def written(asked: Asked, facts: Mapping[str, Any], *, as_json: bool) -> bytes:
    """Return a file of facts that is read back as the same facts.

    Raises:
        MisuseError: a fraction is to stand in JSON.
    """
    named = {"instrument": asked.instrument.key, "measure": asked.measure, "step": asked.step}
    if as_json:
        value = {**named, "facts": _json(dict(facts))}
        return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()
    lines = [f"{name} = {toml_value(value)}" for name, value in named.items()]
    lines += ["", "[facts]"]
    lines += [f"{toml_value(n)} = {toml_value(one)}" for n, one in facts.items() if one is not None]
    return ("\n".join(lines) + "\n").encode()


def _json(value: Any) -> Any:
    """Return a TOML value as JSON; days and hours without a zone, which no fact has, as texts."""
    if isinstance(value, float):
        raise MisuseError("JSON holds no fractions here: write the facts as .toml")
    if isinstance(value, datetime) and value.tzinfo is not None:
        return time_text(value.astimezone(UTC).replace(microsecond=0))
    if isinstance(value, date | clock):
        return value.isoformat()
    if isinstance(value, list):
        return [_json(one) for one in value]
    if isinstance(value, dict):
        return {name: _json(one) for name, one in value.items()}
    return value


def toml_value(value: Any) -> str:
    """Return a value in TOML, which has no null: what is null in JSON is left out."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date | clock):
        return value.isoformat()
    if isinstance(value, list):
        return f"[{', '.join(toml_value(one) for one in value if one is not None)}]"
    if isinstance(value, dict):
        pairs = (
            f"{toml_value(n)} = {toml_value(one)}" for n, one in value.items() if one is not None
        )
        return f"{{{', '.join(pairs)}}}"
    if isinstance(value, str):  # but for DEL, a JSON string is a TOML string
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return str(value)


# ------------------------------------------------------------------ overrides


def overrides_of(file: Path | None) -> tuple[Override, ...]:
    """Return the overrides of a file: ``[[override]]`` rule_digest, by, at, reasons.

    Raises:
        FactsError: it is no such file.
        OverrideError: an override names nobody or gives no reasons.

    Source: docs/reference/instruments.md, "Overrides".
    """
    if file is None:
        return ()
    data = bounded(file, MAX_FILE_BYTES)
    if len(data) > MAX_FILE_BYTES:
        raise FactsError(f"the overrides are more than {MAX_FILE_BYTES} bytes")
    try:
        table = parse_toml(data)
    except ValueError as fault:
        raise FactsError(f"the overrides are no TOML: {fault}") from fault
    rows = members(table, {"override": list})["override"]
    return tuple(_override(row) for row in rows)


def _override(row: object) -> Override:
    fields = members(row, {"rule_digest": str, "by": str, "reasons": str}, frozenset({"at"}))
    parse_digest(fields["rule_digest"])
    at = fields.get("at")
    if isinstance(at, datetime) and at.tzinfo is None:
        raise FactsError("at, the moment of an override, has no time zone", key="at")
    try:
        moment = at.astimezone(UTC) if isinstance(at, datetime) else parse_time(at)
    except OverflowError as fault:
        raise FactsError("at, the moment of an override, is no time", key="at") from fault
    return Override(fields["rule_digest"], fields["by"], moment, fields["reasons"])


_COMMAND: Final = "`comity law terms --kind offences`"
_WORDS: Final = {
    "offence-unknown": "say.remark_unknown",
    "offence-outside": "say.remark_outside",
    "ends-before-it-begins": "say.remark_ends",
    "below-zero": "say.remark_below",
    "text-hidden": "say.remark_hidden",
    "text-lookalike": "say.remark_lookalike",
}


def remarks_value(
    laws: Library, found: tuple[Remark, ...], facts: Mapping[str, Any], lang: str
) -> list[dict[str, str]]:
    """Return remarks as JSON."""
    return [
        {"code": one.code, "fact": one.fact, "label": label(laws, one.fact, lang)}
        | {"other": one.other, "text": _text(one, facts, lang)}
        for one in found
    ]


def say_remarks(
    laws: Library, found: tuple[Remark, ...], facts: Mapping[str, Any], lang: str
) -> None:
    """Print remarks, if there are any."""
    if found:
        head(frame(lang)("head.remarks"))
    for one in found:
        told = f"{label(laws, one.fact, lang)}: {_text(one, facts, lang)}"
        say(told, indent=2, mark=f"{one.fact} [{one.code}]  ")


def _text(one: Remark, facts: Mapping[str, Any], lang: str) -> str:
    words = frame(lang)
    if one.code != "offence-unknown":
        key = _WORDS[one.code]
        return words(key, other=one.other) if one.code == "ends-before-it-begins" else words(key)
    told = {"command": _COMMAND, "value": str(facts[one.fact])}
    if one.other:
        return words("say.remark_meant", other=one.other, **told)
    return words(_WORDS[one.code], **told)
