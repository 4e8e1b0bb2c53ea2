"""Where everybody of a cohort stands, and who is late."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, get_args

from comity.canonical import time_text
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
