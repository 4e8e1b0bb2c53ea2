"""What the API takes and gives of technical solutions, one model a thing."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from comity.node.web.inputs import Written
from comity.node.web.schemas import Closed


class SolutionOut(Closed):
    """A solution of the catalogue."""

    digest: str
    party: str = Field(description="its author")
    ours: bool
    kind: str
    matter: str
    version: str
    size_bytes: int
    stage: str
    last_fault: str
    giver: str
    conversation: str
    withdrawn_at: datetime | None
    changed_at: datetime


class SolutionsOut(Closed):
    """A page of the catalogue, the latest change first; ``next`` is null on the last page."""

    solutions: list[SolutionOut]
    next: str | None


class SolutionOne(SolutionOut):
    """A solution with what its author signed of it."""

    statement: dict[str, Any]
    withdrawal: dict[str, Any] | None


class OfferIn(Closed):
    """In which conversation it is offered."""

    conversation: Annotated[str, StringConstraints(max_length=71)] = Field(
        description="in which the solution is offered"
    )


class OfferOut(Closed):
    """The draft that an officer signs and sends."""

    draft: str


class TextIn(Closed):
    """Free text with its language."""

    lang: Annotated[str, StringConstraints(max_length=35)]
    text: Annotated[Written, StringConstraints(max_length=4000)]


class WithdrawIn(Closed):
    """Why a solution is withdrawn, and what takes its place."""

    reasons: TextIn = Field(description="why; those who have it read this")
    replaced_by: Annotated[str, StringConstraints(max_length=40)] | None = Field(
        None, description="version that takes its place"
    )


class WithdrawOut(Closed):
    """Drafts of the messages that tell those who have it."""

    drafts: list[str]
