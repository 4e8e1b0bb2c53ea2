"""A short test of questions of courses: which are asked, what may be answered, what was right.

A question is named ``COURSE:QUESTION``. What nobody answered is not wrong: it is not there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from comity.instruments.words import ENGLISH
from comity.training.answers import MAX_ANSWER, Graded, grade_one, parse_number
from comity.training.errors import QuizAnswerError
from comity.training.model import Course, Question, QuestionText

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
