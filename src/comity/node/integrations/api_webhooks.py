"""Webhooks of the caller over the API: list, make, test, see what was delivered, replay, end."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Query, Router, Status
from pydantic import Field

from comity.node.cases.queries import PAGE
from comity.node.core.clock import now
from comity.node.core.pagination import MAX_CHARS, by_number
from comity.node.integrations import webhook_delivery, webhooks
from comity.node.integrations.webhook_targets import MAX_URL
from comity.node.models import Hook, HookDelivery
from comity.node.people.permissions import Right
from comity.node.service.handle import this_service
from comity.node.web.api_errors import NotHere
from comity.node.web.api_permissions import caller, only
from comity.node.web.idempotency import shown_once
from comity.node.web.schemas import Closed

router = Router(tags=["programs"])
Number = Annotated[int, Path(ge=1, le=2**53 - 1)]


class HookOut(Closed):
    """A webhook; never its secret."""

    hook: int
    name: str
    url: str
    events: list[str]
    made_at: datetime
    ended: str = Field(description="error code, where its receiver is gone for good; or empty")


class HookList(Closed):
    """The caller's webhooks, the newest first."""

    hooks: list[HookOut]


class HookIn(Closed):
    """A webhook to be made."""

    name: Annotated[str, Field(max_length=webhooks.MAX_LABEL + 1)]
    url: Annotated[str, Field(max_length=MAX_URL + 1)]
    events: Annotated[list[Annotated[str, Field(max_length=24)]], Field(max_length=10)]


class HookMade(HookOut):
    """A webhook that was just made; `secret` signs what it is sent, and is shown this once."""

    secret: str


class HookDeliveryOut(Closed):
    """What was handed to a webhook, or waits."""

    delivery: int
    id: str = Field(description="in `webhook-id`; the same for every try")
    event: str
    data: dict[str, Any]
    happened_at: datetime
    stage: str
    attempts: int
    fault: str
    due_at: datetime
    ended_at: datetime | None


class DeliveryList(Closed):
    """Deliveries, the newest first."""

    deliveries: list[HookDeliveryOut]
    next: str | None = Field(description="``after`` of the next page, or null")


@router.get("/hooks", auth=only(Right.HOOKS), response=HookList)
def list_hooks(request: HttpRequest) -> dict[str, Any]:
    """List the caller's webhooks."""
    return {"hooks": [_hook(row) for row in webhooks.hooks_of(caller(request))]}


@router.post("/hooks", auth=only(Right.HOOKS), response={201: HookMade})
def make_hook(request: HttpRequest, wanted: HookIn) -> Status[dict[str, Any]]:
    """Register an address of a host that the operator named; audited."""
    shown_once(request)
    made = webhooks.make(
        this_service().node.config,
        caller(request),
        label=wanted.name,
        url=wanted.url,
        events=wanted.events,
        at=now(),
    )
    return Status(201, {**_hook(made.row), "secret": made.secret})


@router.delete("/hooks/{hook}", auth=only(Right.HOOKS), response={204: None})
def end_hook(request: HttpRequest, hook: Number) -> Status[None]:
    """End a webhook; what waits for it is not sent; audited."""
    try:
        webhooks.remove(caller(request), hook, at=now())
    except webhooks.HookUnknownError as fault:
        raise NotHere from fault
    return Status(204, None)


@router.post("/hooks/{hook}/test", auth=only(Right.HOOKS), response=HookDeliveryOut)
def test_hook(request: HttpRequest, hook: Number) -> dict[str, Any]:
    """Hand a test over now, and tell what came of it; audited."""
    config = this_service().node.config
    try:
        return _delivery(webhook_delivery.test(config, caller(request), hook, at=now()))
    except webhooks.HookUnknownError as fault:
        raise NotHere from fault


@router.get("/hooks/{hook}/deliveries", auth=only(Right.HOOKS), response=DeliveryList)
def list_deliveries(
    request: HttpRequest, hook: Number, after: Annotated[str, Query(max_length=MAX_CHARS)] = ""
) -> dict[str, Any]:
    """List what was handed to a webhook, or waits, the newest first."""
    try:
        row = webhooks.own(caller(request), hook)
    except webhooks.HookUnknownError as fault:
        raise NotHere from fault
    found, following = by_number(webhooks.deliveries(row), after=after, most=PAGE, newest=True)
    return {"deliveries": [_delivery(one) for one in found], "next": following or None}


@router.post(
    "/hooks/{hook}/deliveries/{delivery}/replay", auth=only(Right.HOOKS), response=HookDeliveryOut
)
def replay(request: HttpRequest, hook: Number, delivery: Number) -> dict[str, Any]:
    """Hand a delivery over once more, under the identifier it had; audited."""
    try:
        return _delivery(webhooks.replay(caller(request), hook, delivery, at=now()))
    except webhooks.HookUnknownError as fault:
        raise NotHere from fault


def _hook(row: Hook) -> dict[str, Any]:
    return {
        "hook": row.pk,
        "name": row.label,
        "url": row.url,
        "events": row.events,
        "made_at": row.made_at,
        "ended": row.ended,
    }


def _delivery(row: HookDelivery) -> dict[str, Any]:
    return {
        "delivery": row.pk,
        "id": row.message,
        "event": row.event,
        "data": row.data,
        "happened_at": row.happened_at,
        "stage": row.stage,
        "attempts": row.attempts,
        "fault": row.fault,
        "due_at": row.due_at,
        "ended_at": row.ended_at,
    }
