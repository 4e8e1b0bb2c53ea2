"""Results from the platform on which people read and answer, into the file of a cohort.

The columns are those that `results` writes; a row is taken, told as a repetition, or told why not.

Source: RFC 4180; docs/reference/training.md, "Results".
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from comity.training.cohort import Cohort, Member
from comity.training.columns import SEPARATORS, decoded, normal, rows
from comity.training.enrolment import MAX_BYTES, RowProblem
from comity.training.errors import ResultsError
from comity.training.model import Course
from comity.training.standing import Attempt

NEEDED: Final = ("person", "answered_at", "percent")
READ: Final = (*NEEDED, "course", "version", "lessons")
MAX_ROWS: Final = 100_000
_MAX_ATTEMPTS: Final = 100
_FULL: Final = 100
_NUMBER: Final = re.compile(r"([0-9]{1,5})(?:\.[0-9]{1,6})?")


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What a list of results came to; every row is in exactly one of the three."""

    cohort: Cohort
    taken: int
    repeated: int
    problems: tuple[RowProblem, ...]


class _RowError(Exception):
    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code, self.text = code, text


def take_results(cohort: Cohort, course: Course, data: bytes, *, now: datetime) -> Taken:
    """Return the cohort with the results of a list.

    Whoever answered took the lessons, unless a column ``lessons`` names those that were taken; a
    row whose percent is empty says only that.

    Args:
        cohort: of that course.
        course: as it is now.
        data: CSV in UTF-8 or UTF-16, untrusted.
        now: aware UTC; a result from after it is told.

    Raises:
        ResultsError: no such list.
    """
    members, taken, repeated = dict(cohort.members), 0, 0
    problems = []
    for line, row in _rows(data):
        try:
            key, member = _row(members, course, row, now)
        except _RowError as fault:
            problems.append(RowProblem(line, fault.code, fault.text))
            continue
        if member == members[key]:
            repeated += 1
        else:
            members[key] = member
            taken += 1
    made = cohort.with_members(members)
    return Taken(cohort=made, taken=taken, repeated=repeated, problems=tuple(problems))


def _rows(data: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    if len(data) > MAX_BYTES:
        raise ResultsError(f"larger than {MAX_BYTES // 2**20} MiB")
    text, _ = decoded(data, None if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8")
    head = text.split("\n", 1)[0].strip("\r")
    for separator in SEPARATORS:
        names = [name.strip().strip('"').strip() for name in head.split(separator)]
        if set(NEEDED) <= set(names):
            break
    else:
        raise ResultsError(f"the first line names the columns {', '.join(NEEDED)}")
    if any(names.count(name) > 1 for name in READ):
        raise ResultsError("a column stands twice")
    for line, cells in rows(text, separator, most=MAX_ROWS, refuse=ResultsError):
        yield line, dict(zip(names, (cell.strip() for cell in cells), strict=False))


def _row(
    members: Mapping[str, Member], course: Course, row: Mapping[str, str], now: datetime
) -> tuple[str, Member]:
    key = normal(row.get("person", "").removeprefix("'"))  # as our own export escapes a cell
    member = members.get(key)
    if member is None:
        raise _RowError("row-person", "nobody of the cohort has that reference: enrol first")
    if row.get("course") not in (None, "", course.key):
        raise _RowError("row-course", f"a result of another course than {course.key}")
    lessons = member.lessons | _lessons(course, row)
    percent = row.get("percent", "").removesuffix("%").strip()
    if not percent:
        if not row.get("lessons"):
            raise _RowError("row-missing", "percent is empty, and no lessons are named")
        return key, replace(member, lessons=lessons)
    attempt = Attempt(
        version=_number(row.get("version") or str(course.version), "version", 1, 10_000),
        percent=_number(percent, "percent", 0, _FULL),
        at=_moment(row.get("answered_at", ""), now),
    )
    attempts = member.attempts
    if attempt not in attempts:
        if len(attempts) >= _MAX_ATTEMPTS:
            raise _RowError("row-many", f"somebody has at most {_MAX_ATTEMPTS} results")
        attempts = (*attempts, attempt)
    return key, replace(member, lessons=lessons, attempts=attempts)


def _lessons(course: Course, row: Mapping[str, str]) -> frozenset[str]:
    known = frozenset(lesson.key for lesson in course.lessons)
    if "lessons" not in row:
        return known
    named = frozenset(row["lessons"].split())
    if named - known:
        raise _RowError(
            "row-lesson", f"lessons are {', '.join(sorted(known))}, with blanks between"
        )
    return named


def _number(text: str, name: str, least: int, most: int) -> int:
    found = _NUMBER.fullmatch(text)
    if found is None or not least <= Decimal(text) <= most:
        raise _RowError(f"row-{name}", f"{name} is a number from {least} to {most}")
    return int(found[1])  # 80.75 is what platforms write; it is rounded down


def _moment(text: str, now: datetime) -> datetime:
    try:
        found = datetime.fromisoformat(text)
        found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError) as fault:
        told = "answered_at is a moment such as 2026-12-01T09:00:00Z, or a day"
        raise _RowError("row-time", told) from fault
    if found > now:
        raise _RowError("row-time", "it was answered after now")
    return found.replace(microsecond=0)
