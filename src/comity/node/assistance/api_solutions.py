"""The catalogue of technical solutions over the API: kept, offered, taken out, withdrawn."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router, Status
from pydantic import Field, StringConstraints

from comity.evidence.solution import parse_statement, parse_withdrawal
from comity.exchange.assistance_bodies import MAX_SOLUTION_BYTES
from comity.keys import jws
from comity.node.assistance import solution_fetch, solution_withdrawal, solutions
from comity.node.core.clock import now
from comity.node.core.pagination import MAX_CHARS, newest_first
from comity.node.log import audit
from comity.node.messages import actions
from comity.node.models import SolutionFile, SolutionRow
from comity.node.people.access.visible_cases import circle_of
from comity.node.people.permissions import Right
from comity.node.service.handle import this_service
from comity.node.web.api_errors import NotHere
from comity.node.web.api_permissions import caller, only, seen
from comity.node.web.idempotency import body_of
from comity.node.web.inputs import BYTES, Written
from comity.node.web.schemas import Closed

router = Router(tags=["solutions"])
Digest = Annotated[str, Path(pattern=r"^sha256:[0-9a-f]{64}$")]
_PAGE = 50


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

    conversation: Annotated[str, StringConstraints(max_length=71)]


class OfferOut(Closed):
    """The draft that an officer signs and sends."""

    draft: str


class TextIn(Closed):
    """Free text with its language."""

    lang: Annotated[str, StringConstraints(max_length=35)]
    text: Annotated[Written, StringConstraints(max_length=4000)]


class WithdrawIn(Closed):
    """Why a solution is withdrawn, and what takes its place."""

    reasons: TextIn
    replaced_by: Annotated[str, StringConstraints(max_length=40)] | None


class WithdrawOut(Closed):
    """Drafts of the messages that tell those who have it."""

    drafts: list[str]


@router.get("/solutions", auth=only(Right.ASSISTANCE), response=SolutionsOut)
def listed(
    request: HttpRequest, after: Annotated[str, Query(max_length=MAX_CHARS)] = ""
) -> dict[str, Any]:
    """List the catalogue as the caller may see it."""
    rows = solutions.seen(circle_of(caller(request), at=now()))
    found, following = newest_first(
        rows, changed="changed_at", key="digest", after=after, most=_PAGE
    )
    return {"solutions": [_value(row) for row in found], "next": following or None}


@router.post(
    "/solutions", auth=only(Right.SOLUTIONS), response={201: SolutionOut}, openapi_extra=BYTES
)
def keep(request: HttpRequest) -> Status[dict[str, Any]]:
    """Take in a solution's file, as the body: one of ours, or one that was offered to us."""
    service, by = this_service(), caller(request).user.get_username()
    data = body_of(request, MAX_SOLUTION_BYTES + 1)
    row = solutions.keep(service.node, service.committer, data, by=by, at=now())
    return Status(201, _value(row))


@router.get("/solutions/{digest}", auth=only(Right.ASSISTANCE), response=SolutionOne)
def one(request: HttpRequest, digest: Digest) -> dict[str, Any]:
    """Give a solution with what its author signed of it, and of its withdrawal."""
    row = _seen(request, digest)
    statement = parse_statement(jws.parse_value(row.statement))
    said = parse_withdrawal(jws.parse_value(row.withdrawal)) if row.withdrawal else None
    return {
        **_value(row),
        "statement": statement.model_dump(),
        "withdrawal": said.model_dump() if said else None,
    }


@router.get("/solutions/{digest}/file", auth=only(Right.SOLUTIONS), response={200: None})
def file(request: HttpRequest, digest: Digest) -> HttpResponse:
    """Give the file of a solution, as it came; audited. The node never opened it for use."""
    row = _seen(request, digest)
    kept = SolutionFile.objects.filter(digest=row.digest).first()
    if kept is None:
        raise NotHere
    audit.note(
        at=now(), actor=caller(request).user.get_username(), action="solution.read", subject=digest
    )
    answer = HttpResponse(bytes(kept.data), content_type="application/octet-stream")
    name = digest.removeprefix("sha256:")
    answer["Content-Disposition"] = f'attachment; filename="{name}.comity-solution"'
    return answer


@router.post("/solutions/{digest}/fetch", auth=only(Right.SOLUTIONS), response=SolutionOut)
def fetch(request: HttpRequest, digest: Digest) -> dict[str, Any]:
    """Ask the giver once more for a solution that was given up; audited."""
    row, by = _seen(request, digest), caller(request).user.get_username()
    return _value(solution_fetch.ask_again(this_service().committer, row.digest, by=by))


@router.post("/solutions/{digest}/offer", auth=only(Right.DRAFT), response={201: OfferOut})
def offer(request: HttpRequest, digest: Digest, wanted: OfferIn) -> Status[dict[str, Any]]:
    """Draft the offer of a solution in a conversation; nothing is sent yet."""
    row, service = _seen(request, digest), this_service()
    try:
        value = solutions.section_of(service.node, seen(request), row.digest, wanted.conversation)
    except LookupError as fault:
        raise NotHere from fault
    made = actions.prepare(
        service,
        message_type=solutions.OFFERED,
        values={"solution": value},
        by=caller(request).user.get_username(),
        conversation=wanted.conversation,
    )
    return Status(201, {"draft": made.id})


@router.post("/solutions/{digest}/withdraw", auth=only(Right.SOLUTIONS), response=WithdrawOut)
def withdraw(request: HttpRequest, digest: Digest, wanted: WithdrawIn) -> dict[str, Any]:
    """Sign that a solution of ours is withdrawn, and draft the messages that say so."""
    row, by = _seen(request, digest), caller(request).user.get_username()
    made = solution_withdrawal.withdraw(
        this_service(),
        row.digest,
        reasons=wanted.reasons.model_dump(),
        replaced_by=wanted.replaced_by,
        by=by,
    )
    return {"drafts": [draft.id for draft in made]}


def _seen(request: HttpRequest, digest: str) -> SolutionRow:
    row = solutions.seen(circle_of(caller(request), at=now())).filter(digest=digest).first()
    if row is None:
        raise NotHere
    return row


def _value(row: SolutionRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in SolutionOut.model_fields}
