"""Where everybody of a cohort stands, and who is late."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, get_args

from comity.canonical import MisuseError, time_text
from comity.figures.hiding import MAX_THRESHOLD, MIN_THRESHOLD, Hidden, protect
from comity.instruments.csv_text import csv_text
from comity.training.cohort import Cohort, Member
from comity.training.errors import CohortCourseError
from comity.training.model import Course
from comity.training.standing import Given, Standing, Step, standing

STEPS: Final[tuple[Step, ...]] = get_args(Step.__value__)
UNFINISHED: Final = frozenset[Step]({"not-begun", "under-way"})


@dataclass(frozen=True, kw_only=True)
class Place:
    """One person of a cohort, and where the person stands.

    Attributes:
        late: the cohort's day has passed, and the person has not.
    """

    member: Member
    stands: Standing
    late: bool

    def value(self) -> dict[str, Any]:
        """Return it as JSON."""
        who, stands = self.member.who, self.stands
        expires = stands.expires_at
        return {
            "best_percent": stands.best_percent,
            "drills_left": list(stands.drills_left),
            "expires_at": None if expires is None else time_text(expires),
            "function": who.function,
            "language": who.language,
            "late": self.late,
            "lessons_left": list(stands.lessons_left),
            "name": who.name,
            "person": who.person,
            "step": stands.step,
        }


def progress(
    cohort: Cohort, course: Course, *, withdrawn: Collection[str] = (), now: datetime
) -> tuple[Place, ...]:
    """Return everybody of a cohort, in its order.

    Args:
        cohort: of that course.
        course: as it is now.
        withdrawn: identifiers of certificates that were withdrawn.
        now: aware UTC.

    Raises:
        CohortCourseError: the cohort takes another course.
    """
    if cohort.course != course.key:
        raise CohortCourseError(f"the cohort takes {cohort.course}, and this is {course.key}")
    return tuple(_places(cohort, course, withdrawn, now))


def counts(places: Sequence[Place]) -> dict[str, int]:
    """Return how many stand at each step, and how many are late."""
    found = Counter(place.stands.step for place in places)
    late = sum(place.late for place in places)
    return {**{step: found[step] for step in STEPS}, "late": late, "people": len(places)}


def _places(
    cohort: Cohort, course: Course, withdrawn: Collection[str], now: datetime
) -> Iterator[Place]:
    for member in cohort.members.values():
        stands = standing(
            course,
            read=member.lessons,
            attempts=member.attempts,
            exercises=member.exercises,
            certificates=[
                Given(valid_until=one.valid_until, withdrawn=one.id in withdrawn)
                for one in member.certificates
            ],
            now=now,
        )
        late = now > cohort.due_at and stands.step in UNFINISHED
        yield Place(member=member, stands=stands, late=late)


# How many people are trained, by function, with small numbers hidden as everywhere else.


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
