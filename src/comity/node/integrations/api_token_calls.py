"""Tokens of the caller over the API: list, make, revoke."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Router, Status
from pydantic import Field

from comity.node.core.clock import now, real_now
from comity.node.models import ApiToken
from comity.node.people import access_tokens
from comity.node.people.permissions import Right
from comity.node.web.api_errors import NotHere
from comity.node.web.api_permissions import caller, only, token_only
from comity.node.web.idempotency import shown_once
from comity.node.web.schemas import Closed

router = Router(tags=["programs"])


class TokenOut(Closed):
    """What is kept of a token; never the token itself."""

    token: int
    name: str
    rights: list[str] = Field(description="that it names; it never has one that its person lacks")
    made_at: datetime
    expires_at: datetime | None
    used_at: datetime | None


class TokenList(Closed):
    """The caller's tokens, the newest first."""

    tokens: list[TokenOut]


class TokenIn(Closed):
    """A token to be made."""

    name: Annotated[str, Field(max_length=access_tokens.MAX_LABEL + 1)]
    rights: Annotated[
        list[Annotated[str, Field(max_length=40)]], Field(min_length=1, max_length=100)
    ]
    days: Annotated[int, Field(ge=1, le=access_tokens.MOST_DAYS)] = access_tokens.DEFAULT_DAYS


class TokenMade(TokenOut):
    """A token that was just made; `secret` is shown this once."""

    secret: str


@router.get("/tokens", auth=only(Right.TOKENS), response=TokenList)
def list_tokens(request: HttpRequest) -> dict[str, Any]:
    """List the caller's tokens."""
    return {"tokens": [_token(row) for row in access_tokens.tokens_of(caller(request))]}


@router.post("/tokens", auth=token_only(Right.TOKENS), response={201: TokenMade})
def make_token(request: HttpRequest, wanted: TokenIn) -> Status[dict[str, Any]]:
    """Make a token with some of the caller's rights; a token makes none that can do more.

    A browser's session makes none here: the page asks first who is there.
    """
    shown_once(request)
    officer = caller(request)
    made = access_tokens.make(
        officer,
        label=wanted.name,
        scopes=wanted.rights,
        days=wanted.days,
        at=real_now(),
        by=officer.user.get_username(),
    )
    return Status(201, {**_token(made.row), "secret": made.secret})


@router.delete("/tokens/{token}", auth=only(Right.TOKENS), response={204: None})
def revoke_token(
    request: HttpRequest, token: Annotated[int, Path(ge=1, le=2**53 - 1)]
) -> Status[None]:
    """End one of the caller's tokens now."""
    officer = caller(request)
    try:
        access_tokens.revoke(officer, token, at=now(), by=officer.user.get_username())
    except access_tokens.TokenUnknownError as fault:
        raise NotHere from fault
    return Status(204, None)


def _token(row: ApiToken) -> dict[str, Any]:
    return {
        "token": row.pk,
        "name": row.label,
        "rights": row.scopes,
        "made_at": row.made_at,
        "expires_at": row.expires_at,
        "used_at": row.used_at,
    }
