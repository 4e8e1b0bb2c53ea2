"""What an after-action report is made of, and its texts: a part is told alike on every medium."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from comity.drills import Outline, Report, Scenario, Summary, say, summary
from comity.instruments import Library
from comity.instruments.errors import LawTextMissingError
from comity.papers.visible import visible
from comity.papers.words import Words, shown_time
from comity.training.asking import Item, items
from comity.training.knowing import MOMENTS, Figures, Paper
from comity.training.model import Course

# The short test of an exercise that has ended, as its report holds it.


@dataclass(frozen=True, kw_only=True)
class ShortTest:
    """The test of an exercise that has ended.

    Attributes:
        figures: with what must not be told taken out already; None while the reader has not handed
            in the test after the exercise, so that nothing gives it away.
        courses: whose questions were asked, as far as they are here.
        yours: of a player who reads it, the own paper.
    """

    figures: Figures | None
    courses: Mapping[str, Course]
    yours: Paper | None = None

    def item(self, name: str) -> Item | None:
        """Return a question, or None if its course is not here or asks it no more."""
        course, _, key = name.partition(":")
        return next(iter(items(self.courses, [(course, key)])), None)

    def to_value(self) -> dict[str, Any] | None:
        """Return it as JSON; each question with its texts, what is right, why, and articles."""
        if self.figures is None:
            return None
        value = self.figures.to_value()
        for row in value["questions"]:
            item = self.item(row["question"])
            row["cites"] = list(item.cites) if item else []
            spoken = item.course.languages if item else ()
            row["texts"] = {lang: _texts(item, lang) for lang in spoken if item}
        mine = self.yours
        value["yours"] = {at: dict(mine.at(at)) for at in MOMENTS} if mine else None
        return value


def _texts(item: Item, lang: str) -> dict[str, Any]:
    return {
        "right": list(item.right(lang)),
        "text": item.text(lang).text,
        "why": list(item.why(lang)),
    }


_SEPARATORS: Final = {"ar": "؛ ", "zh-hans": "；"}
_MINUTE_S: Final = 60
NOTHING: Final = "–"
TIMING: Final = ("due", "done", "outcome")
"""Columns of every table that says when something was due, and whether it was done by then."""
ANYBODYS: Final = "?"
"""Language of what people of the exercise typed: nobody says which."""
CODE: Final = "code"
"""In place of a language, for what machines read too: left to right on every page."""


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """What a team or its office means to change.

    Attributes:
        due: day by which the owner has done it.
        corrected_on: day of the last correction, or None.
        withdrawn_on: day of the withdrawal, or None; nobody has to do it then.
    """

    text: str
    owner: str
    due: date
    done: bool
    corrected_on: date | None = None
    withdrawn_on: date | None = None

    @property
    def waits(self) -> bool:
        """Tell whether somebody still has to do it."""
        return not self.done and self.withdrawn_on is None


@dataclass(frozen=True, kw_only=True)
class AfterAction:
    """Whose report, and for whom.

    Attributes:
        report: with the names of those alone who may be read in it: see `drills.naming`.
        named: whether names of players stand in it.
        viewer: the player who reads it, whose own deeds come first; empty for anybody else.
        lessons: in order of their days.
        earlier: runs of the same scenario, newest first; None: nothing is said of others.
        test: of an exercise that has ended; None where nobody was asked.
    """

    scenario: Scenario
    report: Report
    named: bool = True
    viewer: str = ""
    lessons: Sequence[Lesson] = ()
    earlier: Sequence[Outline] | None = ()
    test: ShortTest | None = None


@dataclass(frozen=True)
class Cell:
    """A text in one place.

    Attributes:
        lang: of the text; empty for the report's own words and for numbers, `ANYBODYS` for what
            somebody typed, `CODE` for numbers of articles.
    """

    text: str
    lang: str = ""


@dataclass(frozen=True, kw_only=True)
class Part:
    """One part of the report.

    Attributes:
        key: names it among the parts.
        notes: sentences of our own.
        items: a list; empty for none.
        head, widths, rows: a table; no rows for none.
    """

    key: str
    title: str
    notes: tuple[str, ...] = ()
    items: tuple[Cell, ...] = ()
    head: tuple[str, ...] = ()
    widths: tuple[int, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()

    @property
    def labelled(self) -> tuple[tuple[tuple[str, Cell], ...], ...]:
        """Return the rows, each value with the name of its column."""
        return tuple(tuple(zip(self.head, row, strict=True)) for row in self.rows)


class Teller:
    """The words of one report in one language.

    Attributes:
        unreviewed: whether wording of the law told so far is reviewed by nobody.
    """

    def __init__(self, told_of: AfterAction, told: Words, laws: Library) -> None:
        self.told_of = told_of
        self.report = told_of.report
        self.plan = told_of.scenario.plan
        self.told = told
        self.laws = laws
        self.unreviewed = False

    def __call__(self, key: str, **given: str | int) -> str:
        """Return a text of the report's own words, each number in it apart from its line."""
        kept = {
            name: self.number(one) if isinstance(one, int) else one for name, one in given.items()
        }
        return self.told(f"report.{key}", **kept)

    def text(self, key: str) -> Cell:
        """Return a text of the scenario, which may stand in English."""
        text, lang = say(self.plan, self.told_of.scenario.texts, key, self.told.lang)
        return Cell(text, lang)

    def listed(self, texts: Iterable[str]) -> str:
        """Return several things as one."""
        return _SEPARATORS.get(self.told.lang, "; ").join(texts)

    def head(self, *keys: str) -> tuple[str, ...]:
        """Return the head of a table."""
        return tuple(self(key) for key in keys)

    def role(self, key: str) -> Cell:
        """Return what a role is called."""
        return self.text(f"roles.{key}.title") if key in self.plan.roles else Cell("")

    def who(self, by: str, role: str) -> Cell:
        """Return who did something: the person where named, else the role."""
        return Cell(by, ANYBODYS) if by else self.role(role) if role else Cell(NOTHING)

    def articles(self, cite: Sequence[str]) -> str:
        """Return numbers of articles within a sentence."""
        return self.apart(", ".join(cite)) if cite else NOTHING

    def cited(self, cite: Sequence[str]) -> Cell:
        """Return numbers of articles in a place of their own."""
        return Cell(", ".join(cite), CODE) if cite else Cell(NOTHING)

    def apart(self, code: str) -> str:
        """Return a number or a code so that a line that runs leftwards leaves it as it is."""
        return f"\u2066{code}\u2069" if self.told.direction == "rtl" else code

    def number(self, value: int) -> str:
        """Return a number so that its sign stays before it in a line that runs leftwards too."""
        return self.apart(str(value))

    def out_of(self, value: int, of: int) -> str:
        """Return a number out of another; of nothing there is none."""
        return self("out_of", value=value, of=of) if value or of else NOTHING

    def timing(self, due_s: int | None, done_s: int | None, outcome: str) -> tuple[Cell, ...]:
        """Return the cells below `TIMING`, alike in every table."""
        word = self(f"outcomes.{outcome}")
        if outcome == "late" and due_s is not None and done_s is not None:
            late = clock(max(done_s - due_s, 1))
            word = f"{word} ({self.apart(f'+{late}')})"
        moments = (NOTHING if one is None else clock(one) for one in (due_s, done_s))
        return (*map(Cell, moments), Cell(word))

    def treaty(self) -> str:
        """Return what the treaty is called."""
        return self._law(self.plan.treaty, "instrument.short", self.plan.treaty)

    def field(self, name: str) -> str:
        """Return what a fact of a message is called."""
        return self._law(None, f"facts.{name}.label", name)

    def kind_of_message(self, type_: str) -> str:
        """Return what a type of message is called; of one that does not exist, the type."""
        return self.told.entries.get(f"letter.title.{type_}", type_)

    def _law(self, instrument: str | None, key: str, otherwise: str) -> str:
        try:
            found = self.laws.text(instrument, key, self.told.lang)
        except LawTextMissingError:
            return otherwise
        self.unreviewed |= not found.reviewed_by
        return found.text


def typed(text: str) -> str:
    """Return what somebody typed so that it can stand within a sentence of ours."""
    return visible(" ".join(text.split()))


def clock(seconds: int) -> str:
    """Return exercise time as minutes and seconds, ``104:30``."""
    return f"{seconds // _MINUTE_S}:{seconds % _MINUTE_S:02}"


# The first page of an after-action report: for a reader who has two minutes.


_STOPS: Final = ".。"  # a step is a sentence; its sentence here has a stop of its own
_MOST_NAMES: Final = 4
_MOST_DECISIONS: Final = 3
_MOST_CHARS: Final = 240
_EDITION_CHARS: Final = 16


@dataclass(frozen=True, kw_only=True)
class FirstPage:
    """What stands on it.

    Attributes:
        title: of the paper.
        facts: name and what.
        sentences: how it went.
        figures: number, and of what.
        decide: what is asked of the reader, with `decisions` one by one.
        more: what is left out here.
    """

    title: str
    facts: tuple[tuple[str, Cell], ...]
    sentences: tuple[str, ...]
    figures: tuple[tuple[str, str], ...]
    decide: str
    decisions: tuple[Cell, ...]
    more: tuple[str, ...]


def first_page(tell: Teller) -> FirstPage:
    """Return the first page of a report."""
    report, found = tell.report, summary(tell.told_of.scenario, tell.report)
    decide, decisions, more = _decide(tell, found)
    length = clock(tell.plan.minutes * 60)
    edition = report.edition.removeprefix("sha256:")[:_EDITION_CHARS]
    return FirstPage(
        title=tell("title_of", scenario=visible(_short(tell.text("title").text))),
        facts=(
            (tell("team"), Cell(report.team, ANYBODYS)),
            (tell("began"), Cell(shown_time(report.started_at))),
            (tell("passed"), Cell(tell("passed_of", passed=clock(report.passed_s), length=length))),
            (tell("edition"), Cell(tell.apart(f"{tell.plan.version} · {edition}"))),
        ),
        sentences=tuple(_sentences(tell, found)),
        figures=tuple(
            (tell.out_of(one.value, one.of), tell(f"figures.{one.key}")) for one in found.figures
        ),
        decide=decide,
        decisions=decisions,
        more=more,
    )


def _sentences(tell: Teller, found: Summary) -> Iterator[str]:
    for one in found.sentences:
        given: dict[str, str | int] = dict(one.facts)
        if one.names:
            names = [typed(_short(tell.text(key).text).rstrip(_STOPS)) for key in one.names]
            left = len(names) - _MOST_NAMES
            shown = [*names[:_MOST_NAMES], *([f"+{left}"] if left > 0 else [])]
            given["names"] = tell.listed(shown)
        yield tell(f"sentences.{one.key}", **given)


def _decide(tell: Teller, found: Summary) -> tuple[str, tuple[Cell, ...], tuple[str, ...]]:
    waiting = [one for one in tell.told_of.lessons if one.waits]
    if not waiting:
        if not found.dearest:
            return tell("decide_nothing"), (), ()
        dearest = tuple(_why(tell, one.key, one.cite) for one in found.dearest)
        return tell("decide_dearest"), dearest, ()
    shown = tuple(
        Cell(
            tell(
                "lesson_line",
                text=typed(_short(one.text)),
                owner=typed(one.owner),
                due=one.due.isoformat(),
            )
        )
        for one in waiting[:_MOST_DECISIONS]
    )
    left = len(waiting) - len(shown)
    more = (tell("decide_more", count=left, title=tell("lessons")),) if left else ()
    return tell("decide_lessons"), shown, more


def _why(tell: Teller, key: str, cite: tuple[str, ...]) -> Cell:
    why = tell.text(why_key(key))
    text = typed(_short(why.text))
    return Cell(tell("cited", text=text, articles=tell.articles(cite)) if cite else text)


def why_key(key: str) -> str:
    """Return the key of the text that says why points are what they are."""
    kind, _, name = key.partition(" ")
    return f"scores.{name}" if kind == "score" else f"tasks.{name}.learn"


def _short(text: str) -> str:
    """Return what fits on the first page; the whole stands further below."""
    text = " ".join(text.split())
    return text if len(text) <= _MOST_CHARS else f"{text[: _MOST_CHARS - 1].rstrip()}…"
