"""The commands of `comity drill` that carry a scenario out and in: spreadsheets, ZIP."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import click

from comity.canonical import MisuseError
from comity.canonical.amounts import counted
from comity.cli.answers import show as show_json
from comity.cli.faults import guarded
from comity.cli.frame import say
from comity.cli.options import AS_JSON, FOLDER, HERE, NEW
from comity.drills.sheets import Cell, sheets_of, take_over
from comity.files.drills import read_folder, read_shipped, shipped_names
from comity.files.errors import OutputExistsError, translating
from comity.files.publish import write_file
from comity.papers.visible import visible

_SHEET: Final = ("texts", "injects", "tasks", "hints")
_MOST_SHOWN: Final = 100


def _read(scenario: str) -> tuple[str, dict[str, bytes]]:
    if scenario in shipped_names():
        return scenario, read_shipped(scenario)
    folder = Path(scenario)
    if not folder.is_dir():
        raise MisuseError(f"{visible(scenario)}: neither a folder nor a shipped scenario")
    return folder.resolve().name, read_folder(folder)


@click.command("export")
@click.argument("scenario")
@click.option("--xlsx", type=NEW, help="Texts, injects, tasks and hints as a workbook.")
@click.option("--csv", "table", type=NEW, help="One of these tables as CSV; see --sheet.")
@click.option(
    "--sheet", type=click.Choice(_SHEET), default="texts", show_default=True, help="Of --csv."
)
@click.option("--zip", "archive", type=NEW, help="The whole folder as ZIP, for a node's pages.")
@AS_JSON
@guarded
def export(
    scenario: str,
    *,
    xlsx: Path | None,
    table: Path | None,
    sheet: str,
    archive: Path | None,
    as_json: bool,
) -> None:
    """Export SCENARIO as a spreadsheet or ZIP.

    Cells are text: what a spreadsheet would take for a formula is neutral. Nothing is
    overwritten.
    """
    from comity.intake.scenario_files import write_csv, write_workbook, write_zip

    name, files = _read(scenario)
    wanted: tuple[tuple[Path | None, Callable[[], bytes]], ...] = (
        (xlsx, lambda: write_workbook(sheets_of(name, files))),
        (table, lambda: write_csv(sheets_of(name, files)[sheet])),
        (archive, lambda: write_zip(name, files)),
    )
    made = [(path, make()) for path, make in wanted if path is not None]
    if not made:
        raise MisuseError("say as what: --xlsx, --csv or --zip FILE")
    for path, _data in made:
        if path.exists():
            raise OutputExistsError(f"{visible(str(path))} exists already; choose another name")
    for path, data in made:
        write_file(path, data, mode=0o644)
    if as_json:
        show_json({"files": [str(path) for path, _ in made]})
        return
    for path, _data in made:
        say(str(path))


@click.command("import")
@click.argument("file", type=HERE)
@click.option(
    "--into",
    type=FOLDER,
    required=True,
    help="Folder of the scenario that a spreadsheet changes.",
)
@click.option("--encoding", default="", help="Of CSV, if it cannot be told: windows-1251.")
@AS_JSON
@guarded
def import_(file: Path, *, into: Path, encoding: str, as_json: bool) -> int:
    """Import FILE, a spreadsheet, into a scenario.

    A spreadsheet is taken over whole or not at all; each row that is wrong is named. Rows that it
    lacks stay as they are. Exit status: 0 it was taken over; 1 rows have errors, and nothing was
    changed.
    """
    with translating(f"reading {file}"):
        data = file.read_bytes()
    return _by_table(data, into, encoding, as_json=as_json)


def _by_table(data: bytes, into: Path, encoding: str, *, as_json: bool) -> int:
    from comity.intake.scenario_files import read_sheets

    files = read_folder(into)
    sheets: Mapping[str, Sequence[tuple[int, list[Cell]]]] = read_sheets(data, encoding=encoding)
    taken = take_over(into.resolve().name, files, sheets)
    changed = {path: new for path, new in taken.files.items() if files.get(path) != new}
    _write(into, changed)
    told: dict[str, Any] = {
        "changed": taken.changed,
        "files": sorted(changed),
        "notes": [vars(one) for one in taken.notes],
        "problems": [vars(one) for one in taken.problems],
    }
    if as_json:
        show_json(told)
    else:
        for one in taken.problems[:_MOST_SHOWN]:
            say(f"{one.sheet}, row {one.row}: {one.key}: {one.text}")
        for one in taken.notes:
            say(f"{one.sheet}: {one.key} {one.text}")
        if taken.problems:
            say(f"to mend: {counted(len(taken.problems), 'row')}; nothing was changed")
        else:
            number = counted(len(changed), "file")
            say(f"{counted(taken.changed, 'cell')} taken over; {number} changed")
    return 1 if taken.problems else 0


def _write(place: Path, files: Mapping[str, bytes]) -> None:
    with translating(f"writing {place}"):
        for path, data in files.items():
            target = place / path
            target.parent.mkdir(parents=True, exist_ok=True)
            beside = target.with_name(f".{target.name}.new")  # hidden: no part of the scenario
            beside.unlink(missing_ok=True)
            write_file(beside, data, mode=0o644)
            beside.replace(target)
