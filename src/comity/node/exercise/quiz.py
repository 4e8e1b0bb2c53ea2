"""The short test as one player sees it: questions, own answers, and afterwards what is right.

What is right is told to those alone who have handed in the test after the exercise, or left it.
"""

from dataclasses import dataclass
from datetime import datetime

from comity.node.exercise import quiz_store
from comity.node.exercise.quiz_store import AFTER, BEFORE
from comity.node.exercise.room import Words
from comity.node.models import QuizPaper, TeamMember
from comity.training.asking import Item

OPEN, WAITS, TOLD = "open", "waits", "told"
RIGHT, WRONG, UNANSWERED = "right", "wrong", "not-answered"


@dataclass(frozen=True, kw_only=True)
class Option:
    """One answer to choose."""

    key: str
    text: Words


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question.

    Attributes:
        name: ``COURSE:QUESTION``.
        kind: ``single``, ``multiple``, ``number`` or ``text``.
        answer: what the reader chose or typed in the paper that is open, or handed in last.
        right, why: what is right, and why; empty until it may be told.
        cites: articles that it rests on, once it may be told.
        before, after: ``right``, ``wrong`` or ``not-answered``; empty until it may be told.
    """

    name: str
    kind: str
    text: Words
    options: tuple[Option, ...]
    answer: tuple[str, ...]
    right: tuple[Words, ...] = ()
    why: tuple[Words, ...] = ()
    cites: tuple[str, ...] = ()
    before: str = ""
    after: str = ""


@dataclass(frozen=True, kw_only=True)
class Quiz:
    """The test of an exercise for one player.

    Attributes:
        state: ``open``: can be answered now; ``waits``: cannot; ``told``: it is over for this
            player, and what is right is shown.
        moment: ``before`` or ``after``; empty while it waits.
        handed_in: whether the reader handed the paper of this moment in.
        asked, answered: how many questions there are, and how many the reader answered in it.
    """

    state: str
    moment: str
    handed_in: bool
    asked: int
    answered: int
    questions: tuple[Question, ...] = ()


def quiz_of(
    member: TeamMember,
    at: datetime,
    lang: str,
    *,
    questions: bool = True,
    moment: str | None = None,
) -> Quiz | None:
    """Return the test as a player sees it now, or None where the exercise has none.

    Args:
        member: who.
        at: this node's clock.
        lang: wanted; a course that lacks it is asked in English.
        questions: whether they are told, or only how it stands.
        moment: that can be answered now, if the caller knows it already.
    """
    asked = quiz_store.asked_in(member.team.exercise)
    if not asked:
        return None
    papers = quiz_store.papers_of(member)
    moment = quiz_store.moment_of(member.team, at) if moment is None else moment
    told = AFTER in papers
    state = TOLD if told else OPEN if moment else WAITS
    moment = AFTER if told else moment
    paper = papers.get(moment)
    shown = asked if questions and state != WAITS else ()
    return Quiz(
        state=state,
        moment=moment,
        handed_in=paper is not None,
        asked=len(asked),
        answered=len(paper.answers) if paper else 0,
        questions=tuple(_question(one, lang, paper, papers if told else None) for one in shown),
    )


def _question(
    item: Item, lang: str, paper: QuizPaper | None, papers: dict[str, QuizPaper] | None
) -> Question:
    spoken = item.language(lang)
    text = item.text(spoken)
    found = Question(
        name=item.name,
        kind=item.question.kind,
        text=Words(text=text.text, lang=spoken),
        options=tuple(
            Option(key=key, text=Words(text=text.answers[key].text, lang=spoken))
            for key in item.question.answers
        ),
        answer=tuple(paper.answers.get(item.name, ())) if paper else (),
    )
    if papers is None:
        return found
    return Question(
        **{
            **vars(found),
            "right": tuple(Words(text=one, lang=spoken) for one in item.right(spoken)),
            "why": tuple(Words(text=one, lang=spoken) for one in item.why(spoken)),
            "cites": item.cites,
            "before": mark(papers.get(BEFORE), item.name),
            "after": mark(papers.get(AFTER), item.name),
        }
    )


def mark(paper: QuizPaper | None, name: str) -> str:
    """Return what became of a question in a paper, in a word."""
    if paper is None or name not in paper.right:
        return UNANSWERED
    return RIGHT if paper.right[name] else WRONG
