"""A run of a scenario by one team: a value made of its start and its events, and nothing else."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from comity.canonical import PeerError, parse_time, time_text
from comity.drills.errors import DrillEventError, DrillRunError
from comity.drills.model import Scenario
from comity.drills.values import DEEDS, STEERS, Deed

# Exercise time: how much of it has passed, given when the trainer paused, slowed or hurried.
#
# Counted in ticks, whole numbers, so that no rounding depends on the order of steps: a tick is a
# millisecond of the wall at one hundredth of its speed. See ADR 0057.


TICKS_PER_MINUTE: Final = 60 * 1000 * 100
TICKS_PER_SECOND: Final = 1000 * 100
PERCENT: Final = (1, 10_000)
_MS: Final = timedelta(milliseconds=1)


@dataclass(frozen=True)
class Change:
    """From ``at`` on, time runs at ``percent`` of the wall's; 0 stands still."""

    at: datetime
    percent: int


def ticks_at(changes: Iterable[Change], at: datetime) -> int:
    """Return the exercise time at a moment.

    Args:
        changes: in order of time; the first is the start.
        at: aware; before the start it is 0.
    """
    ticks, percent, since = 0, 0, at
    for change in changes:
        if change.at >= at:
            break
        ticks += percent * max((change.at - since) // _MS, 0) if percent else 0
        percent, since = change.percent, change.at
    return ticks + percent * max((at - since) // _MS, 0)


def moment_of(changes: Iterable[Change], ticks: int) -> datetime | None:
    """Return the first moment at which that much exercise time has passed, if nothing changes.

    Returns:
        None while time stands still.
    """
    done, percent, since = 0, 0, None
    for change in changes:
        if since is not None:
            grown = done + percent * ((change.at - since) // _MS)
            if percent and grown >= ticks:
                break
            done = grown
        percent, since = change.percent, change.at
    if since is None or (not percent and done < ticks):
        return None
    missing = max(ticks - done, 0)
    return since + _MS * -(-missing // percent) if missing else since


MAX_EVENTS: Final = 5000
MAX_TEXT: Final = 2000
MAX_FIELDS: Final = 64
MAX_NAME: Final = 64
_LISTS: Final = "fields"


@dataclass(frozen=True, kw_only=True)
class Event:
    """What a player did, or the trainer.

    Attributes:
        at: aware UTC.
        kind: a key of `values.DEEDS` or `values.STEERS`.
        by: who; a name of the exercise, never a live officer's.
        role: key of the player's role; empty of the trainer's events.
        names: what it was done to, by the names that its kind has.
        fields: of ``sent``, what the message held.
    """

    at: datetime
    kind: str
    by: str
    role: str = ""
    names: Mapping[str, str]
    fields: tuple[str, ...] = ()

    def is_steer(self) -> bool:
        """Tell whether it is the trainer's."""
        return self.kind in STEERS

    def does(self, deed: Deed) -> bool:
        """Tell whether it is what a scenario asks for, its answer's rightness aside."""
        return self.kind == deed.kind and all(
            self.names.get(name) == value for name, value in deed.names.items() if name != "right"
        )

    def to_value(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "at": time_text(self.at),
            "by": self.by,
            "fields": list(self.fields),
            "kind": self.kind,
            "names": dict(self.names),
            "role": self.role,
        }


@dataclass(frozen=True, kw_only=True)
class Run:
    """All that a run is; two that are equal look equal at every moment.

    Attributes:
        scenario, edition: name and digest.
        team: name.
        started_at: aware UTC.
        percent: pace at the start.
        events: in order of time.
        branched_from: name of the run it was branched from, or empty.
    """

    scenario: str
    edition: str
    team: str
    started_at: datetime
    percent: int = 100
    events: tuple[Event, ...] = ()
    branched_from: str = ""

    def to_value(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "branched_from": self.branched_from,
            "edition": self.edition,
            "events": [event.to_value() for event in self.events],
            "percent": self.percent,
            "scenario": self.scenario,
            "started_at": time_text(self.started_at),
            "team": self.team,
        }

    def changes(self) -> tuple[Change, ...]:
        """Return when exercise time began to run otherwise."""
        found, pace, stopped = [Change(self.started_at, self.percent)], self.percent, False
        for event in self.events:
            if event.kind in {"pause", "freeze"}:
                stopped = True
            elif event.kind == "resume":
                stopped = False
            elif event.kind == "pace":
                pace = int(event.names["percent"])
            else:
                continue
            found.append(Change(event.at, 0 if stopped else pace))
        return tuple(found)

    def is_frozen(self) -> bool:
        """Tell whether players' deeds are refused until the trainer resumes."""
        turns = [one.kind for one in self.events if one.kind in {"freeze", "resume"}]
        return bool(turns) and turns[-1] == "freeze"


def start(scenario: Scenario, *, team: str, at: datetime, percent: int = 100) -> Run:
    """Return a run that begins.

    Raises:
        DrillEventError: no team's name, or a pace that is none.
    """
    if not 0 < len(team) <= MAX_NAME or not PERCENT[0] <= percent <= PERCENT[1] or not at.tzinfo:
        raise _no("a team has a name, a start is aware, and a pace is 1 to 10000 per cent")
    return Run(
        scenario=scenario.plan.name,
        edition=scenario.digest,
        team=team,
        started_at=_whole(at),
        percent=percent,
    )


def admit(scenario: Scenario, run: Run, event: Event) -> Run:
    """Return the run with one more event.

    Raises:
        DrillEventError: it names what the scenario does not have, comes before the last one, or
            the run is frozen, over or full.
    """
    _same(scenario, run)
    event = replace(event, at=_whole(event.at))
    last = run.events[-1].at if run.events else run.started_at
    if event.at < last:
        raise _no("comes before the last event; time does not run backwards")
    if len(run.events) >= MAX_EVENTS:
        raise _no(f"the run has {MAX_EVENTS} events; start a new one")
    _check(scenario, event)
    if not event.is_steer():
        if run.is_frozen():
            raise _no("the trainer has frozen the run")
        if ticks_at(run.changes(), event.at) > scenario.plan.minutes * 60 * 1000 * 100:
            raise _no("the exercise is over")
    return replace(run, events=(*run.events, event))


def branch(run: Run, *, team: str, at: datetime) -> Run:
    """Return a run of its own that shares the past of another up to a moment, that included."""
    kept = tuple(event for event in run.events if event.at <= at)
    return replace(run, team=team[:MAX_NAME], events=kept, branched_from=run.team)


def read_run(scenario: Scenario, value: object) -> Run:
    """Return a run that was written down, every event admitted anew.

    Raises:
        DrillRunError: not of this form, of another edition, or with an event that does not fit.
    """
    try:
        table = _members(value, _RUN)
        if not isinstance(table["events"], list):
            raise DrillRunError("events is a list")
        run = start(
            scenario,
            team=_text(table["team"]),
            at=parse_time(table["started_at"]),
            percent=_number(table["percent"]),
        )
        if (table["scenario"], table["edition"]) != (run.scenario, run.edition):
            raise DrillRunError("is a run of another scenario, or of another edition of it")
        run = replace(run, branched_from=_text(table["branched_from"]))
        for item in table["events"]:
            run = admit(scenario, run, read_event(item))
        return run
    except (PeerError, DrillEventError) as fault:
        raise DrillRunError(f"the run cannot be read: {fault}") from fault


def read_event(value: object) -> Event:
    """Return an event that was written down, not yet compared with any scenario.

    Raises:
        DrillRunError: not of this form.
    """
    table = _members(value, _EVENT)
    names, fields = table["names"], table["fields"]
    if not isinstance(names, dict) or not isinstance(fields, list):
        raise DrillRunError("names is a table, and fields a list")
    try:
        at = parse_time(table["at"])
    except PeerError as fault:
        raise DrillRunError(f"at: {fault}") from fault
    return Event(
        at=at,
        kind=_text(table["kind"]),
        by=_text(table["by"]),
        role=_text(table["role"]),
        names={_text(name): _text(item) for name, item in names.items()},
        fields=tuple(_text(one) for one in fields),
    )


# ------------------------------------------------------------------ checks

_RUN: Final = frozenset(
    {"branched_from", "edition", "events", "percent", "scenario", "started_at", "team"}
)
_EVENT: Final = frozenset({"at", "by", "fields", "kind", "names", "role"})


def _same(scenario: Scenario, run: Run) -> None:
    if run.edition != scenario.digest:
        raise _no("the run is of another edition of the scenario")


def _check(scenario: Scenario, event: Event) -> None:
    does = DEEDS.get(event.kind) or STEERS.get(event.kind)
    if does is None:
        raise _no("there is no such kind of event")
    known = {*does.must, *does.may, *does.free} - {_LISTS, "right"}
    if not set(does.must) <= set(event.names) or set(event.names) - known:
        raise _no(f"{event.kind} has: {', '.join(sorted(known)) or 'no names'}")
    if any(len(text) > MAX_TEXT for text in event.names.values()) or len(event.by) > MAX_NAME:
        raise _no("a text is too long")
    if len(event.fields) > MAX_FIELDS or (event.fields and _LISTS not in does.free):
        raise _no("fields go with a message, at most 64")
    if event.is_steer():
        _check_steer(scenario, event)
    elif event.role not in scenario.plan.roles:
        raise _no("a player has a role of the scenario")
    _check_names(scenario, event)


def _check_steer(scenario: Scenario, event: Event) -> None:
    if event.kind == "pace":
        text = event.names["percent"]
        if not text.isdecimal() or not PERCENT[0] <= int(text[:6]) <= PERCENT[1]:
            raise _no("a pace is 1 to 10000 per cent")
    if event.kind == "judge":
        points, score = event.names["points"], event.names["score"]
        kind, _, key = score.partition(" ")
        score_, task = scenario.plan.scores.get(key), scenario.plan.tasks.get(key)
        one = {"score": score_, "task": task}.get(kind)
        if one is None:
            raise _no("score KEY or task KEY is what is overruled")
        most = one.points
        if not points.removeprefix("-").isdecimal() or not -most <= int(points[:6]) <= most:
            raise _no("points are at most those of what is overruled, either way")
        if not event.names["reason"].strip():
            raise _no("who overrules says why")


def _check_names(scenario: Scenario, event: Event) -> None:
    """Refuse a name that the scenario does not have, so that no typing error counts as nothing."""
    plan = scenario.plan
    for name, known in (
        ("inject", plan.injects),
        ("task", plan.tasks),
        ("hint", plan.hints),
        ("exhibit", plan.exhibits),
        ("to", plan.parties),
        ("thread", plan.threads),
        ("role", plan.roles),
    ):
        if name in event.names and event.names[name] not in known:
            raise _no(f"the scenario has no {name} of that name")


def _members(value: object, names: Iterable[str]) -> dict[str, Any]:
    if not isinstance(value, dict) or set(value) != set(names):
        raise DrillRunError(f"has exactly: {', '.join(sorted(names))}")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str) or len(value) > MAX_TEXT:
        raise DrillRunError(f"a text is expected, of at most {MAX_TEXT} characters")
    return value


def _number(value: object) -> int:
    if type(value) is not int:
        raise DrillRunError("percent is a whole number")
    return value


def _whole(at: datetime) -> datetime:
    """Return the moment in UTC, in whole seconds, as it is written down."""
    return at.astimezone(UTC).replace(microsecond=0)


def _no(text: str) -> DrillEventError:
    return DrillEventError(text)
