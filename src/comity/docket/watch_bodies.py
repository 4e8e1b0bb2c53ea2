"""What the acts of the watch say: telephone calls, and shifts; one strict model an act.

The conventions are those of `bodies`.
"""

from typing import Annotated, Any, Literal

from pydantic import Field

from comity.exchange.values import Count, Digest, Id, Model, Party, Short, Text, Time

# ------------------------------------------------------------------ telephone calls


class CallAccount(Model):
    """An identifier that the caller named, in the normal form of its type (spec 7.3)."""

    type: Short
    service: Short
    identifier: Short


class CallTaken(Model):
    """What somebody asked by telephone. Nothing of it proves who called.

    ``party`` is whom the caller claims to speak for; ``number_shown`` is what the telephone showed,
    and is never called back.
    """

    caller: Short
    office: Short | None
    party: Party | None
    number_shown: Short | None
    at: Time
    urgency: Literal["normal", "urgent", "emergency"]
    measure: Literal[
        "preservation",
        "subscriber-data",
        "traffic-data",
        "stored-data",
        "search",
        "realtime-traffic",
        "content-interception",
        "freezing",
        "confiscation",
        "removal-of-material",
        "other",
    ]
    asked: Text
    accounts: Annotated[list[CallAccount], Field(max_length=50)]
    not_called_back: Short | None
    confirm_by: Time | None


class CallTried(Model):
    """The office that is said to have called was called back, in vain."""

    at: Time
    number: Short
    outcome: Literal["no-answer", "wrong-address"]


class CalledBack(Model):
    """The office was called back and said that the call was its own."""

    at: Time
    number: Short
    spoke_with: Short


class CallDenied(Model):
    """The office was called back and knows nothing of the call: somebody used its name."""

    at: Time
    number: Short
    spoke_with: Short
    remark: Text | None


class CallPassedOn(Model):
    """A message of ours was begun out of the call, or it was written down as their request."""

    draft: Id | None
    conversation: Digest | None


class CallConfirmed(Model):
    """What was asked by telephone came in writing."""

    at: Time
    known_by: Short


# ------------------------------------------------------------------ shifts


class ShiftBegun(Model):
    """Somebody took the watch."""

    officer: Short
    at: Time
    until: Time | None


class ShiftHandedOver(Model):
    """What the outgoing officer leaves to the next: notes, and how much stood open."""

    assigned: Short
    notes: Text
    open: Count
    overdue: Count


class ShiftConfirmed(Model):
    """One of the two stands by the hand-over, which ``entry`` names.

    ``signed`` carries a signature (`docket.entry`); ``password`` says that the person gave the
    own password once more, and proves nothing to anybody else.
    """

    entry: Digest
    how: Literal["signed", "password"]
    approval: dict[str, Any] | None
