"""What the API says and takes about work items."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from comity.node.cases.severity import Kind, Severity
from comity.node.core.pagination import MAX_CHARS
from comity.node.my_work.criteria import Criteria
from comity.node.web.inputs import Written
from comity.node.web.schemas import Closed

MOST_AT_ONCE = 200
_INCIDENT = Annotated[str, Field(max_length=200)]


class WorkItemOut(Closed):
    """One work item; ``incident`` is its name as long as it is open."""

    incident: str
    kind: Kind
    severity: Severity
    emergency: bool
    what: str
    party: str
    case: str
    conversation: str
    urgency: str
    owner: str
    waits_for: str
    deadline: str
    rule: str
    due_at: datetime | None
    since: datetime | None
    action: str


class WorkItemsWanted(Criteria):
    """Which work items, and where the page of them begins."""

    after: Annotated[str, Field(max_length=MAX_CHARS)] = Field(
        default="", description="``next`` of the page before"
    )


class WorkItemsOut(Closed):
    """A page of work items."""

    items: list[WorkItemOut]
    next: str | None = Field(description="``after`` of the next page, or null")


class WorkAssignIn(Closed):
    """Which work items, and who owns them now."""

    items: list[_INCIDENT] = Field(
        min_length=1,
        max_length=MOST_AT_ONCE,
        description="name of a work item",
        json_schema_extra={"x-option": "item"},
    )
    owner: Annotated[str, Field(max_length=150)] = Field(
        description="identifier or sign-in name of the officer, or me"
    )


class WorkAssignedOut(Closed):
    """How many work items were given."""

    assigned: int


class WorkExportIn(Criteria):
    """Which work items: those named, or else those that fit."""

    items: list[_INCIDENT] = Field(
        default=[],
        max_length=MOST_AT_ONCE,
        description="name of a work item",
        json_schema_extra={"x-option": "item"},
    )


class WorkExportOut(Closed):
    """A table of work items as CSV."""

    csv: str


class WorkFilterIn(Criteria):
    """A filter and its name."""

    name: Annotated[Written, Field(max_length=60)] = Field(description="name of the filter")
    shared: bool = Field(default=False, description="show it to the whole office")


class WorkFilterOut(Closed):
    """A saved filter."""

    number: int
    name: str
    shared: bool
    by: str
    criteria: dict[str, str]


class WorkFiltersOut(Closed):
    """The saved filters that an officer sees."""

    filters: list[WorkFilterOut]
