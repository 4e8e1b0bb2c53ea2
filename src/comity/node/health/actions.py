"""What may be done about what was found: the rows of the table of actions."""

from typing import Annotated, Any, Final

from django.http import Http404
from pydantic import Field

from comity.node.actions.action import Action, ActionCall
from comity.node.health import schemas as shapes
from comity.node.health.answers import refusal_value
from comity.node.log import refusals
from comity.node.models import Refusal
from comity.node.people.permissions import Right


def _retry_refusal(call: ActionCall) -> Refusal:
    """Send a refused item again, by its number in `outbox refusals`."""
    found = refusals.try_again(call.place["number"], by=call.by)
    if found is None:
        raise Http404
    return found


def _refusal(call: ActionCall, row: Refusal) -> dict[str, Any]:
    return {**refusal_value(row), "id": call.place["number"]}  # the row is gone


RETRY_REFUSAL: Final = Action(
    name="refusal.retry",
    right=Right.RETRY,
    path="/refusals/{number}/retry",
    place={"number": Annotated[int, Field(ge=1, le=2**53 - 1)]},
    output=shapes.RefusalOut,
    audit=("refusal.retried",),
    command="outbox resume NUMBER",
    example="outbox resume 3",
    apply=_retry_refusal,
    answer=_refusal,
)
ACTIONS: Final = (RETRY_REFUSAL,)
