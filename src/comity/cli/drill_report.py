"""The command `comity drill report`: the after-action report of a run that is a file."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from comity.canonical import MisuseError
from comity.cli.answers import show as show_json
from comity.cli.drill_reading import run_in, run_value, sound, value_in
from comity.cli.faults import guarded
from comity.cli.law_say import say
from comity.cli.options import AS_JSON, HERE
from comity.cli.paper_common import FONTS, font_places, publish
from comity.cli.tongues import spoken
from comity.drills import Outline, Scenario, ended_at, naming, outline, read_outline
from comity.drills import report as report_of
from comity.files.courses import quizzes, shipped_course
from comity.files.instruments import library
from comity.instruments import LANGUAGES
from comity.training.knowing import hidden, read_figures

if TYPE_CHECKING:
    from comity.papers.after_action_text import AfterAction, Teller
    from comity.papers.short_test import ShortTest


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
        earlier=tuple(_line(played, value_in(path)) for path in earlier),
        test=_test(played, value.get("test"), named=named),
    )


def _test(scenario: Scenario, value: object, *, named: bool) -> "ShortTest | None":
    """Return the short test that a trainer's report holds; a run by itself has none.

    Raises:
        QuizFiguresError: what stands there is none.
    """
    from comity.papers.short_test import ShortTest

    if value is None:
        return None
    found = read_figures(value)
    here = {one.course for one in scenario.plan.test} & quizzes().keys()
    courses = {name: shipped_course(name) for name in sorted(here)}
    return ShortTest(figures=found if named else hidden(found), courses=courses)


def _line(scenario: Scenario, value: dict[str, Any]) -> Outline:
    """Return an earlier run in a line; one of another edition comes as the JSON of its report."""
    if "outline" in value:
        return read_outline(value["outline"])
    run = run_in(scenario, value)
    return outline(report_of(scenario, run, ended_at(scenario, run)))


def _print(tell: "Teller") -> None:
    from comity.papers.after_action_first import first_page
    from comity.papers.after_action_parts import parts

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
