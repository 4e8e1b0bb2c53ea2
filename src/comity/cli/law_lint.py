"""The command `comity law lint`: what is to mend in instruments and templates, by file and line."""

from collections.abc import Collection
from pathlib import Path

import click

from comity.canonical import MisuseError, PeerError
from comity.cli.faults import guarded
from comity.cli.law_common import FOLDER, laws_of, show_json
from comity.cli.law_say import say
from comity.cli.options import AS_JSON
from comity.files.instruments import read_folder
from comity.instruments import LANGUAGES, Problem, lint
from comity.instruments.places import line_of
from comity.papers.visible import visible


@click.command("lint")
@click.argument("folder", required=False, type=FOLDER)
@click.option(
    "--lang",
    "languages",
    multiple=True,
    type=click.Choice(LANGUAGES),
    help="Language in which every text is due; English always is. Default: all. May be repeated.",
)
@click.option(
    "--instruments",
    "folders",
    multiple=True,
    type=FOLDER,
    help="Further folder of your office's own, on which FOLDER builds. May be repeated.",
)
@AS_JSON
@guarded
def lint_(
    folder: Path | None,
    *,
    languages: tuple[str, ...],
    folders: tuple[Path, ...],
    as_json: bool,
) -> int:
    """Check instruments, or every built-in instrument, for errors.

    By file and line, so far as the entry is there: missing words, citations of articles that are
    not there, rules that nothing can break, numbers that differ from their limit. Exit status: 0
    nothing; 1 something.
    """
    due = languages or LANGUAGES
    if folder is not None and not read_folder(folder):
        raise MisuseError(f"{visible(str(folder))} holds no TOML file, so there is nothing to read")
    problems = _problems(folders, folder, due)
    if as_json:
        show_json({"problems": problems})
    else:
        for one in problems:
            line = f":{one['line']}" if one["line"] else ""
            key = f": {one['key']}" if one["key"] else ""
            say(f"{one['file']}{line}{key}: {one['text']} [{one['code']}]")
        say(f"{len(problems)} to mend" if problems else "nothing to mend")
    return 1 if problems else 0


def _problems(
    folders: tuple[Path, ...], folder: Path | None, due: Collection[str]
) -> list[dict[str, str | int]]:
    """Return what is to mend in FOLDER, or else in all that is there, as JSON."""
    own = (*folders, folder) if folder else folders
    try:
        found = lint(laws_of(own), languages=due)
        known = lint(laws_of(folders), languages=due) if folder else []
    except PeerError as fault:
        file, key = (str(fault.facts.get(name, "")) for name in ("file", "key"))
        told = str(fault).removeprefix(f"{file}: ").removeprefix(f"{key}: ")
        found, known = [Problem(file, key, fault.code, told)], []
    files: dict[str, bytes] = {}
    for path in own:
        files |= read_folder(path)
    return [
        {"file": one.file, "key": one.key, "code": one.code, "text": one.text}
        | {"line": line_of(files.get(one.file, b""), one.key, table=one.table, text=one.text)}
        for one in found
        if one not in known  # what FOLDER builds on is mended elsewhere
    ]
