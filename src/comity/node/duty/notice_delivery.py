"""Handing notices over: claimed with a lease, tried again, and given up aloud.

A worker killed between handing over and writing that down hands over once more when its lease ends:
a notice that comes twice is better than none.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from comity.canonical import ComityError
from comity.node.core.config import NodeConfig
from comity.node.core.notice_channels import MAIL, SCREEN, WEBHOOK, Channels, channels_of
from comity.node.duty import escalation, notice_text, smtp, webhook
from comity.node.duty.roster_store import RosterError
from comity.node.log import audit
from comity.node.models import Alarm, Notice, Officer, Reached

LEASE: Final = timedelta(seconds=90)
FIRST_PAUSE: Final = timedelta(seconds=15)
MOST_ATTEMPTS: Final = 5
AT_ONCE: Final = 8
_LOG = logging.getLogger("comity.duty")


@dataclass(frozen=True)
class Outcome:
    """What came of one notice: its channel, its stage, and an error code or empty."""

    channel: str
    stage: str
    fault: str


def channels(config: NodeConfig) -> Channels:
    """Return the ways out of a node."""
    return channels_of(vars(config), config.folder)


def watch_address(config: NodeConfig) -> str:
    """Return the address of the watch that notices name."""
    if config.watch_url:
        return config.watch_url
    scheme, name = "https" if config.tls else "http", (*config.hosts, config.host)[0]
    return f"{scheme}://{name}:{config.port}/duty"


def send_due(config: NodeConfig, *, at: datetime) -> int:
    """Hand over what is due; return how many notices were tried."""
    rows = _claim(at)
    for row in rows:
        _try(config, row, at=at)
    return len(rows)


def _claim(at: datetime) -> list[Notice]:
    free = Q(lease_until=None) | Q(lease_until__lt=at)
    due = Notice.objects.filter(free, stage=Notice.Stage.QUEUED, due_at__lte=at)
    if not due.exists():
        return []
    with transaction.atomic():
        rows = list(due.order_by("due_at", "pk")[:AT_ONCE])
        for row in rows:
            row.lease_until, row.attempts = at + LEASE, row.attempts + 1
        Notice.objects.bulk_update(rows, ["lease_until", "attempts"])
    return rows


def release() -> int:
    """End all leases; only at the start of a node's one worker, whose forerunner is gone."""
    return Notice.objects.filter(lease_until__isnull=False).update(lease_until=None)


def _try(config: NodeConfig, row: Notice, *, at: datetime) -> Outcome:
    stage, fault = Notice.Stage.SENT.value, ""
    try:
        skipped = _hand_over(config, row, at=at)
    except ComityError as refused:
        last = row.attempts >= MOST_ATTEMPTS or row.alarm is None
        stage = Notice.Stage.FAILED.value if last else Notice.Stage.QUEUED.value
        fault = refused.code
        _LOG.info("notice %s by %s: %s", row.pk, row.channel, fault)
    else:
        if skipped:
            stage, fault = Notice.Stage.SKIPPED.value, skipped
    _keep(row, stage, fault, at)
    return Outcome(row.channel, stage, fault)


@transaction.atomic
def _keep(row: Notice, stage: str, fault: str, at: datetime) -> None:
    over = stage != Notice.Stage.QUEUED
    pause = FIRST_PAUSE * (1 << max(row.attempts - 1, 0))
    Notice.objects.filter(pk=row.pk, stage=Notice.Stage.QUEUED).update(
        stage=stage,
        fault=fault,
        lease_until=None,
        ended_at=at if over else None,
        due_at=row.due_at if over else at + pause,
    )
    if over:
        detail = f"{row.channel} {stage} {fault}".strip()
        subject = str(row.alarm) if row.alarm else "test"
        audit.note(at=at, actor=audit.SYSTEM, action="notice.ended", subject=subject, detail=detail)


def _hand_over(config: NodeConfig, row: Notice, *, at: datetime) -> str:
    """Hand one notice over; return why it cannot go, or empty.

    Raises:
        ComityError: it was tried and not taken.
    """
    ways, reached = channels(config), Reached.objects.filter(officer=row.officer).first()
    if not ways.has(row.channel):
        return "channel-off"
    address = _address(row.channel, reached)
    if not address and row.channel != SCREEN:
        return "no-address"
    said = _said(config, row, at)
    if row.channel == MAIL and ways.mail is not None:
        smtp.send(ways.mail, address, said.subject, said.text, at=at)
    elif row.channel == WEBHOOK and ways.hook is not None:
        value = {"id": row.pk, "number": row.alarm or 0, "text": said.text, "to": address}
        webhook.send(ways.hook, value, at=at)
    return ""


def _address(channel: str, reached: Reached | None) -> str:
    if reached is None:
        return ""
    return reached.email if channel == MAIL else reached.phone


def _said(config: NodeConfig, row: Notice, at: datetime) -> notice_text.Said:
    officer = Officer.objects.filter(identifier=row.officer).first()
    lang = _language(officer)
    place, exercise = watch_address(config), config.mode == "exercise"
    if row.alarm is None:
        return notice_text.trial(at=at, address=place, exercise=exercise, lang=lang)
    since = Alarm.objects.values_list("raised_at", flat=True).get(pk=row.alarm)
    return notice_text.waiting(
        number=row.alarm, since=since, address=place, exercise=exercise, lang=lang
    )


def _language(officer: Officer | None) -> str:
    lang = officer.language if officer else ""
    return lang if lang in settings.LANGUAGE_NAMES else "en"


def tell_factors_removed(config: NodeConfig, officer: Officer, *, at: datetime) -> bool:
    """Tell a person by mail that the second factors were taken away; tell whether it went."""
    reached = Reached.objects.filter(officer=officer.identifier).first()
    mail, address = channels(config).mail, _address(MAIL, reached)
    if mail is None or not address:
        return False
    said = notice_text.factors_removed(
        at=at, exercise=config.mode == "exercise", lang=_language(officer)
    )
    try:
        smtp.send(mail, address, said.subject, said.text, at=at)
    except ComityError as refused:
        _LOG.info("factors removed, by mail: %s", refused.code)
        return False
    return True


def test(config: NodeConfig, officer: str, *, by: str, at: datetime) -> list[Outcome]:
    """Send a test notice to a person now by every channel, and say what came of each.

    Raises:
        RosterError: no such officer in use.
    """
    with transaction.atomic():
        if not Officer.objects.filter(identifier=officer, user__is_active=True).exists():
            raise RosterError("no officer in use has this identifier")
        audit.note(at=at, actor=by, action="notice.tested", subject=officer)
        until = at + LEASE
        rows = [
            escalation.new_trial(officer, one, at, lease_until=until) for one in (MAIL, WEBHOOK)
        ]
    return [_try(config, row, at=at) for row in rows]
