"""What each act of the docket says: one strict model an act.

Money is in the minor unit of its ISO 4217 currency. Moments are UTC. Free text says its language.
"""

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from comity.exchange.values import (
    Count,
    Digest,
    Id,
    Language,
    Long,
    Model,
    Party,
    Short,
    Text,
    Time,
)

type Channel = Literal[
    "e-mail", "post", "courier", "diplomatic", "phone", "fax", "portal", "in-person", "other"
]
type Country = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")]
type Yes = Literal["yes", "no", "unknown"]


class Money(Model):
    """An amount."""

    amount_minor: Count
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]


class Reasons(Model):
    """Why, and nothing else."""

    reasons: Text


class Remark(Model):
    """Nothing but that it was done, and perhaps a remark."""

    remark: Text | None


# ------------------------------------------------------------------ notes


class Note(Model):
    """Something worth keeping with a case."""

    text: Text


# ------------------------------------------------------------------ referral slips


class ReferralSent(Model):
    """A task handed to a unit, an authority or a prosecutor of the same State."""

    to: Short
    task: Text
    due: Time | None


class ReferralAccepted(Model):
    """Somebody took the task; from here the clock is theirs."""

    owner: Short
    reference: Short | None
    due: Time | None


class ReferralDone(Model):
    """The task is done."""

    result: Text
    reference: Short | None


# ------------------------------------------------------------------ orders to providers


class OrderIssued(Model):
    """A domestic order to whoever holds data or property."""

    addressee: Short
    provider: Id | None
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
    legal_basis: Short
    issued_by: Short
    number: Short
    issued_at: Time
    until: Time | None
    what: Text


class OrderServed(Model):
    """The order reached its addressee."""

    channel: Channel
    served_at: Time
    served_on: Short | None


class OrderAcknowledged(Model):
    """The addressee said that the order is there."""

    acknowledged_at: Time
    provider_reference: Short | None


class OrderComplied(Model):
    """The addressee did what was ordered."""

    complied_at: Time
    what: Text
    provider_reference: Short | None
    cost: Money | None


class OrderRenewed(Model):
    """The order goes on."""

    until: Time
    issued_by: Short
    number: Short


# ------------------------------------------------------------------ providers


class Contact(Model):
    """One way to reach somebody."""

    channel: Channel
    address: Short


class Retention(Model):
    """How long a provider keeps a kind of data, as far as anybody says."""

    data: Short
    days: Annotated[int, Field(ge=0, le=36_500)] | None
    source: Short


class ProviderEntered(Model):
    """A provider, as the register has it."""

    name: Short
    legal_name: Short | None
    country: Country | None
    contacts: Annotated[list[Contact], Field(max_length=20)]
    accepts: Annotated[list[Short], Field(max_length=20)]
    retention: Annotated[list[Retention], Field(max_length=40)]
    tells_its_users: Yes
    source: Short
    as_of: Time


# ------------------------------------------------------------------ authorities without a node


class AuthorityEntered(Model):
    """An authority that the directory does not list."""

    party: Party
    name: Short
    functions: Annotated[list[Short], Field(max_length=10)]
    contacts: Annotated[list[Contact], Field(max_length=20)]
    languages: Annotated[list[Language], Field(max_length=10)]
    source: Short
    as_of: Time


class AuthorityContacted(Model):
    """An attempt to reach an authority, and how it went."""

    at: Time
    channel: Channel
    outcome: Literal["reached", "no-answer", "wrong-address"]


class AuthorityJoined(Model):
    """The authority has a node now, under this name of the directory."""

    party: Party


# ------------------------------------------------------------------ rights


class RightsAnswer(Model):
    """One question of the rights check."""

    question: Literal[
        "legality",
        "necessity",
        "proportionality",
        "discrimination",
        "political-offence",
        "death-penalty",
        "torture",
        "fair-trial",
        "privilege",
        "data-protection",
        "national-bar",
    ]
    answer: Literal["satisfied", "not-satisfied", "unknown", "does-not-arise"]
    reasons: Text | None


class RightsRecorded(Model):
    """A rights check of one conversation: the questions, and what follows from them."""

    conversation: Digest
    answers: Annotated[list[RightsAnswer], Field(min_length=1, max_length=20)]
    conclusion: Literal["go-on", "go-on-with-conditions", "ask-first", "refuse"]
    reasons: Text


class Signed(Model):
    """An officer's signature over an entry of the same item (`docket.entry`)."""

    entry: Digest
    approval: dict[str, Any]


# ------------------------------------------------------------------ translations


class TranslationAsked(Model):
    """A text to be translated, named by the digest of what it stands in."""

    source: Digest
    what: Short
    source_language: Language
    target_language: Language
    due: Time | None
    cost: Money | None
    assigned: Short | None
    """Identifier of the officer who is to see it; nobody else with the translator's role does."""


class TranslationReassigned(Model):
    """Somebody else is to do the job; who has it now takes it anew."""

    assigned: Short


class TranslationTaken(Model):
    """Who translates."""

    translator: Short


class TranslationDelivered(Model):
    """The translation, and who stands for it; the output of a machine alone is none."""

    text: Long | None
    original: Digest | None
    made_by: Short
    checked_by_a_person: Literal[True]
    attestation: Text
    sworn: bool
    cost: Money | None


# ------------------------------------------------------------------ letters


class LetterPosted(Model):
    """A message of ours left as a letter."""

    record: Digest
    channel: Channel
    to: Short
    tracking: Short | None
    posted_at: Time


class LetterArrived(Model):
    """How one knows that it arrived."""

    at: Time
    known_by: Short


# ------------------------------------------------------------------ what comes by mail and paper


class MailReceived(Model):
    """An original that came, kept whole under its SHA-256."""

    original: Digest
    name: Short
    channel: Channel
    sender: Short
    authority: Id | None
    dated: Time | None
    received_at: Time


class MailTranscribed(Model):
    """The entry in which a person wrote down what it says."""

    transcript: Digest


class Transcript(Model):
    """A message that came on paper, as a person wrote it down beside the original.

    ``type`` and ``sections`` are the protocol's, so that the same clocks, rules and pages serve;
    a section may be missing, because letters are incomplete. Nothing of it is proved.
    """

    type: Short
    author: Party
    members: Annotated[list[Party], Field(min_length=2, max_length=2)]
    about: Digest | None
    sections: Annotated[dict[Short, Any], Field(max_length=16)]
    channel: Channel
    dated: Time | None
    received_at: Time
    originals: Annotated[list[Digest], Field(max_length=50)]
    remark: Text | None


# ------------------------------------------------------------------ payment recall


class RecallOpened(Model):
    """A payment to be called back."""

    paid: Money
    value_date: Time
    from_account: Short
    from_bank: Short
    to_account: Short
    to_bank: Short
    transaction: Short | None
    reported_at: Time
    due: Time | None


class RecallAsked(Model):
    """Somebody was asked to stop, hold or return the money."""

    whom: Short
    channel: Channel
    at: Time
    reference: Short | None


class RecallAnswered(Model):
    """What a bank answered."""

    whom: Short
    at: Time
    outcome: Literal["held", "partly-held", "gone", "returned", "refused"]
    amount: Money | None
    reference: Short | None


class RecallClosed(Model):
    """How it ended."""

    outcome: Literal["returned", "partly-returned", "seized", "lost", "withdrawn"]
    returned: Money | None
    reasons: Text


# What the acts of the register of agreements say: one strict model an act.
#
# The conventions are those of `bodies`.


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
