"""What happened in a run, in exercise time: players' deeds judged, injects and triggers dated.

Everything follows from the events and the scenario; nothing is remembered from an earlier look. So
a look at a moment gives the same whatever came after that moment. See ADR 0057.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from comity.drills.errors import DrillUnsoundError
from comity.drills.model import Inject, Scenario, Task, Trigger
from comity.drills.reading import exhibit_digest, exhibit_text
from comity.drills.run import TICKS_PER_MINUTE, Event, Run, ticks_at
from comity.drills.values import Deed
from comity.instruments.identifiers import KINDS, parse
from comity.instruments.identifiers.errors import IdentifierError

# Answers that check themselves: what was typed and what is right, both in one normal form.


MAX_ANSWER: Final = 2000
_DIGITS: Final = re.compile(r"\d{1,9}")
_CODED: Final = frozenset({"choice", "ground", "measure"})
_DIGEST: Final = re.compile(r"(?:sha256:)?([0-9a-f]{64})")


def normal(task: Task, answer: str) -> str | None:
    """Return the one spelling of an answer, or None if it is no answer of the task's kind.

    Args:
        task: whose kind and form.
        answer: untrusted.
    """
    text = unicodedata.normalize("NFKC", answer[: MAX_ANSWER + 1]).strip()
    if not text or len(text) > MAX_ANSWER:
        return None
    if task.kind == "find":
        return _identifier(task.form, text)
    if task.kind == "count":
        return str(int(text)) if _DIGITS.fullmatch(text) else None
    if task.kind == "time":
        return _moment(text)
    if task.kind == "seal":
        return digest_of(text)
    if task.kind in _CODED:
        return text.casefold()
    if task.kind == "article":
        return re.sub(r"\s|^(?:art(?:icle)?|статья|điều|第)\.?|条$", "", text.casefold())
    return " ".join(text.casefold().split())


def digest_of(text: str) -> str | None:
    """Return the 64 digits of a SHA-256 digest as it was typed, or None if it is none."""
    found = _DIGEST.fullmatch(text.strip().casefold())
    return found[1] if found else None


def right_answers(scenario: Scenario, task: Task) -> frozenset[str]:
    """Return the normal forms of everything that is right; empty if the scenario is unsound."""
    if task.key not in scenario.memo:
        scenario.memo[task.key] = _right_answers(scenario, task)
    return scenario.memo[task.key]


def _right_answers(scenario: Scenario, task: Task) -> frozenset[str]:
    exhibit = scenario.plan.exhibits.get(task.exhibit)
    if task.kind == "seal":
        digest = exhibit_digest(scenario, exhibit) if exhibit else None
        found = {normal(task, digest)} if digest else set()
    elif task.kind == "count":
        lines = exhibit_text(scenario, exhibit).splitlines() if exhibit else []
        found = {str(sum(task.counts in line for line in lines))} if lines else set()
    else:
        found = {normal(task, answer) for answer in task.answers}
    return frozenset(one for one in found if one is not None)


def is_right(scenario: Scenario, task: Task, answer: str) -> bool:
    """Tell whether an answer is right."""
    return normal(task, answer) in right_answers(scenario, task)


def _identifier(form: str, text: str) -> str | None:
    if form not in KINDS:
        return None
    try:
        return parse(form, text).text
    except IdentifierError:
        return None


def _moment(text: str) -> str | None:
    try:
        value = datetime.fromisoformat(text)
        return value.astimezone(UTC).isoformat() if value.tzinfo else None
    except (ValueError, OverflowError):
        return None


TIMELINE: Final = "timeline"
TRIGGER: Final = "trigger"
TRAINER: Final = "trainer"


@dataclass(frozen=True)
class Did:
    """A player's deed.

    Attributes:
        ticks: exercise time.
        right: ``yes`` or ``no`` of an answer or a seal; empty of everything else.
        number: its place among the run's events.
    """

    ticks: int
    event: Event
    right: str
    number: int

    def is_(self, deed: Deed) -> bool:
        """Tell whether it is what a scenario asks for."""
        if deed.kind == "answered" and self.event.kind == "sealed":
            return False
        if deed.kind == "sealed" and self.right != "yes":
            return False
        wanted = deed.names.get("right")
        return self.event.does(deed) and (wanted is None or wanted == self.right)


@dataclass(frozen=True)
class Came:
    """When an inject comes, or came, and by whose doing."""

    ticks: int
    by: str


class Happened:
    """One run's past, and what is to come of it as things stand.

    Attributes:
        deeds: of the players, in order.
        dated: all events with their exercise time, in order.
        steers: of the trainer, with their exercise time.
        end: exercise time at which it is over.
    """

    def __init__(self, scenario: Scenario, run: Run) -> None:
        self.scenario = scenario
        self.end = scenario.plan.minutes * TICKS_PER_MINUTE
        changes = run.changes()
        dated = [
            (min(ticks_at(changes, event.at), self.end), number, event)
            for number, event in enumerate(run.events)
        ]
        self.dated = [(ticks, event) for ticks, _, event in dated]
        self.steers = [(ticks, event) for ticks, _, event in dated if event.is_steer()]
        self.deeds = self._judged([one for one in dated if not one[2].is_steer()])
        self._injects: dict[str, Came | None] = {}
        self._triggers: dict[str, int | None] = {}
        self._open: set[str] = set()

    def _judged(self, dated: list[tuple[int, int, Event]]) -> list[Did]:
        plan, tries = self.scenario.plan, dict.fromkeys(self.scenario.plan.tasks, 0)
        found = []
        for ticks, number, event in dated:
            right = ""
            if event.kind == "answered":
                task = plan.tasks[event.names["task"]]
                tries[task.key] += 1
                answer = event.names.get("answer", "")
                good = tries[task.key] <= task.tries and is_right(self.scenario, task, answer)
                right = "yes" if good else "no"
            elif event.kind == "sealed":
                right = "yes" if self._is_sealed(event) else "no"
            found.append(Did(ticks, event, right, number))
        return found

    def _is_sealed(self, event: Event) -> bool:
        for task in self.scenario.plan.tasks.values():
            if task.kind == "seal" and task.exhibit == event.names["exhibit"]:
                given = normal(task, event.names.get("digest", ""))
                return given in right_answers(self.scenario, task)
        return bool(event.names.get("digest"))

    # -------------------------------------------------------------- asking

    def first(self, deed: Deed, *, since: int = 0) -> Did | None:
        """Return the first time a deed was done, from a time on."""
        return next((did for did in self.deeds if did.ticks >= since and did.is_(deed)), None)

    def anchor(self, after: str) -> int | None:
        """Return the time from which something counts; None while that has not come."""
        kind, _, key = after.partition(" ")
        if kind == "inject":
            came = self.came(key)
            return came.ticks if came else None
        return self.fired(key) if kind == "trigger" else 0

    def came(self, key: str) -> Came | None:
        """Return when an inject comes as things stand; None if nothing brings it.

        Raises:
            DrillUnsoundError: it waits for itself.
        """
        if key not in self._injects:
            self._enter(f"inject {key}")
            self._injects[key] = self._came(self.scenario.plan.injects[key])
            self._open.discard(f"inject {key}")
        return self._injects[key]

    def fired(self, key: str) -> int | None:
        """Return when a trigger fires as things stand; None if it does not.

        Raises:
            DrillUnsoundError: it waits for itself.
        """
        if key not in self._triggers:
            self._enter(f"trigger {key}")
            self._triggers[key] = self._fired(self.scenario.plan.triggers[key])
            self._open.discard(f"trigger {key}")
        return self._triggers[key]

    def hints(self) -> Mapping[str, Did]:
        """Return the hints that were taken, each with the first time."""
        found: dict[str, Did] = {}
        for did in self.deeds:
            if did.event.kind == "hint":
                found.setdefault(did.event.names["hint"], did)
        return found

    # -------------------------------------------------------------- working

    def _enter(self, name: str) -> None:
        if name in self._open:
            raise DrillUnsoundError(f"{name} waits for itself; run comity drill lint", key=name)
        self._open.add(name)

    def _came(self, inject: Inject) -> Came | None:
        planned, by = self._planned(inject), TRIGGER if inject.trigger else TIMELINE
        for ticks, event in self.steers:
            if event.names.get("inject") != inject.key:
                continue
            if planned is not None and planned <= ticks:
                break  # it had come before the trainer spoke of it
            if event.kind == "inject":
                return Came(ticks, TRAINER)
            planned = None
        return None if planned is None else Came(planned, by)

    def _planned(self, inject: Inject) -> int | None:
        if inject.minute is not None:
            return inject.minute * TICKS_PER_MINUTE
        fired = self.fired(inject.trigger)
        return None if fired is None else fired + inject.delay_minutes * TICKS_PER_MINUTE

    def _fired(self, trigger: Trigger) -> int | None:
        since = self.anchor(trigger.after)
        if since is None:
            return None
        done = self.first(trigger.did, since=since)
        if trigger.when == "done":
            return done.ticks if done else None
        limit = since + trigger.within_minutes * TICKS_PER_MINUTE
        return limit if done is None or done.ticks >= limit else None  # at the limit is too late
