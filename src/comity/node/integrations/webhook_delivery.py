"""Handing webhooks over: claimed with a lease, tried again for a day, and given up aloud."""

import logging
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q

from comity.canonical import ComityError
from comity.node.core.config import NodeConfig
from comity.node.integrations import webhooks
from comity.node.integrations.webhook_targets import HookGoneError, post
from comity.node.log import audit
from comity.node.models import Hook, HookDelivery, Officer

LEASE: Final = timedelta(seconds=120)
AT_ONCE: Final = 5
PAUSES_S: Final = (5, 300, 1800, 7200, 18_000, 36_000, 50_400)
"""After each try that failed, as Standard Webhooks proposes; after the last it is given up."""
_LOG = logging.getLogger("comity.programs")


def send_due(config: NodeConfig, *, at: datetime) -> int:
    """Hand over what is due; return how many were tried."""
    rows = _claim(at)
    for row in rows:
        attempt(config, row, at=at)
    return len(rows)


def _claim(at: datetime) -> list[HookDelivery]:
    free = Q(lease_until=None) | Q(lease_until__lt=at)
    due = HookDelivery.objects.filter(free, stage=HookDelivery.Stage.QUEUED, due_at__lte=at)
    due = due.filter(hook__ended="", hook__officer__user__is_active=True)
    if not due.exists():
        return []
    with transaction.atomic():
        rows = list(due.select_related("hook").order_by("due_at", "pk")[:AT_ONCE])
        for row in rows:
            row.lease_until, row.attempts = at + LEASE, row.attempts + 1
        HookDelivery.objects.bulk_update(rows, ["lease_until", "attempts"])
    return rows


def test(config: NodeConfig, officer: Officer, number: int, *, at: datetime) -> HookDelivery:
    """Hand a test over now, and return what came of it.

    Raises:
        HookUnknownError: the officer has no such webhook.
    """
    row = webhooks.trial(officer, number, at=at, lease_until=at + LEASE)
    attempt(config, row, at=at)
    return HookDelivery.objects.get(pk=row.pk)


def attempt(config: NodeConfig, row: HookDelivery, *, at: datetime) -> None:
    """Try one delivery, and write down what came of it."""
    body = webhooks.body_of(row)
    fault = ""
    try:
        post(config, row.hook.url, body, webhooks.headers_of(row, body, at=at))
    except ComityError as refused:
        fault = refused.code
        _LOG.info("webhook %s: %s", row.hook.pk, fault)
    _keep(row, fault, at)


@transaction.atomic
def _keep(row: HookDelivery, fault: str, at: datetime) -> None:
    stages, gone = HookDelivery.Stage, fault == HookGoneError.code
    if not fault:
        stage = stages.SENT
    elif gone or row.event == webhooks.TRIAL or row.attempts > len(PAUSES_S):
        stage = stages.FAILED
    else:
        stage = stages.QUEUED
    over = stage != stages.QUEUED
    pause = timedelta(seconds=PAUSES_S[min(row.attempts, len(PAUSES_S)) - 1])
    HookDelivery.objects.filter(pk=row.pk, stage=stages.QUEUED).update(
        stage=stage.value,
        fault=fault,
        lease_until=None,
        ended_at=at if over else None,
        due_at=row.due_at if over else at + pause,
    )
    if gone:
        Hook.objects.filter(pk=row.hook.pk).update(ended=fault)
    if stage == stages.FAILED:
        subject = f"hook {row.hook.pk}"
        audit.note(at=at, actor=audit.SYSTEM, action="hook.failed", subject=subject, detail=fault)
