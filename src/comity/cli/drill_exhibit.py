"""The commands of `comity drill exhibit`: evidence for exercises, made from a story."""

import hashlib
from pathlib import Path
from typing import Any, Final

import click

from comity.canonical import MisuseError
from comity.canonical.amounts import counted
from comity.cli.answers import show as show_json
from comity.cli.faults import guarded
from comity.cli.groups import Group
from comity.cli.law_say import say
from comity.cli.options import AS_JSON, FOLDER, HERE
from comity.cli.packages_shown import showing
from comity.drills import DrillError
from comity.drills.making import (
    WHY,
    Story,
    agrees,
    file_name,
    insist,
    make,
    parse_story,
    shown_in,
)
from comity.files.errors import translating
from comity.files.publish import atomic_folder, sync_file_system, write_file
from comity.instruments.places import line_of

_MAX_STORY_BYTES: Final = 512 * 1024
_MAX_EXHIBIT_BYTES: Final = 64 * 1024 * 1024
_MOST_TOLD: Final = 20


@click.group(cls=Group)
def exhibit() -> None:
    """Make and check exhibits for exercises from a story.

    A story is one TOML file of people, machines, accounts and what happened when; its format is in
    docs/reference/stories.md.
    """


@exhibit.command("make")
@click.argument("story", type=HERE)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="New folder for the exhibits."
)
@click.option("--dry-run", is_flag=True, help="Say what would be made; write nothing.")
@AS_JSON
@guarded
def make_(story: Path, *, output: Path | None, dry_run: bool, as_json: bool) -> None:
    """Make the exhibits of STORY, identical on every machine.

    Before anything is written, each is read again and compared with the story. Nothing is
    overwritten. Events that no exhibit shows are named.
    """
    if output is None and not dry_run:
        raise MisuseError("say where to: -o FOLDER, or --dry-run to write nothing")
    told = read_story(story)
    made: dict[str, bytes] = {}
    with showing("making", None, quiet=as_json) as progress:
        for key, data in make(told):
            made[key] = data
            progress(sum(map(len, made.values())))
    insist(told, made)
    if output is not None and not dry_run:
        with translating(f"writing {output}"):
            output.absolute().parent.mkdir(parents=True, exist_ok=True)
        with atomic_folder(output.absolute()) as place:
            for key, data in made.items():
                write_file(place / file_name(told.wanted[key]), data, mode=0o644)
            sync_file_system(place)
    _report(told, made, output, dry_run=dry_run, as_json=as_json)


def _report(
    story: Story, made: dict[str, bytes], output: Path | None, *, dry_run: bool, as_json: bool
) -> None:
    shown = shown_in(story)
    unseen = [key for key, where in shown.items() if not where]
    rows: list[dict[str, Any]] = [
        {
            "events": sum(key in where for where in shown.values()),
            "file": file_name(story.wanted[key]),
            "key": key,
            "kind": story.wanted[key].kind,
            "sha256": hashlib.sha256(data).hexdigest(),
            "size_bytes": len(data),
        }
        for key, data in made.items()
    ]
    if as_json:
        folder = None if dry_run or output is None else str(output)
        show_json({"exhibits": rows, "folder": folder, "story": story.name, "unseen": unseen})
        return
    for row in rows:
        size = f"{counted(row['size_bytes'], 'byte')}, {row['events']} of {len(shown)} events"
        say(f"{row['file']}  {row['kind']}  {size}  sha256:{row['sha256']}")
    if unseen:
        say(f"no exhibit shows: {', '.join(unseen)}")
    say("dry run: nothing was written" if dry_run else f"written to {output}")


@exhibit.command()
@click.argument("story", type=HERE)
@click.argument("folder", type=FOLDER)
@AS_JSON
@guarded
def check(story: Path, folder: Path, *, as_json: bool) -> int:
    """Compare the traces of the exhibits in FOLDER with STORY.

    For exhibits that were changed by hand. Exit status: 0 they agree; 1 they do not.
    """
    told, found = read_story(story), {}
    for key, wanted in told.wanted.items():
        path = folder / file_name(wanted)
        if path.is_file():
            found[key] = _read(path, _MAX_EXHIBIT_BYTES)
    differ = agrees(told, found)
    if as_json:
        rows = [
            {"event": one.event, "exhibit": one.exhibit, "trace": one.trace, "why": one.why}
            for one in differ
        ]
        show_json({"agrees": not differ, "differences": rows})
        return 1 if differ else 0
    for one in differ[:_MOST_TOLD]:
        event = f" (event {one.event})" if one.event else ""
        trace = f": {one.trace}" if one.trace else ""
        say(f"{one.exhibit}{event}: {WHY[one.why]}{trace} [{one.why}]")
    if len(differ) > _MOST_TOLD:
        say(f"and {len(differ) - _MOST_TOLD} more: --json lists all")
    say(f"{counted(len(differ), 'difference')}" if differ else "the exhibits agree with the story")
    return 1 if differ else 0


def read_story(path: Path) -> Story:
    """Return the story that a file tells.

    Raises:
        DrillError: the first thing that breaks the format, with its line.
        StorageError: the file cannot be read.
    """
    data = _read(path, _MAX_STORY_BYTES)
    try:
        return parse_story(data, file=path.name)
    except DrillError as fault:
        told, key = str(fault), str(fault.facts.get("key", ""))
        line = line_of(data, key, text=told)
        if not line:
            raise
        rest = told.removeprefix(f"{path.name}: ")
        raise type(fault)(f"{path.name}:{line}: {rest}", **fault.facts) from fault


def _read(path: Path, most: int) -> bytes:
    with translating(f"reading {path}"), path.open("rb") as file:
        return file.read(most + 1)
