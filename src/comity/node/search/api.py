"""The search over the API: the same finds as on the page, with places to go on from."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router
from pydantic import Field, StringConstraints

from comity.node.core.clock import now
from comity.node.core.pagination import MAX_CHARS
from comity.node.people.access.visible_cases import circle_of
from comity.node.people.permissions import Right
from comity.node.search import audited_search, reindex
from comity.node.search.query_parser import MAX_CHARS as MAX_ASKED
from comity.node.search.results import Wanted
from comity.node.web.api_permissions import caller, only
from comity.node.web.day_range import Days
from comity.node.web.schemas import Closed

router = Router(tags=["search"])


class SearchWanted(Days):
    """What is searched for; members that are not given do not narrow."""

    q: Annotated[str, StringConstraints(min_length=1, max_length=MAX_ASKED)] = Field(
        description="words, all of which must be there"
    )
    kind: Literal["", "case", "message", "item", "call", "mail", "exhibit"] = ""
    state: Annotated[str, StringConstraints(max_length=2)] = Field(
        default="", description="two letters of a State that takes part"
    )
    measure: Annotated[str, StringConstraints(max_length=40)] = ""
    stands: Annotated[str, StringConstraints(max_length=24)] = Field(
        default="", description="state of a case, or of an item of the docket"
    )
    after: Annotated[str, StringConstraints(max_length=MAX_CHARS)] = Field(
        default="", description="the next of the page before"
    )


class FoundOut(Closed):
    """One thing that was found."""

    kind: str
    subject: str = Field(
        description="number of the case, record of the message, item of the docket, root of the "
        "package"
    )
    case: str
    title: str = Field(description="empty where it has none, or it is hidden")
    detail: str
    stands: list[str]
    measures: list[str]
    parties: list[str]
    at: datetime
    due_at: datetime | None
    exhibit: str
    marks: list[str]


class FoundList(Closed):
    """A page of finds, the surest first, then the newest; ``next`` is null on the last page."""

    found: list[FoundOut]
    next: str | None
    building: bool = Field(description="the index is being made anew: too little may be found")


@router.get("/search", auth=only(Right.SEARCH), response=FoundList)
def search(request: HttpRequest, wanted: Query[SearchWanted]) -> dict[str, Any]:
    """Search cases, messages, the docket, mail and evidence. The search is audited, not its words.

    Marks, vowel signs and case do not matter; a Russian or Arabic name is found in Latin letters.
    """
    told = Wanted(
        words=wanted.q,
        kind=wanted.kind,
        state=wanted.state,
        measure=wanted.measure,
        stands=wanted.stands,
        since=wanted.since,
        until=wanted.until,
    )
    circle = circle_of(caller(request), at=now())
    found, after = audited_search.found(told, circle=circle, after=wanted.after)
    return {
        "found": [{**vars(one), "marks": [mark.marker for mark in one.marks]} for one in found],
        "next": after or None,
        "building": reindex.is_building(),
    }
