"""What the API takes and gives of the docket, one model a thing."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from comity.node.core.pagination import MAX_CHARS
from comity.node.web.schemas import Closed

Act = Annotated[str, StringConstraints(min_length=3, max_length=40)]


class ActIn(Closed):
    """An act; ``said`` is the body that the table of acts names for it."""

    act: Act
    said: Annotated[dict[str, Any], Field(max_length=40)]
    case: Annotated[str, StringConstraints(max_length=40)] = Field(
        default="", description="of a new item that belongs to one"
    )


class ItemsWanted(Closed):
    """To what a list of items is narrowed; empty members do not narrow."""

    kind: Annotated[str, StringConstraints(max_length=16)] = ""
    case: Annotated[str, StringConstraints(max_length=40)] | None = None
    about: Annotated[str, StringConstraints(max_length=120)] = ""
    open: bool = False
    after: Annotated[str, StringConstraints(max_length=MAX_CHARS)] = Field(
        default="", description="the next of the page before"
    )


class EntryOut(Closed):
    """One entry; with ``entry`` and ``salt`` a program checks the chain for itself."""

    number: int
    act: str
    at: datetime
    by: str = Field(description="opaque identifier of the officer, or operator")
    digest: str
    said: dict[str, Any] | None = Field(description="null if erased, or marked and a session asks")
    erased_because: str
    entry: str = Field(description="base64url of the canonical bytes")
    salt: str | None
    epoch: int
    log_index: int


class ItemLine(Closed):
    """One item of a list."""

    item: str
    kind: str
    case: str
    state: str
    open: bool
    due_at: datetime | None
    title: str = Field(description="whom or what it is about, in a few words")
    stale: bool = Field(description="a translation whose request was amended since")
    changed_at: datetime
    acts: list[str] = Field(description="what the caller may do now")


class ItemList(Closed):
    """A page of items; ``next`` is null on the last one."""

    items: list[ItemLine]
    next: str | None


class ItemOut(ItemLine):
    """An item with its entries."""

    entries: list[EntryOut]
    translation: dict[str, str] | None = Field(
        description="accepted and in force: as letters take it"
    )


class FreeText(Closed):
    """One text to be translated."""

    path: str
    lang: str
    text: str


class JobOut(Closed):
    """A translation job as its translator sees it: the task and the text, no case."""

    item: str
    state: str
    open: bool
    due_at: datetime | None
    what: str
    source: str
    source_language: str
    target_language: str
    stale: bool
    sent_back: str = Field(description="why it was sent back, or empty")
    acts: list[str]


class JobList(Closed):
    """Jobs that name the caller."""

    jobs: list[JobOut]
    next: str | None = Field(description="``after`` of the next page, or null")


class JobDetail(JobOut):
    """A job with what is to be translated; nothing of it once the job is over."""

    texts: list[FreeText]
    original: str | None = Field(description="base64 of a paper that is to be translated")
    original_name: str


class JobIn(Closed):
    """An act of the translator."""

    act: Act
    said: Annotated[dict[str, Any], Field(max_length=40)]
