"""What the API takes and gives, one model a thing; the OpenAPI document is made from these."""

from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import ConfigDict, Field, RootModel, StringConstraints

from comity.node.web.inputs import Written
from comity.node.web.section_schemas import MessageSections

# Types of texts are plain names here and in the other modules of the API, not `type` statements:
# pydantic puts those behind a reference by their bare name, so that a parameter loses its name and
# two modules that use one name overwrite each other in the document.
Digest = Annotated[str, StringConstraints(pattern=r"^sha256:[0-9a-f]{64}$")]
Party = Annotated[
    str, StringConstraints(pattern=r"^[a-z]{2}/[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)
]
Word = Literal["proved", "attested", "claimed", "not-proved"]


class Closed(Schema):
    """Members exactly as listed."""

    model_config = ConfigDict(extra="forbid")


class Needs(Closed):
    """Approvals a message needs; with ``late_hours`` the second may follow within them."""

    author: int
    approver: int
    late_hours: int | None


class Me(Closed):
    """Who the caller is."""

    name: str
    officer: str
    role: str
    rights: list[str]
    party: str
    mode: str
    certified: bool


class CaseOut(Closed):
    """One case of the list."""

    case: str
    subject: str = Field(description="what it is about, in words")
    reference: str
    partners: list[str]
    states: list[str]
    measures: list[str]
    due_at: datetime | None
    moved_at: datetime
    conversations: list[str]


class CaseList(Closed):
    """A page of cases; ``next`` is null on the last one."""

    cases: list[CaseOut]
    next: str | None


class ReceiptOut(Closed):
    """A partner's receipt for a message of ours."""

    party: str
    received_at: datetime | None = Field(description="the partner's clock")
    received_at_is: Word
    outcome: str
    linked: bool = Field(description="shown to continue the partner's log as we knew it")
    recorded_is: Word = Field(description="that it stands in the partner's log")
    fault: str


class UndeliveredOut(Closed):
    """A delivery of a message of ours that was given up, fails, or waits untried for long."""

    delivery: int = Field(description="as the outbox numbers it; retry it by this number")
    party: str
    fault: str = Field(
        description="error code, and after a colon the code that the party gave; or empty"
    )
    given_up: bool = Field(description="not tried again automatically")
    since: datetime = Field(description="when the message was queued")
    attempts: int
    due_at: datetime | None = Field(description="next attempt, in the real world; null: none")


class MessageOut(Closed):
    """One message on the timeline."""

    record: str
    content: str
    type: str
    author: str
    outgoing: bool
    sequence: int
    about: str | None
    sent_at: datetime
    sent_at_is: Word
    recorded_at: datetime = Field(description="this node's clock, and its log's")
    recorded_at_is: Word
    proved_at: datetime | None = Field(description="earliest independent proof (spec 11.3)")
    standing: str
    outcome: str
    approvals: int
    second_due_at: datetime | None
    log_index: int
    receipts: list[ReceiptOut]
    undelivered: list[UndeliveredOut]
    sections: dict[str, Any]
    withheld: bool = Field(description="what it says is not shown to the caller's role")
    on_paper: bool = Field(description="written down from paper by an officer; nothing is proved")
    channel: str
    originals: list[str] = Field(description="SHA-256 of the originals that are kept")


class NextOut(Closed):
    """A move that we may make now."""

    type: str
    about: list[str]
    about_optional: bool
    needs: Needs
    sections: dict[str, bool]


class OpeningOut(Closed):
    """A type that opens a conversation, and whether a party's system takes it."""

    type: str
    fault: str = Field(
        description="why it cannot be sent: `edition-not-shared`, `type-not-shared`; or empty"
    )
    sections: dict[str, bool] = Field(description="what it may carry, and whether it must")


class OpeningList(Closed):
    """What may open a conversation with a party; ``instead`` says what to do about the rest."""

    to: Party
    openings: list[OpeningOut]
    instead: str


class LocalMoment(Closed):
    """A moment on the clock of a State's capital; ``off`` names a holiday or says ``weekend``."""

    state: str
    local: datetime
    off: str


class AskedItemOut(Closed):
    """One item of a request, and where it stands (spec 7.2)."""

    number: int
    description: dict[str, str]
    standing: Literal[
        "asked", "accepted", "refused", "postponed", "done", "nothing-found", "withdrawn"
    ]
    by: str = Field(description="content digest of the message that said so last")
    remains: bool


class MisfitOut(Closed):
    """Something said of an item that does not fit (spec 7.2)."""

    number: int
    why: Literal["unknown", "reused", "refused", "done", "withdrawn", "contradicts"]
    by: str


class EstimateOut(Closed):
    """One estimate of costs; ``amount`` is for people, ``amount_minor`` in the smallest unit."""

    message: str
    currency: str
    amount_minor: int | None
    amount: str
    agreed: bool
    superseded: bool = Field(description="a later estimate took its place")


class ConversationOut(Closed):
    """A conversation with its timeline."""

    conversation: str
    case: str
    opener: str
    members: list[str]
    measure: str
    reference: str
    state: str
    tracks: dict[str, str]
    costs: list[EstimateOut] = Field(description="estimates; the last one stands")
    double_speak: bool
    due_at: datetime | None
    due_locally: list[LocalMoment]
    items: list[AskedItemOut]
    misfits: list[MisfitOut]
    timeline: list[MessageOut]
    next: list[NextOut]
    beyond: list[str] = Field(
        description="types that would be next, and that not every member's system takes"
    )


class CaseDetail(Closed):
    """A case with its conversations, oldest first."""

    case: str
    subject: str = Field(description="what it is about, in words")
    conversations: list[ConversationOut]


class DraftIn(Closed):
    """A message to be prepared. ``to`` opens a conversation; ``conversation`` continues one."""

    type: Annotated[str, StringConstraints(max_length=40)]
    to: Annotated[list[Party], Field(min_length=1, max_length=15)] | None = None
    conversation: Digest | None = None
    about: Digest | None = None
    instrument: Digest | None = None
    case: Annotated[str, StringConstraints(max_length=40)] = Field(
        default="",
        description="of a conversation it opens; empty: of a linked one, or a new number",
    )
    sections: MessageSections


class DraftEditIn(Closed):
    """What a draft is to say from now on, in place of all that it said."""

    version: int = Field(ge=1, description="of the text that was read; another one is refused")
    sections: MessageSections = Field(description="all sections that it is to have, by name")
    to: Annotated[list[Party], Field(min_length=1, max_length=15)] | None = Field(
        default=None, description="of a draft that opens a conversation; null: as before"
    )
    instrument: Digest | None = Field(
        default=None, description="edition of the law; null: found by the basis of a request"
    )


class ApprovalIn(RootModel[dict[str, Any]]):
    """An approval as spec 9 has it."""


class ApprovalSummary(Closed):
    """An approval that stands in a draft."""

    officer: str
    role: str
    kind: str
    expires_at: datetime | None
    fault: str


class EndedSignature(Closed):
    """A signature on this text that counts no longer, because its officer left the office."""

    officer: str
    at: datetime = Field(description="when it ended")


class DraftOut(Closed):
    """A draft: what an officer signs is made from ``fields``."""

    id: str
    stage: str
    type: str
    fields: dict[str, Any]
    sections: dict[str, Any]
    withheld: bool = Field(description="what it says is not shown to the caller's role")
    needs: Needs
    approvals: list[ApprovalSummary]
    ended: list[EndedSignature] = Field(
        description="signatures on this text that ended because their officers left; "
        "empty once it was sent"
    )
    made_by: str
    made_at: datetime
    version: int = Field(description="one more with each change of the text")
    record: str


class FormOut(Closed):
    """A form that its writer began and did not hand in; what was typed is shown on pages only."""

    id: str
    label: str = Field(description="what it makes, ``sort:code``")
    path: str = Field(description="of its page on this node")
    saved_at: datetime
    discarded_at: datetime | None


class FormList(Closed):
    """The caller's own unfinished forms, the last saved first."""

    forms: list[FormOut]


class DraftList(Closed):
    """A page of drafts, the newest first; ``next`` is null on the last one."""

    drafts: list[DraftOut]
    next: str | None


class Sent(Closed):
    """What a draft became."""

    record: str
    content: str
    conversation: str
    case: str


class CertificateOut(Closed):
    """An officer's certificate as issued, or null."""

    officer: str
    certificate: dict[str, Any] | None


class CertificateList(Closed):
    """The caller's own certificate."""

    certificates: list[CertificateOut]


class PasskeyOut(Closed):
    """The caller's own signing passkey, as the officer-ca is asked to certify it, or null."""

    wanted: dict[str, Any] | None
    certified: bool


class DeliveryOut(Closed):
    """One delivery of one message to one partner."""

    id: int
    record: str
    addressee: str
    stage: str
    attempts: int
    due_at: datetime
    queued_at: datetime
    expires_at: datetime
    last_fault: str


class OutboxOut(Closed):
    """A page of what was given up, and what waits; ``next`` is null on the last one."""

    queued: list[DeliveryOut]
    dead: list[DeliveryOut]
    next: str | None


class LimitOut(Closed):
    """One limit on use, and the message that set it."""

    kind: str
    lang: str
    text: str
    source: str = Field(description="content digest of the message that set it")
    by: str
    standing: Literal["set", "accepted", "refused"]


class ConsentOut(Closed):
    """A use for which consent was asked, or notice given; ``to`` and ``answer`` may be empty."""

    purpose: str
    to: str
    asked: str
    answer: str
    standing: Literal["asked", "given", "refused"]


class BoundOut(Closed):
    """What binds an exhibit: the conversation in which it, or what it was made from, came."""

    exhibit: str
    conversation: str
    source: list[str]
    came: bool = Field(description="from them to us; false: from us to them")
    limits: list[LimitOut]
    consents: list[ConsentOut]


class StopOut(Closed):
    """What keeps evidence from going on: who has not consented, and where to ask."""

    exhibit: str
    conversation: str
    source: str
    to: str


class OnwardOut(Closed):
    """Whether a draft passes evidence on; ``excepted`` is an approver's decision, or null."""

    stops: list[StopOut]
    blocked: bool
    excepted: dict[str, Any] | None


class OnwardIn(Closed):
    """Reasons for passing evidence on without its sender's consent."""

    reasons: Annotated[Written, StringConstraints(max_length=4000)] = Field(
        description="why; kept with the draft"
    )


class PackageOut(Closed):
    """A sealed package."""

    root: str
    exhibit: str
    conversation: str
    handed_in_for: str = Field(
        description="conversation for which it was handed in before it was offered in another,"
        " where the caller may see that one; else empty"
    )
    outgoing: bool
    stage: str
    sealed_size_bytes: int
    stored_bytes: int = Field(description="how many of them are here, whole blocks")
    offer: dict[str, Any]
    offered_in: str
    last_fault: str
    custody: list[dict[str, Any]]
    withheld: bool = Field(
        description="offer, chain and limits are not shown: by role, or marked to a session"
    )
    bound: list[BoundOut] = Field(description="limits on use that bind it")


class PackageList(Closed):
    """Packages, the newest first."""

    packages: list[PackageOut]
    next: str | None = Field(description="``after`` of the next page, or null")
