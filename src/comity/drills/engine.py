"""What is so now: a function of the scenario, the run's events and the time."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from comity.canonical import time_text
from comity.drills.happened import Happened
from comity.drills.model import Scenario, Task
from comity.drills.run import TICKS_PER_SECOND, Run, moment_of, ticks_at
from comity.drills.threads import Walked, walk


@dataclass(frozen=True, kw_only=True)
class Delivered:
    """An inject that came, or is to come as things stand.

    Attributes:
        at_s: exercise seconds.
        by: ``timeline``, ``trigger`` or ``trainer``.
    """

    inject: str
    at_s: int
    by: str


@dataclass(frozen=True, kw_only=True)
class TaskNow:
    """Where a task stands.

    Attributes:
        open: it has come, may be tried, and nobody has it right.
        tries: answers given.
        right: it was answered right in time.
        hints: keys of the hints taken for it.
    """

    open: bool
    tries: int
    right: bool
    hints: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Spoken:
    """What the trainer said to a role; to all where it is empty."""

    at_s: int
    role: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Moved:
    """What a simulated partner said by its character.

    Attributes:
        by: ``node`` or ``e-mail``.
        deed: what a driver of real nodes does to it; a key of `characters.DEEDS`.
        ground: of a refusal, or empty.
    """

    thread: str
    party: str
    type: str
    at_s: int
    by: str
    deed: str
    ground: str


@dataclass(frozen=True, kw_only=True)
class View:
    """Everything about a run at a moment.

    Attributes:
        passed_s: exercise seconds.
        story_at: what the clocks of the story say, aware UTC.
        running: time runs.
        frozen: players' deeds are refused.
        over: the length has passed.
        delivered: in order of time.
        planned: what is to come if nobody does anything more, in order of time.
        fired: trigger to exercise seconds.
        threads: where each conversation stands, as the exchange writes it.
        moved: what partners said by their characters, in order of time.
        wake_at: the next moment at which something comes; None while time stands still, or if
            nothing is to come.
    """

    passed_s: int
    story_at: datetime
    running: bool
    frozen: bool
    over: bool
    delivered: tuple[Delivered, ...]
    planned: tuple[Delivered, ...]
    fired: Mapping[str, int]
    tasks: Mapping[str, TaskNow]
    spoken: tuple[Spoken, ...]
    threads: Mapping[str, Mapping[str, object]]
    moved: tuple[Moved, ...]
    wake_at: datetime | None

    def to_value(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "delivered": [vars(one) for one in self.delivered],
            "fired": dict(self.fired),
            "frozen": self.frozen,
            "over": self.over,
            "moved": [vars(one) for one in self.moved],
            "passed_s": self.passed_s,
            "planned": [vars(one) for one in self.planned],
            "running": self.running,
            "spoken": [vars(one) for one in self.spoken],
            "story_at": time_text(self.story_at),
            "tasks": {
                key: {**vars(one), "hints": list(one.hints)} for key, one in self.tasks.items()
            },
            "threads": {key: dict(state) for key, state in self.threads.items()},
            "wake_at": time_text(self.wake_at) if self.wake_at else None,
        }


def look(scenario: Scenario, run: Run, at: datetime) -> View:
    """Return what is so at a moment.

    Args:
        scenario: one that `lint` finds sound.
        run: of that edition; events after ``at`` are not seen.
        at: aware.

    Raises:
        DrillUnsoundError: something waits for itself.
    """
    seen = until(run, at)
    happened, changes = Happened(scenario, seen), seen.changes()
    ticks = min(ticks_at(changes, at), happened.end)
    came = sorted(
        (found.ticks, place, key, found.by)
        for place, key in enumerate(scenario.plan.injects)
        if (found := happened.came(key)) and found.ticks <= happened.end
    )
    told = [
        Delivered(inject=key, at_s=when // TICKS_PER_SECOND, by=by) for when, _, key, by in came
    ]
    arrived = sum(when <= ticks for when, *_ in came)
    walked = walk(happened, until=ticks)
    coming = [when for when, *_ in came[arrived:]]
    coming += [one.next_ticks for one in walked.values() if one.next_ticks is not None]
    wake = min([*coming, happened.end]) if ticks < happened.end else None
    fired = {key: happened.fired(key) for key in scenario.plan.triggers}
    return View(
        passed_s=ticks // TICKS_PER_SECOND,
        story_at=scenario.plan.begins + timedelta(seconds=ticks // TICKS_PER_SECOND),
        running=bool(changes[-1].percent) and ticks < happened.end and at >= run.started_at,
        frozen=seen.is_frozen(),
        over=ticks >= happened.end,
        delivered=tuple(told[:arrived]),
        planned=tuple(told[arrived:]),
        fired={
            key: when // TICKS_PER_SECOND
            for key, when in fired.items()
            if when is not None and when <= ticks
        },
        tasks={key: _task(happened, task, ticks) for key, task in scenario.plan.tasks.items()},
        spoken=tuple(
            Spoken(
                at_s=when // TICKS_PER_SECOND,
                role=event.names.get("role", ""),
                text=event.names.get("text", ""),
            )
            for when, event in happened.steers
            if event.kind == "speak"
        ),
        threads={key: one.state.to_value() for key, one in walked.items()},
        moved=_moved(walked),
        wake_at=None if wake is None else moment_of(changes, wake),
    )


def _moved(walked: Mapping[str, Walked]) -> tuple[Moved, ...]:
    found = [
        Moved(
            thread=key,
            party=said.party,
            type=said.type,
            at_s=said.ticks // TICKS_PER_SECOND,
            by=said.by,
            deed=said.deed,
            ground=said.ground,
        )
        for key, one in walked.items()
        for said in one.said
        if said.name.startswith("move ")
    ]
    return tuple(sorted(found, key=lambda one: one.at_s))


def until(run: Run, at: datetime) -> Run:
    """Return the run as it stood at a moment: without the events that came later."""
    if not run.events or run.events[-1].at <= at:
        return run
    return replace(run, events=tuple(event for event in run.events if event.at <= at))


def _task(happened: Happened, task: Task, ticks: int) -> TaskNow:
    opens = happened.anchor(f"inject {task.opens}") if task.opens else 0
    answers = [
        did
        for did in happened.deeds
        if (task.kind == "seal" and did.event.names.get("exhibit") == task.exhibit)
        or did.event.names.get("task") == task.key
    ]
    right = any(did.right == "yes" for did in answers)
    has_come = opens is not None and opens <= ticks
    taken = happened.hints()
    return TaskNow(
        open=has_come and not right and (task.kind == "seal" or len(answers) < task.tries),
        tries=len(answers),
        right=right,
        hints=tuple(
            key
            for key, hint in happened.scenario.plan.hints.items()
            if hint.task == task.key and key in taken
        ),
    )
