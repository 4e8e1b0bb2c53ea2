"""What a team and its roles knew before an exercise and after it, and what of it may be told.

Who did not answer is counted as that, and never as wrong. Where few answered, figures are those of
persons: `hidden` takes them out, and what would give them back.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, Final

from pydantic import AfterValidator, Field, TypeAdapter, ValidationError

from comity.training.errors import QuizFiguresError
from comity.training.row import KEY, MAX_KEY

LEAST: Final = 3
"""People besides the reader whose answers a figure is made of, where nobody may be named."""
MOMENTS: Final = ("before", "after")
_MAX_PEOPLE: Final = 10_000
_MAX_ROWS: Final = 200


def _check_right(pair: tuple[int, int]) -> tuple[int, int]:
    right, of = pair
    if right > of:
        raise ValueError("more answers of a test are right than there are")
    return pair


def _check_question(name: str) -> str:
    course, _, key = name.partition(":")
    if not all(len(one) <= MAX_KEY and KEY.fullmatch(one) for one in (course, key)):
        raise ValueError("a question of a test is named COURSE:QUESTION")
    return name


Number = Annotated[int, Field(strict=True, ge=0, le=_MAX_PEOPLE)]
Pair = Annotated[tuple[Number, Number], AfterValidator(_check_right)]
"""How many answers were right, and of how many."""


@dataclass(frozen=True, kw_only=True)
class Paper:
    """What one person answered: of each question that was answered, whether it was right.

    Attributes:
        before, after: None where the person handed nothing in.
    """

    person: str
    role: str
    before: Mapping[str, bool] | None = None
    after: Mapping[str, bool] | None = None

    def at(self, moment: str) -> Mapping[str, bool]:
        """Return the answers of a moment."""
        return (self.before if moment == "before" else self.after) or {}


@dataclass(frozen=True)
class Knew:
    """How much was right.

    Attributes:
        people: who answered anything.
        right, of: answers.
    """

    people: Number
    right: Number
    of: Number

    def __post_init__(self) -> None:
        """Refuse more right answers than there are."""
        _check_right((self.right, self.of))


@dataclass(frozen=True, kw_only=True)
class Group:
    """The team, or one role.

    Attributes:
        role: empty of the team.
        people: of the group, whether they answered or not.
        before, after: None where it may not be told.
    """

    role: Annotated[str, Field(max_length=MAX_KEY)]
    people: Number
    before: Knew | None = None
    after: Knew | None = None

    def at(self, moment: str) -> Knew | None:
        """Return the figures of a moment."""
        return self.before if moment == "before" else self.after


@dataclass(frozen=True, kw_only=True)
class Known:
    """One question in the whole team: right, and of how many answers; None: not told."""

    question: Annotated[str, AfterValidator(_check_question)]
    before: Pair | None = None
    after: Pair | None = None


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What a team knew.

    Attributes:
        groups: the team first, then its roles.
        questions: in the order of the test.
    """

    groups: Annotated[tuple[Group, ...], Field(max_length=_MAX_ROWS)]
    questions: Annotated[tuple[Known, ...], Field(max_length=_MAX_ROWS)]

    def __post_init__(self) -> None:
        """Refuse groups that do not begin with the team."""
        if not self.groups or [one for one in self.groups if not one.role] != [self.groups[0]]:
            raise ValueError("a test's figures begin with the team, and then come roles")

    def to_value(self) -> dict[str, Any]:
        """Return it as JSON."""
        value: dict[str, Any] = _FIGURES.dump_python(self, mode="json")
        return value


def figures(papers: Sequence[Paper], questions: Sequence[str], roles: Iterable[str]) -> Figures:
    """Return what a team knew, nothing hidden.

    Args:
        papers: one of each person of the team, also of those who answered nothing.
        questions: names, in the order of the test.
        roles: of the scenario, in its order; a role that nobody has is left out.
    """
    groups = [_group("", papers)]
    for role in roles:
        of_role = [one for one in papers if one.role == role]
        if of_role:
            groups.append(_group(role, of_role))
    return Figures(
        groups=tuple(groups),
        questions=tuple(
            Known(
                question=name,
                before=_answers(papers, name, "before"),
                after=_answers(papers, name, "after"),
            )
            for name in questions
        ),
    )


def _group(role: str, papers: Sequence[Paper]) -> Group:
    return Group(
        role=role,
        people=len(papers),
        before=_knew(papers, "before"),
        after=_knew(papers, "after"),
    )


def _knew(papers: Sequence[Paper], moment: str) -> Knew:
    given = [one.at(moment) for one in papers if one.at(moment)]
    right = sum(sum(marks.values()) for marks in given)
    return Knew(people=len(given), right=right, of=sum(map(len, given)))


def _answers(papers: Sequence[Paper], name: str, moment: str) -> tuple[int, int]:
    marks = [one.at(moment)[name] for one in papers if name in one.at(moment)]
    return sum(marks), len(marks)


# ------------------------------------------------------------------ what may be told


def hidden(told: Figures, *, reader: Paper | None = None) -> Figures:
    """Return figures without those that fewer than `LEAST` others stand behind.

    That nobody answered is told of as many people. A role's figures go too where those that are
    left out would follow by subtraction.

    Args:
        told: figures.
        reader: who reads them and knows the own answers; None for anybody.

    Source: docs/adr/0065-a-short-test-has-no-points.md.
    """
    for moment in MOMENTS:
        told = _hidden(told, moment, reader)
    return told


def _hidden(told: Figures, moment: str, reader: Paper | None) -> Figures:
    team, *roles = told.groups
    others = {one.role: _others(one, moment, reader) for one in roles}
    kept = {role for role, (there, wrote) in others.items() if _many(there, wrote)}
    while _few(others, kept) and kept:
        kept.discard(min(kept, key=lambda role: (others[role], role)))
    is_told = _many(*_others(team, moment, reader))
    kept = kept if is_told else set()
    return Figures(
        groups=(
            team if is_told else _without(team, moment),
            *(one if one.role in kept else _without(one, moment) for one in roles),
        ),
        questions=told.questions
        if is_told
        else tuple(_untold(one, moment) for one in told.questions),
    )


def _others(one: Group, moment: str, reader: Paper | None) -> tuple[int, int]:
    """Return how many besides the reader are in a group, and how many of them answered."""
    found = one.at(moment)
    wrote = found.people if found else 0
    if reader is None or one.role not in {"", reader.role}:
        return one.people, wrote
    return one.people - 1, wrote - bool(reader.at(moment))


def _many(there: int, wrote: int) -> bool:
    return wrote >= LEAST or (wrote == 0 and there >= LEAST)


def _few(others: Mapping[str, tuple[int, int]], kept: set[str]) -> bool:
    """Tell whether what is left out would be that of a few."""
    left = [counts for role, counts in others.items() if role not in kept]
    return any(0 < sum(counts) < LEAST for counts in zip(*left, strict=True))


def _without(one: Group, moment: str) -> Group:
    return replace(one, before=None) if moment == "before" else replace(one, after=None)


def _untold(one: Known, moment: str) -> Known:
    return replace(one, before=None) if moment == "before" else replace(one, after=None)


# ------------------------------------------------------------------ as a report holds them


_FIGURES: Final = TypeAdapter(Figures)


def read_figures(value: object) -> Figures:
    """Return figures that were written down, untrusted.

    Raises:
        QuizFiguresError: they are none.
    """
    try:
        return _FIGURES.validate_python(value)
    except ValidationError as fault:
        first = fault.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"])) or "the whole"
        raise QuizFiguresError(f"no figures of a test: {place}: {first['msg']}") from None
