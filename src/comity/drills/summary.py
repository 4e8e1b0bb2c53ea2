"""The first page of a report: sentences as keys with facts, three figures, what cost the most.

No word of any language stands here: a page and a paper have a text for each key.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final

from comity.canonical import PeerError, parse_time, time_text
from comity.drills.errors import DrillRunError
from comity.drills.model import Scenario
from comity.drills.report import Report, Row, Told
from comity.drills.scoring import Points

SENTENCES: Final[Mapping[str, tuple[str, ...]]] = {
    "reached": ("got", "of", "percent"),
    "reached-not-due": ("got",),
    "lost": ("count", "names"),
    "lost-nothing": (),
    "untold": ("names",),
    "told-in-part": ("names",),
    "untold-nobody": (),
    "untold-not-due": (),
    "slowest": ("minutes", "names"),
    "slowest-open": ("minutes", "names"),
    "slowest-none": (),
    "nothing-due": (),
    "nothing-done": (),
    "undone": ("count", "names"),
    "wrong": ("count", "points"),
    "hints": ("count", "points"),
    "hints-none": (),
}
"""Key of each sentence to the facts that its text names."""
_DEAREST: Final = 3


@dataclass(frozen=True)
class Sentence:
    """One sentence.

    Attributes:
        key: of `SENTENCES`.
        facts: numbers in it.
        names: keys of texts of the scenario, which stand in it one after the other.
    """

    key: str
    facts: Mapping[str, int]
    names: tuple[str, ...] = ()

    def to_value(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {"facts": dict(self.facts), "key": self.key, "names": list(self.names)}


@dataclass(frozen=True)
class Figure:
    """A number out of another: ``points``, ``steps`` in time, or ``clocks`` that were met."""

    key: str
    value: int
    of: int


@dataclass(frozen=True)
class Summary:
    """The first page.

    Attributes:
        sentences: in the order in which they are read.
        figures: three.
        dearest: what cost the most points, the dearest first; at most three.
    """

    sentences: tuple[Sentence, ...]
    figures: tuple[Figure, ...]
    dearest: tuple[Points, ...]

    def to_value(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "dearest": [one.key for one in self.dearest],
            "figures": [vars(one) for one in self.figures],
            "sentences": [one.to_value() for one in self.sentences],
        }


def summary(scenario: Scenario, told: Report) -> Summary:
    """Return the first page of a report.

    What was not yet due when the report was taken is neither missing nor late.
    """
    sentences = [_reached(told), _lost(told), *_untold(told), *_slowest(told)]
    if told.wrong:
        cost = sum(max(one.of, 0) - one.got for one in told.board.points if one.kind == "never")
        sentences.append(Sentence("wrong", {"count": len(told.wrong), "points": cost}))
    sentences.append(_hints(scenario, told))
    clocks = [one for one in told.board.points if one.kind == "clock" and one.outcome in _RUN]
    rows = [one for one in told.timeline if is_due(one)]
    figures = (
        Figure("points", told.board.got, told.board.of),
        Figure("steps", sum(one.outcome == "in-time" for one in rows), len(rows)),
        Figure("clocks", sum(one.outcome == "in-time" for one in clocks), len(clocks)),
    )
    return Summary(tuple(sentences), figures, dearest(told.board.points))


_RUN: Final = frozenset({"in-time", "late", "not-done"})


def is_due(one: Row | Told) -> bool:
    """Tell whether a step was done, or can no longer be done in time."""
    return one.outcome != "open"


def untold(told: Report) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return parties that something was due to: those that heard nothing, and those that did.

    Whoever was called, written to or told of anything has heard something, whatever was due.
    """
    heard = {one.party for one in told.told if one.heard_s is not None}
    missed = [one.party for one in told.told if one.at_s is None and is_due(one)]
    named = dict.fromkeys(missed)
    return (
        tuple(party for party in named if party not in heard),
        tuple(party for party in named if party in heard),
    )


def dearest(points: Sequence[Points]) -> tuple[Points, ...]:
    """Return what cost the most points of what was owed; what can still be done cost nothing."""
    costly = [one for one in points if one.outcome != "open" and one.got < one.of]
    return tuple(sorted(costly, key=lambda one: one.got - one.of)[:_DEAREST])


def _reached(told: Report) -> Sentence:
    got, of = told.board.got, told.board.of
    if not of:
        return Sentence("reached-not-due", {"got": got})
    percent = max(got, 0) * 100 // of
    return Sentence("reached", {"got": got, "of": of, "percent": percent})


def _lost(told: Report) -> Sentence:
    if not told.lost:
        return Sentence("lost-nothing", {})
    names = tuple(f"injects.{key}.title" for key, _ in told.lost)
    return Sentence("lost", {"count": len(names)}, names)


def _untold(told: Report) -> list[Sentence]:
    never, in_part = untold(told)
    found = [
        Sentence(key, {}, tuple(f"parties.{party}" for party in parties))
        for key, parties in (("untold", never), ("told-in-part", in_part))
        if parties
    ]
    due = any(is_due(one) for one in told.told)
    return found or [Sentence("untold-nobody" if due else "untold-not-due", {})]


def _slowest(told: Report) -> list[Sentence]:
    """Return the longest delay, and what was due and not done: a delay that lasts to the end."""
    undone = [one for one in told.timeline if one.done_s is None and is_due(one)]
    if not any(is_due(one) for one in told.timeline):
        return [Sentence("nothing-due", {})]
    if all(one.done_s is None for one in told.timeline):
        return [Sentence("nothing-done", {})]
    worst = max(told.timeline, key=lambda one: _delay_s(one, told))
    delay_s = _delay_s(worst, told)
    found = [] if undone else [Sentence("slowest-none", {})]
    if delay_s and worst.done_s is None:  # at least so long, so that no second too many is told
        minutes, name = delay_s // 60, f"good.{worst.key}"
        found = [Sentence("slowest-open", {"minutes": minutes}, (name,))]
    elif delay_s:
        found = [Sentence("slowest", {"minutes": -(-delay_s // 60)}, (f"good.{worst.key}",))]
    if undone:
        names = tuple(f"good.{one.key}" for one in undone)
        found.append(Sentence("undone", {"count": len(undone)}, names))
    return found


def _delay_s(one: Row, told: Report) -> int:
    """Return how late a step was, or is by the moment of the report."""
    if one.late_s is not None:
        return one.late_s
    return max(told.passed_s - one.ideal_s, 0)


def _hints(scenario: Scenario, told: Report) -> Sentence:
    if not told.hints:
        return Sentence("hints-none", {})
    cost = sum(scenario.plan.hints[key].cost for key in told.hints)
    return Sentence("hints", {"count": len(told.hints), "points": cost})


# Runs of one scenario side by side: one line each, of numbers that can be compared.


COUNTS: Final = (
    "passed_s", "got", "of", "in_time", "steps", "late", "lost", "wrong", "untold", "hints",
)  # fmt: skip
_MAX_NAME: Final = 64
_MAX_EDITION: Final = 80
_MOST: Final = 10_000_000


@dataclass(frozen=True, kw_only=True)
class Outline:
    """One run in a line.

    Attributes:
        edition: of the scenario; what another edition asked cannot be compared point by point.
        passed_s: exercise seconds that it tells of.
        got, of: points.
        in_time, steps: steps of the ideal timeline done in time, and those that were due.
        late: clocks that ran out.
        lost: what was lost for good.
        wrong: what was wrongly sent or done.
        untold: parties that were not told, or not all.
        hints: taken.
    """

    scenario: str
    edition: str
    team: str
    started_at: datetime
    passed_s: int
    got: int
    of: int
    in_time: int
    steps: int
    late: int
    lost: int
    wrong: int
    untold: int
    hints: int

    @property
    def percent(self) -> int:
        """Return points in a hundred of those that were owed."""
        return max(self.got, 0) * 100 // self.of if self.of else 0

    def to_value(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {**vars(self), "started_at": time_text(self.started_at)}


def outline(told: Report) -> Outline:
    """Return a report in a line."""
    rows = [one for one in told.timeline if is_due(one)]
    never, in_part = untold(told)
    return Outline(
        scenario=told.scenario,
        edition=told.edition,
        team=told.team,
        started_at=told.started_at,
        passed_s=told.passed_s,
        got=told.board.got,
        of=told.board.of,
        in_time=sum(one.outcome == "in-time" for one in rows),
        steps=len(rows),
        late=len(told.late),
        lost=len(told.lost),
        wrong=len(told.wrong),
        untold=len(never) + len(in_part),
        hints=len(told.hints),
    )


def read_outline(value: object) -> Outline:
    """Return a line that was written down.

    Raises:
        DrillRunError: not of this form.
    """
    names = {one.name for one in fields(Outline)}
    if not isinstance(value, Mapping) or set(value) != names:
        raise DrillRunError(f"an outline has exactly: {', '.join(sorted(names))}")
    for name in COUNTS:
        if type(value[name]) is not int or abs(value[name]) > _MOST:
            raise DrillRunError(f"{name} of an outline is a whole number")
    for name, most in (("scenario", _MAX_NAME), ("team", _MAX_NAME), ("edition", _MAX_EDITION)):
        if not isinstance(value[name], str) or not 0 < len(value[name]) <= most:
            raise DrillRunError(f"{name} of an outline is a text of at most {most} characters")
    try:
        started_at = parse_time(value["started_at"])
    except PeerError as fault:
        raise DrillRunError(f"started_at of an outline: {fault}") from fault
    return Outline(**{**value, "started_at": started_at})
