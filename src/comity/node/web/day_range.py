"""To which days a list is narrowed."""

from datetime import date

from pydantic import Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from comity.node.web.inputs import Day
from comity.node.web.schemas import Closed


class Days(Closed):
    """From which day to which, both included."""

    since: Day | None = Field(default=None, description="first day, in UTC")
    until: Day | None = Field(default=None, description="last day, in UTC")

    @field_validator("until")
    @classmethod
    def _until(cls, value: date | None, info: ValidationInfo) -> date | None:
        since = info.data.get("since")
        if since is not None and value is not None and value < since:
            told = "must not be before since: enter the same or a later day"
            raise PydanticCustomError("moment-order", "it ends before it begins", {"told": told})
        return value
