"""What the commands over the file of a cohort share."""

from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from comity.cli.options import HERE
from comity.papers.visible import visible

if TYPE_CHECKING:
    from comity.training.cohort import Cohort
    from comity.training.enrolment import RowProblem
    from comity.training.model import Course

COHORT: Final = click.argument("file", metavar="COHORT", type=HERE)
OF_COURSE: Final = click.option(
    "--course", "folder", help="Folder of the course, if it is not built in."
)
GIVEN: Final = click.option(
    "--register",
    "register_file",
    type=HERE,
    help="Your register of certificates: who lost theirs is told apart.",
)


def read_cohort(path: Path) -> "Cohort":
    """Return the cohort of a file."""
    from comity.cli.paper_common import bytes_of
    from comity.training.cohort import MAX_COHORT_BYTES, parse_cohort

    return parse_cohort(bytes_of(path, MAX_COHORT_BYTES))


def write_cohort(path: Path, cohort: "Cohort") -> None:
    """Replace a cohort's file whole, or leave it as it was."""
    from comity.cli.certificate_common import replace_file

    replace_file(path, cohort.encode())


def course_of(cohort: "Cohort", folder: str | None) -> "Course":
    """Return the course that a cohort takes.

    Raises:
        CohortCourseError: the folder is that of another one.
    """
    from comity.cli.course import course_in
    from comity.training.errors import CohortCourseError

    found = course_in(folder or cohort.course)
    if found.key != cohort.course:
        raise CohortCourseError(f"the cohort takes {cohort.course}, and this is {found.key}")
    return found


def withdrawn_in(register_file: Path | None) -> Collection[str]:
    """Return the identifiers of the certificates that a register says were withdrawn."""
    if register_file is None:
        return frozenset()
    from comity.cli.certificate_common import read_register

    rows = read_register(register_file).rows
    return frozenset(row.id for row in rows if row.withdrawn_at is not None)


def moment(text: str, name: str) -> datetime:
    """Return what an option says: a day, or a moment; without a zone it is UTC."""
    try:
        found = datetime.fromisoformat(text)
        found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError) as fault:
        raise click.BadParameter(
            "a day or a moment: 2026-12-01, 2026-12-01T09:00Z", param_hint=name
        ) from fault
    return found.replace(microsecond=0)


def problems_value(problems: "Iterable[RowProblem]") -> list[dict[str, Any]]:
    """Return what was not taken as JSON."""
    return [{"code": one.code, "line": one.line, "text": one.text} for one in problems]


def problem_lines(name: str, problems: "Iterable[RowProblem]") -> list[str]:
    """Return what was not taken, line by line."""
    return [visible(f"{name}:{one.line}: {one.text} [{one.code}]") for one in problems]
