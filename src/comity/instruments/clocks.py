"""What falls due in a conversation, from what happened in it up to a moment.

The same history judged at an earlier moment gives what was due then: later happenings are left out
before anything is computed. The table of courses tells how each clock starts, stops and is counted.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter
from types import MappingProxyType
from typing import Final, Literal

from comity.canonical import MisuseError, shift_time
from comity.instruments.clock_terms import Policy, Term, Whom

type Standing = Literal["running", "near", "overdue", "stopped", "kept"]

_DAY: Final = timedelta(days=1)
_HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened, as far as clocks care.

    Attributes:
        at: aware UTC, by the clock of whoever keeps the history.
        kind: one of `KINDS`.
        until: a moment that it sets, for kinds that set one.
        about: which of several (a message, another request), or empty.
    """

    at: datetime
    kind: str
    until: datetime | None = None
    about: str = ""

    def __post_init__(self) -> None:
        """Refuse an unknown kind and a moment without its time zone."""
        if self.kind not in KINDS:
            raise MisuseError("no such happening")
        if self.at.tzinfo is None or (self.until is not None and self.until.tzinfo is None):
            raise MisuseError("a moment needs its time zone")


@dataclass(frozen=True, slots=True)
class Notice:
    """That people are told of a clock.

    Attributes:
        at: when.
        level: days or hours left; 0 at the moment itself, negative after it.
        to_whom: who is told.
        unit: of the level: of a clock that counts hours, an hour.
    """

    at: datetime
    level: int
    to_whom: Whom
    unit: timedelta = _DAY

    @property
    def text(self) -> str:
        """Return the level in short: ``3``, or ``3h`` where it counts hours."""
        return f"{self.level}h" if self.unit == _HOUR else str(self.level)


@dataclass(frozen=True, slots=True)
class Clock:
    """One time limit, as it stands at the moment of judging.

    Attributes:
        kind: of the courses below.
        about: which of several, or empty.
        started, due: aware UTC.
        cite: articles behind it; empty where no law is named.
        policy: its length is local policy.
        state: ``near`` from the first notice on; ``kept`` while a preservation may not end because
            a request for the data waits for its decision; ``stopped`` once it no longer matters.
        notices: those up to the moment it falls due, in time order; none if kept or stopped.
    """

    kind: str
    about: str
    started: datetime
    due: datetime
    cite: tuple[str, ...]
    policy: bool
    state: Standing
    notices: tuple[Notice, ...]

    def notice(self, at: datetime) -> Notice | None:
        """Return the newest notice that has fallen by a moment; one more each unit once it passed.

        Args:
            at: the moment of judging, or later if nothing happened since.
        """
        if not self.notices or at < self.notices[0].at:
            return None
        last = self.notices[-1]
        after = (at - self.due) // last.unit
        if after > 0:
            return Notice(shift_time(self.due, after * last.unit), -after, last.to_whom, last.unit)
        return next(notice for notice in reversed(self.notices) if notice.at <= at)


@dataclass(frozen=True)
class Course:
    """How a clock of one kind runs.

    Attributes:
        starts: the happening that starts it, or starts it anew.
        stops: happenings that stop the one they are about.
        term: name of its term; empty: the happening says until when.
        bound: what the term is to the moment that the happening sets: all there is, what counts
            where none is set (a preservation that is too short still ends when it was said to end,
            and people are told by then), or at most. Without the term there is no clock, or the
            moment alone counts.
        passes: once due it is over; nobody has to act.
        hourly: hours count: people are told of the last hours, and each hour after it.
        requested: the requested State alone has to act before it is due.
    """

    kind: str
    starts: str
    stops: frozenset[str] = frozenset()
    term: str = ""
    bound: Literal["exact", "default", "most"] = "exact"
    passes: bool = False
    hourly: bool = False
    requested: bool = False


def _on(*kinds: str) -> frozenset[str]:
    return frozenset(kinds)


_SERVED: Final = _on("served-subscriber", "served-traffic")
COURSES: Final = (
    Course("preservation-end", "preserved", term="preservation_min_days", bound="default"),
    Course("order-end", "ordered", _on("order-ended"), "order_max_days", "most"),
    Course(
        "oral-confirmation", "oral-accepted", _on("confirmed-in-writing"), "oral_hours", hourly=True
    ),
    Course(
        "emergency",
        "emergency-received",
        _on("answered"),
        "emergency_hours",
        hourly=True,
        requested=True,
    ),
    Course("recall", "recall-opened", _on("recall-closed"), hourly=True),
    Course("breach", "breach-found", _on("authority-told"), hourly=True),
    Course("deadline", "deadline-set", _on("answered")),
    Course("review", "postponed", _on("resumed", "answered"), requested=True),
    Course("status", "status-asked", _on("status-given"), "status_days", requested=True),
    Course(
        "safe-conduct", "witness-released", _on("witness-left"), "safe_conduct_days", passes=True
    ),
    Course("service", "order-complete", _SERVED | {"answered"}, "serve_days"),
    Course("return-subscriber", "served-subscriber", _on("returned"), "return_subscriber_days"),
    Course("return-traffic", "served-traffic", _on("returned"), "return_traffic_days"),
    Course("second-signature", "signed-once", _on("countersigned")),
    Course("retention", "retained", _on("destroyed")),
)
REQUESTED_ACTS: Final = frozenset(course.kind for course in COURSES if course.requested)
"""Clocks before which the requested State has to act, and the requesting State waits."""
_PRESERVATION: Final = "preservation-end"
_RENEWED: Final = frozenset({_PRESERVATION, "order-end"})
_STARTS: Final = MappingProxyType({course.starts: course for course in COURSES})
_STOPS: Final[Mapping[str, tuple[Course, ...]]] = MappingProxyType(
    {
        kind: tuple(course for course in COURSES if kind in course.stops)
        for kind in frozenset().union(*(course.stops for course in COURSES))
    }
)
KINDS: Final = frozenset({*_STARTS, *_STOPS, "extended", "mla-received", "mla-decided"}) | {
    "lapsed",
    "ended",
}
"""``extended`` moves the end of a preservation and of its order; ``mla-received`` keeps a
preservation that has not ended until ``mla-decided``; ``lapsed`` ends one that is not kept;
``ended`` stops every clock."""


@dataclass(slots=True)
class _Run:
    """A clock while the history is walked."""

    course: Course
    about: str
    started: datetime
    due: datetime
    term: Term | None
    stopped: bool = False


class _Walk:
    """One history's working memory; lives only inside `clocks`."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.runs: dict[tuple[str, str], _Run] = {}
        self.waiting: dict[str, datetime] = {}

    def take(self, happening: Happening) -> None:
        """Let one happening have its effect."""
        kind = happening.kind
        for course in _STOPS.get(kind, ()):
            run = self.runs.get((course.kind, happening.about))
            if run is not None:
                run.stopped = True
        if (started := _STARTS.get(kind)) is not None:
            self.start(started, happening)
        elif kind == "mla-received":
            self.waiting.setdefault(happening.about, happening.at)
        elif kind == "mla-decided":
            self.decide(happening)
        elif kind == "extended":
            self.extend(happening)
        elif kind == "ended":
            for run in self.runs.values():
                run.stopped = True
        elif kind == "lapsed":
            for run in self.runs.values():
                run.stopped |= run.course.kind == _PRESERVATION and not self.kept(run)

    def start(self, course: Course, happening: Happening) -> None:
        """Start a clock, or start it anew; none runs for a term that this law lacks."""
        term = self.policy.terms.get(course.term)
        due = happening.until
        if term is not None:
            counted = shift_time(happening.at, term.length)
            if due is None or course.bound == "exact":
                due = counted
            elif course.bound == "most":
                due = min(due, counted)
        elif course.term and course.bound == "exact":
            return
        if due is None:
            raise MisuseError(f"{course.starts} sets no moment, and no law counts one")
        run = _Run(course, happening.about, happening.at, due, term)
        self.runs[course.kind, happening.about] = run

    def extend(self, happening: Happening) -> None:
        """Move the end of what still runs; never to an earlier moment."""
        if happening.until is None:
            raise MisuseError("an extension sets no moment")
        for run in self.runs.values():
            if run.course.kind in _RENEWED and not run.stopped:
                run.due = max(run.due, happening.until)

    def decide(self, happening: Happening) -> None:
        """End one reason to keep; what was kept beyond its end falls due with the decision."""
        received = self.waiting.pop(happening.about, None)
        for run in self.runs.values():
            if run.course.kind == _PRESERVATION and received is not None and received <= run.due:
                run.due = max(run.due, happening.at)

    def kept(self, run: _Run) -> bool:
        """Tell whether a request that came before its end keeps a preservation."""
        return any(received <= run.due for received in self.waiting.values())

    def clock(self, run: _Run, at: datetime) -> Clock:
        """Return a clock as it stands."""
        kind, policy, term = run.course.kind, self.policy, run.term
        state: Standing = "running"
        notices: tuple[Notice, ...] = ()
        if run.stopped or (run.course.passes and at >= run.due):
            state = "stopped"
        elif kind == _PRESERVATION and self.waiting and self.kept(run):
            state = "kept"
        else:
            notices = _notices(run, policy)
            if at >= run.due:
                state = "overdue"
            elif at >= notices[0].at:
                state = "near"
        cite = term.cite if term else policy.cites.get(kind, ())
        local = term is not None and term.policy
        return Clock(kind, run.about, run.started, run.due, cite, local, state, notices)


def clocks(history: Iterable[Happening], policy: Policy, *, at: datetime) -> tuple[Clock, ...]:
    """Return every clock that has started by a moment, in the order in which they started.

    Args:
        history: what happened, in any order; what happened after ``at`` is left out.
        policy: how long clocks run, and when people are told.
        at: the moment of judging, aware UTC.

    Returns:
        One for each kind and subject. It proves nothing about happenings that are not given.

    Raises:
        MisuseError: a happening sets no moment where only it could.
    """
    walk = _Walk(policy)
    for happening in sorted((h for h in history if h.at <= at), key=attrgetter("at")):
        walk.take(happening)
    return tuple(walk.clock(run, at) for run in walk.runs.values())


def next_due(found: Iterable[Clock]) -> datetime | None:
    """Return the earliest moment by which a person must act; kept and stopped clocks ask none."""
    return min((c.due for c in found if c.state not in {"kept", "stopped"}), default=None)


def _notices(run: _Run, policy: Policy) -> tuple[Notice, ...]:
    """Return the notices of a clock; of those before its start only the last, given at once."""
    unit = _HOUR if run.course.hourly else _DAY
    levels = policy.hour_notices if run.course.hourly else policy.notices
    found = [Notice(shift_time(run.due, -left * unit), left, whom, unit) for left, whom in levels]
    late = sum(notice.at <= run.started for notice in found)
    if not late:
        return tuple(found)
    last = found[late - 1]
    first = Notice(min(run.started, run.due), last.level, last.to_whom, unit)
    return (first, *found[late:])
