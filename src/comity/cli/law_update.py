"""The command `comity law update`: a newer register of a treaty, shown and put over the old one."""

from pathlib import Path
from typing import Final

import click

from comity.canonical import MisuseError
from comity.cli.law_common import (
    FILE,
    LANG,
    bounded,
    instrument_of,
    law_command,
    laws_of,
    show_json,
)
from comity.cli.law_frame import frame
from comity.cli.law_say import say
from comity.cli.law_status import treaty_register, write_out
from comity.cli.options import AS_JSON, NEW
from comity.instruments.library import MAX_BYTES
from comity.instruments.state_names import StateNames, state_names
from comity.instruments.status import parse_status
from comity.instruments.status_export import register_toml
from comity.instruments.status_merge import Merge, merge

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
