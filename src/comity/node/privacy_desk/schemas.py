"""What the API takes and gives of data protection, one model a thing."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from comity.node.web.inputs import Moment
from comity.node.web.schemas import Closed


class PeriodOut(Closed):
    """A class of records and its period; ``days`` is null where none is set."""

    record_class: str
    days: int | None
    rule: str
    item: str
    since: datetime | None


class PrivacyOut(Closed):
    """What waits in the registers, what is due first, and the periods."""

    at: datetime
    waiting: list[dict[str, Any]]
    due: list["DueOut"]
    more: bool
    periods: list[PeriodOut]


class DueOut(Closed):
    """A record that is due to be looked at; ``review`` where somebody looked at it before."""

    subject: str
    record_class: str
    ended_at: datetime
    due_at: datetime
    case: str
    count: int = Field(description="rows that the line stands for; 10000 says: at least so many")
    review: str
    held: bool


class DueListOut(Closed):
    """A page of what is due on a moment; ``unset`` names classes of which nothing ever is."""

    on: datetime
    records: list[DueOut]
    after: str | None
    unset: list[str]


class DueWanted(Closed):
    """On which moment, of which class, from where on."""

    on: Moment | None = None
    record_class: Annotated[str, Field(max_length=40)] = ""
    after: Annotated[str, Field(max_length=200)] = ""


class RegisterWanted(Closed):
    """Which register, from where on, and whether what is over too."""

    kind: Annotated[str, Field(max_length=16)]
    before: Annotated[str, Field(max_length=36)] = ""
    everything: bool = False


class RegisterOut(Closed):
    """Items of a register, the newest first; ``before`` leads to earlier ones."""

    items: list[dict[str, Any]]
    before: str | None


class RecordOut(Closed):
    """What the destruction of a record would do, and what stands against it."""

    subject: str
    case: str
    held: bool
    sections: int
    entries: int
    originals: list[str]
    drafts: int
    stays: list[str]
    against: str
    review: str | None
    state: str


class WordsIn(Closed):
    """Words that all occur in what is looked for."""

    words: Annotated[list[Annotated[str, Field(max_length=200)]], Field(max_length=8)] = Field(
        description="a name, a number, an address: 1 to 8 words of 2 characters or more"
    )


class HoldingOut(Closed):
    """A record in which the words occur."""

    subject: str
    case: str
    what: str
    at: datetime


class HoldingsOut(Closed):
    """What is held, within what the caller may see."""

    holdings: list[HoldingOut]
    more: bool


class GroundOut(Closed):
    """A ground, and for which decisions it may stand."""

    code: str
    stands_for: list[str]
    source: str
    verified: bool
    words: str


class ExemptionOut(Closed):
    """An exemption code."""

    code: str
    source: str
    verified: bool
    own: bool
    words: str


class CodesOut(Closed):
    """Grounds and exemption codes."""

    grounds: list[GroundOut]
    exemptions: list[ExemptionOut]


class BreachOut(Closed):
    """How a breach stands."""

    item: str
    found_at: datetime | None
    due_at: datetime | None
    reported_at: datetime | None
    late: bool
    parties: list[str]
    untold: list[str]
    people_told: bool


__all__ = [
    "BreachOut",
    "CodesOut",
    "DueListOut",
    "DueWanted",
    "HoldingsOut",
    "PrivacyOut",
    "RecordOut",
    "RegisterOut",
    "RegisterWanted",
    "WordsIn",
]
