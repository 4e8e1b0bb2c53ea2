"""Ladders: for each kind of alarm who is told after how many minutes, and by which channels."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any, Final

from django.db import transaction

from comity.canonical import MisuseError
from comity.node.core.notice_channels import CHANNELS, MAIL, SCREEN, WEBHOOK
from comity.node.log import audit
from comity.node.models import LadderRow

OFFICER, SECOND, DEPUTY, HEAD, LIST = "officer", "second", "deputy", "head", "list"
WHOM: Final = (OFFICER, SECOND, DEPUTY, HEAD, LIST)
ANY: Final = "any"
MAX_STEPS: Final = 12
MAX_MINUTES: Final = 7 * 24 * 60
LEAST_REPEAT: Final = 5

KINDS: Final = (
    "request-in",
    "over-quota",
    "unanswered",
    "undelivered",
    "call",
    "clock",
    "dead-letter",
    "unreachable",
    "log-disagreement",
    "audit-changed",
    "reach-asked",
    "second-signature",
    "roster-gap",
    "roster-row",
    "notice-failed",
    "cannot-wake",
    "glass-broken",
    "disk",
    "store",
    "work",
    "directory",
)
"""What must be acknowledged by a person."""


class LadderError(MisuseError, code="ladder"):
    """The escalation policy alerts no one, has times out of order, or has an unknown name."""


@dataclass(frozen=True)
class Step:
    """Who is told, minutes after the alarm was raised, by which channels.

    Whom ``list`` is everybody in the office by the printed call-out list: no notice goes out, the
    screen says that people are to be called.
    """

    minutes: int
    whom: str
    channels: tuple[str, ...]


@dataclass(frozen=True)
class Ladder:
    """Steps in order of time; it begins again ``repeat_minutes`` after the last one."""

    steps: tuple[Step, ...]
    repeat_minutes: int


_BOTH: Final = (SCREEN, MAIL)
_URGENT: Final = Ladder(
    (
        Step(0, OFFICER, _BOTH),
        Step(5, OFFICER, (WEBHOOK,)),
        Step(10, SECOND, (SCREEN, MAIL, WEBHOOK)),
        Step(20, DEPUTY, (SCREEN, MAIL, WEBHOOK)),
        Step(30, LIST, (SCREEN,)),
        Step(30, HEAD, (MAIL, WEBHOOK)),
    ),
    30,
)
_PATIENT: Final = Ladder(
    (
        Step(0, OFFICER, _BOTH),
        Step(60, OFFICER, (WEBHOOK,)),
        Step(120, SECOND, (SCREEN, MAIL, WEBHOOK)),
        Step(240, DEPUTY, (SCREEN, MAIL, WEBHOOK)),
        Step(480, LIST, (SCREEN,)),
        Step(480, HEAD, (MAIL, WEBHOOK)),
    ),
    480,
)
_SHIPPED: Final = dict.fromkeys(
    (
        "reach-asked",
        "roster-gap",
        "roster-row",
        "notice-failed",
        "cannot-wake",
        "glass-broken",
        "directory",
    ),
    _PATIENT,
)


def ladder_for(kind: str) -> Ladder:
    """Return the ladder of a kind: the office's own, or the one for all kinds, or ours."""
    rows = {row.kind: row for row in LadderRow.objects.filter(kind__in=(kind, ANY))}
    row = rows.get(kind) or rows.get(ANY)
    if row is None:
        return _SHIPPED.get(kind, _URGENT)
    steps = tuple(Step(minutes, whom, tuple(ways)) for minutes, whom, ways in row.steps)
    return Ladder(steps, row.repeat_minutes)


def tells_beyond_screens() -> bool:
    """Tell whether any alarm tells anybody by mail, short message or voice."""
    rows = {row.kind: row.steps for row in LadderRow.objects.all()}
    if ANY not in rows and not rows.keys() >= set(KINDS):
        return True  # ours do
    return any(set(ways) - {SCREEN} for steps in rows.values() for _, _, ways in steps)


def parse_ladder(steps: Sequence[Any], repeat_minutes: object) -> Ladder:
    """Return a ladder from values that somebody typed.

    Args:
        steps: ``[minutes, whom, [channel, ...]]`` each.
        repeat_minutes: 5 to 10,080.

    Raises:
        LadderError: which rule it breaks.
    """
    if type(repeat_minutes) is not int or not LEAST_REPEAT <= repeat_minutes <= MAX_MINUTES:
        raise LadderError("a ladder begins again after 5 minutes to 7 days")
    if not 1 <= len(steps) <= MAX_STEPS:
        raise LadderError("a ladder has 1 to 12 steps")
    found = tuple(_step(one) for one in steps)
    if any(one.minutes > two.minutes for one, two in pairwise(found)):
        raise LadderError("a step is not before the one above it")
    if found[0].minutes or found[0].whom == LIST:
        raise LadderError("the first step is at once, and tells a person")
    return Ladder(found, repeat_minutes)


def _step(value: Any) -> Step:
    try:
        minutes, whom, ways = value
    except (TypeError, ValueError) as fault:
        raise LadderError("a step is minutes, whom, and channels") from fault
    if type(minutes) is not int or not 0 <= minutes <= MAX_MINUTES:
        raise LadderError("a step comes after 0 minutes to 7 days")
    if whom not in WHOM:
        raise LadderError("a step tells officer, second, deputy, head or list")
    if not isinstance(ways, list | tuple) or not ways or not set(ways) <= set(CHANNELS):
        raise LadderError("a step has channels: screen, mail or webhook")
    return Step(minutes, whom, tuple(dict.fromkeys(ways)))


@transaction.atomic
def set_ladder(kind: str, ladder: Ladder, *, by: str, at: datetime) -> None:
    """Keep a ladder for a kind, or for all that have none of their own (`ANY`).

    Raises:
        LadderError: no such kind.
    """
    if kind not in (*KINDS, ANY):
        raise LadderError("there is no such kind of alarm")
    steps = [[one.minutes, one.whom, list(one.channels)] for one in ladder.steps]
    values = {"steps": steps, "repeat_minutes": ladder.repeat_minutes}
    LadderRow.objects.update_or_create(kind=kind, defaults=values)
    audit.note(at=at, actor=by, action="duty.ladder-set", subject=kind)


@transaction.atomic
def drop_ladder(kind: str, *, by: str, at: datetime) -> bool:
    """Go back to our ladder; tell whether there was one of the office's own."""
    gone, _ = LadderRow.objects.filter(kind=kind).delete()
    if gone:
        audit.note(at=at, actor=by, action="duty.ladder-dropped", subject=kind)
    return bool(gone)
