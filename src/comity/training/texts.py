"""The texts of a course in one language: ``words.toml`` and one Markdown file for each lesson."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from comity.instruments.language_files import lines
from comity.instruments.library import UNSEEN
from comity.instruments.toml import parse_toml, unmarked
from comity.training.errors import (
    CourseAnswerError,
    CourseError,
    CourseFileError,
    CourseTextError,
    CourseTextForeignError,
    CourseTextMissingError,
)
from comity.training.markdown import render
from comity.training.model import AnswerText, CourseText, LessonText, Question, QuestionText
from comity.training.problems import Problems
from comity.training.row import Row

WORDS: Final = "words.toml"
MAX_LESSON_BYTES: Final = 64 * 1024
MAX_TOML_BYTES: Final = 512 * 1024
_PAIR: Final = 2


def read_texts(
    lang: str,
    files: Mapping[str, bytes],
    lessons: Sequence[str],
    questions: Sequence[Question],
    problems: Problems,
) -> CourseText:
    """Return the texts of a language; what is wrong or lacks is noted and left out.

    Args:
        lang: a language that the course names; also the name of the folder.
        files: path in the course's folder to bytes, untrusted.
        lessons: their keys.
        questions: what texts are due for.
        problems: where problems are noted.
    """
    shown = {
        key: _lesson(f"{lang}/{key}.md", files.get(f"{lang}/{key}.md"), lessons, problems)
        for key in lessons
    }
    path = f"{lang}/{WORDS}"
    data = files.get(path)
    if data is None:
        told = f"is not there: the course names the language {lang}"
        problems.add(CourseTextMissingError, path, 0, told)
        return CourseText(title="", description="", criteria="", lessons=shown, questions={})
    table = read_table(path, data, problems)
    where = lines(data[:MAX_TOML_BYTES])
    top = Row(table, problems, file=path, line=1)
    title, description, criteria = (top.text(name) for name in ("title", "description", "criteria"))
    given = top.take("question")
    top.done()
    given = given if isinstance(given, Mapping) else {}
    known = {question.key for question in questions}
    for key in given:
        if key not in known:
            line = where.get(f"question.{key}", 0)
            told = f"question.{str(key)[:64]} is the text of no question"
            problems.add(CourseTextForeignError, path, line, told)
    asked = {}
    for question in questions:
        if question.key not in given:
            told = f"question.{question.key} has no text"
            problems.add(CourseTextMissingError, path, 0, told)
            continue
        row = Row(
            given[question.key],
            problems,
            file=path,
            line=where.get(f"question.{question.key}", 0),
        )
        asked[question.key] = _question(question, row)
    return CourseText(
        title=title, description=description, criteria=criteria, lessons=shown, questions=asked
    )


def read_table(path: str, data: bytes, problems: Problems) -> dict[str, Any]:
    """Return the table of a TOML file; an empty one, with its problem noted, if it is none."""
    if len(data) > MAX_TOML_BYTES:
        problems.add(CourseFileError, path, 0, f"is larger than {MAX_TOML_BYTES // 1024} KiB")
        return {}
    try:
        return parse_toml(data)
    except ValueError as fault:
        # "... (at line 3, column 7)" is how the parser says where
        said = str(fault)
        _, _, place = said.partition("at line ")
        digits = place.partition(",")[0]
        line = int(digits) if digits.isascii() and digits.isdigit() else 0
        problems.add(CourseFileError, path, line, f"is no TOML in UTF-8: {said[:200]!a}")
        return {}


def _lesson(
    path: str, data: bytes | None, lessons: Sequence[str], problems: Problems
) -> LessonText:
    if data is None:
        problems.add(CourseTextMissingError, path, 0, "is not there: the lesson lacks its text")
        return LessonText("", "", "")
    if len(data) > MAX_LESSON_BYTES:
        problems.add(CourseFileError, path, 0, f"is larger than {MAX_LESSON_BYTES // 1024} KiB")
        return LessonText("", "", "")
    try:
        text = unmarked(data).decode("utf-8").replace("\r\n", "\n")
    except ValueError:
        problems.add(CourseFileError, path, 0, "is no text in UTF-8")
        return LessonText("", "", "")
    for number, line in enumerate(text.split("\n"), 1):
        if UNSEEN.search(line):
            told = "holds a character that no eye sees"
            problems.add(CourseTextError, path, number, told)

    def tell(kind: type[CourseError], line: int, told: str) -> None:
        problems.add(kind, path, line, told)

    title, html = render(text, lessons=lessons, tell=tell)
    if title and not html:
        problems.add(CourseTextMissingError, path, 1, "has a title and no text")
    return LessonText(title, html, text)


def _question(question: Question, row: Row) -> QuestionText:
    text = row.text("text")
    if question.kind in ("single", "multiple"):
        answers = {key: _answer(row, key) for key in question.answers}
        _foreign(row)
        return QuestionText(text=text, answers=answers)
    why = row.text("why")
    accept = row.texts("accept") if question.kind == "text" else ()
    if question.kind == "text" and not accept:
        row.wrong("accept names no text that is right", CourseAnswerError)
    _foreign(row)
    return QuestionText(text=text, why=why, answers={}, accept=accept)


def _answer(row: Row, key: str) -> AnswerText:
    if not row.has(key):
        row.wrong(f"the answer {key} has no text", CourseTextMissingError)
        return AnswerText("", "")
    value = row.take(key)
    if not isinstance(value, list) or len(value) != _PAIR:
        row.wrong(f"{key} is a list of two texts: the answer, and why it is right or wrong")
        return AnswerText("", "")
    return AnswerText(row.checked(value[0], key), row.checked(value[1], f"{key}, the reason"))


def _foreign(row: Row) -> None:
    for name in row.rest():
        row.wrong(f"{name[:64]!a} is the text of no answer", CourseTextForeignError)
