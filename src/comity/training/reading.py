"""A course from the files of its folder: strict, and every problem told at once.

The folder holds ``course.toml`` (the frame), ``quiz.toml`` (the questions in no language) and for
each language a folder with ``words.toml`` and one ``LESSON.md`` for each lesson.

Source: docs/reference/training.md, "A course".
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, cast

from comity.instruments.language_files import TAG, line_of
from comity.training.errors import (
    CourseAnswerError,
    CourseCitationError,
    CourseDuplicateError,
    CourseFileError,
    CourseMemberError,
    CourseReferenceError,
    CourseScenarioError,
    CourseTextMissingError,
)
from comity.training.model import KINDS, Citation, Course, Drill, Kind, Lesson, Question
from comity.training.row import Problem, Problems, Row
from comity.training.texts import WORDS, read_table, read_texts

COURSE: Final = "course.toml"
QUIZ: Final = "quiz.toml"
MAX_FILES: Final = 2000
MAX_LESSONS: Final = 60
MAX_QUESTIONS: Final = 500
MAX_ANSWERS: Final = 10
MAX_DRILLS: Final = 10
_MAX_MINUTES: Final = 600
_MAX_MONTHS: Final = 120
_MAX_DAYS: Final = 730
_LEAST_ANSWERS: Final = 2
_ZERO: Final = Decimal(0)
type Known = Callable[[str, str], bool]
"""Tells whether an instrument has an article."""


@dataclass(frozen=True)
class Examined:
    """A course as far as it could be read, and all that is to mend in it."""

    course: Course | None
    problems: tuple[Problem, ...]


def load_course(files: Mapping[str, bytes], *, known: Known) -> Course:
    """Return the course of a folder, in which nothing is wrong.

    Whether the scenarios of its exercises are there is not looked at: a course travels without.

    Args:
        files: path in the folder, with ``/``, to bytes; untrusted.
        known: whether the law as data has an article.

    Raises:
        CourseError: by code, the first problem, with facts ``file`` and ``line``.
    """
    problems = Problems()
    course = _read(files, known, problems)
    problems.raise_first()
    return course


def examine(
    files: Mapping[str, bytes],
    *,
    known: Known,
    languages: tuple[str, ...],
    scenarios: Collection[str] | None = None,
) -> Examined:
    """Return what is to mend in a folder, every problem of it.

    Args:
        files: as `load_course`.
        known: as `load_course`.
        languages: in which the course is due, besides those that it names.
        scenarios: names of those that are there; None: not looked at.
    """
    problems = Problems()
    course = _read(files, known, problems, scenarios)
    for lang in languages:
        if lang not in course.languages:
            told = f"the language {lang} is due and not among its languages"
            problems.add(CourseTextMissingError, COURSE, 0, told)
    found = problems.sorted()
    return Examined(None if found else course, found)


def _read(
    files: Mapping[str, bytes],
    known: Known,
    problems: Problems,
    scenarios: Collection[str] | None = None,
) -> Course:
    data = files.get(COURSE)
    if data is None:
        problems.add(CourseFileError, COURSE, 0, "is not there, so this folder is no course")
    table = {} if data is None else read_table(COURSE, data, problems)
    for name in table.keys() - {"course", "lesson", "drill"}:
        problems.add(
            CourseMemberError, COURSE, 0, f"{str(name)[:64]!a} is nothing that stands here"
        )
    head = Row(table.get("course", {}), problems, file=COURSE, line=line_of(data or b"", "course"))
    key, version = head.key(), head.number("version", least=1, most=10_000)
    function = head.key("function")
    pass_percent = head.number("pass_percent", least=1, most=100)
    months = head.number("valid_months", least=1, most=_MAX_MONTHS)
    days = head.number("refresh_days", least=1, most=_MAX_DAYS)
    languages = _languages(head)
    head.done()
    lessons = _lessons(table.get("lesson", []), data or b"", known, problems)
    drills = _drills(table.get("drill", []), data or b"", scenarios, problems)
    questions = _questions(files, lessons, known, problems)
    keys = [lesson.key for lesson in lessons]
    texts = {lang: read_texts(lang, files, keys, questions, problems) for lang in languages}
    _foreign(files, languages, keys, problems)
    return Course(
        key=key,
        version=version,
        function=function,
        pass_percent=pass_percent,
        valid_months=months,
        refresh_days=days,
        languages=languages,
        lessons=lessons,
        questions=questions,
        texts=texts,
        drills=drills,
    )


def _languages(head: Row) -> tuple[str, ...]:
    found = head.texts("languages")
    if not found or len(set(found)) != len(found):
        head.wrong("languages is a list of language tags, each once")
    for lang in found:
        if not TAG.fullmatch(lang):
            head.wrong(f"{lang[:32]!a} is no language tag, such as fr or zh-hans")
    return tuple(dict.fromkeys(lang for lang in found if TAG.fullmatch(lang)))


def _rows(value: object, most: int, name: str, file: str, problems: Problems) -> list[Any]:
    if not isinstance(value, list) or not 1 <= len(value) <= most:
        problems.add(CourseMemberError, file, 0, f"has one to {most} [[{name}]]")
        return []
    return value


def _lessons(value: object, data: bytes, known: Known, problems: Problems) -> tuple[Lesson, ...]:
    found: dict[str, Lesson] = {}
    for number, one in enumerate(_rows(value, MAX_LESSONS, "lesson", COURSE, problems), 1):
        line = line_of(data, f"lesson no. {number}")
        row = Row(one, problems, file=COURSE, line=line)
        key = row.key()
        minutes = row.number("minutes", least=1, most=_MAX_MINUTES)
        lesson = Lesson(key=key, minutes=minutes, cites=_cites(row, known))
        row.done()
        if key in found or f"{key}.md" == WORDS:
            row.wrong(f"a lesson is called {key} already", CourseDuplicateError)
        elif key:
            found[key] = lesson
    return tuple(found.values())


def _drills(
    value: object, data: bytes, scenarios: Collection[str] | None, problems: Problems
) -> tuple[Drill, ...]:
    found: dict[str, Drill] = {}
    rows = _rows(value, MAX_DRILLS, "drill", COURSE, problems) if value != [] else []
    for number, one in enumerate(rows, 1):
        row = Row(one, problems, file=COURSE, line=line_of(data, f"drill no. {number}"))
        scenario = row.key("scenario")
        drill = Drill(scenario, row.number("points_percent", least=1, most=100))
        row.done()
        if scenario in found:
            row.wrong(f"the exercise {scenario} is asked for already", CourseDuplicateError)
        elif scenario:
            found[scenario] = drill
        if scenarios is not None and scenario and scenario not in scenarios:
            told = f"no scenario {scenario}; there are {', '.join(sorted(scenarios)) or 'none'}"
            row.wrong(told, CourseScenarioError)
    return tuple(found.values())


def _cites(row: Row, known: Known) -> tuple[Citation, ...]:
    found = []
    for text in row.texts("cites"):
        instrument, _, article = text.partition(":")
        if not known(instrument, article):
            told = f"the law as data has no article {text[:64]!a}"
            row.wrong(told, CourseCitationError)
        found.append(Citation(instrument, article))
    return tuple(found)


def _questions(
    files: Mapping[str, bytes], lessons: tuple[Lesson, ...], known: Known, problems: Problems
) -> tuple[Question, ...]:
    data = files.get(QUIZ)
    if data is None:
        problems.add(CourseFileError, QUIZ, 0, "is not there: a course asks at the end")
        return ()
    table = read_table(QUIZ, data, problems)
    for name in table.keys() - {"question"}:
        problems.add(CourseMemberError, QUIZ, 0, f"{str(name)[:64]!a} is nothing that stands here")
    found: dict[str, Question] = {}
    rows = _rows(table.get("question", []), MAX_QUESTIONS, "question", QUIZ, problems)
    for number, one in enumerate(rows, 1):
        line = line_of(data, f"question no. {number}")
        row = Row(one, problems, file=QUIZ, line=line)
        question = _question(row, known)
        row.done()
        if question.lesson and question.lesson not in {lesson.key for lesson in lessons}:
            row.wrong(f"the course has no lesson {question.lesson}", CourseReferenceError)
        if question.key in found:
            row.wrong(f"a question is called {question.key} already", CourseDuplicateError)
        elif question.key:
            found[question.key] = question
    asked = {question.lesson for question in found.values()}
    for lesson in lessons:
        if lesson.key not in asked and found:
            told = f"nothing is asked about the lesson {lesson.key}"
            problems.add(CourseReferenceError, QUIZ, 0, told)
    return tuple(found.values())


def _question(row: Row, known: Known) -> Question:
    key, lesson, kind = row.key(), row.key("lesson"), row.take("kind")
    if kind not in KINDS:
        row.wrong(f"kind is one of: {', '.join(KINDS)}")
        kind = "text"
        row.rest()
    answers: tuple[str, ...] = ()
    right: tuple[str, ...] = ()
    value = tolerance = _ZERO
    if kind == "number":
        value, tolerance = row.decimal("value"), row.decimal("tolerance", _ZERO)
    if kind in ("single", "multiple"):
        answers, right = row.keys("answers"), row.keys("right")
        _check_choice(row, kind, answers, right)
    return Question(
        key=key,
        lesson=lesson,
        kind=cast("Kind", kind),
        answers=answers,
        right=frozenset(right),
        value=value,
        tolerance=tolerance,
        cites=_cites(row, known),
    )


def _check_choice(row: Row, kind: str, answers: tuple[str, ...], right: tuple[str, ...]) -> None:
    if not _LEAST_ANSWERS <= len(answers) <= MAX_ANSWERS:
        row.wrong(f"answers has {_LEAST_ANSWERS} to {MAX_ANSWERS} keys", CourseAnswerError)
    if {"text", "why", "accept"} & set(answers):
        row.wrong("no answer is called text, why or accept", CourseAnswerError)
    if not right:
        row.wrong("no answer is right", CourseAnswerError)
    if kind == "single" and len(right) > 1:
        row.wrong("a question with one answer has one that is right", CourseAnswerError)
    for one in right:
        if one not in answers:
            row.wrong(f"the right answer {one} is not among the answers", CourseAnswerError)


def _foreign(
    files: Mapping[str, bytes], languages: tuple[str, ...], lessons: list[str], problems: Problems
) -> None:
    if len(files) > MAX_FILES:
        problems.add(CourseFileError, COURSE, 0, f"the folder holds more than {MAX_FILES} files")
    due = {COURSE, QUIZ, *(f"{lang}/{WORDS}" for lang in languages)}
    due |= {f"{lang}/{key}.md" for lang in languages for key in lessons}
    for path in sorted(files.keys() - due)[:MAX_FILES]:
        shown = path if path.isprintable() and len(path) < 200 else ascii(path[:200])
        problems.add(CourseFileError, shown, 0, "is no file of this course")
