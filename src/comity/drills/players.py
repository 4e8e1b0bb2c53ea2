"""Scripted players, for a rehearsal: they do what the scenario thinks best, late, wrongly or never.

Each minute they do what they want by then and what is possible: the inject has come, the task is
open, the exchange's table allows the message, and the step before was done.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from comity.drills.happened import Happened, right_answers
from comity.drills.model import Scenario
from comity.drills.reach import NEVER, Reach
from comity.drills.run import TICKS_PER_MINUTE, Event, Run, admit, start
from comity.drills.threads import allows, walk
from comity.drills.values import Deed

SKILLS: Final[Mapping[str, str]] = {
    "good": "does everything at the minute that the scenario thinks best",
    "late": "does the same, half as long again and three minutes later",
    "careless": "does the same, and also what never should be done",
    "silent": "does nothing",
}
_READING: Final = 2  # minutes from a task's opening to its answer
_HASTE: Final = 3  # minutes from the beginning of a temptation to giving in


@dataclass(frozen=True, kw_only=True)
class Want:
    """Something that a scripted player means to do.

    Attributes:
        minute: from which on.
        before: what has to be done first, or None.
    """

    kind: str
    names: Mapping[str, str]
    minute: int
    role: str
    fields: tuple[str, ...] = ()
    before: Deed | None = None

    def event(self, *, by: str, at: datetime) -> Event:
        """Return the deed as somebody did it at a moment."""
        return Event(
            at=at, kind=self.kind, by=by, role=self.role, names=self.names, fields=self.fields
        )


def rehearse(scenario: Scenario, *, skill: str, at: datetime) -> Run:
    """Return the run of a team of scripted players, from its beginning to its end.

    Args:
        scenario: one that `lint` finds sound.
        skill: a key of `SKILLS`; the team bears its name.
        at: when it begins.

    Raises:
        DrillEventError: an unsound scenario.
    """
    run, script = start(scenario, team=skill, at=at), Script(scenario, skill)
    for minute in range(scenario.plan.minutes + 1):
        for want in script.due(minute):
            if script.can(run, want, minute):
                script.done(want)
                moment = at + timedelta(minutes=minute)
                event = want.event(by=f"{skill} {want.role}", at=moment)
                run = admit(scenario, run, event)
    return run


class Script:
    """What a scripted team still means to do.

    Args:
        scenario: one that `lint` finds sound.
        skill: a key of `SKILLS`.
    """

    def __init__(self, scenario: Scenario, skill: str) -> None:
        self._scenario = scenario
        self._waiting = sorted(_wants(scenario, skill), key=lambda want: want.minute)

    def due(self, minute: int) -> tuple[Want, ...]:
        """Return what it wants to have done by a minute of exercise time."""
        return tuple(want for want in self._waiting if want.minute <= minute)

    def can(self, run: Run, want: Want, minute: int) -> bool:
        """Tell whether it is possible as the run stands."""
        return _can(Happened(self._scenario, run), want, minute * TICKS_PER_MINUTE)

    def done(self, want: Want) -> None:
        """Forget it: it is done, or given up."""
        self._waiting.remove(want)


# ------------------------------------------------------------------ what they want


def _wants(scenario: Scenario, skill: str) -> list[Want]:
    if skill == "silent":
        return []
    merged: dict[tuple[str, ...], Want] = {}
    for want in (*_by_ideal(scenario), *_by_scores(scenario), *_by_tasks(scenario)):
        key = _key(want)
        merged[key] = _merged(merged[key], want) if key in merged else want
    found = list(merged.values())
    if skill == "late":
        found = [replace(want, minute=want.minute * 3 // 2 + 3) for want in found]
    if skill == "careless":
        found += _temptations(scenario)
    return found


def _key(want: Want) -> tuple[str, ...]:
    """Return what makes two wants one: a message is one, whatever it says besides."""
    names = want.names
    if want.kind == "sent":
        return ("sent", names["type"], names["to"], names.get("thread", ""))
    return (want.kind, *(f"{name}={names[name]}" for name in sorted(names) if name in _WHAT))


_WHAT: Final = frozenset({"inject", "to", "task", "hint", "exhibit"})


def _merged(one: Want, other: Want) -> Want:
    """Return one want that does what both want, at the minute of the first."""
    return replace(
        one,
        names={**other.names, **one.names},
        fields=tuple(dict.fromkeys((*one.fields, *other.fields))),
        before=one.before or other.before,
    )


def _by_ideal(scenario: Scenario) -> Iterator[Want]:
    for good in scenario.plan.good.values():
        yield _want(scenario, good.did, good.minute, good.roles)


def _by_scores(scenario: Scenario) -> Iterator[Want]:
    reach = Reach(scenario.plan)
    for score in scenario.plan.scores.values():
        if score.kind == "never":
            continue
        since = reach.of(score.after) if score.after else 0
        before: Deed | None = None
        for deed in score.steps or (score.did,):
            minute = max(since, reach.deed(deed)) + max(score.within_minutes // 2, 1)
            want = _want(scenario, deed, minute, score.roles)
            yield replace(want, fields=score.fields, before=before)
            before = deed


def _by_tasks(scenario: Scenario) -> Iterator[Want]:
    reach = Reach(scenario.plan)
    for key, task in scenario.plan.tasks.items():
        if task.kind == "seal":
            deed = Deed(kind="sealed", names={"exhibit": task.exhibit})
        else:
            deed = Deed(kind="answered", names={"task": key})
        yield _want(scenario, deed, reach.of(f"task {key}") + _READING, task.roles)


def _temptations(scenario: Scenario) -> list[Want]:
    reach = Reach(scenario.plan)
    found = []
    for score in scenario.plan.scores.values():
        since = reach.of(score.after) if score.after else 0
        if score.kind == "never" and since < NEVER:
            since = max(since, reach.deed(score.did))
            found.append(_want(scenario, score.did, since + _HASTE, score.roles))
    return found


def _want(scenario: Scenario, deed: Deed, minute: int, roles: tuple[str, ...]) -> Want:
    plan = scenario.plan
    names = {name: text for name, text in deed.names.items() if name != "right"}
    if deed.kind == "answered":
        names["answer"] = _answer(scenario, names["task"])
    if deed.kind == "sealed":
        seals = [
            key
            for key, task in plan.tasks.items()
            if task.kind == "seal" and task.exhibit == names["exhibit"]
        ]
        names["digest"] = _answer(scenario, seals[0]) if seals else "sealed"
    role = next(iter(roles or plan.roles))
    return Want(kind=deed.kind, names=names, minute=minute, role=role)


def _answer(scenario: Scenario, task: str) -> str:
    return min(right_answers(scenario, scenario.plan.tasks[task]), default="")


# ------------------------------------------------------------------ what is possible


def _can(happened: Happened, want: Want, now: int) -> bool:
    plan, names = happened.scenario.plan, want.names
    if want.before and not happened.first(want.before):
        return False
    needed = [names[name] for name in ("inject", "about") if name in names]
    if "task" in names and plan.tasks[names["task"]].opens:
        needed.append(plan.tasks[names["task"]].opens)
    if "exhibit" in names:
        shown = [key for key, one in plan.injects.items() if one.exhibit == names["exhibit"]]
        if not any(_has_come(happened, key, now) for key in shown):
            return False
    if not all(_has_come(happened, key, now) for key in needed):
        return False
    thread = plan.threads.get(names.get("thread", ""))
    if want.kind != "sent" or thread is None:
        return True
    walked = walk(happened, until=now)[thread.key]
    return allows(thread, walked.state, plan.team().key, names["type"])


def _has_come(happened: Happened, inject: str, now: int) -> bool:
    came = happened.came(inject)
    return came is not None and came.ticks <= now
