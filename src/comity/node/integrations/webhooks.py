"""Webhooks: a program is told that something happened, by numbers and codes, signed.

What happened stands in rows of its own (`webhook_events`), each written in the transaction of the
act, so that a crash loses none. A hook acts for one officer and is told only of what that officer
may see. Signatures are those of Standard Webhooks 1.0.0.
"""

import json
import secrets
import uuid
from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import digest
from typing import Any, Final

from django.db import transaction
from django.db.models import Max, QuerySet

from comity.canonical import MisuseError, time_text
from comity.node.core.config import NodeConfig
from comity.node.integrations import webhook_events
from comity.node.integrations.webhook_events import EVENTS
from comity.node.integrations.webhook_targets import check
from comity.node.log import audit
from comity.node.models import Hook, HookDelivery, HookEvent, Officer
from comity.node.people.access.identifier_scope import is_outside, names_in
from comity.node.people.access.visible_cases import circle_of
from comity.node.people.permissions import Right, may
from comity.node.people.signin.secrets import seal, unseal

TRIAL: Final = "hook.test"
MOST_HOOKS: Final = 20
MAX_LABEL: Final = 60
SETTLED: Final = timedelta(seconds=2)
"""Rows younger than this wait for those that began before them and commit after."""
KEPT_FOR: Final = timedelta(days=30)
_AT_ONCE: Final = 200
_PREFIX: Final = "whsec_"


class HookFieldError(MisuseError, code="hook-field"):
    """A webhook has no name, or names no event or an unknown one."""


class HookManyError(MisuseError, code="hook-many"):
    """A person has as many webhooks as one may have."""


class HookUnknownError(MisuseError, code="hook-unknown"):
    """The caller has no such webhook, or it no such delivery."""


@dataclass(frozen=True, kw_only=True)
class Made:
    """A webhook that was just made, with the secret of its signature, shown this once."""

    row: Hook
    secret: str


@transaction.atomic
def make(
    config: NodeConfig, officer: Officer, *, label: str, url: str, events: list[str], at: datetime
) -> Made:
    """Register an address for an officer.

    Raises:
        HookFieldError, HookManyError: as they say.
        HookAddressError: nothing may be sent there.
    """
    label = label.strip()
    if not label or len(label) > MAX_LABEL or not label.isprintable():
        raise HookFieldError("a webhook needs a name of 1 to 60 printable characters")
    wanted = [event for event in EVENTS if event in events]
    if not wanted or len(wanted) != len(set(events)):
        raise HookFieldError(f"name events: {', '.join(EVENTS)}")
    check(config, url)
    if Hook.objects.filter(officer=officer).count() >= MOST_HOOKS:
        raise HookManyError(f"a person has at most {MOST_HOOKS} webhooks")
    secret = _PREFIX + b64encode(secrets.token_bytes(32)).decode()
    row = Hook.objects.create(
        officer=officer,
        label=label,
        url=url,
        events=wanted,
        secret=seal(secret),
        seen=HookEvent.objects.aggregate(last=Max("pk"))["last"] or 0,
        made_at=at,
    )
    audit.note(
        at=at,
        actor=officer.user.get_username(),
        action="hook.made",
        subject=f"hook {row.pk}",
        detail=" ".join(wanted),
    )
    return Made(row=row, secret=secret)


def hooks_of(officer: Officer) -> list[Hook]:
    """Return an officer's webhooks, the newest first."""
    return list(Hook.objects.filter(officer=officer).order_by("-pk"))


def own(officer: Officer, number: int) -> Hook:
    """Return one of an officer's webhooks.

    Raises:
        HookUnknownError: there is none.
    """
    found = Hook.objects.filter(officer=officer, pk=number).first()
    if found is None:
        raise HookUnknownError("you have no such webhook")
    return found


@transaction.atomic
def remove(officer: Officer, number: int, *, at: datetime) -> None:
    """End a webhook; what waits for it is not sent.

    Raises:
        HookUnknownError: there is none.
    """
    row = own(officer, number)
    who = officer.user.get_username()
    audit.note(at=at, actor=who, action="hook.removed", subject=f"hook {row.pk}")
    row.delete()


def deliveries(row: Hook) -> QuerySet[HookDelivery]:
    """Return the deliveries of a webhook, the newest first."""
    return HookDelivery.objects.filter(hook=row).order_by("-pk")


@transaction.atomic
def replay(officer: Officer, number: int, delivery: int, *, at: datetime) -> HookDelivery:
    """Queue a delivery once more, under the identifier it had.

    Raises:
        HookUnknownError: there is none.
    """
    row = own(officer, number)
    found = HookDelivery.objects.filter(hook=row, pk=delivery).first()
    if found is None:
        raise HookUnknownError("this webhook has no such delivery")
    found.stage, found.attempts, found.fault = HookDelivery.Stage.QUEUED.value, 0, ""
    found.due_at, found.ended_at, found.lease_until = at, None, None
    found.save()
    Hook.objects.filter(pk=row.pk).update(ended="")
    who = officer.user.get_username()
    audit.note(at=at, actor=who, action="hook.replayed", subject=f"hook {row.pk}")
    return found


@transaction.atomic
def trial(officer: Officer, number: int, *, at: datetime, lease_until: datetime) -> HookDelivery:
    """Make a delivery that says nothing but that it is a test, for the caller to hand over.

    Raises:
        HookUnknownError: there is none.
    """
    row = own(officer, number)
    audit.note(
        at=at, actor=officer.user.get_username(), action="hook.tested", subject=f"hook {row.pk}"
    )
    Hook.objects.filter(pk=row.pk).update(ended="")
    made = _queue(row, TRIAL, {}, happened=at, at=at)
    made.attempts, made.lease_until = 1, lease_until
    made.save(update_fields=["attempts", "lease_until"])
    return made


def look(*, at: datetime) -> int:
    """Queue what happened since each webhook was last told; return how many deliveries."""
    rows = Hook.objects.filter(ended="", officer__user__is_active=True)
    return sum(_tell(row, at=at) for row in rows.select_related("officer", "officer__user"))


@transaction.atomic
def _tell(hook: Hook, *, at: datetime) -> int:
    settled = HookEvent.objects.filter(pk__gt=hook.seen, happened_at__lte=at - SETTLED)
    batch = list(settled.order_by("pk")[:_AT_ONCE])
    if not batch:
        return 0
    told = 0
    if may(hook.officer, Right.READ_CASES) and may(hook.officer, Right.HOOKS):
        circle = circle_of(hook.officer, at=at)
        for row in batch:
            names = names_in(str(value) for value in row.data.values())
            if row.event in hook.events and not is_outside(circle, names):
                _queue(hook, row.event, row.data, happened=row.happened_at, at=at)
                told += 1
    Hook.objects.filter(pk=hook.pk).update(seen=batch[-1].pk)
    return told


def _queue(
    hook: Hook, event: str, data: dict[str, Any], *, happened: datetime, at: datetime
) -> HookDelivery:
    return HookDelivery.objects.create(
        hook=hook,
        message=f"msg_{uuid.uuid4().hex}",
        event=event,
        data=data,
        happened_at=happened,
        due_at=at,
    )


def forget(*, at: datetime) -> int:
    """Forget deliveries that ended a month ago, and what happened then; return how many."""
    webhook_events.forget(at=at)
    return HookDelivery.objects.filter(ended_at__lt=at - KEPT_FOR).delete()[0]


def body_of(row: HookDelivery) -> bytes:
    """Return what is sent."""
    value = {"type": row.event, "timestamp": time_text(row.happened_at), "data": row.data}
    return json.dumps(value, sort_keys=True).encode()


def headers_of(row: HookDelivery, body: bytes, *, at: datetime) -> dict[str, str]:
    """Return the fields of Standard Webhooks: identifier, time, signature."""
    secret, stamp = unseal(row.hook.secret), str(int(at.timestamp()))
    return {
        "webhook-id": row.message,
        "webhook-timestamp": stamp,
        "webhook-signature": signature(secret, row.message, stamp, body),
    }


def signature(secret: str, message: str, stamp: str, body: bytes) -> str:
    """Return ``v1,`` and HMAC-SHA256 in base64 over identifier, time and body."""
    key = b64decode(secret.removeprefix(_PREFIX))
    signed = f"{message}.{stamp}.".encode() + body
    return f"v1,{b64encode(digest(key, signed, sha256)).decode()}"
