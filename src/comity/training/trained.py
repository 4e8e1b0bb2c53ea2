"""How many people are trained, by function, with small numbers hidden as everywhere else."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from comity.canonical import MisuseError
from comity.figures.hiding import MAX_THRESHOLD, MIN_THRESHOLD, Hidden, protect
from comity.instruments.csv_text import csv_text
from comity.training.cohort import Cohort
from comity.training.model import Course
from comity.training.progress import progress
from comity.training.standing import Step

COLUMNS: Final = ("trained", "refresher-due", "under-way", "expired", "not-begun")
HIDDEN: Final = "*"
_COLUMN_OF: Final[dict[Step, str]] = {
    "certified": "trained",
    "refresher-due": "refresher-due",
    "passed": "under-way",
    "under-way": "under-way",
    "expired": "expired",
    "withdrawn": "expired",
    "not-begun": "not-begun",
}
_BEST: Final[tuple[Step, ...]] = (
    "certified", "refresher-due", "passed", "under-way", "expired", "withdrawn", "not-begun",
)  # fmt: skip


@dataclass(frozen=True)
class Trained:
    """A table of counts that may leave the office.

    Attributes:
        functions: of the rows, sorted; the last row of the table is the total.
        table: with what of it is hidden.
    """

    functions: tuple[str, ...]
    table: Hidden

    def rows(self) -> tuple[tuple[str, ...], ...]:
        """Return function and counts as text; what is hidden is an asterisk."""
        shown = self.table.shown()
        return tuple(
            (name, *(HIDDEN if cell is None else str(cell) for cell in row))
            for name, row in zip((*self.functions, "total"), shown, strict=True)
        )

    def csv(self) -> str:
        """Return the table as CSV."""
        return csv_text(("function", *COLUMNS, "total"), self.rows())


def trained(people: Iterable[tuple[str, Step]], *, threshold: int) -> Trained:
    """Return how many people of each function stand where.

    Args:
        people: function and step of each person.
        threshold: counts from 1 up to it, it excluded, are hidden, and whatever gives them back.

    Raises:
        MisuseError: a threshold outside 2 to 100.

    Source: docs/adr/0044-small-numbers-are-hidden.md.
    """
    if not MIN_THRESHOLD <= threshold <= MAX_THRESHOLD:
        raise MisuseError(f"a threshold is {MIN_THRESHOLD} to {MAX_THRESHOLD}")
    counted = Counter((function, _COLUMN_OF[step]) for function, step in people)
    functions = tuple(sorted({function for function, _ in counted}))
    rows = [[counted[function, column] for column in COLUMNS] for function in functions]
    (table,) = protect([rows], columns=len(COLUMNS), threshold=threshold)
    return Trained(functions, table)


def steps_of(
    cohorts: Sequence[Cohort], course: Course, *, withdrawn: Collection[str] = (), now: datetime
) -> tuple[tuple[str, Step], ...]:
    """Return function and step of each person of some cohorts, each person once.

    Whoever is in several stands where the person stands best.

    Raises:
        CohortCourseError: one takes another course.
    """
    best: dict[str, tuple[str, Step]] = {}
    for cohort in cohorts:
        places = progress(cohort, course, withdrawn=withdrawn, now=now)
        for key, place in zip(cohort.members, places, strict=True):
            found = (place.member.who.function, place.stands.step)
            before = best.get(key, found)
            best[key] = min(before, found, key=lambda one: _BEST.index(one[1]))
    return tuple(best.values())
