"""What the API takes and gives about mail and paper, one model a thing."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from comity.node.law.schemas import FindingsOut
from comity.node.web.inputs import MaybeMomentText, MomentText, WordsIn, Written
from comity.node.web.schemas import Closed, Digest, Party
from comity.node.web.section_schemas import PaperSections

Channel = Literal[
    "e-mail", "post", "courier", "diplomatic", "phone", "fax", "portal", "in-person", "other"
]
Item = Annotated[str, StringConstraints(pattern=r"^[0-9a-f-]{36}$")]
Short = Annotated[Written, StringConstraints(max_length=300)]


class MailIn(Closed):
    """What is said of an original that came; empty members are not known, or are now."""

    name: Short
    channel: Channel
    sender: Short
    received_at: MaybeMomentText = None
    dated: MaybeMomentText = None
    authority: Annotated[str, StringConstraints(max_length=36)] = ""
    case: Annotated[str, StringConstraints(max_length=40)] = ""


class MailOut(Closed):
    """An original that came. Everything it is said to be is what its bringer said."""

    item: str
    state: str
    case: str
    original: str
    name: str
    channel: str
    sender: str
    authority: str | None
    dated: str | None
    received_at: str
    size_bytes: int
    transcript: str | None = Field(description="digest of the entry that says what it says")


class MailList(Closed):
    """Mail; ``next`` is null on the last page."""

    mail: list[MailOut]
    next: str | None


class MailDetail(Closed):
    """Mail with what a program read in it: claims and proposals, each to be looked at."""

    mail: MailOut
    reading: dict[str, Any]


class SetAsideIn(Closed):
    """Why nothing is written down of a piece of mail."""

    reasons: WordsIn = Field(description="why")


class TranscriptIn(Closed):
    """A message that came on paper, as a person wrote it down.

    What is null is taken from the mail it was read from, where it was.
    """

    type: Annotated[str, StringConstraints(max_length=40)]
    author: Party | None = None
    about: Digest | None = None
    sections: PaperSections
    channel: Channel | None = None
    dated: MaybeMomentText = None
    received_at: MaybeMomentText = None
    originals: Annotated[list[Digest], Field(max_length=50)] = []
    remark: dict[str, str] | None = None
    conversation: Digest | None = Field(None, description="null: it opens one")
    case: Annotated[str, StringConstraints(max_length=40)] = ""
    dry_run: bool = Field(default=False, description="say what would be, record nothing")


class WholeTranscript(TranscriptIn):
    """A transcript that says all that is known: nothing is taken from the mail, as by a page."""


class TranscriptOut(Closed):
    """What writing it down made, or with ``dry_run`` would make."""

    recorded: bool
    conversation: str = Field(description="empty where a dry run would open one")
    case: str
    before: str
    state: str
    due_at: datetime | None
    missing: list[str] = Field(description="sections that the protocol would have asked for")
    findings: FindingsOut | None = Field(description="of the rules, for a request that came in")


class PostedIn(Closed):
    """How a message of ours left as a letter."""

    channel: Channel = Field(description="by which way")
    to: Short = Field(description="address to which it went")
    tracking: Short | None = Field(None, description="number by which it can be followed")
    posted_at: MomentText = Field(
        description="when it was posted, as 2026-03-01T10:00:00Z",
        json_schema_extra={"x-option": "at"},
    )


class ArrivedIn(Closed):
    """How one knows that a letter arrived."""

    at: MomentText = Field(description="when it arrived")
    known_by: Short = Field(description="how one knows: a receipt, a call, a tracking page")


class LetterOut(Closed):
    """A letter of ours on its way."""

    item: str
    case: str
    state: str
    record: str
