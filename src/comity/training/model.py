"""A course: lessons in their order, questions about them, and the texts of both per language."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

type Kind = Literal["single", "multiple", "number", "text"]

KINDS: Final = ("single", "multiple", "number", "text")
LANGUAGES: Final = ("ar", "en", "es", "fr", "ru", "vi", "zh-hans")
"""In which a shipped course is complete; BCP 47 in lower case."""


@dataclass(frozen=True, order=True)
class Citation:
    """An article of an instrument that stands in the law as data: ``un-2024:41``."""

    instrument: str
    article: str

    def __str__(self) -> str:
        return f"{self.instrument}:{self.article}"


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """A lesson in no language: its key, how long it takes, what it is about."""

    key: str
    minutes: int
    cites: tuple[Citation, ...]


@dataclass(frozen=True, kw_only=True)
class Question:
    """A question in no language.

    Attributes:
        kind: one answer, several, a number, or a short text.
        answers: keys of what can be chosen, for the first two kinds.
        right: which of them are right.
        value: the right number.
        tolerance: how far from it an answer may be.
        cites: what the reasons rest on.
    """

    key: str
    lesson: str
    kind: Kind
    answers: tuple[str, ...] = ()
    right: frozenset[str] = frozenset()
    value: Decimal = Decimal(0)
    tolerance: Decimal = Decimal(0)
    cites: tuple[Citation, ...] = ()


@dataclass(frozen=True)
class AnswerText:
    """What can be chosen, and why it is right or wrong."""

    text: str
    why: str


@dataclass(frozen=True, kw_only=True)
class QuestionText:
    """A question in one language.

    Attributes:
        text: what is asked.
        why: the reason, for a number or a short text; empty for the others.
        answers: key to what can be chosen.
        accept: short texts that are right, as they are written.
    """

    text: str
    why: str = ""
    answers: Mapping[str, AnswerText]
    accept: tuple[str, ...] = ()


@dataclass(frozen=True)
class LessonText:
    """A lesson in one language.

    Attributes:
        title: its first line.
        html: safe, without the title.
        source: the Markdown that it is made from, untrusted.
    """

    title: str
    html: str
    source: str


@dataclass(frozen=True, kw_only=True)
class CourseText:
    """A course in one language.

    Attributes:
        title, description: of the course.
        criteria: what a certificate of it is given for, in a sentence.
    """

    title: str
    description: str
    criteria: str
    lessons: Mapping[str, LessonText]
    questions: Mapping[str, QuestionText]


@dataclass(frozen=True)
class Drill:
    """An exercise that whoever passes has taken part in.

    Attributes:
        scenario: name of the scenario.
        points_percent: what the team had at least, of the points, 1 to 100.
    """

    scenario: str
    points_percent: int


@dataclass(frozen=True, kw_only=True)
class Course:
    """A course whose every text is there in every language that it names.

    Attributes:
        key: name of the course and of its folder.
        version: goes up with every change of what is asked.
        function: what somebody who passes may be trusted with, as a certificate says it.
        pass_percent: of the points, 1 to 100.
        valid_months: how long a certificate of it is valid.
        refresh_days: how long before that a refresher is due.
        drills: exercises that have to be taken before a certificate is given.
    """

    key: str
    version: int
    function: str
    pass_percent: int
    valid_months: int
    refresh_days: int
    languages: tuple[str, ...]
    lessons: tuple[Lesson, ...]
    questions: tuple[Question, ...]
    texts: Mapping[str, CourseText]
    drills: tuple[Drill, ...] = ()

    @property
    def minutes(self) -> int:
        """How long the lessons take."""
        return sum(lesson.minutes for lesson in self.lessons)
