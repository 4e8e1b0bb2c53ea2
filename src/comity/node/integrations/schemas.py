"""What the API says and takes about programs: tokens and webhooks."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from comity.node.integrations import webhooks
from comity.node.integrations.webhook_events import EVENTS
from comity.node.integrations.webhook_targets import MAX_URL
from comity.node.people import access_tokens
from comity.node.web.schemas import Closed


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

    name: Annotated[str, Field(max_length=access_tokens.MAX_LABEL + 1)] = Field(
        description="what you call the program, to know the token again"
    )
    rights: Annotated[
        list[Annotated[str, Field(max_length=40)]], Field(min_length=1, max_length=100)
    ] = Field(description="what the program may do, as `GET /me` lists your rights")
    days: Annotated[int, Field(ge=1, le=access_tokens.MOST_DAYS)] = Field(
        access_tokens.DEFAULT_DAYS, description="how long the token works"
    )


class TokenMade(TokenOut):
    """A token that was just made; `secret` is shown this once."""

    secret: str


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

    name: Annotated[str, Field(max_length=webhooks.MAX_LABEL + 1)] = Field(
        description="what you call the program"
    )
    url: Annotated[str, Field(max_length=MAX_URL + 1)] = Field(
        description="https:// and a host that the operator allows",
        json_schema_extra={"x-option": "address"},
    )
    events: Annotated[
        list[Annotated[str, Field(max_length=24, json_schema_extra={"enum": [*EVENTS]})]],
        Field(max_length=10),
    ] = Field(
        description="what the program is told of",
        json_schema_extra={"x-option": "event"},
    )


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
