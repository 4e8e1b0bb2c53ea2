"""Where a person stands in a course, from what was read, answered and certified."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from comity.canonical import shift_time
from comity.training.model import Course

type Step = Literal[
    "not-begun", "under-way", "passed", "certified", "refresher-due", "expired", "withdrawn"
]


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One time that a person answered the questions of a course.

    Attributes:
        version: of the course; an attempt at a former one does not pass the present one.
        percent: of the points.
        at: aware UTC.
    """

    version: int
    percent: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Exercised:
    """One exercise in which a person took part.

    Attributes:
        scenario, edition: what was played.
        team: its name.
        percent: of the points, what the team had at the end.
        at: when it was held, aware UTC.
    """

    scenario: str
    edition: str
    team: str
    percent: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Given:
    """A certificate that a person has."""

    valid_until: datetime
    withdrawn: bool = False


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Where a person stands.

    Attributes:
        step: the word for it.
        lessons_left: keys of lessons not read yet, in order.
        drills_left: scenarios whose exercise still is to be taken, in order.
        best_percent: of the attempts at this version; None where there was none.
        refresh_from, expires_at: of the newest certificate that stands, or None.
    """

    step: Step
    lessons_left: tuple[str, ...]
    drills_left: tuple[str, ...]
    best_percent: int | None
    refresh_from: datetime | None
    expires_at: datetime | None


def standing(
    course: Course,
    *,
    read: Collection[str],
    attempts: Iterable[Attempt],
    exercises: Collection[Exercised] = (),
    certificates: Collection[Given],
    now: datetime,
) -> Standing:
    """Return where a person stands in a course.

    Whoever has a certificate is judged by it alone; an attempt or an exercise after the refresher
    fell due counts towards the next one.

    Args:
        course: as it is now.
        read: keys of lessons that were read.
        attempts: of this person at this course.
        exercises: in which this person took part, of whatever scenario.
        certificates: of this person for this course.
        now: aware UTC.
    """
    left = tuple(lesson.key for lesson in course.lessons if lesson.key not in read)
    counting = [one for one in attempts if one.version == course.version]
    best = max((one.percent for one in counting), default=None)
    valid = [one.valid_until for one in certificates if not one.withdrawn]
    expires = max(valid, default=None)
    refresh = None if expires is None else shift_time(expires, -timedelta(days=course.refresh_days))
    since = refresh if refresh is not None and now >= refresh else None
    drills = tuple(
        drill.scenario
        for drill in course.drills
        if not any(
            one.scenario == drill.scenario
            and one.percent >= drill.points_percent
            and (since is None or one.at >= since)
            for one in exercises
        )
    )
    answered = any(
        one.percent >= course.pass_percent and (since is None or one.at >= since)
        for one in counting
    )
    return Standing(
        step=_step(
            passed=answered and not left and not drills,
            begun=bool(counting) or bool(read) or bool(exercises),
            withdrawn=bool(certificates) and not valid,
            refresh=refresh,
            expires=expires,
            now=now,
        ),
        lessons_left=left,
        drills_left=drills,
        best_percent=best,
        refresh_from=refresh,
        expires_at=expires,
    )


def _step(
    *,
    passed: bool,
    begun: bool,
    withdrawn: bool,
    refresh: datetime | None,
    expires: datetime | None,
    now: datetime,
) -> Step:
    if refresh is not None and now < refresh:
        return "certified"
    if withdrawn:
        return "withdrawn"
    if passed:
        return "passed"
    if expires is not None:
        return "expired" if now > expires else "refresher-due"
    return "under-way" if begun else "not-begun"


def valid_until(course: Course, valid_from: datetime) -> datetime:
    """Return when a certificate ends: the same day so many months later, or that month's last."""
    months = valid_from.month - 1 + course.valid_months
    year, month = valid_from.year + months // 12, months % 12 + 1
    for day in (valid_from.day, 30, 29, 28):
        if day <= valid_from.day:
            try:
                return valid_from.replace(year=year, month=month, day=day)
            except ValueError:
                continue
    raise AssertionError("every month has 28 days")
