"""Round tables over the API: what is next, one with its minutes, the minutes as a file."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import Field, StringConstraints

from comity.node.assistance import round_table_files
from comity.node.assistance import round_tables as assistance_round_tables
from comity.node.assistance.round_tables import RoundTable
from comity.node.cases import read_audit
from comity.node.cases.queries import PAGE
from comity.node.core.clock import now
from comity.node.core.pagination import MAX_CHARS
from comity.node.people.access.visible_cases import circle_of
from comity.node.people.permissions import Right
from comity.node.web.api_errors import NotHere
from comity.node.web.api_permissions import caller, only
from comity.node.web.schemas import Closed

router = Router(tags=["assistance"])
Form = Annotated[str, StringConstraints(pattern="^(json|md)$")]


class WaitOut(Closed):
    """Something that waits for this office."""

    what: str = Field(description="answer, propose, agree, objection, action or theirs")
    due: datetime


class TableLineOut(Closed):
    """A round table as lists have it; texts are empty once the opening was erased."""

    conversation: str
    case: str
    caller: str
    side: str
    members: list[str]
    state: str
    stands: str
    matter: str
    begins: str | None
    where: str
    waits: list[WaitOut]
    open_actions: int


class TablesOut(Closed):
    """Round tables that are not over or have actions left, what is due first comes first."""

    tables: list[TableLineOut]
    next: str | None = Field(description="``after`` of the next page, or null")


class AnswerOut(Closed):
    """What a party answered; ``proof`` is empty where it has not."""

    party: str
    answer: str = Field(description="comes, does-not-come, unknown (erased), or empty")
    people: int | None
    functions: list[str]
    by: str
    proof: str


class WordOut(Closed):
    """What a party said of minutes."""

    party: str
    word: str = Field(description="agreed, objected, or empty")
    by: str
    counts: bool = Field(description="whether the minutes wait for it")
    proof: str


class ActionOut(Closed):
    """What a party is to do, and what it said of it last."""

    number: int
    what: str
    party: str
    due_by: str
    state: str
    by: str
    proof: str


class MinutesOut(Closed):
    """Minutes that were proposed."""

    by: str
    standing: str = Field(description="agreed, objected, open or unknown")
    counts: bool = Field(description="the last that were agreed")
    words: list[WordOut]
    items: list[dict[str, Any]]
    actions: list[ActionOut]


class TableMisfit(Closed):
    """Something said that changed nothing."""

    number: int | None
    why: str
    by: str


class TableOut(Closed):
    """A round table with all that was said at it."""

    table: TableLineOut
    topics: list[str]
    ends: str | None
    answer_by: str | None
    agenda: list[dict[str, Any]]
    documents: list[dict[str, Any]]
    answers: list[AnswerOut]
    minutes: list[MinutesOut]
    misfits: list[TableMisfit]


@router.get("/round-tables", auth=only(Right.ASSISTANCE), response=TablesOut)
def round_tables(
    request: HttpRequest, after: Annotated[str, Query(max_length=MAX_CHARS)] = ""
) -> dict[str, Any]:
    """List round tables that the caller may see and that are not done with."""
    circle = circle_of(caller(request), at=now())
    found, following = assistance_round_tables.open_tables(circle, after=after, most=PAGE)
    return {"tables": [round_table_files.line(one) for one in found], "next": following or None}


@router.get("/round-tables/{digest}", auth=only(Right.ASSISTANCE), response=TableOut)
def round_table(request: HttpRequest, digest: str) -> dict[str, Any]:
    """Give one round table: agenda, answers, all minutes, what does not fit; audited."""
    found = _found(request, digest)
    read_audit.note_case(found.row.case, by=caller(request).user.get_username(), way="api")
    return round_table_files.told(found)


@router.get("/round-tables/{digest}/minutes/{form}", auth=only(Right.ASSISTANCE))
def minutes(request: HttpRequest, digest: str, form: Form) -> HttpResponse:
    """Give the minutes as a file: json or md; audited."""
    found, by = _found(request, digest), caller(request).user.get_username()
    data = round_table_files.export(found, form, by=by, at=now())
    answer = HttpResponse(data, content_type=round_table_files.FORMS[form])
    answer.headers["Content-Disposition"] = f'attachment; filename="minutes.{form}"'
    return answer


def _found(request: HttpRequest, digest: str) -> RoundTable:
    found = assistance_round_tables.one(circle_of(caller(request), at=now()), digest)
    if found is None:
        raise NotHere
    return found
