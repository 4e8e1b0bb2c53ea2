"""What a list of work items is narrowed to and sorted by, and the rows that it has."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Final, Literal

from django.db.models import Q, QuerySet
from pydantic import Field, WithJsonSchema

from comity.node.cases.severity import RANK, Kind, Severity
from comity.node.core.pagination import by_columns
from comity.node.models import Officer, WorkItem
from comity.node.models.work import LATER, NEVER
from comity.node.people.access.visible_cases import Circle
from comity.node.web.schemas import Closed
from comity.node.work.queries import ORDER, as_now, visible

ME, NONE = "me", "none"
PAGE: Final = 50
WEEK: Final = timedelta(days=7)
DAY: Final = timedelta(days=1)
NEAREST: Final = ("sorts_at", "rank", "oldest_at", "incident")
_SORTS: Final[Mapping[str, tuple[str, ...]]] = {
    "": ORDER,
    "deadline": NEAREST,
    "received": ("-newest_at", "-incident"),
    "state": ("party", *ORDER),
}


def _said(kinds: type[StrEnum]) -> WithJsonSchema:
    """Return the schema of a code or nothing, as forms and commands offer it."""
    return WithJsonSchema({"type": "string", "enum": ["", *(one.value for one in kinds)]})


class Criteria(Closed):
    """What work items are shown; a member that is empty leaves nothing out."""

    severity: Annotated[Severity | Literal[""], _said(Severity)] = Field(
        default="", description="how urgent"
    )
    kind: Annotated[Kind | Literal[""], _said(Kind)] = Field(
        default="", description="kind of work item"
    )
    owner: Annotated[str, Field(max_length=64)] = Field(
        default="", description="identifier of the owner, me, or none"
    )
    state: Annotated[str, Field(pattern="^([a-z]{2})?$")] = Field(
        default="", description="code of the other State, such as vn"
    )
    due: Literal["", "overdue", "day", "week", "none"] = Field(
        default="", description="when the deadline is"
    )
    waits: Literal["", "us", "them"] = Field(default="", description="who has to act")
    sort: Literal["", "deadline", "received", "state"] = Field(
        default="", description="what comes first; urgency without it"
    )

    def told(self) -> dict[str, str]:
        """Return the members that narrow or sort, as an address says them."""
        return {name: str(value) for name, value in self.dict().items() if value}


def narrow(
    rows: QuerySet[WorkItem], wanted: Criteria, *, officer: Officer, at: datetime
) -> QuerySet[WorkItem]:
    """Return the rows that are wanted, in the order that is wanted; a page of them is `page`'s.

    A deadline that is asked for shows what nobody is told of yet, too.

    Args:
        rows: those that the officer may see.
        wanted: what is shown.
        officer: who asks.
        at: the moment asked about.
    """
    if wanted.severity:
        rows = rows.filter(rank=RANK[Severity(wanted.severity)])
    elif not wanted.due:
        # sorted by another column, the rows are to be found by that one, not by their rank
        rows = rows.exclude(rank=LATER) if wanted.sort else rows.filter(rank__lt=LATER)
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.owner:
        owner = {ME: officer.identifier, NONE: ""}.get(wanted.owner, wanted.owner)
        rows = rows.filter(owner=owner)
    if wanted.state:  # "0" is the character after "/"
        rows = rows.filter(party__gt=f"{wanted.state}/", party__lt=f"{wanted.state}0")
    if wanted.waits:
        rows = rows.filter(waits_for=wanted.waits)
    return rows.filter(_due(wanted.due, at)).order_by(*_SORTS[wanted.sort])


def page(circle: Circle, wanted: Criteria, *, after: str) -> tuple[list[WorkItem], str]:
    """Return a page of work items as they are now, and the place after which the next one begins.

    Args:
        circle: of whoever asks.
        wanted: what they are narrowed to and sorted by.
        after: a place that a page before gave, or empty.

    Raises:
        PlaceError: ``after`` is no such place, or its work item is no more.
    """
    rows, order = visible(circle), _SORTS[wanted.sort]
    fitting = narrow(rows, wanted, officer=circle.officer, at=circle.at)
    found, following = by_columns(fitting, order=order, among=rows, after=after, most=PAGE)
    return as_now(found, circle.at), following


def _due(due: str, at: datetime) -> Q:
    if due == "none":
        return Q(sorts_at=NEVER)
    ends = {"overdue": at, "day": at + DAY, "week": at + WEEK}
    return Q(sorts_at__lt=ends[due]) if due else Q()
