"""The command `comity drill report`: the after-action report of a run that is a file."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from comity.canonical import MisuseError, PeerError
from comity.cli.answers import Answer, local_command
from comity.cli.answers import show as show_json
from comity.cli.faults import guarded
from comity.cli.frame import say
from comity.cli.groups import Group
from comity.cli.options import AS_JSON, FOLDER, HERE
from comity.cli.papers import FONTS, font_places, publish
from comity.cli.tongues import spoken
from comity.cli.training.drill_exchange import export, import_
from comity.cli.training.drill_run import (
    marked,
    named,
    print_report,
    resume,
    run,
    run_in,
    run_value,
    sound,
    value_in,
)
from comity.drills import (
    SKILLS,
    Finding,
    Outline,
    Scenario,
    ended_at,
    lint,
    naming,
    outline,
    read_outline,
    read_scenario,
    unplayable,
)
from comity.drills import report as report_of
from comity.drills.blank import blank
from comity.drills.reading import NAME
from comity.drills.telling import rehearsal, rehearsed, story
from comity.drills.texts import say as text_of
from comity.files.courses import quizzes, shipped_course
from comity.files.drills import names_in, read_folder, read_shipped, shipped_names
from comity.files.errors import OutputExistsError, translating
from comity.files.instruments import library
from comity.files.publish import atomic_folder, sync_file_system, write_file
from comity.instruments import LANGUAGES
from comity.instruments.language_files import line_of
from comity.papers.visible import visible
from comity.training.knowing import hidden, read_figures

if TYPE_CHECKING:
    from comity.papers.after_action_text import AfterAction, ShortTest, Teller


@click.command()
@click.argument("run", type=HERE)
@click.option("--scenario", help="Name or folder. Default: the built-in one that the run names.")
@click.option(
    "--earlier",
    multiple=True,
    type=HERE,
    help="An earlier run, or the JSON of its report, to compare with. May be repeated.",
)
@click.option("--lang", help="Language. Default: COMITY_LANG, else the locale's, else en.")
@click.option("--no-names", "nameless", is_flag=True, help="Roles in place of players' names.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write a PDF here.")
@FONTS
@AS_JSON
@guarded
def report(
    run: Path,
    *,
    scenario: str | None,
    earlier: tuple[Path, ...],
    lang: str | None,
    nameless: bool,
    output: Path | None,
    as_json: bool,
    **told: Any,
) -> None:
    """Write the after-action report of RUN.

    RUN is a file of `comity drill rehearse -o`, or the JSON of a report that a trainer exported
    with the players' names. Every event in it is checked again. With -o the report becomes a PDF,
    with its data inside; without, it is printed.
    """
    from comity.papers.after_action import after_action_pdf, as_value
    from comity.papers.after_action_text import Teller
    from comity.papers.words import words

    spoken_words = words(lang or (spoken() if spoken() in LANGUAGES else "en"))
    found = _read(run, scenario, earlier, named=not nameless)
    if output is not None:
        made = after_action_pdf(
            found,
            spoken_words,
            library(),
            made_at=datetime.now(UTC),
            fonts=font_places(told),
        )
        publish(output, made, as_json=as_json)
    elif as_json:
        show_json(as_value(found))
    else:
        _print(Teller(found, spoken_words, library()))


def _read(
    run: Path, scenario: str | None, earlier: tuple[Path, ...], *, named: bool
) -> "AfterAction":
    from comity.papers.after_action_text import AfterAction

    value = value_in(run)
    name = scenario or run_value(value).get("scenario")
    if not isinstance(name, str):
        raise MisuseError("the run names no scenario; say which with --scenario")
    played = sound(name)
    read = run_in(played, value)
    told = report_of(played, read, ended_at(played, read))
    return AfterAction(
        scenario=played,
        report=told if named else naming(told, ()),
        named=named,
        earlier=tuple(_report_line(played, value_in(path)) for path in earlier),
        test=_test(played, value.get("test"), named=named),
    )


def _test(scenario: Scenario, value: object, *, named: bool) -> "ShortTest | None":
    """Return the short test that a trainer's report holds; a run by itself has none.

    Raises:
        QuizFiguresError: what stands there is none.
    """
    from comity.papers.after_action_text import ShortTest

    if value is None:
        return None
    found = read_figures(value)
    here = {one.course for one in scenario.plan.test} & quizzes().keys()
    courses = {name: shipped_course(name) for name in sorted(here)}
    return ShortTest(figures=found if named else hidden(found), courses=courses)


def _report_line(scenario: Scenario, value: dict[str, Any]) -> Outline:
    """Return an earlier run in a line; one of another edition comes as the JSON of its report."""
    if "outline" in value:
        return read_outline(value["outline"])
    run = run_in(scenario, value)
    return outline(report_of(scenario, run, ended_at(scenario, run)))


def _print(tell: "Teller") -> None:
    from comity.papers.after_action_parts import parts
    from comity.papers.after_action_text import first_page

    first = first_page(tell)
    say(tell.told("common.exercise"))
    say(first.title)
    for name, cell in first.facts:
        say(f"{name}: {cell.text}", indent=2)
    for one in (*first.sentences, *(f"{number} {name}" for number, name in first.figures)):
        say(one)
    say(first.decide)
    for cell in first.decisions:
        say(cell.text, indent=2, mark="- ")
    for part in parts(tell):
        click.echo()
        say(part.title)
        for note in part.notes:
            say(note, indent=2)
        for cell in part.items:
            say(cell.text, indent=2, mark="- ")
        if part.rows:
            say(" | ".join(part.head), indent=2)
        for row in part.rows:
            say(" | ".join(" ".join(cell.text.split()) for cell in row), indent=2)


_MAX_NAME: Final = 64
_LANG = click.option(
    "--lang",
    type=click.Choice(LANGUAGES),
    default=lambda: spoken() if spoken() in LANGUAGES else "en",
    show_default="COMITY_LANG, else the locale's, else en",
    help="Language to speak; what it lacks comes in English.",
)


@click.group(cls=Group)
def drill() -> None:
    """Write, check and play exercise scenarios on this machine.

    Begin with `comity drill list`, then `comity drill new mine -o drills`, change the files, and
    `comity drill lint drills/mine` until it reports no error. The format is described in
    docs/reference/scenarios.md.
    """


drill.add_command(report)
drill.add_command(run)
drill.add_command(resume)
drill.add_command(export)
drill.add_command(import_)


@drill.command("list")
@click.argument("folder", required=False, type=FOLDER)
@_LANG
@AS_JSON
@guarded
def list_(folder: Path | None, *, lang: str, as_json: bool) -> int:
    """List built-in scenarios, or those in FOLDER, and their state.

    Exit status: 0 all are sound; 1 one has errors: see `comity drill lint`.
    """
    names = shipped_names() if folder is None else names_in(folder)
    told = [_summary(_files(name, folder), name, lang) for name in names]
    if as_json:
        show_json({"scenarios": told})
    else:
        for one in told:
            state = "sound" if one["sound"] else "to mend"
            facts = f"{one['minutes']} min, {one['injects']} injects, {one['tasks']} tasks, {state}"
            say(f"{one['name']}  {one['title']}  ({facts})")
        if not told:
            say("no scenario is there; make one with `comity drill new`")
    return 0 if all(one["sound"] for one in told) else 1


def _files(name: str, folder: Path | None) -> dict[str, bytes]:
    return read_shipped(name) if folder is None else read_folder(folder / name)


def _summary(files: dict[str, bytes], name: str, lang: str) -> dict[str, Any]:
    found = unplayable(lint(name, files, library(), quizzes=quizzes()))
    base: dict[str, Any] = {"name": name, "sound": not found}
    try:
        scenario = read_scenario(name, files)
        title = text_of(scenario.plan, scenario.texts, "title", lang)[0]
    except PeerError:
        return base | {"title": "", "minutes": 0, "injects": 0, "tasks": 0}
    plan = scenario.plan
    return base | {
        "injects": len(plan.injects),
        "languages": sorted(scenario.texts),
        "minutes": plan.minutes,
        "modes": list(plan.modes),
        "roles": list(plan.roles),
        "tasks": len(plan.tasks),
        "title": title,
        "version": plan.version,
    }


@drill.command()
@click.argument("scenario")
@_LANG
@click.option("--answers", is_flag=True, help="For the trainer: also the answers, and the ideal.")
@AS_JSON
@guarded
def show(scenario: str, *, lang: str, answers: bool, as_json: bool) -> None:
    """Show the story of SCENARIO: teams, injects and times.

    What trainees must not know (who else plays, triggers, answers) comes with --answers only.
    """
    value = story(sound(scenario), lang, answers=answers)
    if as_json:
        show_json(value)
        return
    say(f"{value['title']} ({value['minutes']} min, version {value['version']})")
    say(_marked(value["about"], lang))
    say(_marked(value["story"], lang))
    for part in ("roles", "parties", "injects", "tasks", "good", "debrief"):
        lines = value.get(part, [])
        if lines:
            click.echo()
            say(part)
        for line in lines:
            say(_line(line, lang), indent=2)


def _marked(text: str, lang: str) -> str:
    return marked(text, getattr(text, "lang", lang), lang)


def _line(one: dict[str, Any], lang: str) -> str:
    at = ""
    if one.get("minute") is not None:
        at = f"{one['minute']:>3} min  "
    elif one.get("trigger"):
        at = f"by {one['trigger']}  "
    kind = f"[{one['kind']}] " if one.get("kind") else ""
    answer = f"  = {', '.join(one['answers'])}" if one.get("answers") else ""
    return f"{at}{kind}{_marked(one['text'], lang)}{answer}"


@drill.command("rehearse")
@click.argument("scenario")
@click.option(
    "--players",
    "skills",
    multiple=True,
    type=click.Choice(list(SKILLS)),
    help="How a scripted team plays. Default: each of them. May be repeated.",
)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="New folder for the runs, a file each."
)
@_LANG
@AS_JSON
@guarded
def rehearse_(
    scenario: str, *, skills: tuple[str, ...], output: Path | None, lang: str, as_json: bool
) -> None:
    """Play SCENARIO with scripted teams and print their points.

    For the trainer, before the hall is full: whether every point can be had, what a late or
    careless team loses and why. No node takes part. It shows the answers. Runs that
    are kept are what `comity drill report` reads.
    """
    read = sound(scenario)
    if output is not None:
        _keep(read, skills or tuple(SKILLS), output)
    told = [rehearsal(read, lang, skill=skill) for skill in skills or SKILLS]
    if as_json:
        show_json({"teams": told})
        return
    for one in told:
        print_report(one)
        click.echo()


def _keep(scenario: Scenario, skills: tuple[str, ...], output: Path) -> None:
    with translating(f"writing {output}"), atomic_folder(output.absolute()) as place:
        for skill in skills:
            value = rehearsed(scenario, skill=skill).to_value()
            data = json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True)
            write_file(place / f"{skill}.json", data.encode(), mode=0o644)
        sync_file_system(place)


@drill.command()
@click.argument("name")
@click.option(
    "-o", "--output", required=True, type=click.Path(path_type=Path), help="Folder of scenarios."
)
@local_command
def new(name: str, *, output: Path) -> Answer:
    """Create a small working scenario NAME as a starting point.

    The other languages are added with every text empty below its English text. Nothing is
    overwritten.
    """
    if len(name) > _MAX_NAME or not NAME.fullmatch(name):
        raise MisuseError("NAME is small letters, digits and hyphens: my-exercise")
    files = blank(name)
    place = output / name
    if place.exists():
        raise OutputExistsError(f"{visible(str(place))} exists already; choose another name")
    with translating(f"writing {place}"):
        (place / "texts").mkdir(parents=True)
        (place / "exhibits").mkdir()
    for path, data in files.items():
        write_file(place / path, data, mode=0o644)
    return Answer(
        {"files": sorted(files), "folder": str(place)},
        [f"{place}  Next: comity drill lint {place} --lang en"],
    )


@drill.command("lint")
@click.argument("scenario", required=False)
@click.option(
    "--lang",
    "languages",
    multiple=True,
    type=click.Choice(LANGUAGES),
    help="Language whose missing texts are errors, as in English. May be repeated.",
)
@AS_JSON
@guarded
def lint_(scenario: str | None, *, languages: tuple[str, ...], as_json: bool) -> int:
    """Check SCENARIO, or every built-in scenario, for errors.

    By file and line, with why and what next: missing texts, triggers that cannot fire, loops,
    tasks that cannot be reached, answers that the exhibit does not hold, hints that cost too much,
    articles that the treaty does not have. A text that another language lacks is a warning:
    English replaces it. Exit status: 0 it can be played; 1 there are errors.
    """
    due = languages or LANGUAGES
    places = [scenario] if scenario is not None else list(shipped_names())
    told: list[dict[str, str | int]] = []
    for one in places:
        name, files, before = named(one)
        problems = lint(name, files, library(), languages=due, quizzes=quizzes())
        told += [
            {**_told(found, files, before), "warning": found.is_warning and not languages}
            for found in problems
        ]
    warnings = sum(bool(line["warning"]) for line in told)
    errors = len(told) - warnings
    if as_json:
        show_json({"problems": told})
    else:
        for line in told:
            at = f":{line['line']}" if line["line"] else ""
            key = f" {line['key']}:" if line["key"] else ""
            mark = "warning: " if line["warning"] else ""
            say(f"{line['file']}{at}:{key} {mark}{line['text']}. {line['next']} [{line['code']}]")
        also = f"; {warnings} warnings: English stands in" if warnings else ""
        say((f"{errors} to mend" if errors else "nothing to mend") + also)
    return 1 if errors else 0


def _told(found: Finding, files: dict[str, bytes], before: str) -> dict[str, str | int]:
    return {
        "code": found.code,
        "file": f"{before}{found.file}",
        "key": found.key,
        "line": line_of(files.get(found.file, b""), found.key, text=found.text),
        "next": found.next,
        "text": found.text,
    }
