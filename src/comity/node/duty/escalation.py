"""Climbing the ladder: alarms begin and end with their causes, and wait for a person in between.

Everything is a row. A step, its audit row, the notices it asks for and the moment of the next step
commit together, so a node that is killed goes on where it stood. A step that was missed is done
late, and the one after it keeps its distance.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from comity.canonical import MisuseError
from comity.node.cases.severity import LOWEST_RANK, Severity
from comity.node.core.notice_channels import SCREEN
from comity.node.duty import roster_store
from comity.node.duty.alarm_kinds import Cause
from comity.node.duty.escalation_ladder import DEPUTY, HEAD, LIST, SECOND, Ladder, Step, ladder_for
from comity.node.duty.subjects import cases_of
from comity.node.log import audit
from comity.node.models import (
    Alarm,
    AlarmStep,
    DocketItem,
    Notice,
    Officer,
    Reached,
    WorkItem,
)
from comity.node.people.access import case_access
from comity.node.people.access.visible_cases import OutsideError, circle_of
from comity.node.people.permissions import Right, may
from comity.node.watch.alert import alarm_key, is_held, of_row
from comity.node.watch.first_step import may_do
from comity.node.watch.rules import OPEN
from comity.node.work.owners import set_owner
from comity.node.work.queries import severity_of_row, visible
from comity.node.work.rows import owner_changed

LATE: Final = timedelta(minutes=1)
"""A step later than this was missed: the next one is counted from now."""
MAX_AT_ONCE: Final = 200


class AlarmUnknownError(MisuseError, code="alarm-unknown"):
    """The alarm does not exist, was acknowledged, or was resolved."""


def open_alarms() -> QuerySet[Alarm]:
    """Return alarms whose cause is still there."""
    return Alarm.objects.filter(ended_at=None)


def unacknowledged() -> QuerySet[Alarm]:
    """Return alarms that wait for a person."""
    return open_alarms().filter(acknowledged_at=None)


def severities(rows: Iterable[Alarm]) -> dict[int, Severity]:
    """Return how much alarms press, by number: an open one as its work item does now.

    Args:
        rows: alarms; of one that ended stands how much it pressed last.
    """
    known = list(rows)
    named = [row.incident for row in known if row.ended_at is None and row.incident]
    items = WorkItem.objects.filter(incident__in=named, rank__lt=LOWEST_RANK)
    now_there = {item.incident: severity_of_row(item) for item in items}
    return {
        row.pk: now_there.get(row.incident, stored) if row.ended_at is None else stored
        for row in known
        if (stored := Severity(row.severity))
    }


def settle(found: Iterable[Cause], *, at: datetime) -> int:
    """Raise an alarm for each new incident, end those that are gone; return how many changed.

    How much an incident presses, and by what, is kept with its alarm; that it presses more or
    less, or by something else, is no new alarm.
    """
    now_there = {cause.key: cause for cause in found}
    rows = {alarm_key(row.kind, row.subject): row for row in open_alarms()}
    new = [now_there[key] for key in sorted(now_there.keys() - rows.keys())]
    gone = [row for key, row in rows.items() if key not in now_there]
    for cause in new:
        _raise(cause, at)
    end(gone, at=at)
    for key in rows.keys() & now_there.keys():
        row, cause = rows[key], now_there[key]
        if _moved(row, cause):
            Alarm.objects.filter(pk=row.pk).update(
                kind=cause.kind, severity=cause.severity, incident=cause.incident
            )
    return len(new) + len(gone)


def _moved(row: Alarm, cause: Cause) -> bool:
    return (row.kind, row.severity, row.incident) != (cause.kind, cause.severity, cause.incident)


def end(gone: Iterable[Alarm], *, at: datetime) -> int:
    """End alarms whose cause is gone; return how many were still open.

    Args:
        gone: the alarms.
        at: this node's clock.
    """
    return sum(_end(row, at) for row in gone)


@transaction.atomic
def _raise(cause: Cause, at: datetime) -> Alarm:
    """Raise an alarm, unless somebody else has just done so; return it."""
    told = {"incident": cause.incident, "severity": cause.severity, "raised_at": at, "due_at": at}
    row, made = Alarm.objects.get_or_create(
        kind=cause.kind, subject=cause.subject, ended_at=None, defaults=told
    )
    if made:
        subject = str(row.pk)
        audit.note(
            at=at, actor=audit.SYSTEM, action="alarm.raised", subject=subject, detail=cause.kind
        )
    return row


@transaction.atomic
def _end(row: Alarm, at: datetime) -> bool:
    if not Alarm.objects.filter(pk=row.pk, ended_at=None).update(ended_at=at):
        return False
    _stop_notices(row.pk, at)
    if row.owner:
        owner_changed([row.incident], at=at)
    audit.note(
        at=at, actor=audit.SYSTEM, action="alarm.ended", subject=str(row.pk), detail=row.kind
    )
    return True


@transaction.atomic
def acknowledge(number: int, *, officer: Officer, at: datetime) -> tuple[Alarm, list[str]]:
    """Say that a person has seen an alarm; its ladder stops, notices that wait are dropped.

    Whoever acknowledges has it: the work item is theirs, and the case that the alarm is about, or
    each of several, is assigned to them in the same transaction, as far as they may work on it.

    Where they may not do what is next, the first of them has it as well, but the alarm waits on:
    its ladder goes on at once, with those who may do it, until one of these acknowledges.

    Args:
        number: of the alarm.
        officer: who acknowledges.
        at: this node's clock.

    Returns:
        The alarm, and the cases that are the officer's now.

    Raises:
        AlarmUnknownError: it waits for nobody.
    """
    by = officer.user.get_username()
    mine = unacknowledged().filter(pk=number)
    waiting = mine.first()
    able = waiting is None or may_do(officer, action_of(waiting))
    if able:
        done = mine.update(acknowledged_at=at, acknowledged_by=by, owner=officer.identifier)
    else:
        done = mine.filter(owner="").update(owner=officer.identifier, due_at=at)
    if not done:
        raise AlarmUnknownError("no alarm of this number waits for this person")
    if able:
        _stop_notices(number, at)
    row = Alarm.objects.get(pk=number)
    taken = case_access.take_up(cases_of(row, circle_of(officer, at=at)), officer, at=at)
    if row.incident:
        set_owner([row.incident], officer, at=at)
    owner_changed([row.incident], at=at)
    action = "alarm.acknowledged" if able else "alarm.taken"
    audit.note(at=at, actor=by, action=action, subject=str(number), detail=row.kind)
    return row, taken


def action_of(row: Alarm) -> str:
    """Return what the work item of an alarm asks for next, or an empty text."""
    found = WorkItem.objects.filter(incident=row.incident) if row.incident else None
    return found.values_list("action", flat=True).first() or "" if found is not None else ""


def not_for(rows: Iterable[Alarm], officer: Officer) -> set[int]:
    """Return the alarms that somebody has and that an officer cannot acknowledge, by number.

    Args:
        rows: alarms.
        officer: who may not be able to do what is next.
    """
    held = {row.incident: row.pk for row in rows if is_held(row)}
    items = WorkItem.objects.filter(incident__in=held) if held else ()
    return {held[item.incident] for item in items if not may_do(officer, item.action)}


@transaction.atomic
def acknowledge_item(incident: str, *, officer: Officer, at: datetime) -> tuple[Alarm, list[str]]:
    """Acknowledge a work item by its alarm, which is raised now where no loop has done so yet.

    Args:
        incident: name of the work item.
        officer: who acknowledges.
        at: this node's clock.

    Returns:
        As `acknowledge`.

    Raises:
        OutsideError: there is no such work item for the officer.
        AlarmUnknownError: it waits for nobody.
    """
    item = visible(circle_of(officer, at=at)).filter(pk=incident).first()
    if item is None:
        raise OutsideError
    row = open_alarms().filter(incident=incident).order_by("acknowledged_at", "pk").first()
    if row is None:
        alert = of_row(item)
        if not alert.raises_alarm:
            raise AlarmUnknownError("this work item needs no acknowledgement")
        kind, subject = alert.cause(at)
        row = _raise(Cause(kind, subject, alert.severity, incident), at)
    return acknowledge(row.pk, officer=officer, at=at)


def _stop_notices(number: int, at: datetime) -> None:
    queued = Notice.objects.filter(alarm=number, stage=Notice.Stage.QUEUED)
    queued.update(stage=Notice.Stage.SKIPPED, fault="no-longer-needed", ended_at=at)


def climb(*, at: datetime) -> int:
    """Do each step that is due; return how many."""
    rows = list(unacknowledged().filter(due_at__lte=at).order_by("due_at", "pk")[:MAX_AT_ONCE])
    return sum(_step(row, at) for row in rows)


@transaction.atomic
def _step(row: Alarm, at: datetime) -> bool:
    """Do one step of one alarm: who is told, when the next is due, and that it was so."""
    ladder = ladder_for(row.kind)
    number = min(row.step, len(ladder.steps) - 1)  # the ladder may be shorter than it was
    step = ladder.steps[number]
    due_at = row.due_at if at - row.due_at <= LATE else at
    following, round_, due_at = _next(ladder, number, row.round, due_at)
    mine = Alarm.objects.filter(
        pk=row.pk, step=row.step, round=row.round, acknowledged_at=None, ended_at=None
    )
    if not mine.update(step=following, round=round_, due_at=due_at):
        return False  # somebody acknowledged it meanwhile
    told = _told(step, at)
    if is_held(row):
        told = _able(told, action_of(row))
    Notice.objects.bulk_create(
        _notice(row.pk, officer, channel, at) for officer in told for channel in step.channels
    )
    AlarmStep.objects.create(
        alarm=row.pk, round=row.round, step=number, whom=step.whom, at=at, told=len(told)
    )
    detail = f"{row.kind} round {row.round} step {number + 1} {step.whom} {len(told)}"
    audit.note(at=at, actor=audit.SYSTEM, action="alarm.step", subject=str(row.pk), detail=detail)
    return True


def _next(ladder: Ladder, number: int, round_: int, at: datetime) -> tuple[int, int, datetime]:
    """Return number, round and moment of the step after one that was due at ``at``."""
    if number + 1 == len(ladder.steps):
        return 0, round_ + 1, at + timedelta(minutes=ladder.repeat_minutes)
    minutes = ladder.steps[number + 1].minutes - ladder.steps[number].minutes
    return number + 1, round_, at + timedelta(minutes=minutes)


def _notice(alarm: int | None, officer: str, channel: str, at: datetime) -> Notice:
    on_screen = channel == SCREEN
    return Notice(
        alarm=alarm,
        officer=officer,
        channel=channel,
        stage=Notice.Stage.SENT if on_screen else Notice.Stage.QUEUED,
        made_at=at,
        due_at=at,
        ended_at=at if on_screen else None,
    )


def new_trial(officer: str, channel: str, at: datetime, *, lease_until: datetime) -> Notice:
    """Return a test notice, stored, which its caller hands over while the lease lasts."""
    row = _notice(None, officer, channel, at)
    row.lease_until, row.attempts = lease_until, 1
    row.save(force_insert=True)
    return row


def _told(step: Step, at: datetime) -> list[str]:
    """Return whom a step tells; where the roster names nobody, everybody who may acknowledge."""
    if step.whom == LIST:
        return []
    if step.whom == HEAD:
        heads = Reached.objects.filter(head=True).values_list("officer", flat=True)
        return _in_use(heads) or everybody()
    shift = roster_store.on_duty(at)
    if shift is None:
        return everybody()
    crew = shift.crew
    if step.whom in {SECOND, DEPUTY}:
        named = {SECOND: crew.second, DEPUTY: crew.deputy}[step.whom]
        return _in_use([named or crew.officer]) or everybody()
    return _in_use([crew.officer, *on_shift()]) or everybody()


def _able(told: list[str], action: str) -> list[str]:
    """Return those of a step who may do what is next, or everybody who may where none of them."""
    rows = Officer.objects.filter(user__is_active=True).order_by("identifier")
    able = [row.identifier for row in rows if may(row, Right.ACKNOWLEDGE) and may_do(row, action)]
    return [one for one in told if one in able] or able


def on_shift() -> list[str]:
    """Return whose shift runs, whatever the roster says; one handed over is theirs until taken."""
    rows = DocketItem.objects.filter(kind="shift", state__in=OPEN)
    return sorted(rows.values_list("about", flat=True))


def _in_use(officers: Iterable[str]) -> list[str]:
    rows = Officer.objects.filter(identifier__in=list(officers), user__is_active=True)
    return sorted(rows.values_list("identifier", flat=True))


def everybody() -> list[str]:
    """Return who is told where the roster names nobody: all who may acknowledge."""
    rows = Officer.objects.filter(user__is_active=True)
    return sorted(row.identifier for row in rows if may(row, Right.ACKNOWLEDGE))
