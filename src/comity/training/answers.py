"""What an answer is worth, and why: each point with its reason and its article.

A short text counts in any spelling that a reader takes for the same: letter case, width, marks of
vowels in Arabic, blanks and a full stop at the end do not matter. A number may be written with the
digits of any script, and with a comma or a point.
"""

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from comity.training.model import Citation, Course, Question, QuestionText

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
