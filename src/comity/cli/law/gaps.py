"""The commands `comity law gaps` and `lint`: what a State, and what an instrument, still lacks."""

from collections.abc import Collection
from pathlib import Path
from typing import Any

import click

from comity.canonical import MisuseError, PeerError
from comity.cli.faults import guarded
from comity.cli.frame import frame, head, say
from comity.cli.law.library import (
    FILE,
    FOLDER,
    LANG,
    bounded,
    instrument_of,
    law_command,
    laws_of,
    show_json,
    title,
)
from comity.cli.law.printing import sourced
from comity.cli.options import AS_JSON
from comity.files.instruments import read_folder
from comity.instruments import LANGUAGES, Instrument, Library, Problem, lint
from comity.instruments.language_files import line_of
from comity.instruments.library import MAX_BYTES
from comity.instruments.ratification import (
    KINDS,
    Answers,
    Gap,
    Ratification,
    notification_pack,
    pack_text,
    parse_answers,
    ratification_of,
)
from comity.instruments.ratification import gaps as gaps_of
from comity.instruments.state_names import state_names
from comity.papers.visible import visible


@click.command()
@click.argument("instrument")
@click.option("--answers", "file", type=FILE, help="What the State has dealt with, in TOML.")
@click.option("--open", "only_open", is_flag=True, help="Only what is still to do.")
@click.option("--draft", is_flag=True, help="Print the draft of the notification instead.")
@LANG
@AS_JSON
@law_command
def gaps(
    instrument: str,
    *,
    file: Path | None,
    only_open: bool,
    draft: bool,
    lang: str,
    folders: tuple[Path, ...],
    as_json: bool,
) -> None:
    """List what a State still needs to apply INSTRUMENT.

    With --answers, what is done and what is open. Nothing here says that a provision is good
    enough; a lawyer does.
    """
    laws = laws_of(folders)
    one = instrument_of(laws, instrument)
    needs = ratification_of(laws, one)
    if needs is None:
        raise MisuseError(f"{one.key} lists no needs")
    answers = Answers("", organization=False, items={})
    if file is not None:
        answers = parse_answers(bounded(file, MAX_BYTES), needs)
    elif draft:
        raise MisuseError("--draft needs --answers: who notifies what")
    if draft:
        _draft(laws, one, needs, answers, lang, as_json=as_json)
        return
    found = [gap for gap in gaps_of(needs, answers) if gap.open or not only_open]
    if as_json:
        show_json({"instrument": one.key, "items": [_value(gap, needs, lang) for gap in found]})
        return
    told = frame(lang)
    say(title(laws, one, lang))
    for kind in KINDS:
        chosen = [gap for gap in found if gap.item.kind == kind]
        if chosen:
            head(told(f"gaps.{kind}"))
        for gap in chosen:
            _say(laws, gap, needs, lang)
    click.echo()
    say(told("gaps.left", open=sum(gap.open for gap in found), all=len(needs.items)))


def _draft(
    laws: Library,
    one: Instrument,
    needs: Ratification,
    answers: Answers,
    lang: str,
    *,
    as_json: bool,
) -> None:
    pack = notification_pack(one.key, needs, answers)
    if as_json:
        show_json(pack.value())
        return
    for line in pack_text(pack, needs, state_names(laws), lang).splitlines():
        click.echo(visible(line))


def _say(laws: Library, gap: Gap, needs: Ratification, lang: str) -> None:
    item, told = gap.item, frame(lang)
    english = "" if lang in LANGUAGES else " [en]"  # an office's own language has no such words
    say(needs.text(item.key, lang) + english, indent=2, mark=f"{item.key}  ")
    status = told.code("gap-status", gap.status)
    if gap.status == "done" and gap.answer.where:
        status += f": {told.apart(gap.answer.where)}"
    recipient = item.to if lang == "en" else needs.word(item.to, lang) if item.to else ""
    to = told("gaps.told", to=recipient) if item.to else ""
    place = sourced(laws, item.cite, item.confidence, lang)
    say(told.joined([status, place, to]), indent=4 + len(item.key))


def _value(gap: Gap, needs: Ratification, lang: str) -> dict[str, Any]:
    return {
        "cite": list(gap.item.cite),
        "confidence": gap.item.confidence,
        "key": gap.item.key,
        "kind": gap.item.kind,
        "open": gap.open,
        "status": gap.status,
        "text": needs.text(gap.item.key, lang),
        "to": gap.item.to,
        "where": gap.answer.where,
    }


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
