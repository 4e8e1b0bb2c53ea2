"""What the API says and takes about exhibits, inspections and packages."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from comity.node.core.pagination import MAX_CHARS
from comity.node.evidence.inputs import Place, Reason, RetentionClass
from comity.node.web.inputs import Moment
from comity.node.web.schemas import Closed, Digest


class ChainOut(Closed):
    """A custody chain; the exhibit may be the sealed copy that stayed here."""

    exhibit: str
    custody: list[dict[str, Any]]


class PassportOut(Closed):
    """A passport as spec 15.4 facts; ``comity exhibit passport`` writes it to a file."""

    passport: dict[str, Any]


class Against(Closed):
    """One thing that stands against a destruction."""

    code: str
    detail: str


class PlanOut(Closed):
    """What a destruction would do, and the codes of what stands against it."""

    exhibit: str
    roots: list[str]
    size_bytes: int
    holds: list[int] = Field(description="numbers of the events by which legal holds stand")
    retention_class: str
    retain_until: datetime | None
    tell: str = Field(description="party that is owed a message evidence.destroyed, or empty")
    unfetched: bool = Field(description="the other side has not confirmed its copy yet")
    officers: int = Field(description="how many it takes: 1, or 2 by four eyes")
    ordered_by: str = Field(description="whose order waits for a second officer, or empty")
    ordered_reason: str = Field(description="why, in the words of that order, or empty")
    against: list[Against]


class RetentionIn(Closed):
    """How long an exhibit is kept here."""

    retention_class: RetentionClass = Field(
        description="in your office's words", json_schema_extra={"x-option": "class"}
    )
    until: Moment = Field(
        description="last moment of keeping; a day such as 2031-12-31 means its end, in UTC",
        json_schema_extra={"x-day": True},
    )


class DestructionIn(Closed):
    """An order to destroy; ``despite_retention`` says that the reason covers an early end too."""

    reason: Reason
    place: Place | None = None
    despite_retention: bool = False


class InspectionIn(Closed):
    """What ``comity image info --json`` tells."""

    inspection: dict[str, Any] = Field(description="see docs/reference/inspection.md")


class InspectionKept(Closed):
    """An inspection that is kept; the log has its digest."""

    exhibit: str
    digest: Digest


class InspectionOut(Closed):
    """One inspection; evidence plaintext."""

    digest: Digest
    handed_in_at: datetime
    inspection: dict[str, Any]


class InspectionList(Closed):
    """Inspections of an exhibit, newest first."""

    exhibit: str
    inspections: list[InspectionOut]


class PackagesWanted(Closed):
    """Which packages; what is empty narrows nothing."""

    conversation: Annotated[str, Field(max_length=71)] = ""
    case: Annotated[str, Field(max_length=40)] = ""
    name: Annotated[str, Field(max_length=71, description="an exhibit, or a root")] = ""
    stage: Annotated[str, Field(max_length=16)] = ""
    way: Literal["", "in", "out"] = ""
    after: Annotated[str, Field(max_length=MAX_CHARS)] = ""


class FetchOut(Closed):
    """A package that is asked for again."""

    root: str
    stage: str


class HandoverOut(Closed):
    """Sections for a hand-over message."""

    offer: dict[str, Any]
    custody: dict[str, Any]


class StrayOut(Closed):
    """A package that came by file before anybody offered it; nothing else is known of it."""

    root: str
    size_bytes: int
    came_at: datetime
    carrier: str = Field(description="what the carrier's file said of its sender; claimed")
    vouched: str = Field(description="party whose signed offer lay beside it, or empty")


class StrayList(Closed):
    """Unexplained packages, the oldest first."""

    strays: list[StrayOut]
    next: str | None = Field(description="``after`` of the next page, or null")
