"""A short test of questions of courses: which are asked, what may be answered, what was right.

A question is named ``COURSE:QUESTION``. What nobody answered is not wrong: it is not there.
"""

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from comity.instruments.words import ENGLISH
from comity.training.errors import QuizAnswerError
from comity.training.model import Citation, Course, Question, QuestionText

# What an answer is worth, and why: each point with its reason and its article.
#
# A short text counts in any spelling that a reader takes for the same: letter case, width, marks of
# vowels in Arabic, blanks and a full stop at the end do not matter. A number may be written with
# the digits of any script, and with a comma or a point.


type Answer = str | Collection[str]

MAX_ANSWER: Final = 500
_NUMBER: Final = re.compile(r"-?\d{1,15}(?:[.,]\d{1,6})?", re.ASCII)
_DROPPED: Final = frozenset("\u0640\u200c\u200d")
_ENDS: Final = " .。．!！?？;；,，،؛؟\"'«»“”‘’()"
_ARABIC_VOWELS: Final = range(0x064B, 0x0653)


@dataclass(frozen=True)
class Graded:
    """One question with what its answer is worth.

    Attributes:
        points: from 0 to 1.
        why: the reasons, in the trainee's language.
    """

    question: str
    points: Fraction
    why: tuple[str, ...]
    cites: tuple[Citation, ...]


@dataclass(frozen=True)
class Score:
    """All questions of a course, graded."""

    graded: tuple[Graded, ...]
    pass_percent: int

    @property
    def points(self) -> Fraction:
        """The sum."""
        return sum((one.points for one in self.graded), Fraction(0))

    @property
    def percent(self) -> int:
        """Of what could be had, rounded down, so that nobody passes by rounding."""
        return int(self.points * 100 / len(self.graded)) if self.graded else 0

    @property
    def passed(self) -> bool:
        """Whether it is enough."""
        return bool(self.graded) and self.percent >= self.pass_percent


def grade(course: Course, lang: str, answers: Mapping[str, Answer]) -> Score:
    """Return what answers are worth; a question without one has no point.

    Args:
        course: whose questions.
        lang: one of its languages: texts are compared, and reasons told, in it.
        answers: question to key, keys or what was typed; untrusted.
    """
    texts = course.texts[lang].questions
    rows = (grade_one(one, texts[one.key], answers.get(one.key, "")) for one in course.questions)
    return Score(tuple(rows), course.pass_percent)


def grade_one(question: Question, text: QuestionText, answer: Answer) -> Graded:
    """Return what an answer to one question is worth.

    Args:
        question: of a course.
        text: its texts, in the language in which it was asked.
        answer: key, keys or what was typed; untrusted.
    """
    given = {answer} if isinstance(answer, str) else set(answer)
    if question.kind in ("single", "multiple"):
        chosen = given & set(question.answers)
        points = _points(question, chosen)
        told = sorted(chosen | question.right, key=question.answers.index)
        why = tuple(text.answers[key].why for key in told)
        return Graded(question.key, points, why, question.cites)
    typed = next(iter(given)) if len(given) == 1 else ""
    right = _number(question, typed) if question.kind == "number" else _text(text, typed)
    return Graded(question.key, Fraction(int(right)), (text.why,), question.cites)


def _points(question: Question, chosen: set[str]) -> Fraction:
    if question.kind == "single":
        return Fraction(int(chosen == question.right))
    wrong = len(question.answers) - len(question.right)
    points = Fraction(len(chosen & question.right), len(question.right))
    if wrong:
        points -= Fraction(len(chosen - question.right), wrong)
    return max(points, Fraction(0))


def _number(question: Question, typed: str) -> bool:
    value = parse_number(typed)
    return value is not None and abs(value - question.value) <= question.tolerance


def _text(text: QuestionText, typed: str) -> bool:
    wanted = {normalised(one) for one in text.accept}
    return bool(normalised(typed)) and normalised(typed) in wanted


def parse_number(typed: str) -> Decimal | None:
    """Return the number that somebody typed in any script's digits, or None."""
    if len(typed) > MAX_ANSWER:
        return None
    plain = "".join(
        str(unicodedata.decimal(char)) if char.isdecimal() else char for char in typed.strip()
    )
    plain = plain.replace("\u066b", ".").replace("\u2212", "-")
    return Decimal(plain.replace(",", ".")) if _NUMBER.fullmatch(plain) else None


def normalised(typed: str) -> str:
    """Return a short text in the one spelling by which answers are compared."""
    folded = unicodedata.normalize("NFKC", typed[:MAX_ANSWER]).casefold()
    kept = (c for c in folded if c not in _DROPPED and ord(c) not in _ARABIC_VOWELS)
    return " ".join("".join(kept).split()).strip(_ENDS)


_CHOSEN: Final = frozenset({"single", "multiple"})


@dataclass(frozen=True, kw_only=True)
class Item:
    """One question of a test.

    Attributes:
        name: ``COURSE:QUESTION``.
        course: that has it.
    """

    name: str
    course: Course
    question: Question

    def language(self, wanted: str) -> str:
        """Return in which language it is asked: the one wanted, else English, else the first."""
        known = self.course.languages
        return wanted if wanted in known else ENGLISH if ENGLISH in known else known[0]

    def text(self, lang: str) -> QuestionText:
        """Return its texts; `lang` is one that `language` gave."""
        return self.course.texts[lang].questions[self.question.key]

    def right(self, lang: str) -> tuple[str, ...]:
        """Return what is right, as people read it."""
        question, text = self.question, self.text(lang)
        if question.kind in _CHOSEN:
            return tuple(
                text.answers[key].text for key in question.answers if key in question.right
            )
        if question.kind == "number":
            return (f"{question.value.normalize():f}",)
        return text.accept[:1]

    def why(self, lang: str) -> tuple[str, ...]:
        """Return why it is right."""
        question, text = self.question, self.text(lang)
        if question.kind in _CHOSEN:
            return tuple(text.answers[key].why for key in question.answers if key in question.right)
        return (text.why,)

    @property
    def cites(self) -> tuple[str, ...]:
        """The articles that it rests on, ``un-2024:41``."""
        return tuple(map(str, self.question.cites))


def items(courses: Mapping[str, Course], named: Sequence[tuple[str, str]]) -> tuple[Item, ...]:
    """Return the questions of a test, in their order; what no course has any more is left out.

    Args:
        courses: by name.
        named: course and question.
    """
    found = []
    for name, key in named:
        course = courses.get(name)
        questions = course.questions if course is not None else ()
        question = next((one for one in questions if one.key == key), None)
        if course is not None and question is not None:
            found.append(Item(name=f"{name}:{key}", course=course, question=question))
    return tuple(found)


def answered(
    asked: Sequence[Item], answers: Mapping[str, Sequence[str]]
) -> dict[str, tuple[str, ...]]:
    """Return what somebody answered, as it is kept; what was left empty is not in it.

    Args:
        asked: the questions of the test.
        answers: name of a question to what was chosen or typed; untrusted.

    Raises:
        QuizAnswerError: an answer to what is not asked, or none of the question's kind. The fact
            ``question`` names it.
    """
    by_name = {item.name: item for item in asked}
    kept: dict[str, tuple[str, ...]] = {}
    for name, given in answers.items():
        if name not in by_name:
            raise QuizAnswerError("this question is not asked here", question=name[:130])
        found = tuple(dict.fromkeys(text for one in given if (text := one.strip())))
        if found:
            _check(by_name[name], found)
            kept[name] = found
    return kept


def _check(item: Item, given: tuple[str, ...]) -> None:
    kind, why = item.question.kind, ""
    if kind != "multiple" and len(given) > 1:
        why = "one answer is asked for"
    elif kind in _CHOSEN and set(given) - set(item.question.answers):
        why = "this is none of the answers to choose from"
    elif kind == "number" and parse_number(given[0]) is None:
        why = "this is no number"
    elif len(given[0]) > MAX_ANSWER:
        why = f"an answer has at most {MAX_ANSWER} characters"
    if why:
        raise QuizAnswerError(why, question=item.name)


def marked(asked: Sequence[Item], kept: Mapping[str, Sequence[str]], lang: str) -> dict[str, bool]:
    """Return for each question that was answered whether it was right, wholly.

    Args:
        asked: the questions of the test.
        kept: as `answered` returns it.
        lang: in which it was asked: short texts are compared in it.
    """
    return {
        item.name: _graded(item, kept[item.name], lang).points == 1
        for item in asked
        if item.name in kept
    }


def _graded(item: Item, given: Sequence[str], lang: str) -> Graded:
    return grade_one(item.question, item.text(item.language(lang)), given)
