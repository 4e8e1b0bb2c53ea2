"""What may be done about programs of one's own: the rows of the table of actions."""

from dataclasses import replace
from typing import Annotated, Any, Final

from django.http import Http404
from pydantic import Field

from comity.node.actions.action import Action, ActionCall, Writes
from comity.node.core.clock import real_now
from comity.node.integrations import schemas as shapes
from comity.node.integrations import webhook_delivery, webhooks
from comity.node.integrations.answers import delivery_value, hook_value, token_value
from comity.node.integrations.webhook_targets import HookAddressError
from comity.node.models import HookDelivery
from comity.node.people import access_tokens
from comity.node.people.permissions import Right

_NUMBER: Final = Annotated[int, Field(ge=1, le=2**53 - 1)]


def _make_token(call: ActionCall) -> access_tokens.Made:
    """Make a token for a program of yours. The token is shown this once.

    A token made with another token can do no more than that one, and works no longer.
    """
    said = call.input
    return access_tokens.make(
        call.officer,
        label=said.name,
        scopes=said.rights,
        days=said.days,
        at=real_now(),
        by=call.by,
    )


def _token_made(_call: ActionCall, made: access_tokens.Made) -> dict[str, Any]:
    return {**token_value(made.row), "secret": made.secret}


def _revoke_token(call: ActionCall) -> None:
    """Revoke an API token. It stops working at once."""
    try:
        access_tokens.revoke(call.officer, call.place["token"], at=call.at, by=call.by)
    except access_tokens.TokenUnknownError as fault:
        raise Http404 from fault


def _make_hook(call: ActionCall) -> webhooks.Made:
    """Create a webhook for events at an allowed host.

    The signing secret is shown once.
    """
    said, config = call.input, call.service.node.config
    return webhooks.make(
        config, call.officer, label=said.name, url=said.url, events=said.events, at=call.at
    )


def _hook_made(_call: ActionCall, made: webhooks.Made) -> dict[str, Any]:
    return {**hook_value(made.row), "secret": made.secret}


def _remove_hook(call: ActionCall) -> None:
    """Remove a webhook. Pending deliveries are cancelled."""
    try:
        webhooks.remove(call.officer, call.place["hook"], at=call.at)
    except webhooks.HookUnknownError as fault:
        raise Http404 from fault


def _test_hook(call: ActionCall) -> HookDelivery:
    """Send a test event to a webhook and report the result."""
    config = call.service.node.config
    try:
        return webhook_delivery.test(config, call.officer, call.place["hook"], at=call.at)
    except webhooks.HookUnknownError as fault:
        raise Http404 from fault


def _replay_delivery(call: ActionCall) -> HookDelivery:
    """Send a delivery again with the same identifier."""
    hook, delivery = call.place["hook"], call.place["delivery"]
    try:
        return webhooks.replay(call.officer, hook, delivery, at=call.at)
    except webhooks.HookUnknownError as fault:
        raise Http404 from fault


def _delivery(_call: ActionCall, row: HookDelivery) -> dict[str, Any]:
    return delivery_value(row)


MAKE_TOKEN: Final = Action(
    name="token.make",
    right=Right.TOKENS,
    path="/tokens",
    input=shapes.TokenIn,
    output=shapes.TokenMade,
    status=201,
    errors=(
        access_tokens.TokenManyError,
        access_tokens.TokenNameError,
        access_tokens.TokenScopeError,
        access_tokens.TokenTermError,
    ),
    audit=("token.made",),
    command="token new NAME",
    example="token new nightly --right read-cases --days 30 -o nightly.token",
    apply=_make_token,
    answer=_token_made,
    shown_once=True,
    token_only=True,
)
REVOKE_TOKEN: Final = Action(
    name="token.revoke",
    right=Right.TOKENS,
    method="DELETE",
    path="/tokens/{token}",
    place={"token": _NUMBER},
    status=204,
    audit=("token.revoked",),
    command="token revoke TOKEN",
    example="token revoke 3",
    apply=_revoke_token,
)
REVOKE_OWN_TOKEN: Final = replace(REVOKE_TOKEN, right=Right.SELF)
"""The same act on the page: also whoever may make no token any more ends the own ones."""
MAKE_HOOK: Final = Action(
    name="hook.make",
    right=Right.HOOKS,
    path="/hooks",
    input=shapes.HookIn,
    output=shapes.HookMade,
    status=201,
    errors=(webhooks.HookFieldError, webhooks.HookManyError, HookAddressError),
    audit=("hook.made",),
    command="webhook new NAME ADDRESS",
    example="webhook new desk https://gateway.example/in --event item.due",
    apply=_make_hook,
    answer=_hook_made,
    shown_once=True,
)
REMOVE_HOOK: Final = Action(
    name="hook.remove",
    right=Right.HOOKS,
    method="DELETE",
    path="/hooks/{hook}",
    place={"hook": _NUMBER},
    status=204,
    audit=("hook.removed",),
    command="webhook remove HOOK",
    example="webhook remove 3",
    apply=_remove_hook,
)
TEST_HOOK: Final = Action(
    name="hook.test",
    right=Right.HOOKS,
    path="/hooks/{hook}/test",
    place={"hook": _NUMBER},
    output=shapes.HookDeliveryOut,
    audit=("hook.tested",),
    command="webhook test HOOK",
    example="webhook test 3",
    apply=_test_hook,
    answer=_delivery,
    writes=Writes.STEPS,
    why="a test is queued, handed over to the program, and its outcome written",
)
REPLAY_DELIVERY: Final = Action(
    name="hook-delivery.replay",
    right=Right.HOOKS,
    path="/hooks/{hook}/deliveries/{delivery}/replay",
    place={"hook": _NUMBER, "delivery": _NUMBER},
    output=shapes.HookDeliveryOut,
    audit=("hook.replayed",),
    command="webhook replay HOOK DELIVERY",
    example="webhook replay 3 118",
    apply=_replay_delivery,
    answer=_delivery,
)
TOKENS: Final = (MAKE_TOKEN, REVOKE_TOKEN)
HOOKS: Final = (MAKE_HOOK, REMOVE_HOOK, TEST_HOOK, REPLAY_DELIVERY)
ACTIONS: Final = (*TOKENS, *HOOKS)
