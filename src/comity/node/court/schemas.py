"""What the API says and takes about court bundles."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from comity.node.web.inputs import Written
from comity.node.web.schemas import Closed


class ExportIn(Closed):
    """A court bundle that is asked for."""

    case: Annotated[str, Field(min_length=1, max_length=40)] = Field(
        description="number of the case"
    )
    purpose: Literal["", "proceedings", "other-proceedings", "exculpatory", "public"] = Field(
        default="",
        description="what it is used for; asked where a limit of use binds the evidence",
    )
    papers: Literal["", "ar", "en", "es", "fr", "ru", "vi", "zh-hans"] = Field(
        default="", description="language of the passports to put in, or empty"
    )
    reason: Annotated[Written, Field(max_length=1000)] = Field(
        description="why; it stays in this office"
    )


class ExportOut(Closed):
    """How far an export is."""

    id: str
    case: str
    purpose: str
    stage: str
    written_bytes: int
    size_bytes: int
    sha256: str
    statement: str
    tell: list[str] = Field(description="parties to be told of this use without delay")
    fault: str
    expires_at: datetime | None


class ExportList(Closed):
    """Exports, the newest first."""

    exports: list[ExportOut]
    next: str | None = Field(description="``after`` of the next page, or null")
