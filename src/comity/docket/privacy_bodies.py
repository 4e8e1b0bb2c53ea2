"""What the acts of data protection say: periods, holds, reviews, requests, notices, breaches.

The conventions are those of `bodies`. Grounds and exemption codes are data of the node; here they
are short texts.
"""

from typing import Annotated, Literal

from pydantic import Field

from comity.docket.bodies import Channel
from comity.exchange.values import Ascending, Digest, Id, Model, Number, Party, Short, Text, Time

type RecordClass = Literal[
    "case-without-outcome",
    "case-without-evidence",
    "case-with-evidence",
    "mail-original",
    "paper",
    "call",
    "docket-item",
    "draft-never-sent",
    "audit",
    "sign-in",
    "notice",
]
"""Classes of records, each kept for a time of its own (Second Additional Protocol Art. 14(5))."""
type Days = Annotated[int, Field(ge=1, le=36_600)]

# ------------------------------------------------------------------ how long records are kept


class RetentionSet(Model):
    """After how many days records of a class are looked at again, and by which rule."""

    record_class: RecordClass
    days: Days
    rule: Short
    remark: Text | None


class HoldPlaced(Model):
    """Nothing of the case may be destroyed, because of somebody's order or a proceeding."""

    ordered_by: Short
    reasons: Text
    look_again: Time | None


class ReviewKept(Model):
    """A record was looked at and stays until a day on which it is looked at again."""

    record_class: RecordClass
    subject: Short
    reasons: Text
    until: Time


class ReviewOrdered(Model):
    """A record was looked at and is to be destroyed."""

    record_class: RecordClass
    subject: Short
    reasons: Text


class ReviewDestroyed(Model):
    """A second officer confirmed the order that ``entry`` names, and it was carried out."""

    entry: Digest
    remark: Text | None


# ------------------------------------------------------------------ what a person asks


class SubjectRequest(Model):
    """What a person asks about the own data, and how it was shown who asks."""

    name: Short
    contact: Short | None
    on_behalf_of: Short | None
    right: Literal["access", "rectification", "erasure", "restriction"]
    asked: Text
    identity: Literal["document", "representative", "known-to-us", "not-shown"]
    identity_shown_by: Short | None
    received_at: Time
    due: Time


class IdentityShown(Model):
    """The person has shown since who asks."""

    identity: Literal["document", "representative", "known-to-us"]
    identity_shown_by: Short
    at: Time


class AnswerExtended(Model):
    """The answer takes longer; once, with reasons, of which the person is told."""

    due: Time
    reasons: Text
    person_told_at: Time | None


class RecordsSearched(Model):
    """What is held was looked for; the words themselves are not kept."""

    at: Time
    what: Text
    records: Annotated[list[Short], Field(max_length=200)]


class SubjectDecided(Model):
    """What was decided, on which grounds; ``answer`` is what the person reads."""

    decision: Literal["grant", "part", "refuse", "neither-confirm-nor-deny"]
    grounds: Annotated[list[Short], Field(max_length=20)]
    reasons: Text
    answer: Text


class SubjectAnswered(Model):
    """The person was answered, and told where to complain."""

    at: Time
    channel: Channel
    done: Text | None


# ------------------------------------------------------------------ who has to be told later


class NoticeOwed(Model):
    """A person has to be told of a measure, at the latest on a day."""

    name: Short
    measure: Short
    legal_basis: Short
    due: Time


class NoticeDelayed(Model):
    """An order lets the notice wait until a day, for a ground."""

    until: Time
    ground: Short
    ordered_by: Short
    number: Short | None
    reasons: Text


class NoticeTold(Model):
    """The person was told."""

    at: Time
    channel: Channel
    reference: Short | None


# ------------------------------------------------------------------ breaches

type DataClass = Literal[
    "identity",
    "contact",
    "account",
    "location",
    "content",
    "traffic",
    "financial",
    "health",
    "biometric",
    "criminal",
    "children",
    "officers",
]
type People = Literal["unknown", "none", "1-10", "11-100", "101-1000", "more-than-1000"]


class BreachFound(Model):
    """A breach of personal data: when it was found, what data, how many people, what was done."""

    what: Text
    found_at: Time
    happened_at: Time | None
    data: Annotated[list[DataClass], Field(max_length=20)]
    people: People
    consequences: Text | None
    measures: Text | None
    parties: Annotated[list[Party], Field(max_length=50)]
    due: Time


class BreachUpdated(Model):
    """What is known of a breach by now."""

    data: Annotated[list[DataClass], Field(max_length=20)]
    people: People
    consequences: Text | None
    measures: Text | None
    parties: Annotated[list[Party], Field(max_length=50)]


class BreachReported(Model):
    """The supervisory authority was told; ``next`` is when the breach is looked at again."""

    authority: Short
    at: Time
    channel: Channel
    reference: Short | None
    why_late: Text | None
    next: Time


class StateTold(Model):
    """A State whose data it was has been told."""

    party: Party
    at: Time
    channel: Channel
    reference: Short | None


class PeopleTold(Model):
    """The people whose data it was have been told, or why not."""

    at: Time
    how: Short
    remark: Text | None


class BreachClosed(Model):
    """The breach is over; ``not_told`` says why somebody who could be told was not."""

    lessons: Text
    not_told: Text | None


# ------------------------------------------------------------------ releases


class ReleaseBegun(Model):
    """Records are to be handed out: to whom, and why."""

    title: Short
    recipient: Short
    purpose: Text
    subject_request: Id | None


class ReleasedRecord(Model):
    """One record of a release, and why something of it is withheld."""

    number: Number
    record: Short
    description: Short
    standing: Literal["released", "part", "withheld"]
    codes: Annotated[list[Short], Field(max_length=20)]
    remark: Short | None


class ReleaseListed(Model):
    """Every record of the release, in order; a later list replaces it."""

    records: Ascending[ReleasedRecord]


class ReleaseApproved(Model):
    """Another officer read the list that ``entry`` names and lets it go."""

    entry: Digest
    remark: Text | None


class ReleaseHandedOut(Model):
    """It was handed out."""

    at: Time
    channel: Channel
    reference: Short | None
