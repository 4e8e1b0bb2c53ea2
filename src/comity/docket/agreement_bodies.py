"""What the acts of the register of agreements say: one strict model an act.

The conventions are those of `bodies`.
"""

from typing import Annotated, Literal

from pydantic import Field

from comity.exchange.values import Model, Party, Short, Text, Time


class Commitment(Model):
    """What one side promised; a day only where one was named."""

    side: Literal["ours", "theirs"]
    promised: Short
    until: Time | None


class AgreementEntered(Model):
    """An agreement with another State, as this office holds it; the paper is elsewhere."""

    matter: Short
    party: Party
    form: Literal["treaty", "memorandum", "exchange-of-letters", "work-plan", "commitment"]
    signed_at: Time
    commitments: Annotated[list[Commitment], Field(max_length=40)]
    kept_at: Short
    review_by: Time


class AgreementReviewed(Model):
    """Somebody looked at it: how it is kept, and when it is looked at again."""

    findings: Text
    review_by: Time
