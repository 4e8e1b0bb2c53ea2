"""The commands of `comity drill` that carry a scenario out and in: spreadsheets, cexf."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import click

from comity.canonical import MisuseError, encode
from comity.canonical.amounts import counted
from comity.cli.answers import show as show_json
from comity.cli.faults import guarded
from comity.cli.law_say import say
from comity.cli.options import AS_JSON, FOLDER, HERE, NEW
from comity.drills import DrillUnsoundError, lint, read_scenario
from comity.drills.reading import NAME
from comity.drills.sheets import Cell, sheets_of, take_over
from comity.files.courses import quizzes
from comity.files.drills import read_folder, read_shipped, shipped_names
from comity.files.errors import OutputExistsError, translating
from comity.files.instruments import library
from comity.files.publish import write_file
from comity.instruments import LANGUAGES
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
@click.option("--cexf", type=NEW, help="An exercise in the Common Exercise Format (MISP), as JSON.")
@click.option("--zip", "archive", type=NEW, help="The whole folder as ZIP, for a node's pages.")
@click.option(
    "--lang", type=click.Choice(LANGUAGES), default="en", show_default=True, help="Of --cexf."
)
@AS_JSON
@guarded
def export(
    scenario: str,
    *,
    xlsx: Path | None,
    table: Path | None,
    sheet: str,
    cexf: Path | None,
    archive: Path | None,
    lang: str,
    as_json: bool,
) -> None:
    """Export SCENARIO as a spreadsheet, cexf or ZIP.

    Cells are text: what a spreadsheet would take for a formula is neutral. What the Common
    Exercise Format has no place for is named line by line. Nothing is overwritten.
    """
    from comity.intake.scenario_files import write_csv, write_workbook, write_zip

    name, files = _read(scenario)
    rest: list[str] = []

    def told_cexf() -> bytes:
        data, lines = _cexf(name, files, lang)
        rest.extend(lines)
        return data

    wanted: tuple[tuple[Path | None, Callable[[], bytes]], ...] = (
        (xlsx, lambda: write_workbook(sheets_of(name, files))),
        (table, lambda: write_csv(sheets_of(name, files)[sheet])),
        (archive, lambda: write_zip(name, files)),
        (cexf, told_cexf),
    )
    made = [(path, make()) for path, make in wanted if path is not None]
    if not made:
        raise MisuseError("say as what: --xlsx, --csv, --cexf or --zip FILE")
    for path, _data in made:
        if path.exists():
            raise OutputExistsError(f"{visible(str(path))} exists already; choose another name")
    for path, data in made:
        write_file(path, data, mode=0o644)
    if as_json:
        show_json({"files": [str(path) for path, _ in made], "rest": rest})
        return
    for path, _data in made:
        say(str(path))
    if cexf is not None:
        say(f"not in the Common Exercise Format: {counted(len(rest), 'thing')}")
        for line in rest:
            say(line, indent=2)


def _cexf(name: str, files: dict[str, bytes], lang: str) -> tuple[bytes, list[str]]:
    from comity.drills.cexf import to_cexf

    found = lint(name, files, library(), languages=["en"], quizzes=quizzes())
    if found:
        told = f"{name} is not sound: {found[0].file}: {found[0].key}: {found[0].text}"
        raise DrillUnsoundError(told, file=found[0].file, key=found[0].key)
    value, rest = to_cexf(read_scenario(name, files), lang)
    return encode(value), rest


@click.command("import")
@click.argument("file", type=HERE)
@click.option(
    "--into",
    type=FOLDER,
    help="Folder of the scenario that a spreadsheet changes.",
)
@click.option("--as", "name", help="Name of the new scenario that cexf becomes; see -o.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Folder of scenarios.")
@click.option("--encoding", default="", help="Of CSV, if it cannot be told: windows-1251.")
@AS_JSON
@guarded
def import_(
    file: Path,
    *,
    into: Path | None,
    name: str | None,
    output: Path | None,
    encoding: str,
    as_json: bool,
) -> int:
    """Import FILE, a spreadsheet or cexf, into a scenario.

    A spreadsheet is taken over whole or not at all; each row that is wrong is named. Rows that it
    lacks stay as they are. Of cexf, what has no place here is named line by line. Exit status: 0 it
    was taken over; 1 rows have errors, and nothing was changed.
    """
    with translating(f"reading {file}"):
        data = file.read_bytes()
    if (into is None) == (name is None):
        raise MisuseError("a spreadsheet goes --into FOLDER; cexf becomes --as NAME -o FOLDER")
    if into is not None:
        return _by_table(data, into, encoding, as_json=as_json)
    if output is None or not NAME.fullmatch(str(name)[:65]):
        raise MisuseError("--as is small letters, digits and hyphens, and -o a folder of scenarios")
    from comity.drills.cexf_in import from_cexf

    files, rest = from_cexf(data, str(name))
    place = output / str(name)
    if place.exists():
        raise OutputExistsError(f"{visible(str(place))} exists already; choose another name")
    _write(place, files)
    if as_json:
        show_json({"files": sorted(files), "folder": str(place), "rest": rest})
        return 0
    say(f"{place}  Next: comity drill lint {place} --lang en")
    say(f"without a place: {counted(len(rest), 'thing')}")
    for line in rest:
        say(line, indent=2)
    return 0


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
