"""Points, each with its why: done in time, completely, with care; and what never should be done."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from comity.drills.engine import until
from comity.drills.happened import Did, Happened
from comity.drills.model import Scenario, Score, Task
from comity.drills.run import TICKS_PER_MINUTE, TICKS_PER_SECOND, Event, Run, ticks_at

OUTCOMES: Final[Mapping[str, str]] = {
    "in-time": "done before its time was over",
    "late": "done, but after its time was over",
    "done": "done",
    "in-part": "done in part",
    "right": "answered right",
    "wrong": "every try used, none right",
    "not-done": "the exercise ended, or its time was over, and it was not done",
    "open": "can still be done",
    "not-due": "what it counts from has not come, so it is neither owed nor counted",
    "avoided": "what never should be done was not done",
    "did-it": "what never should be done was done",
}

SEVERAL: Final = ""
"""In place of a role, for what several roles should have done and none did."""


@dataclass(frozen=True, kw_only=True)
class Points:
    """What one thing brought.

    Attributes:
        key: ``score KEY`` or ``task KEY``; its texts are ``scores.KEY`` and ``tasks.KEY.learn``.
        got: may be below zero.
        of: what it could have brought; 0 where it was not owed, or could only cost.
        outcome: a key of `OUTCOMES`.
        at_s: exercise seconds of the deed, or None.
        due_s: until when it was due, or None.
        by, role: of the deed; without one, the role is that of who should have, or empty for all.
        hints: points that hints cost, contained in ``got``.
        missing: of a message: fields that it lacked.
        overruled: who changed it and why, or None.
    """

    key: str
    kind: str
    got: int
    of: int
    outcome: str
    cite: tuple[str, ...]
    at_s: int | None = None
    due_s: int | None = None
    by: str = ""
    role: str = ""
    hints: int = 0
    missing: tuple[str, ...] = ()
    overruled: "Overruled | None" = None


@dataclass(frozen=True, kw_only=True)
class Overruled:
    """An evaluator's word against the machine's.

    Attributes:
        was: what the machine gave.
    """

    by: str
    reason: str
    was: int


@dataclass(frozen=True, kw_only=True)
class Board:
    """All points of a run.

    Attributes:
        got, of: sums.
        by_role: role to what it got; `SEVERAL` for what nobody did of those that should have. The
            sums of all are ``got`` and ``of``.
        by_person: name to what that person's deeds brought.
    """

    points: tuple[Points, ...]
    got: int
    of: int
    by_role: Mapping[str, tuple[int, int]]
    by_person: Mapping[str, int]

    def to_value(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "by_person": dict(self.by_person),
            "by_role": {role: list(pair) for role, pair in self.by_role.items()},
            "got": self.got,
            "of": self.of,
            "points": [point_value(one) for one in self.points],
        }


def point_value(one: Points) -> dict[str, Any]:
    """Return one line of points as JSON."""
    value = {**vars(one), "cite": list(one.cite), "missing": list(one.missing)}
    return value | {"overruled": vars(one.overruled) if one.overruled else None}


def score(scenario: Scenario, run: Run, at: datetime) -> Board:
    """Return the points at a moment.

    Raises:
        DrillUnsoundError: something in the scenario waits for itself.
    """
    seen = until(run, at)
    happened = Happened(scenario, seen)
    now = min(ticks_at(seen.changes(), at), happened.end)
    made = [_score(happened, one, now) for one in scenario.plan.scores.values()]
    made += [_task(happened, one, now) for one in scenario.plan.tasks.values()]
    points = tuple(_overrule(one, happened.steers) for one in made)
    return Board(
        points=points,
        got=sum(one.got for one in points),
        of=sum(one.of for one in points),
        by_role=_by_role(scenario, points),
        by_person=_by_person(points),
    )


def judge_timing(done: int | None, *, limit: int, now: int, end: int) -> str:
    """Return the outcome of what is to be done by a limit: at the limit itself it is in time.

    Args:
        done: exercise time of the deed, or None.
        limit: last moment at which it is in time.
        now: moment of the judgement.
        end: of the exercise, after which nothing can be done.
    """
    if done is not None:
        return "in-time" if done <= limit else "late"
    return "not-done" if now > limit or now >= end else "open"


# ------------------------------------------------------------------ one thing each


def _score(happened: Happened, one: Score, now: int) -> Points:
    since = happened.anchor(one.after)
    base = Points(
        key=f"score {one.key}",
        kind=one.kind,
        got=0,
        of=one.points,
        outcome="not-due",
        cite=one.cite,
        role=one.roles[0] if len(one.roles) == 1 else "",
    )
    if since is None or since > now:
        return replace(base, of=0)
    if one.kind == "never":
        done = happened.first(one.did, since=since)
        none = replace(base, of=0, outcome="avoided")
        return _by(replace(none, got=-one.points, outcome="did-it"), done) if done else none
    if one.kind == "clock":
        return _clock(happened, one, base, since, now)
    if one.kind == "custody":
        return _custody(happened, one, base, since, now)
    if one.kind == "complete":
        return _complete(happened, one, base, since, now)
    done = happened.first(one.did, since=since)
    if done is None:
        return replace(base, outcome=_undone(happened, now))
    return _by(replace(base, got=one.points, outcome="done"), done)


def _clock(happened: Happened, one: Score, base: Points, since: int, now: int) -> Points:
    limit = since + one.within_minutes * TICKS_PER_MINUTE
    base = replace(base, due_s=limit // TICKS_PER_SECOND)
    done = happened.first(one.did, since=since)
    ticks = done.ticks if done else None
    outcome = judge_timing(ticks, limit=limit, now=now, end=happened.end)
    if done is None:
        return replace(base, outcome=outcome)
    got = one.points if outcome == "in-time" else one.late_points
    return _by(replace(base, got=got, outcome=outcome), done)


def _custody(happened: Happened, one: Score, base: Points, since: int, now: int) -> Points:
    """Count the steps done in their order; one done too early counts once it is done again."""
    done: list[Did] = []
    for did in happened.deeds:
        if len(done) < len(one.steps) and did.ticks >= since and did.is_(one.steps[len(done)]):
            done.append(did)
    got = one.points * len(done) // len(one.steps)
    if len(done) == len(one.steps):
        return _by(replace(base, got=got, outcome="done"), done[-1])
    if done and now >= happened.end:
        return _by(replace(base, got=got, outcome="in-part"), done[-1])
    return replace(base, got=got, outcome=_undone(happened, now))


def _complete(happened: Happened, one: Score, base: Points, since: int, now: int) -> Points:
    """Count the fullest of the messages: who mends what was missing gets the points."""
    found = [did for did in happened.deeds if did.ticks >= since and did.is_(one.did)]
    if not found:
        return replace(base, outcome=_undone(happened, now), missing=one.fields)
    best = max(found, key=lambda did: len(set(one.fields) & set(did.event.fields)))
    missing = tuple(name for name in one.fields if name not in best.event.fields)
    held = len(one.fields) - len(missing)
    outcome = "in-part" if missing else "done"
    got = one.points * held // len(one.fields)
    return _by(replace(base, got=got, outcome=outcome, missing=missing), best)


def _task(happened: Happened, task: Task, now: int) -> Points:
    base = Points(
        key=f"task {task.key}",
        kind="task",
        got=0,
        of=task.points,
        outcome="not-due",
        cite=task.cite,
        role=task.roles[0] if len(task.roles) == 1 else "",
    )
    since = happened.anchor(f"inject {task.opens}" if task.opens else "")
    answers = [
        did
        for did in happened.deeds
        if did.event.names.get("task") == task.key
        or (task.kind == "seal" and did.event.names.get("exhibit") == task.exhibit)
    ]
    right = next((did for did in answers if did.right == "yes"), None)
    if right is None and (since is None or since > now):
        return replace(base, of=0)
    cost = _hint_cost(happened, task, right)
    if right is not None:
        got = max(task.points - cost, 0)
        return _by(replace(base, got=got, outcome="right", hints=cost), right)
    used_up = task.kind != "seal" and len(answers) >= task.tries
    outcome = "wrong" if used_up else _undone(happened, now)
    return replace(base, outcome=outcome)


def _hint_cost(happened: Happened, task: Task, right: Did | None) -> int:
    return sum(
        happened.scenario.plan.hints[key].cost
        for key, taken in happened.hints().items()
        if happened.scenario.plan.hints[key].task == task.key
        and (right is None or taken.number < right.number)
    )


def _undone(happened: Happened, now: int) -> str:
    return "not-done" if now >= happened.end else "open"


def _by(points: Points, did: Did) -> Points:
    event = did.event
    return replace(points, at_s=did.ticks // TICKS_PER_SECOND, by=event.by, role=event.role)


# ------------------------------------------------------------------ views


def _overrule(one: Points, steers: Iterable[tuple[int, Event]]) -> Points:
    for _, event in steers:
        if event.kind == "judge" and event.names["score"] == one.key:
            was = one.overruled.was if one.overruled else one.got
            word = Overruled(by=event.by, reason=event.names["reason"], was=was)
            one = replace(one, got=int(event.names["points"]), overruled=word)
    return one


def _by_role(scenario: Scenario, points: Iterable[Points]) -> dict[str, tuple[int, int]]:
    sums = {role: [0, 0] for role in scenario.plan.roles}
    for one in points:
        if not one.got and not one.of:
            continue
        owners = _owners(scenario, one)
        pair = sums.setdefault(owners[0] if len(owners) == 1 else SEVERAL, [0, 0])
        pair[0] += one.got
        pair[1] += one.of
    return {role: (got, of) for role, (got, of) in sums.items()}


def _owners(scenario: Scenario, one: Points) -> tuple[str, ...]:
    """Return whose points these are: who did it; else who should have; else all."""
    if one.role in scenario.plan.roles:
        return (one.role,)
    kind, _, key = one.key.partition(" ")
    named = scenario.plan.tasks[key].roles if kind == "task" else scenario.plan.scores[key].roles
    return tuple(role for role in named or scenario.plan.roles if role in scenario.plan.roles)


def _by_person(points: Iterable[Points]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for one in points:
        if one.by:
            sums[one.by] = sums.get(one.by, 0) + one.got
    return dict(sorted(sums.items()))
