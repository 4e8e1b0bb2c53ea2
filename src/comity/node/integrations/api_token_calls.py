"""Tokens of the caller over the API; what may be done stands in `actions`."""

from typing import Any

from django.http import HttpRequest
from ninja import Router

from comity.node.actions.mount import mount
from comity.node.integrations.actions import TOKENS
from comity.node.integrations.answers import token_value
from comity.node.integrations.schemas import TokenList
from comity.node.people import access_tokens
from comity.node.people.permissions import Right
from comity.node.web.api_permissions import caller, only

router = Router(tags=["programs"])


@router.get("/tokens", auth=only(Right.TOKENS), response=TokenList)
def list_tokens(request: HttpRequest) -> dict[str, Any]:
    """List the caller's tokens."""
    return {"tokens": [token_value(row) for row in access_tokens.tokens_of(caller(request))]}


mount(router, *TOKENS)
