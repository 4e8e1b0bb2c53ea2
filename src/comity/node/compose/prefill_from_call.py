"""What a call fills into the forms of a request, of a paper and of an order."""

from typing import Any

from django.http import HttpRequest, QueryDict

from comity.canonical import parse_time, state_of
from comity.docket import Item
from comity.node.compose import identifiers
from comity.node.compose.measures import first_urgency
from comity.node.core.clock import now
from comity.node.core.node import Node
from comity.node.service.handle import this_service
from comity.node.watch import calls
from comity.node.web import form_fields as f
from comity.node.web.permissions import caller, seen


def call_of(request: HttpRequest) -> Item | None:
    """Return the open call that an address names, or None."""
    named = seen(request).items().filter(item=request.GET.get("call", ""), kind=calls.KIND)
    row = named.first()
    if row is None:
        return None
    item = calls.call_named(row.item)
    return item if item.is_open and item.said("call.taken") else None


def request_forms(node: Node, item: Item) -> dict[str, dict[str, Any]]:
    """Return the first values of the forms of a request of ours, by form."""
    told = item.said("call.taken")
    party = told["party"] or ""
    foreign = party and state_of(party) != state_of(node.party)
    return {
        "request": {"to": party if foreign else "", "urgency": told["urgency"]},
        "subject": {
            "description": told["asked"]["text"],
            **identifiers.initial_of(told["accounts"]),
        },
        "language": {"lang": told["asked"]["lang"]},
    }


def paper_data(item: Item) -> QueryDict:
    """Return a paper's form as if the officer had typed what was noted of the call."""
    told = item.said("call.taken")
    lines = [f"{one['type']} {one['identifier']}" for one in told["accounts"]]
    data = QueryDict(mutable=True)
    data.update(
        {
            "author": told["party"] or "",
            "channel": "phone",
            "received_at": parse_time(told["at"]).strftime("%Y-%m-%dT%H:%M"),
            "lang": told["asked"]["lang"],
            "request-measure": told["measure"],
            "request-urgency": first_urgency(told["measure"], told["urgency"]),
            "subject-description": told["asked"]["text"][: f.MAX_LONG],
            "subject-accounts": "\n".join(lines),
        }
    )
    return data


def order_values(item: Item) -> dict[str, Any]:
    """Return the first values of an order to a provider."""
    told = item.said("call.taken")
    return {"measure": told["measure"], "what": told["asked"]}


def passed_on(
    request: HttpRequest, item: Item, *, draft: str = "", conversation: str = "", case: str = ""
) -> None:
    """Enter in the call what was begun out of it."""
    service = this_service()
    calls.pass_on(
        service.node,
        service.committer,
        item.id,
        {"draft": draft or None, "conversation": conversation or None},
        officer=caller(request),
        at=now(),
        case=case,
    )
