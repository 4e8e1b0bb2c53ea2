"""The after-action report as data: who was told, what was late, lost or wrong, and the ideal."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from comity.canonical import time_text
from comity.drills.engine import until
from comity.drills.happened import Did, Happened
from comity.drills.model import Good, Scenario
from comity.drills.run import TICKS_PER_MINUTE, TICKS_PER_SECOND, Event, Run, moment_of, ticks_at
from comity.drills.scoring import Board, Points, judge_timing, score
from comity.drills.threads import walk

_ENDING: Final = frozenset({"request.released", "request.withdrawn"})
"""Messages that end a request, and tell of nothing else."""
_TELLING: Final = frozenset({"sent", "called", "told"})


@dataclass(frozen=True, kw_only=True)
class Row:
    """One step of the ideal timeline beside what was done.

    Attributes:
        key: its text is ``good.KEY``.
        ideal_s: by which a good team has done it.
        done_s: exercise seconds, or None.
        late_s: how much later than ideal; 0 if in time, None if it was not done.
        outcome: ``in-time``, ``late``, ``not-done`` or ``open``, as of a clock.
        by, role: who did it; empty if nobody did.
    """

    key: str
    ideal_s: int
    done_s: int | None
    late_s: int | None
    outcome: str
    by: str
    role: str
    cite: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Told:
    """Somebody who ought to be told.

    Attributes:
        key: of the step, whose text is ``good.KEY`` and says of what.
        party: key.
        how: ``sent``, ``called`` or ``told``.
        at_s: when, or None: it was not done in this way.
        outcome: as of the step.
        heard_s: when the party was first told anything in any way, or None: never.
        heard_how: ``sent``, ``called`` or ``told``; empty if never.
    """

    key: str
    party: str
    how: str
    at_s: int | None
    ideal_s: int
    outcome: str
    heard_s: int | None
    heard_how: str


@dataclass(frozen=True, kw_only=True)
class Wrong:
    """Something sent or done that should not have been.

    Attributes:
        key: ``score KEY`` of what never should be done, or ``event NUMBER`` of a message that the
            exchange's table did not allow.
        what: ``did-it``, or the type of that message.
    """

    key: str
    what: str
    at_s: int
    by: str
    role: str
    cite: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Report:
    """What a team takes home; a page or a paper is made of it elsewhere.

    Attributes:
        started_at: on the wall, aware UTC.
        passed_s: exercise seconds at the moment that it tells of.
        timeline: ideal beside real.
        told: who ought to be told, and whether that happened.
        late: points that were lost to the clock.
        lost: injects by which something was lost for good, with exercise seconds.
        wrong: what was wrongly sent or done.
        debrief: keys of the questions for the talk.
    """

    scenario: str
    edition: str
    team: str
    started_at: datetime
    passed_s: int
    board: Board
    timeline: tuple[Row, ...]
    told: tuple[Told, ...]
    late: tuple[Points, ...]
    lost: tuple[tuple[str, int], ...]
    wrong: tuple[Wrong, ...]
    hints: tuple[str, ...]
    debrief: tuple[str, ...]

    def to_value(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "board": self.board.to_value(),
            "debrief": list(self.debrief),
            "edition": self.edition,
            "hints": list(self.hints),
            "late": [one.key for one in self.late],
            "lost": [{"inject": key, "at_s": at_s} for key, at_s in self.lost],
            "passed_s": self.passed_s,
            "scenario": self.scenario,
            "started_at": time_text(self.started_at),
            "team": self.team,
            "timeline": [{**vars(one), "cite": list(one.cite)} for one in self.timeline],
            "told": [vars(one) for one in self.told],
            "wrong": [{**vars(one), "cite": list(one.cite)} for one in self.wrong],
        }


def report(scenario: Scenario, run: Run, at: datetime) -> Report:
    """Return the report of a run as it stands at a moment.

    Raises:
        DrillUnsoundError: something in the scenario waits for itself.
    """
    seen = until(run, at)
    happened = Happened(scenario, seen)
    now = min(ticks_at(seen.changes(), at), happened.end)
    board = score(scenario, seen, at)
    rows = [
        (one, did, _outcome(one, did, now, happened))
        for one in sorted(scenario.plan.good.values(), key=lambda one: one.minute)
        for did in [happened.first(one.did)]
    ]
    return Report(
        scenario=run.scenario,
        edition=run.edition,
        team=run.team,
        started_at=run.started_at,
        passed_s=now // TICKS_PER_SECOND,
        board=board,
        timeline=tuple(_row(*row) for row in rows),
        told=tuple(_told(*row, happened) for row in rows if row[0].did.kind in _TELLING),
        late=tuple(one for one in board.points if one.kind == "clock" and one.outcome in _LATE),
        lost=tuple(
            (key, came.ticks // TICKS_PER_SECOND)
            for key, inject in scenario.plan.injects.items()
            if inject.loss and (came := happened.came(key)) and came.ticks <= now
        ),
        wrong=(*_never(board), *_illegal(happened, now)),
        hints=tuple(sorted(happened.hints())),
        debrief=tuple(scenario.plan.debrief),
    )


def ended_at(scenario: Scenario, run: Run) -> datetime:
    """Return the moment at which a run was over; one that stands still, its last event."""
    end = Happened(scenario, run).end
    last = run.events[-1].at if run.events else run.started_at
    return moment_of(run.changes(), end) or last


def naming(told: Report, persons: Collection[str]) -> Report:
    """Return the report as somebody may read it: what others did is their role's, not theirs.

    Args:
        told: a report.
        persons: whose names stay.
    """
    board = told.board
    return replace(
        told,
        board=replace(
            board,
            points=tuple(_named(one, persons) for one in board.points),
            by_person={one: got for one, got in board.by_person.items() if one in persons},
        ),
        late=tuple(_named(one, persons) for one in told.late),
        timeline=tuple(_named(one, persons) for one in told.timeline),
        wrong=tuple(_named(one, persons) for one in told.wrong),
    )


def _named[One: (Points, Row, Wrong)](one: One, persons: Collection[str]) -> One:
    return one if one.by in persons else replace(one, by="")


_LATE: Final = frozenset({"late", "not-done"})


def _outcome(good: Good, did: Did | None, now: int, happened: Happened) -> str:
    ticks, limit = did.ticks if did else None, good.minute * TICKS_PER_MINUTE
    return judge_timing(ticks, limit=limit, now=now, end=happened.end)


def _row(good: Good, did: Did | None, outcome: str) -> Row:
    ideal_s = good.minute * 60
    done_s = did.ticks // TICKS_PER_SECOND if did else None
    return Row(
        key=good.key,
        ideal_s=ideal_s,
        done_s=done_s,
        late_s=_late_s(good, did) if did else None,
        outcome=outcome,
        by=did.event.by if did else "",
        role=did.event.role if did else "",
        cite=good.cite,
    )


def _late_s(good: Good, did: Did) -> int:
    """Return how late a step was, in begun seconds: judged to the tick, as a deadline is."""
    late = did.ticks - good.minute * TICKS_PER_MINUTE
    return max(-(-late // TICKS_PER_SECOND), 0)


def _told(good: Good, did: Did | None, outcome: str, happened: Happened) -> Told:
    party = good.did.names["to"]
    heard = next(
        (one for one in happened.deeds if _tells(one.event) and one.event.names.get("to") == party),
        None,
    )
    return Told(
        key=good.key,
        party=party,
        how=good.did.kind,
        at_s=did.ticks // TICKS_PER_SECOND if did else None,
        ideal_s=good.minute * 60,
        outcome=outcome,
        heard_s=heard.ticks // TICKS_PER_SECOND if heard else None,
        heard_how=heard.event.kind if heard else "",
    )


def _tells(event: Event) -> bool:
    """Tell whether a deed told its addressee of anything.

    Who is released from a duty, or learns that a request is withdrawn, is told of nothing that was
    due to be told.
    """
    return event.kind in _TELLING and event.names.get("type") not in _ENDING


def _never(board: Board) -> list[Wrong]:
    return [
        Wrong(
            key=one.key,
            what=one.outcome,
            at_s=one.at_s or 0,
            by=one.by,
            role=one.role,
            cite=one.cite,
        )
        for one in board.points
        if one.outcome == "did-it"
    ]


def _illegal(happened: Happened, now: int) -> list[Wrong]:
    """Return the team's messages that the exchange's table did not allow."""
    team = happened.scenario.plan.team().key
    events = {f"event {did.number}": did.event for did in happened.deeds}
    return [
        Wrong(
            key=said.name,
            what=said.type,
            at_s=said.ticks // TICKS_PER_SECOND,
            by=events[said.name].by,
            role=events[said.name].role,
            cite=(),
        )
        for walked in walk(happened, until=now).values()
        for said in walked.said
        if not said.legal and said.party == team and said.name in events
    ]
