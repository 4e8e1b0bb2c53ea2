"""Whether a treaty is in force at all, in one line and as JSON."""

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import click

from comity.canonical import MisuseError
from comity.cli.frame import frame, head, say
from comity.cli.law.library import (
    FILE,
    LANG,
    bounded,
    instrument_of,
    law_command,
    laws_of,
    now,
    show_json,
    title,
)
from comity.cli.law.printing import graded
from comity.cli.options import AS_JSON, NEW
from comity.instruments import Instrument, Library
from comity.instruments.bases import Basis, Side, contradictions, register_of
from comity.instruments.bases import between as bases_between
from comity.instruments.calendars import EntryRule, entry_rule
from comity.instruments.library import MAX_BYTES
from comity.instruments.standing import (
    Projection,
    Standing,
    TreatyEntry,
    projection,
    standing,
    treaty_entry,
)
from comity.instruments.state_names import StateNames, state_names
from comity.instruments.status import Notice, Register, parse_status
from comity.instruments.status_export import (
    Merge,
    merge,
    register_csv,
    register_json,
    register_toml,
    standing_value,
)


def state_text(instrument: Instrument, lang: str = "en") -> str:
    """Return what is known of a treaty's entry into force, in words."""
    told, entry = frame(lang), _entry(instrument)
    if entry is None:
        return told("state.no_treaty")
    if entry.earliest and entry.earliest == entry.latest:
        return told("state.from", day=entry.latest)
    parts = []
    if entry.earliest:
        parts.append(told("state.not_before", day=entry.earliest))
    if entry.latest:
        parts.append(told("state.latest", day=entry.latest))
    return told.listed(parts) or told("state.unknown")


def state_value(instrument: Instrument) -> dict[str, object] | None:
    """Return the same as JSON; None where there is no treaty."""
    entry = _entry(instrument)
    if entry is None:
        return None
    return {
        "confidence": entry.confidence,
        "earliest": entry.earliest and entry.earliest.isoformat(),
        "latest": entry.latest and entry.latest.isoformat(),
        "published": entry.published,
        "source": entry.source,
    }


def _entry(instrument: Instrument) -> TreatyEntry | None:
    rule = entry_rule(instrument.entry)
    if rule is None:
        return None
    register = register_of(instrument)
    if register is None:
        return TreatyEntry(rule.in_force, rule.in_force, rule.in_force is not None, None, "")
    return treaty_entry(register, rule)


_ON = click.option(
    "--on", type=click.DateTime(["%Y-%m-%d"]), help="The day asked for. Default: today, in UTC."
)


def _day(on: datetime | None) -> date:
    return (on or now()).date()


def _state(names: StateNames, text: str) -> str:
    """Return the key of a State by its key or its name in any language.

    Raises:
        MisuseError: no State, or more than one, is called so.
    """
    key = names.find(text)
    if key is None:
        raise MisuseError(f"no State is called {text[:64]!a}; write its ISO 3166 code: vn")
    return key


def treaty_register(one: Instrument) -> tuple[Register, EntryRule]:
    """Return the register of a treaty and how it enters into force.

    Raises:
        MisuseError: it is no treaty, or has no register.
    """
    register, rule = register_of(one), entry_rule(one.entry)
    if register is None or rule is None:
        raise MisuseError(f"{one.key} has no register: {state_text(one)}")
    return register, rule


# ------------------------------------------------------------------ between


@click.command()
@click.argument("asking")
@click.argument("asked")
@_ON
@LANG
@AS_JSON
@law_command
def between(
    asking: str,
    asked: str,
    *,
    on: datetime | None,
    lang: str,
    folders: tuple[Path, ...],
    as_json: bool,
) -> None:
    """Show the instruments in force between two States.

    A State is its ISO code (vn) or its name. What is unknown is called so: check the depositary's
    page. That a treaty is in force does not say that it covers the measure.
    """
    laws = laws_of(folders)
    names, day = state_names(laws), _day(on)
    first, second = _state(names, asking), _state(names, asked)
    found = bases_between(laws, first, second, day)
    if as_json:
        values = [_basis_value(laws, basis) for basis in found]
        show_json({"bases": values, "on": day.isoformat()})
        return
    told = frame(lang)
    say(told("between.asks", asking=names(first, lang), asked=names(second, lang), day=day))
    for basis in found:
        name = title(laws, laws.instruments[basis.instrument], lang)
        head(f"{told.code('value', basis.value)}: {name}")
        disputed = contradictions(laws.instruments[basis.instrument])
        for side in basis.sides:
            _say_side(laws, names(side.state, lang), side, lang)
            _say_disputed(disputed, side.state, lang)


def _say_side(laws: Library, name: str, side: Side, lang: str) -> None:
    said = name if side.standing is None else f"{name}: {_told(laws, side.standing, lang)}"
    say(said, indent=2)
    if side.languages:
        say(frame(lang)("between.languages", languages=", ".join(side.languages)), indent=4)
    for notice in side.notices:
        _say_notice(notice, lang, indent=4)


def _say_notice(notice: Notice, lang: str, *, indent: int) -> None:
    if notice.text:
        told = frame(lang)
        place = told.listed([told.code("notice", notice.kind), told.cited(notice.cite)])
        say(f"{place}: {told.apart(notice.text)}", indent=indent)


def _told(laws: Library, found: Standing, lang: str) -> str:
    """Return a standing in words, with the day that it gives and how sure it is."""
    told = frame(lang)
    parts = [told.listed([told.code("value", found.value), told.code("reason", found.reason)])]
    if found.since:
        parts.append(told("between.since", day=found.since))
    if found.earliest:
        parts.append(told("between.not_before", day=found.earliest))
    if found.as_of:
        parts.append(told("between.source_of", day=found.as_of))
    if found.confidence:
        parts.append(told("say.confidence", grade=graded(laws, found.confidence, lang)))
    return told.joined(parts)


def _say_disputed(disputed: Mapping[str, tuple[str, ...]], state: str, lang: str) -> None:
    """Say that two rows for a State contradict each other, where they do."""
    if state in disputed:
        told = frame(lang)
        fields = ", ".join(disputed[state]) or told("update.unlisted")
        say(told("between.contradicts", fields=fields), indent=4)


def _disputed_value(one: Instrument) -> dict[str, list[str]]:
    return {state: list(fields) for state, fields in contradictions(one).items()}


def _basis_value(laws: Library, basis: Basis) -> dict[str, Any]:
    disputed = _disputed_value(laws.instruments[basis.instrument])
    return {
        "contradictions": {
            side.state: disputed[side.state] for side in basis.sides if side.state in disputed
        },
        "confidence": basis.confidence,
        "instrument": basis.instrument,
        "sides": [
            {
                "languages": list(side.languages),
                "notices": [_notice_value(notice) for notice in side.notices],
                "standing": side.standing and standing_value(side.standing),
                "state": side.state,
            }
            for side in basis.sides
        ],
        "value": basis.value,
    }


def _notice_value(notice: Notice) -> dict[str, Any]:
    return {
        "cite": list(notice.cite),
        "kind": notice.kind,
        "language": notice.language,
        "languages": list(notice.languages),
        "source": notice.source,
        "text": notice.text,
    }


# ------------------------------------------------------------------ status


@click.command()
@click.argument("instrument")
@click.argument("state", required=False)
@_ON
@LANG
@AS_JSON
@law_command
def status(
    instrument: str,
    state: str | None,
    *,
    on: datetime | None,
    lang: str,
    folders: tuple[Path, ...],
    as_json: bool,
) -> None:
    """Show signatures and ratifications of INSTRUMENT, or of STATE.

    The day of entry into force is computed from the deposits, where they are confirmed.
    """
    laws = laws_of(folders)
    one, names, day = instrument_of(laws, instrument), state_names(laws), _day(on)
    register, rule = treaty_register(one)
    keys = list(register.states) if state is None else [_state(names, state)]
    found = [standing(register, rule, key, day) for key in keys]
    far, disputed = projection(register, rule, day), contradictions(one)
    if as_json:
        show_json(
            {
                "as_of": register.as_of.isoformat(),
                "contradictions": _disputed_value(one),
                "complete": register.complete,
                "entry": state_value(one),
                "instrument": one.key,
                "missing": _far_value(far),
                "note": register.note,
                "on": day.isoformat(),
                "states": [{"state": each.state, **standing_value(each)} for each in found],
            }
        )
        return
    if state is None:
        _say_register(laws, one, register, far, lang)
    for each in found:
        said = f"{names(each.state, lang)}: {_told(laws, each, lang)}"
        say(said, mark=f"{each.state}  ")
        _say_disputed(disputed, each.state, lang)
        if state is not None:
            _say_row(register, each, day, lang)


def _say_row(register: Register, found: Standing, day: date, lang: str) -> None:
    told = frame(lang)
    row = register.states.get(found.state)
    if row is not None and (row.signed or row.signed_reported):
        say(told("between.signed", day=row.signed or row.signed_reported), indent=4)
    for notice in row.notices if row else ():
        if notice.holds(day):
            _say_notice(notice, lang, indent=4)
    for source in found.sources:
        say(told("between.source", source=source), indent=4)


def _say_register(
    laws: Library, one: Instrument, register: Register, far: Projection, lang: str
) -> None:
    say(title(laws, one, lang))
    told = frame(lang)
    say(state_text(one, lang), indent=2)
    full = "register.complete" if register.complete else "register.incomplete"
    say(told(full, day=register.as_of), indent=2)
    if register.note:
        note = register.note if lang == "en" else f"{register.note} [en]"
        say(told.apart(note), indent=2)
    if far.threshold and one.entry is not None and one.entry.in_force is None:
        numbers = {"known": far.known, "confirmed": far.confirmed, "missing": far.missing}
        say(told("register.needed", threshold=far.threshold, **numbers), indent=2)
        if far.if_filled:
            say(told("register.if_filled", day=far.if_filled), indent=2)
    for count in register.counts:
        grade, what = graded(laws, count.confidence, lang), told.code("register", count.what)
        facts = {"day": count.as_of, "number": count.number, "what": what, "grade": grade}
        say(told("register.count", **facts), indent=2)
    click.echo()


def _far_value(far: Projection) -> dict[str, Any]:
    return {
        "as_of": far.as_of and far.as_of.isoformat(),
        "confirmed": far.confirmed,
        "if_filled": far.if_filled and far.if_filled.isoformat(),
        "known": far.known,
        "missing": far.missing,
        "threshold": far.threshold,
    }


# ------------------------------------------------------------------ export


@click.command()
@click.argument("instrument")
@click.option(
    "--format",
    "form",
    type=click.Choice(["json", "csv", "toml"]),
    default="json",
    show_default=True,
    help="csv has one line a State; json has everything; toml is the register's own format.",
)
@click.option("-o", "--output", type=NEW, help="New file. Default: standard output.")
@_ON
@LANG
@law_command
def export(
    instrument: str,
    *,
    form: str,
    output: Path | None,
    on: datetime | None,
    lang: str,
    folders: tuple[Path, ...],
) -> None:
    """Export the status of each State for INSTRUMENT on a day."""
    laws = laws_of(folders)
    one, day = instrument_of(laws, instrument), _day(on)
    register, rule = treaty_register(one)
    if form == "json":
        data = register_json(one.key, register, rule, day)
    elif form == "csv":
        data = register_csv(one.key, register, rule, day, names=state_names(laws), lang=lang)
    else:
        data = register_toml(register)
    write_out(data, output)


def write_out(data: str, output: Path | None) -> None:
    """Write a text to a new file, or to standard output."""
    from comity.files.publish import write_file

    if output is None:
        click.echo(data.encode(), nl=False)  # as bytes: line ends stay as they are
    else:
        write_file(output, data.encode(), mode=0o644)


_KEPT: Final = ("conflict", "older", "absent")


@click.command()
@click.argument("instrument")
@click.argument("file", type=FILE)
@click.option("--dry-run", is_flag=True, help="Show what would change; write nothing.")
@click.option("-o", "--output", type=NEW, help="New file for the register with FILE over it.")
@click.option(
    "--accept-conflicts", is_flag=True, help="Write although a person must review some rows."
)
@LANG
@AS_JSON
@law_command
def update(
    instrument: str,
    file: Path,
    *,
    dry_run: bool,
    output: Path | None,
    accept_conflicts: bool,
    lang: str,
    folders: tuple[Path, ...],
    as_json: bool,
) -> int:
    """Replace the register of INSTRUMENT with FILE, a newer status.toml.

    Shows each row that changes. Of two rows for one State the later one holds; of two as new, the
    one that was there. Rows that contradict each other end with status 1, and nothing is written
    unless --accept-conflicts says that a person has looked. The result belongs into
    INSTRUMENT/status.toml in a folder of --instruments.
    """
    laws = laws_of(folders)
    one = instrument_of(laws, instrument)
    register, _ = treaty_register(one)
    if output is None and not dry_run:
        raise MisuseError("-o names the new file; or use --dry-run")
    newer = parse_status(bounded(file, MAX_BYTES))
    merged = merge(register, newer)
    stopped = bool(merged.conflicts) and not accept_conflicts
    written = output is not None and not dry_run and not stopped
    if written:
        write_out(register_toml(merged.register), output)
    if as_json:
        rows = [
            {"conflict": change.conflict, "contradicts": list(change.contradicts)}
            | {"fields": list(change.fields), "kind": change.kind, "state": change.state}
            for change in merged.changes
        ]
        show_json({"changes": rows, "instrument": one.key, "written": written})
    else:
        _say_merge(merged, state_names(laws), lang, written=written)
    return 1 if stopped else 0


def _say_merge(merged: Merge, names: StateNames, lang: str, *, written: bool) -> None:
    told = frame(lang)
    for change in merged.changes:
        if change.kind == "same":
            continue
        kind = told.code("update", change.kind)
        if change.kind in _KEPT:
            kind = told.listed([kind, told("update.stays")])
        fields = f": {told.apart(', '.join(change.fields))}" if change.fields else ""
        say(f"{names(change.state, lang)}: {kind}{fields}", mark=f"{change.state}  ")
        if change.conflict:
            against = ", ".join(change.contradicts or change.fields) or told("update.unlisted")
            say(told("update.look", fields=against), indent=4)
    same = sum(change.kind == "same" for change in merged.changes)
    counted = {"differ": len(merged.changes) - same, "same": same, "look": len(merged.conflicts)}
    say(told("update.done" if written else "update.not_done", **counted))
