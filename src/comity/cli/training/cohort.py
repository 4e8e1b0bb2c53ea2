"""Exercises from the command line: the report of one, into the file of a cohort."""

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from comity.canonical import MisuseError, time_text
from comity.canonical.amounts import counted
from comity.cli.answers import Answer, local_command
from comity.cli.groups import Group
from comity.cli.options import HERE, NEW
from comity.cli.training.nominations import (
    COHORT,
    GIVEN,
    OF_COURSE,
    answer,
    course_of,
    moment,
    nominated,
    problem_lines,
    problems_value,
    read_cohort,
    withdrawn_in,
    write_cohort,
)
from comity.papers.visible import visible

if TYPE_CHECKING:
    from comity.training.progress import Place
    from comity.training.reminders import Reminder


@click.command()
@COHORT
@click.argument("report", metavar="REPORT", type=HERE)
@click.option("--held", required=True, help="Day on which the exercise was held.")
@click.option(
    "--player",
    "pairs",
    multiple=True,
    metavar="NAME=PERSON",
    help="Whom a name in the report means: a reference of the cohort. May be repeated.",
)
@OF_COURSE
@local_command
def exercise(
    file: Path,
    report: Path,
    *,
    held: str,
    pairs: tuple[str, ...],
    folder: str | None,
) -> Answer:
    """Import the exercise REPORT into COHORT.

    REPORT is what `comity drill run --json` printed, or one report-N.json of its folder. Anyone
    who has points under the own name, or reference, took part. No one signs a report: you answer
    for it. Exit status: 0 all of it are taken; 1 some are not, and are reported.
    """
    from comity.cli.papers import bytes_of
    from comity.node.core.clock import now
    from comity.training.exercise import MAX_REPORT_BYTES, read_report, take_exercise

    before, at = read_cohort(file), moment(held, "--held")
    if at > now():
        raise MisuseError("the exercise was held before now")
    found = take_exercise(
        before,
        read_report(bytes_of(report, MAX_REPORT_BYTES)),
        scenarios=[drill.scenario for drill in course_of(before, folder).drills],
        names=_names(pairs),
        at=at,
    )
    write_cohort(file, found.cohort)
    rows = [dict(vars(one)) for one in found.problems]
    return Answer(
        {"problems": rows, "repeated": found.repeated, "taken": found.taken},
        [
            *(
                visible(f"{one.team}: {one.player}: {one.text} [{one.code}]")
                for one in found.problems
            ),
            f"{found.taken} taken, {found.repeated} repeated, {len(found.problems)} not taken",
        ],
        status=1 if found.problems else 0,
    )


def _names(pairs: tuple[str, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for pair in pairs:
        name, between, person = pair.rpartition("=")
        if not between or not name.strip() or not person.strip() or name in found:
            raise MisuseError("a player is NAME=PERSON, each name once")
        found[name] = person
    return found


_THRESHOLD: Final = 5
_WITHIN_DAYS: Final = 14


@click.group(cls=Group)
def cohort() -> None:
    """Manage cohorts of a course, offline.

    COHORT is a file of yours that names them; keep it as you keep any list of staff. Results come
    from your learning platform, exercises from their reports.
    """


for _command in (nominated, answer, exercise):
    cohort.add_command(_command)


@cohort.command()
@click.argument("course", metavar="COURSE")
@click.option("--begins", help="Day on which it begins. Default: now.")
@click.option("--due", required=True, help="Day by which all must have passed.")
@click.option("-o", "--output", required=True, type=NEW, help="New file.")
@local_command
def new(course: str, *, begins: str | None, due: str, output: Path) -> Answer:
    """Create an empty cohort for COURSE, built-in or a folder."""
    from comity.cli.training.course import course_in
    from comity.files.publish import write_file
    from comity.node.core.clock import now
    from comity.training.cohort import Cohort

    found = course_in(course)
    begins_at = moment(begins, "--begins") if begins else now().replace(microsecond=0)
    made = Cohort(course=found.key, begins_at=begins_at, due_at=moment(due, "--due"))
    if made.begins_at >= made.due_at:
        raise MisuseError("a cohort begins before it is due")
    write_file(output, made.encode())
    return Answer(
        {"course": found.key, "due_at": time_text(made.due_at), "file": str(output)},
        [f"{output}  {found.key}, due {made.due_at:%Y-%m-%d}"],
    )


@cohort.command()
@COHORT
@click.argument("people", metavar="LIST", type=HERE)
@click.option("--encoding", help="Encoding of the list, if it cannot be told from it.")
@click.option("--function", default="", help="Of people without one that is a key.")
@local_command
def enrol(file: Path, people: Path, *, encoding: str | None, function: str) -> Answer:
    """Add the people of LIST, a CSV file, to COHORT.

    People who are there already keep what was done. Rows with an error are reported and left out;
    correct and give the list again. Exit status: 0 every row is taken or repeats; 1 some have an
    error.
    """
    from comity.cli.papers import bytes_of
    from comity.cli.training.course import function_key
    from comity.training.enrolment import MAX_BYTES, read_enrolment

    before, wanted = read_cohort(file), function_key(function)
    data = bytes_of(people, MAX_BYTES)
    found = read_enrolment(data, encoding=encoding, function=wanted)
    after = before.with_people(found.people)
    write_cohort(file, after)
    added = len(after.members) - len(before.members)
    told = {"added": added, "duplicates": len(found.duplicates), "people": len(after.members)}
    count = f"{added} added, {counted(len(after.members), 'person', 'people')} in the cohort"
    return Answer(
        {**told, "problems": problems_value(found.problems)},
        [*problem_lines(people.name, found.problems), count],
        status=int(bool(found.problems)),
    )


@cohort.command()
@COHORT
@click.argument("results_file", metavar="RESULTS", type=HERE)
@OF_COURSE
@local_command
def results(file: Path, results_file: Path, *, folder: str | None) -> Answer:
    """Import RESULTS (CSV: person, answered_at, percent) into COHORT.

    Also read: course, version, lessons. A row that was taken before changes nothing. Exit status:
    0 every row is taken or repeats; 1 some have an error, and are told and left out.
    """
    from comity.cli.papers import bytes_of
    from comity.node.core.clock import now
    from comity.training.enrolment import MAX_BYTES
    from comity.training.incoming import take_results

    before = read_cohort(file)
    data = bytes_of(results_file, MAX_BYTES)
    found = take_results(before, course_of(before, folder), data, now=now())
    write_cohort(file, found.cohort)
    told = {"repeated": found.repeated, "taken": found.taken}
    wrong = len(found.problems)
    count = f"{found.taken} taken, {found.repeated} repeated, {wrong} with an error"
    return Answer(
        {**told, "problems": problems_value(found.problems)},
        [*problem_lines(results_file.name, found.problems), count],
        status=int(bool(wrong)),
    )


@cohort.command()
@COHORT
@click.option("--late", "only_late", is_flag=True, help="Only who is late.")
@OF_COURSE
@GIVEN
@local_command
def progress(
    file: Path, *, only_late: bool, folder: str | None, register_file: Path | None
) -> Answer:
    """Show the progress of each member of COHORT."""
    from comity.node.core.clock import now
    from comity.training.progress import counts
    from comity.training.progress import progress as found_in

    kept = read_cohort(file)
    course = course_of(kept, folder)
    places = found_in(kept, course, withdrawn=withdrawn_in(register_file), now=now())
    shown = [one for one in places if one.late or not only_late]
    told = {"counts": counts(places), "course": course.key, "due_at": time_text(kept.due_at)}
    numbers = ", ".join(f"{many} {step}" for step, many in counts(places).items() if many)
    return Answer(
        {**told, "people": [one.value() for one in shown]},
        [*map(_place, shown), f"{numbers or 'nobody is in it'}; due {kept.due_at:%Y-%m-%d}"],
    )


def _place(one: "Place") -> str:
    best = "" if one.stands.best_percent is None else f"{one.stands.best_percent}%"
    left = ", ".join((*one.stands.lessons_left, *one.stands.drills_left))
    line = f"{one.member.who.person}  {one.stands.step:13}  {'late' * one.late:4}  {best:4}"
    lacks = f"  lacks {left}" if left else ""
    return visible(f"{line}  {one.member.who.name}{lacks}")


@cohort.command()
@COHORT
@click.option(
    "--within",
    "days",
    default=_WITHIN_DAYS,
    show_default=True,
    type=click.IntRange(0, 366),
    help="Remind so many days before the day.",
)
@click.option("--lang", default="en", show_default=True, help="For who has no language.")
@click.option("-o", "--output", type=NEW, help="New folder: one text for each person.")
@click.option("--csv", "table", type=NEW, help="New file: one row for each, for a mail merge.")
@click.option("--dry-run", is_flag=True, help="Say who would be reminded; write nothing.")
@OF_COURSE
@GIVEN
@local_command
def remind(
    file: Path,
    *,
    days: int,
    lang: str,
    output: Path | None,
    table: Path | None,
    dry_run: bool,
    folder: str | None,
    register_file: Path | None,
) -> Answer:
    """Write reminders to members of COHORT with near or past dates.

    Each is in the person's language and names the course and the day, and nothing of what the
    person did. Comity sends none of them.
    """
    from comity.node.core.clock import now
    from comity.training.errors import CourseUnknownError
    from comity.training.model import LANGUAGES
    from comity.training.progress import progress as found_in
    from comity.training.reminders import reminders

    if dry_run is (output is not None or table is not None):
        raise MisuseError("give -o, --csv or both; or --dry-run alone")
    kept, at = read_cohort(file), now()
    course = course_of(kept, folder)
    if lang not in course.languages or lang not in LANGUAGES:
        raise CourseUnknownError(f"the course is in {', '.join(course.languages)}")
    places = found_in(kept, course, withdrawn=withdrawn_in(register_file), now=at)
    found = reminders(kept, course, places, lang=lang, within=timedelta(days=days), now=at)
    _write_reminders(found, output, table)
    rows = [
        {"day": f"{one.day:%Y-%m-%d}", "language": one.lang, "person": one.member.who.person}
        | {"why": one.why}
        for one in found
    ]
    return Answer(
        {"reminders": rows, "written": not dry_run},
        [
            *(
                visible(f"{row['person']}  {row['why']:9}  {row['day']}  {row['language']}")
                for row in rows
            ),
            f"{len(rows)} to remind" + ("; nothing was written" if dry_run else ""),
        ],
    )


def _write_reminders(
    found: "tuple[Reminder, ...]", output: Path | None, table: Path | None
) -> None:
    import codecs

    from comity.files.publish import atomic_folder, write_file
    from comity.training.reminders import reminders_csv

    def write_table() -> None:
        if table is not None:
            write_file(table, codecs.BOM_UTF8 + reminders_csv(found).encode())

    if output is None:
        write_table()
        return
    with atomic_folder(output) as part:  # both, or none
        for number, one in enumerate(found, 1):
            write_file(part / f"{number:05d}-{one.why}.txt", one.letter().encode())
        write_table()


@cohort.command()
@click.argument("files", metavar="COHORT...", nargs=-1, required=True, type=HERE)
@click.option(
    "--threshold",
    default=_THRESHOLD,
    show_default=True,
    type=click.IntRange(2, 100),
    help="Smaller numbers are hidden.",
)
@click.option("--csv", "table", type=NEW, help="New file: the table as CSV.")
@OF_COURSE
@GIVEN
@local_command
def statistic(
    files: tuple[Path, ...],
    *,
    threshold: int,
    table: Path | None,
    folder: str | None,
    register_file: Path | None,
) -> Answer:
    """Count trained people by function over one or more COHORTs.

    Small numbers are suppressed, and whatever would reveal them. A person who is in several
    cohorts is counted once, where the person stands best.
    """
    from comity.files.publish import write_file
    from comity.node.core.clock import now
    from comity.training.progress import COLUMNS, steps_of, trained

    kept = [read_cohort(file) for file in files]
    course = course_of(kept[0], folder)
    steps = steps_of(kept, course, withdrawn=withdrawn_in(register_file), now=now())
    made = trained(steps, threshold=threshold)
    if table is not None:
        write_file(table, made.csv().encode(), mode=0o644)
    names = (*COLUMNS, "total")
    rows = [{"function": row[0], **dict(zip(names, row[1:], strict=True))} for row in made.rows()]
    return Answer(
        {"course": course.key, "rows": rows, "threshold": threshold},
        (
            "  ".join(f"{cell:{30 if not number else 13}}" for number, cell in enumerate(row))
            for row in (("function", *names), *made.rows())
        ),
    )
