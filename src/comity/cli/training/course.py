"""Courses from the command line: what is to mend, what is in them, and out to other platforms."""

import html
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from comity.canonical import MisuseError
from comity.canonical.amounts import counted
from comity.cli.answers import Answer, local_command, show
from comity.cli.faults import guarded
from comity.cli.groups import Group
from comity.cli.options import AS_JSON, FOLDER, HERE, NEW
from comity.papers.visible import visible
from comity.training.model import LANGUAGES

if TYPE_CHECKING:
    from comity.training.model import Course

_LANG = click.option("--lang", default="en", show_default=True, help="Language of the course.")


@click.group(cls=Group)
def course() -> None:
    """Check, list, show and export training courses, offline.

    NAME is a built-in course, or the folder of your own one.
    """


@course.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--lang",
    "languages",
    multiple=True,
    help="Language in which the course is due. Default: those it names; all seven if shipped.",
)
@click.option(
    "--scenarios",
    "own",
    type=FOLDER,
    help="Folder of your own scenarios, if the course asks for one of them.",
)
@local_command
def lint(folder: Path | None, *, languages: tuple[str, ...], own: Path | None) -> Answer:
    """Check a course, or every built-in course, for errors.

    By file and line: missing languages and texts, texts of nothing, questions without a right
    answer, dead links, scripts, articles that the law as data does not have, exercises with no
    scenario. Exit status: 0 nothing; 1 something.
    """
    from comity.files.courses import law_knows, names, read_course, shipped_files
    from comity.files.drills import names_in, shipped_names
    from comity.training.reading import examine

    scenarios = {*shipped_names(), *(names_in(own) if own is not None else ())}
    if folder is not None:
        looked = {"": (read_course(folder), languages)}
    else:
        looked = {f"{name}/": (shipped_files(name), languages or LANGUAGES) for name in names()}
    problems = [
        {"code": one.code, "file": before + one.file, "line": one.line, "text": one.text}
        for before, (files, due) in looked.items()
        for one in examine(files, known=law_knows(), languages=due, scenarios=scenarios).problems
    ]
    count = f"{len(problems)} to mend" if problems else "nothing to mend"
    lines = [*map(_problem, problems), count]
    return Answer({"problems": problems}, lines, status=int(bool(problems)))


def _problem(one: dict[str, Any]) -> str:
    line = f":{one['line']}" if one["line"] else ""
    return visible(f"{one['file']}{line}: {one['text']} [{one['code']}]")


@course.command("list")
@local_command
def list_() -> Answer:
    """List the built-in courses."""
    from comity.files.courses import names, shipped_course

    rows: list[dict[str, Any]] = [
        {
            "course": found.key,
            "function": found.function,
            "languages": list(found.languages),
            "lessons": len(found.lessons),
            "minutes": found.minutes,
            "questions": len(found.questions),
            "title": found.texts["en"].title,
            "version": found.version,
        }
        for found in map(shipped_course, names())
    ]
    return Answer(
        {"courses": rows},
        (
            f"{row['course']}  {row['title']}: {counted(row['lessons'], 'lesson')},"
            f" {counted(row['minutes'], 'minute')}, {counted(row['questions'], 'question')}"
            for row in rows
        ),
    )


@course.command("show")
@click.argument("name", metavar="NAME")
@_LANG
@click.option("--lesson", help="Print this lesson.")
@click.option("--html", "as_html", is_flag=True, help="Print the lesson as HTML.")
@AS_JSON
@guarded
def show_(name: str, *, lang: str, lesson: str | None, as_html: bool, as_json: bool) -> None:
    """Show the lessons of the course NAME, or one with --lesson."""
    from comity.training.errors import CourseUnknownError

    found = course_named(name, lang)
    texts = found.texts[lang]
    if lesson is not None:
        if lesson not in texts.lessons:
            raise CourseUnknownError(f"lessons are {', '.join(texts.lessons)}")
        told = texts.lessons[lesson]
        if as_json:
            show({"html": told.html, "lang": lang, "lesson": lesson, "title": told.title})
        elif as_html:
            click.echo(f"<h1>{html.escape(told.title)}</h1>\n{told.html}", nl=False)
        else:
            click.echo(told.source, nl=False)
        return
    if as_html:
        raise MisuseError("--html is for one lesson; name it with --lesson")
    lessons: list[dict[str, Any]] = [
        {
            "cites": list(map(str, one.cites)),
            "lesson": one.key,
            "minutes": one.minutes,
            "title": texts.lessons[one.key].title,
        }
        for one in found.lessons
    ]
    if as_json:
        show(
            {
                "course": found.key,
                "criteria": texts.criteria,
                "description": texts.description,
                "drills": [
                    {"points_percent": one.points_percent, "scenario": one.scenario}
                    for one in found.drills
                ],
                "function": found.function,
                "lessons": lessons,
                "pass_percent": found.pass_percent,
                "questions": len(found.questions),
                "title": texts.title,
                "valid_months": found.valid_months,
                "version": found.version,
            }
        )
        return
    click.echo(f"{texts.title} ({found.key}, version {found.version})")
    click.echo(texts.description)
    for row in lessons:
        click.echo(f"  {row['lesson']}  {row['title']}, {counted(row['minutes'], 'minute')}")
    for drill in found.drills:
        click.echo(f"  exercise {drill.scenario}, {drill.points_percent} percent of the points")
    click.echo(
        f"{counted(len(found.questions), 'question')}; {found.pass_percent} percent pass;"
        f" a certificate is valid for {counted(found.valid_months, 'month')}"
    )


@course.command()
@click.argument("name", metavar="NAME")
@_LANG
@click.option("-o", "--output", required=True, type=NEW, help="New file.")
@local_command
def export(name: str, *, lang: str, output: Path) -> Answer:
    """Export the questions of the course NAME as Moodle XML."""
    from comity.files.publish import write_file
    from comity.training.moodle import moodle_xml

    found = course_named(name, lang)
    write_file(output, moodle_xml(found, lang), mode=0o644)
    return Answer(
        {"file": str(output), "questions": len(found.questions)},
        [f"{output}  {counted(len(found.questions), 'question')}"],
    )


@course.command()
@click.argument("file", metavar="LIST", type=HERE)
@click.option("--encoding", help="Encoding of the list, if it cannot be told from it.")
@click.option("--function", default="", help="Of people without one that is a key.")
@local_command
def enrol(file: Path, *, encoding: str | None, function: str) -> Answer:
    """Check LIST, a CSV of people, for duplicates and errors.

    Columns person (your reference), name, function and language, named in any of seven languages;
    or a list by an identity provider (userName, displayName, title, preferredLanguage).

    Nothing is stored: `comity cohort enrol` stores them. Exit status: 0 every row is taken or
    repeats; 1 some have an error.
    """
    from comity.cli.papers import bytes_of
    from comity.training.enrolment import MAX_BYTES, read_enrolment

    data = bytes_of(file, MAX_BYTES)
    found = read_enrolment(data, encoding=encoding, function=function_key(function))
    problems = [{"code": one.code, "line": one.line, "text": one.text} for one in found.problems]
    return Answer(
        {
            "duplicates": [list(pair) for pair in found.duplicates],
            "encoding": found.encoding,
            "ignored_columns": found.ignored,
            "people": len(found.people),
            "problems": problems,
            "rows": found.rows,
        },
        [
            *(f"{file.name}:{one['line']}: {one['text']} [{one['code']}]" for one in problems),
            *(f"{file.name}:{line}: repeats line {first}" for line, first in found.duplicates),
            f"{counted(found.rows, 'row')} in {found.encoding}:"
            f" {counted(len(found.people), 'person', 'people')},"
            f" {len(found.duplicates)} repeated, {len(problems)} with an error",
        ],
        status=1 if problems else 0,
    )


def function_key(text: str) -> str:
    """Return what an option says about functions, a key or nothing.

    Raises:
        MisuseError: something else.
    """
    from comity.training.row import KEY, MAX_KEY

    if text and not (KEY.fullmatch(text) and len(text) <= MAX_KEY):
        raise MisuseError("a function is a key, such as contact-point-officer")
    return text


def course_named(name: str, lang: str) -> "Course":
    """Return a course by its name or folder, in a language that it has.

    Raises:
        CourseUnknownError: neither, or not that language.
        CourseError: what is wrong first in the folder.
    """
    from comity.training.errors import CourseUnknownError

    found = course_in(name)
    if lang not in found.languages:
        raise CourseUnknownError(f"the course is in {', '.join(found.languages)}")
    return found


def course_in(name: str) -> "Course":
    """Return a course by its name or folder.

    Raises:
        CourseUnknownError: neither.
        CourseError: what is wrong first in the folder.
    """
    from comity.files.courses import law_knows, names, read_course, shipped_course
    from comity.training.errors import CourseUnknownError
    from comity.training.reading import load_course

    if name in names():
        return shipped_course(name)
    if Path(name).is_dir():
        return load_course(read_course(Path(name)), known=law_knows())
    raise CourseUnknownError(f"courses are {', '.join(names())}; or name your own folder")
