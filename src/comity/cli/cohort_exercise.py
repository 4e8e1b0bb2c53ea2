"""Exercises from the command line: the report of one, into the file of a cohort."""

from pathlib import Path

import click

from comity.canonical import MisuseError
from comity.cli.answers import Answer, local_command
from comity.cli.cohort_common import (
    COHORT,
    OF_COURSE,
    course_of,
    moment,
    read_cohort,
    write_cohort,
)
from comity.cli.options import HERE
from comity.papers.visible import visible


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
    from comity.cli.paper_common import bytes_of
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
