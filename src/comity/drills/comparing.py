"""Runs of one scenario side by side: one line each, of numbers that can be compared."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final

from comity.canonical import PeerError, parse_time, time_text
from comity.drills.errors import DrillRunError
from comity.drills.report import Report
from comity.drills.summary import is_due, untold

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
