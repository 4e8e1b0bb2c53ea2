"""The clocks: what falls due is told to people in time, and that it was told is recorded."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from django.db import transaction
from django.db.models import Q

from comity.canonical import shift_time, time_text
from comity.directory.fetching import http_fetch
from comity.docket.acts import KINDS
from comity.exchange.types import ACTIVE
from comity.instruments.clock_terms import policy_of
from comity.instruments.clocks import REQUESTED_ACTS, Clock, Happening, clocks, next_due
from comity.node.cases import closed_cases
from comity.node.cases.deadline_events import histories
from comity.node.cases.office_deadlines import first_notice, local
from comity.node.cases.severity import EMERGENCY
from comity.node.cases.urgency import UNDECIDED, says
from comity.node.core.clock import now
from comity.node.core.node import Node
from comity.node.core.signals import deadline_told, work_changed
from comity.node.log import audit
from comity.node.models import Conversation, DeadlineNotice, DocketItem, Exhibit, Package

OFFICE_RULE: Final = "office"
"""In place of articles: the office sets the limit itself."""
SECOND_RULE: Final = "second-signature"
"""In place of articles, and what falls due: the protocol limits how long a signature may lack."""
_MAX_RULE: Final = 160
MOVED: Final = timedelta(minutes=2)
"""What moved since then is looked at whatever it says: more than the time between two looks."""
_STARTS: Final = {
    "deadline": "deadline-set",
    "order": "ordered",
    "recall": "recall-opened",
    "breach": "breach-found",
}
"""Kind of clock of the docket to the happening that starts it."""
_ALWAYS: Final = datetime(1970, 1, 1, tzinfo=UTC)


class _Told(NamedTuple):
    """A notice that should have been given by now, and since when."""

    subject: str
    clock: str
    due_at: datetime
    level: str
    to_whom: str
    passed: bool
    since: datetime

    @property
    def key(self) -> tuple[str, str, datetime, str, str]:
        """What a notice is given once for."""
        return self.subject, self.clock, self.due_at, self.level, self.to_whom


class Looks:
    """Looks again and again, and leaves out nothing that moved between two looks."""

    def __init__(self) -> None:
        self._last: datetime | None = None

    def step(self) -> int:
        """Look once; between two looks an exercise's clock may go any way forward."""
        moment, since = now(), self._last
        done = warn(since=since)
        self._last = moment
        return done


def warn(*, since: datetime | None = None) -> int:
    """Record each level of notice of each clock once, and what falls due next.

    After the node stood still people are told how things stand now, not every level they missed.

    Args:
        since: when this was done last, if it was: what moved from then on is looked at too.

    Returns:
        How many notices were written; the lists of cases and of evidence show them from then on.
    """
    moment, first, policy_here = now(), first_notice(), policy_of(None, local())
    found: list[_Told] = []
    for row, history, policy in histories(_watched(min(since or moment, moment), moment + first)):
        running = _without_twins(clocks(history, policy, at=moment))
        _settle(row, _next_due(row, running), running)
        found += _notices(row.digest, running, moment)
    for item in DocketItem.objects.filter(due_at__lte=moment + first):
        due = clocks([_of_docket(item)], policy_here, at=moment)
        found += _notices(item.item, due, moment)
    for kept in Exhibit.objects.filter(retain_until__lte=moment + first):
        if _is_here(kept.exhibit):
            history = [Happening(_ALWAYS, "retained", kept.retain_until)]
            found += _notices(kept.exhibit, clocks(history, policy_here, at=moment), moment)
    return _record(found, moment)


def _of_docket(item: DocketItem) -> Happening:
    """Return what set the clock of an open item: an order's end, or a moment somebody named."""
    return Happening(_ALWAYS, _STARTS[KINDS[item.kind].clock], item.due_at)


def _watched(since: datetime, until: datetime) -> list[str]:
    """Return the digests of conversations in which something may be near, or has just changed.

    A preservation without a due moment is one that is kept; the other states without one wait for
    their first look.
    """
    reasons = (
        Q(~Q(main="closed"), due_at__lte=until),
        Q(main__in=("postponed", "preserved"), due_at=None),
        Q(measure=EMERGENCY, main__in=ACTIVE, due_at=None),
        Q(says(EMERGENCY), main__in=UNDECIDED, due_at=None),
        Q(status_asked=True, main__in=ACTIVE),
        Q(moved_at__gte=since - MOVED),
    )
    # Each has an index of its own; one condition with OR would read the whole register.
    found = [Conversation.objects.filter(one).values_list("digest", flat=True) for one in reasons]
    return list(found[0].union(*found[1:]))


def _without_twins(found: Sequence[Clock]) -> list[Clock]:
    """Leave out an order that ends with the preservation it is for: one notice says both."""
    told = {clock.due for clock in found if clock.kind == "preservation-end" and clock.notices}
    return [clock for clock in found if clock.kind != "order-end" or clock.due not in told]


def is_theirs(row: Conversation, kind: str) -> bool:
    """Tell whether the other side has to act before a clock of a conversation falls due.

    A second signature that the other side owes is no clock here (`deadline_events`).

    Args:
        row: the conversation.
        kind: of the clock.
    """
    return row.ours and kind in REQUESTED_ACTS


def _next_due(row: Conversation, running: Sequence[Clock]) -> datetime | None:
    """Return what falls due next: one of ours that is near, else the earliest of both sides."""
    near = [
        one for one in running if one.state in {"near", "overdue"} and not is_theirs(row, one.kind)
    ]
    return next_due(near or running)


def _settle(row: Conversation, due: datetime | None, running: Iterable[Clock]) -> None:
    """Store what falls due next and why, unless the conversation moved on since it was read."""
    clock = next((one for one in running if one.due == due and _asks(one)), None)
    kind, rule = (clock.kind, _rule(clock)) if clock else ("", "")
    if (row.due_at, row.due_clock, row.due_rule) != (due, kind, rule):
        same = Q(due_at=row.due_at) if row.due_at else Q(due_at__isnull=True)
        unmoved = Conversation.objects.filter(same, digest=row.digest, moved_at=row.moved_at)
        with transaction.atomic():
            if unmoved.update(due_at=due, due_clock=kind, due_rule=rule):
                closed_cases.remember([row.case])
                work_changed.send(None, conversations=[row.digest])


def _asks(clock: Clock) -> bool:
    return clock.state not in {"kept", "stopped"}


def _rule(clock: Clock) -> str:
    """Return the articles behind a clock, that the protocol sets it, or that the office does."""
    if clock.kind == SECOND_RULE:
        return SECOND_RULE
    return OFFICE_RULE if clock.policy or not clock.cite else ", ".join(clock.cite)[:_MAX_RULE]


def _notices(subject: str, running: Iterable[Clock], moment: datetime) -> Iterable[_Told]:
    """Return the newest notice of each clock that has one."""
    for clock in running:
        notice = clock.notice(moment)
        if notice is not None:
            yield _Told(
                subject,
                clock.kind,
                clock.due,
                notice.text,
                notice.to_whom,
                passed=notice.level <= 0,
                since=shift_time(clock.due, -notice.level * notice.unit),
            )


def _record(found: list[_Told], moment: datetime) -> int:
    """Write the notices that were not written yet; return how many."""
    if not found:
        return 0
    since = min(told.since for told in found)
    names = ("subject", "clock", "due_at", "level", "to_whom")
    written = set(DeadlineNotice.objects.filter(told_at__gte=since).values_list(*names))
    new = [told for told in found if told.key not in written]
    for told in new:
        _tell(told, moment)
    return len(new)


@transaction.atomic
def _tell(told: _Told, moment: datetime) -> None:
    DeadlineNotice.objects.create(
        **dict(zip(("subject", "clock", "due_at", "level", "to_whom"), told.key, strict=True)),
        passed=told.passed,
        told_at=moment,
    )
    audit.note(
        at=moment,
        actor=audit.SYSTEM,
        action="clock.passed" if told.passed else "clock.near",
        subject=told.subject,
        detail=f"{told.clock} {time_text(told.due_at)} {told.level} {told.to_whom}",
    )
    deadline_told.send(
        None,
        subject=told.subject,
        clock=told.clock,
        due_at=told.due_at,
        passed=told.passed,
        at=moment,
    )


def _is_here(exhibit: str) -> bool:
    stages = (Package.Stage.SEALED, Package.Stage.STORED)
    return Package.objects.filter(exhibit=exhibit, stage__in=stages).exists()


def refresh_directory(node: Node) -> int:
    """Refresh the directory from its source; without one, it is exchanged by hand."""
    if not node.config.directory_url:
        return 0
    node.store.refresh(http_fetch(node.config.directory_url), now=now())
    return 1
