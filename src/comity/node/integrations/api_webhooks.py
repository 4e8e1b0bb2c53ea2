"""Webhooks of the caller over the API, with what was delivered; acts stand in `actions`."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Query, Router

from comity.node.actions.mount import mount
from comity.node.cases.queries import PAGE
from comity.node.core.pagination import MAX_CHARS, by_number
from comity.node.integrations import webhooks
from comity.node.integrations.actions import HOOKS
from comity.node.integrations.answers import delivery_value, hook_value
from comity.node.integrations.schemas import DeliveryList, HookList
from comity.node.people.permissions import Right
from comity.node.web.api_errors import NotHere
from comity.node.web.api_permissions import caller, only

router = Router(tags=["programs"])
Number = Annotated[int, Path(ge=1, le=2**53 - 1)]


@router.get("/hooks", auth=only(Right.HOOKS), response=HookList)
def list_hooks(request: HttpRequest) -> dict[str, Any]:
    """List the caller's webhooks."""
    return {"hooks": [hook_value(row) for row in webhooks.hooks_of(caller(request))]}


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
    return {"deliveries": [delivery_value(one) for one in found], "next": following or None}


mount(router, *HOOKS)
