"""What the API says and takes about what is sensitive."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from comity.node.web.inputs import Written
from comity.node.web.schemas import Closed

Marker = Literal["victim-data", "abuse-material", "media"]
Reason = Annotated[Written, Field(max_length=1000)]


class MarkIn(Closed):
    """A marker to set or to lift."""

    marker: Marker = Field(description="what is sensitive in it")
    reason: Reason = Field(description="why; it stays in this office")


class MarkOut(Closed):
    """A marker that stands, or stood."""

    marker: str
    reason: str
    listed: bool = Field(description="set by the list of known digests")
    at: datetime
    by: str
    lifted_at: datetime | None


class MarkList(Closed):
    """Markers of a thing, newest first."""

    subject: str
    marks: list[MarkOut]


class TakeOutIn(Closed):
    """Why the bytes of marked material are taken out."""

    reason: Reason
