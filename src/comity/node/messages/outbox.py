"""The lease table of deliveries: claiming, finishing, giving up."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Greatest

from comity.canonical import MisuseError
from comity.directory import Directory
from comity.node.cases.conversations import is_without_node
from comity.node.cases.urgency import emergencies
from comity.node.core.http_errors import Conflict
from comity.node.core.pagination import Place, moment, place_in, place_text, text
from comity.node.core.partner_http import (
    PartnerBusyError,
    PartnerRefusedError,
    PartnerUnreachableError,
)
from comity.node.core.signals import work_changed
from comity.node.models import MessageRow, OutboxRow

_PLACE: Final = Place(text, moment, int)
LEASE: Final = timedelta(seconds=90)
FIRST_PAUSE: Final = timedelta(seconds=2)
LONGEST_PAUSE: Final = timedelta(hours=24)
EMERGENCY_PAUSE: Final = timedelta(minutes=2)
"""The longest pause of an emergency while it is new."""
EMERGENCY_NEW: Final = timedelta(hours=1)
"""How long an emergency is new, from when it was queued."""
HEARD_SINCE: Final = "partner-heard"
"""In place of why the last attempt failed: the partner did not answer, and was heard since."""
ANSWERING: Final = (HEARD_SINCE, PartnerBusyError.code, PartnerRefusedError.code)
"""Faults, or what stands before the colon of one, of a partner that does respond."""
_AHEAD: Final = timedelta(seconds=1)
"""By how much emergencies are due before the rest."""


class NotPushedError(Conflict, MisuseError, code="delivery-by-letter"):
    """A delivery cannot be sent: the recipient has no node that takes messages."""


@dataclass(frozen=True)
class Lease:
    """A delivery this worker may try until its lease ends; the number fences late finishers."""

    row_id: int
    lease_no: int
    record: str
    addressee: str
    attempts: int


def claim(*, at: datetime, most: int, reachable: frozenset[str] | None = None) -> list[Lease]:
    """Return up to ``most`` due deliveries, leased.

    Args:
        at: this moment of the real world: deliveries go on while an exercise stands.
        most: upper bound.
        reachable: parties to whom something can be pushed, or None for all.
    """
    due = OutboxRow.objects.filter(stage=OutboxRow.Stage.QUEUED, due_at__lte=at)
    due = due.filter(Q(lease_until__isnull=True) | Q(lease_until__lt=at))
    if reachable is not None:
        due = due.filter(addressee__in=reachable)
    if not due.exists():
        return []
    with transaction.atomic():
        rows = list(due.order_by("due_at", "id")[:most])
        for row in rows:
            row.lease_until = at + LEASE
            row.lease_no += 1
            row.attempts += 1
        OutboxRow.objects.bulk_update(rows, ["lease_until", "lease_no", "attempts"])
    return [Lease(row.pk, row.lease_no, row.record, row.addressee, row.attempts) for row in rows]


def release() -> int:
    """End all leases; only at the start of a node's one worker, whose forerunner is gone."""
    held = OutboxRow.objects.filter(lease_until__isnull=False)
    return held.update(lease_until=None, lease_no=F("lease_no") + 1)


def letters(directory: Directory) -> frozenset[str]:
    """Return the parties that messages wait for and that have no node: these go by letter."""
    queued = OutboxRow.objects.filter(stage=OutboxRow.Stage.QUEUED)
    parties = queued.values_list("addressee", flat=True).distinct()
    return frozenset(party for party in parties if is_without_node(directory, party))


def page(rows: QuerySet[OutboxRow], *, after: str = "", most: int) -> tuple[list[OutboxRow], str]:
    """Return a page of deliveries, what is due first, and the place where the next begins.

    Args:
        rows: of one stage, or of several: those given up stand first.
        after: a place that a page before gave, or empty.
        most: rows of a page.

    Raises:
        PlaceError: ``after`` is no such place.
    """
    ordered = rows.order_by("stage", "due_at", "id")
    if after:
        stage, due, last = place_in(after, _PLACE)
        sooner = Q(due_at__lt=due) | Q(due_at=due, id__lte=last)
        ordered = ordered.filter(~(Q(stage=stage) & sooner), stage__gte=stage)
    found = list(ordered[: most + 1])
    end = found[most - 1] if len(found) > most else None
    return found[:most], place_text(end.stage, end.due_at, end.pk) if end else ""


def posted(record: str, addressee: str) -> bool:
    """Mark a message as gone by letter; tell whether it waited for that."""
    waiting = OutboxRow.objects.filter(
        record=record, addressee=addressee, stage=OutboxRow.Stage.QUEUED
    )
    done = bool(waiting.update(stage=OutboxRow.Stage.POSTED, lease_until=None, last_fault=""))
    if done:
        _tell(record)
    return done


def pause_after(attempts: int, *, emergency_for: timedelta | None = None) -> timedelta:
    """Return how long to wait after so many failed attempts: doubling, up to a day.

    For an emergency it is at most two minutes in the first hour. After that the limit grows by as
    much as the emergency waits beyond that hour, so that its pauses double from there on.

    Args:
        attempts: that failed.
        emergency_for: for how long an emergency has been queued; None for any other message.
    """
    doubled: timedelta = FIRST_PAUSE * (1 << min(attempts - 1, 20))
    if emergency_for is None:
        return min(doubled, LONGEST_PAUSE)
    limit = EMERGENCY_PAUSE + max(emergency_for - EMERGENCY_NEW, timedelta(0))
    return min(doubled, limit, LONGEST_PAUSE)


def _pause(lease: Lease, at: datetime) -> timedelta:
    """Return how long the message of a failed attempt waits; only a long pause asks what it is."""
    pause = pause_after(lease.attempts)
    if pause <= EMERGENCY_PAUSE or not emergencies().filter(record=lease.record).exists():
        return pause
    queued = OutboxRow.objects.filter(pk=lease.row_id).values_list("queued_at", flat=True).first()
    return pause_after(lease.attempts, emergency_for=at - queued) if queued else pause


def _tell(*records: str) -> None:
    """Let the work items of the conversations of messages be written, in this transaction."""
    rows = MessageRow.objects.filter(record__in=records).values_list("conversation", flat=True)
    found = sorted(set(rows))
    if found:
        work_changed.send(None, conversations=found)


@transaction.atomic
def failed(lease: Lease, *, at: datetime, real: datetime, fault: str) -> None:
    """Plan the next attempt, or give up when the message's time is over.

    Args:
        lease: of the attempt.
        at: this node's clock, by which a message's time is over.
        real: this moment of the real world, in which the next attempt waits.
        fault: code, and what the partner said.
    """
    row = OutboxRow.objects.filter(pk=lease.row_id, lease_no=lease.lease_no)
    pause = _pause(lease, at)
    due = real + pause
    dead = row.filter(expires_at__lte=at + pause)
    gone = dead.update(stage=OutboxRow.Stage.DEAD, last_fault=fault, lease_until=None)
    if gone or row.update(due_at=due, last_fault=fault, lease_until=None):
        _tell(lease.record)


@transaction.atomic
def give_up(lease: Lease, *, fault: str) -> None:
    """Try no more by itself: the addressee said that the same message will be refused again.

    Args:
        lease: of the attempt.
        fault: code, and what the partner said.
    """
    mine = OutboxRow.objects.filter(pk=lease.row_id, lease_no=lease.lease_no)
    if mine.update(stage=OutboxRow.Stage.DEAD, last_fault=fault, lease_until=None):
        _tell(lease.record)


@transaction.atomic
def put_off(lease: Lease, *, at: datetime, real: datetime, wait: timedelta, fault: str) -> None:
    """Wait as long as an addressee asks, with this message and with those that wait beside it.

    It is no failed attempt. An emergency waits only for its own answer, as it may be taken while
    others are not.

    Args:
        lease: of the attempt.
        at: this node's clock, by which a message's time is over.
        real: this moment of the real world, in which the next attempt waits.
        wait: what the addressee asked for, bounded.
        fault: code.
    """
    row = OutboxRow.objects.filter(pk=lease.row_id, lease_no=lease.lease_no)
    due = real + wait
    if row.filter(expires_at__lte=at + wait).update(
        stage=OutboxRow.Stage.DEAD, last_fault=fault, lease_until=None
    ):
        _tell(lease.record)
        return
    row.update(
        due_at=due,
        last_fault=fault,
        lease_until=None,
        attempts=Greatest(F("attempts") - 1, Value(0)),
    )
    hold(lease.addressee, until=due)
    _tell(lease.record)


def hold(addressee: str, *, until: datetime) -> None:
    """Let what waits for an addressee wait until a moment, but for emergencies."""
    waiting = OutboxRow.objects.filter(
        stage=OutboxRow.Stage.QUEUED, addressee=addressee, due_at__lt=until, lease_until=None
    )
    urgent = emergencies().filter(record__in=waiting.values("record"))
    waiting.exclude(record__in=list(urgent)).update(due_at=until)


@transaction.atomic
def hasten(addressee: str, *, at: datetime, only_emergencies: bool = False) -> int:
    """Make due what waits for an addressee that was heard since an attempt failed.

    Emergencies go first. What the addressee itself asked to wait with stays as it is, and of no
    attempt is it said any more that the addressee does not answer.

    Args:
        addressee: who was heard.
        at: when it is due, in the real world.
        only_emergencies: leave the rest as it is: the addressee asked to wait.

    Returns:
        How many deliveries are due sooner than they were.
    """
    waiting = OutboxRow.objects.filter(stage=OutboxRow.Stage.QUEUED, addressee=addressee)
    waiting.filter(last_fault=PartnerUnreachableError.code).update(last_fault=HEARD_SINCE)
    later = waiting.filter(due_at__gt=at, lease_until=None)
    later = later.exclude(last_fault=PartnerBusyError.code)
    urgent = list(emergencies().filter(record__in=later.values("record")))
    sooner = later.filter(record__in=urgent).update(due_at=at - _AHEAD)
    return sooner + (0 if only_emergencies else later.update(due_at=at))


def delivered(record: str, addressee: str) -> None:
    """Mark a delivery as receipted; in the transaction that stores the receipt."""
    rows = OutboxRow.objects.filter(record=record, addressee=addressee)
    faults = set(rows.values_list("last_fault", flat=True))
    rows.update(stage=OutboxRow.Stage.DELIVERED, lease_until=None, last_fault="")
    if any(faults) or emergencies().filter(record=record).exists():
        _tell(record)


def retry(row_id: int, *, at: datetime, until: datetime) -> bool:
    """Try a delivery now, on a person's word; tell whether there was one that is not done.

    One that was given up begins anew; one that waits keeps its attempts and the end of its time.

    Args:
        row_id: of the delivery.
        at: this moment of the real world.
        until: when the time of one that was given up is over now, by this node's clock.
    """
    row = OutboxRow.objects.filter(pk=row_id)
    again = row.filter(stage=OutboxRow.Stage.DEAD).update(
        stage=OutboxRow.Stage.QUEUED, due_at=at, expires_at=until, attempts=F("attempts") * 0
    )
    return bool(again or row.filter(stage=OutboxRow.Stage.QUEUED).update(due_at=at))
