"""What the API says and takes about people, and about who may see what."""

from datetime import datetime
from typing import Annotated, Any, Final, Literal

from pydantic import Field, RootModel

from comity.node.models import Officer
from comity.node.web.day_range import Days
from comity.node.web.schemas import Closed

MOST_TYPED: Final = 1000
"""Characters of a name as it is typed; the domain says how many of them it may have."""
Short = Annotated[str, Field(max_length=150)]
MOST_CASE: Final = 40
MOST_ROLE: Final = 12
MOST_STEP: Final = 20


class CircleOut(Closed):
    """Who works on a case, and who may see it."""

    case: str
    restricted: bool
    compartment: str
    assigned: list[str] = Field(description="identifiers of officers")


class CircleIn(Closed):
    """One change of it."""

    assign: Short = Field("", description="officer who is to work on the case")
    unassign: Short = Field("", description="officer who is taken off the case")
    openness: Literal["", "office", "restricted"] = Field(
        "", description="to whom the case is open"
    )
    compartment: Annotated[str, Field(max_length=60)] | None = Field(
        default=None, description="name; empty takes the case out"
    )


class GlassIn(Closed):
    """A case that is to be opened in need."""

    case: Annotated[str, Field(max_length=MOST_CASE)] = Field(description="number of the case")
    reason: Annotated[str, Field(max_length=1001)] = Field(
        description="why you need the case, in 10 to 1,000 characters"
    )


class GlassOut(Closed):
    """A case that was opened."""

    case: str
    until: datetime


class NoticeOut(Closed):
    """A colleague opened a case."""

    notice: int
    case: str
    officer: str
    at: datetime
    until: datetime
    reason: str


class NoticeList(Closed):
    """What the caller has not confirmed."""

    notices: list[NoticeOut]
    next: str | None = Field(description="``after`` of the next page, or null")


class PersonOut(Closed):
    """Somebody of the office."""

    identifier: str
    name: str
    role: str
    in_use: bool
    confirm_by: datetime
    cases: list[str]


class PersonList(Closed):
    """Everybody, by name."""

    people: list[PersonOut]
    next: str | None = Field(description="``after`` of the next page, or null")


class PersonIn(Closed):
    """A person to be added."""

    name: Annotated[str, Field(max_length=MOST_TYPED)] = Field(
        description="to sign in with, at most 150 characters"
    )
    role: Annotated[str, Field(max_length=MOST_ROLE)] = Field(
        description="what the person may do", json_schema_extra={"enum": [*Officer.Role.values]}
    )


class PersonMade(Closed):
    """A person with the first password, which is shown this once."""

    identifier: str
    password: str


class PersonDo(Closed):
    """What is to be done with an account."""

    do: Literal["role", "disable", "confirm", "step", "hand-over"]
    role: Annotated[str, Field(max_length=MOST_ROLE)] = Field(
        "", description="with role: which one from now on"
    )
    step: Annotated[str, Field(max_length=MOST_STEP)] = Field(
        "", description="with step: which line of the checklist"
    )
    successor: Short = Field(default="", description="who takes over what the step is about")
    cases_to: Short = Field(default="", description="with hand-over: who takes the cases")
    jobs_to: Short = Field(default="", description="with hand-over: who takes translation jobs")
    watch_to: Short = Field(default="", description="with hand-over: who takes the roster's shifts")


class CompartmentIn(Closed):
    """A compartment with all its members."""

    name: Annotated[str, Field(max_length=MOST_TYPED)] = Field(
        description="of the compartment, at most 60 characters"
    )
    members: Annotated[list[Short], Field(max_length=1000)] = Field(
        description="all officers who are in the compartment from now on"
    )


class CompartmentOut(Closed):
    """A compartment."""

    name: str
    members: list[str] = Field(description="identifiers of officers")


class CompartmentList(Closed):
    """All compartments, by name."""

    compartments: list[CompartmentOut]


class AuditWanted(Days):
    """To what the audit is narrowed; empty members do not narrow."""

    actor: Annotated[str, Field(max_length=150)] = ""
    action: Annotated[str, Field(max_length=40)] = ""
    subject: Annotated[str, Field(max_length=120)] = ""
    before: Annotated[int, Field(ge=0, le=2**53 - 1)] = 0


class CertificateIn(RootModel[dict[str, Any]]):
    """A certificate as the officer-ca issued it: a JWS as JSON."""
