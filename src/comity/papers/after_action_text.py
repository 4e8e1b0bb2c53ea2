"""What an after-action report is made of, and its texts: a part is told alike on every medium."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from comity.drills import Outline, Report, Scenario, say
from comity.instruments import Library
from comity.instruments.errors import LawTextMissingError
from comity.papers.short_test import ShortTest
from comity.papers.visible import visible
from comity.papers.words import Words

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
