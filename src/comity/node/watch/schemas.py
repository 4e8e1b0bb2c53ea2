"""What the API takes and gives of the watch, one model a thing."""

from datetime import datetime
from typing import Annotated, Any, Final, Literal

from pydantic import Field

from comity.node.web.inputs import MaybeDay, Moment, WordsIn
from comity.node.web.schemas import Closed

MOST_CASE: Final = 40


class AlertOut(Closed):
    """One thing that needs a person; ``kind`` and ``subject`` name it as long as it stands."""

    kind: str
    subject: str
    severity: Literal["critical", "high", "normal", "low"]
    incident: str
    """Name of the work item; empty where only an alarm tells of it."""
    since: datetime | None
    due_at: datetime | None
    deadline: str
    """What falls due then, by code, or empty."""
    rule: str
    """The rule that the deadline comes from; ``office``: the office set it; ``second-signature``:
    the protocol does."""
    overdue: bool
    party: str
    case: str
    conversation: str
    detail: str
    urgency: str
    emergency: bool
    waits_for: Literal["us", "them"]
    action: str
    """What to do next: the type of the message to write, or a code such as ``open-case``."""
    count: int
    alarm: int
    """Number of the open alarm that was raised for it, or 0."""
    acknowledged: bool
    """Whether a person acknowledged that alarm."""
    owner: str
    """Who has it: who acknowledged its alarm, or is assigned to its case; or empty."""
    held: bool
    """Whether its owner acknowledged it and may not do what is next: it waits for who may."""
    outside: bool
    """Whether only its alarm is told: it is of the office, or about a case closed to the caller."""


class WatchOut(Closed):
    """Everything that needs a person, what presses most first."""

    at: datetime
    severity: Literal["critical", "high", "normal", "low"] | None
    """Of the most pressing, or null where there is none; at ``critical`` and ``high`` the command
    ``comity watch`` exits 1."""
    overdue: int
    alerts: list[AlertOut]
    news: list[AlertOut]
    more: list[str]
    shift: str | None
    """The caller's own, or null."""


class WatchWanted(Closed):
    """From when on messages are news; without it, since the caller's shift began."""

    since: Moment | None = None


class BackIn(Closed):
    """How the call back went."""

    act: Literal["call.called-back", "call.tried", "call.denied"]
    said: dict[str, Any]


class CallIn(Closed):
    """A call, and the call back where there was one."""

    said: dict[str, Any] = Field(description="what act `call.taken` says")
    case: Annotated[str, Field(max_length=MOST_CASE)] = Field(
        "", description="case of this office that the call is about"
    )
    back: BackIn | None = Field(None, description="how the call back went")


class NumberOut(Closed):
    """A number, and who says so."""

    number: str
    source: Literal["directory", "register"]


class NumbersOut(Closed):
    """On which numbers an authority may be called back."""

    party: str
    numbers: list[NumberOut]


class ShiftIn(Closed):
    """Until when the shift is planned."""

    until: Moment | None = Field(
        None, description="until when the shift is planned, as 2026-11-25T14:00:00Z"
    )


class HandOverIn(Closed):
    """To whom, and what they have to know."""

    to: Annotated[str, Field(min_length=1, max_length=64)] = Field(
        description="officer who takes over, by identifier"
    )
    notes: WordsIn = Field(description="what they have to know")


class ConfirmIn(Closed):
    """Who stands by the hand-over: a signature (``docket.signing``), or the own password."""

    approval: dict[str, Any] | None = Field(None, description="signature under the hand-over")
    password: Annotated[str, Field(max_length=1000)] | None = Field(
        None, description="your own, in place of a signature"
    )


class ReasonsIn(Closed):
    """Why."""

    reasons: WordsIn = Field(description="why")


class ListWanted(Closed):
    """Which calls or shifts: those begun before an item, or on a day (UTC), or those not over."""

    before: Annotated[str, Field(max_length=36)] = ""
    day: MaybeDay = None
    open: bool = False


class HistoryOut(Closed):
    """Items, the newest first; ``before`` leads to earlier ones."""

    items: list[dict[str, Any]]
    before: str | None


__all__ = [
    "MOST_CASE",
    "AlertOut",
    "BackIn",
    "CallIn",
    "ConfirmIn",
    "HandOverIn",
    "HistoryOut",
    "ListWanted",
    "NumbersOut",
    "ReasonsIn",
    "ShiftIn",
    "WatchOut",
    "WatchWanted",
]
