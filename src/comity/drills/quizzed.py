"""The short test of a scenario: questions of courses, asked before an exercise and after it.

A scenario holds no question: it names those of courses, as ``COURSE:QUESTION``, which have answers,
reasons and sources already. They are asked twice, the same ones.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Final

from comity.drills.findings import Finding, finding
from comity.drills.model import Plan, Quizzed
from comity.instruments.table import KEY, Table

FEWEST: Final = 5
MOST: Final = 8
_FILE: Final = "scenario.toml"
_MAX_KEY: Final = 64

type Quizzes = Mapping[str, Collection[str]]
"""Name of a course to the keys of its questions."""


def read_test(whole: Table) -> tuple[Quizzed, ...]:
    """Return the questions that ``[test]`` names, in their order; none where it is not there.

    Raises:
        InstrumentError: too few or too many, one twice, or one that is not ``COURSE:QUESTION``.

    Source: docs/reference/scenarios.md, "test".
    """
    value = whole.take("test")
    if value is None:
        return ()
    row = Table(value, file=whole.file, key="test")
    named = row.texts("questions")
    row.done()
    if not FEWEST <= len(named) <= MOST:
        raise row.fault(f"questions names {FEWEST} to {MOST} questions of courses")
    return tuple(_named(row, one) for one in named)


def _named(row: Table, name: str) -> Quizzed:
    course, _, question = name.partition(":")
    for one in (course, question):
        if len(one) > _MAX_KEY or not KEY.fullmatch(one) or ":" in one:
            raise row.fault(f"a question is named COURSE:QUESTION, and not {name[:_MAX_KEY]!a}")
    return Quizzed(course, question)


def quizzed(plan: Plan, quizzes: Quizzes) -> Iterator[Finding]:
    """Yield the questions that a scenario names and no course has.

    Args:
        plan: of the scenario.
        quizzes: of the courses that are there.
    """
    for one in plan.test:
        if one.course not in quizzes:
            there = ", ".join(sorted(quizzes)) or "none"
            told = f"there is no course {one.course!a}; there are: {there}"
            yield finding(_FILE, "test", "question-unknown", told)
        elif one.question not in quizzes[one.course]:
            told = f"the course {one.course} asks no question {one.question!a}"
            yield finding(_FILE, "test", "question-unknown", told)
