"""The catalogue of technical solutions over the API: kept, offered, taken out, withdrawn."""

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router, Status

from comity.evidence.solution import parse_statement, parse_withdrawal
from comity.exchange.table_bodies import MAX_SOLUTION_BYTES
from comity.keys import jws
from comity.node.actions.mount import mount
from comity.node.assistance import solutions
from comity.node.assistance.actions import ACTIONS
from comity.node.assistance.answers import solution_value
from comity.node.assistance.schemas import SolutionOne, SolutionOut, SolutionsOut
from comity.node.core.clock import now
from comity.node.core.pagination import MAX_CHARS, newest_first
from comity.node.log import audit
from comity.node.models import SolutionFile, SolutionRow
from comity.node.people.access.visible_cases import circle_of
from comity.node.people.permissions import Right
from comity.node.service.handle import this_service
from comity.node.web.api_errors import NotHere
from comity.node.web.api_permissions import caller, only
from comity.node.web.idempotency import body_of
from comity.node.web.inputs import BYTES

router = Router(tags=["solutions"])
Digest = Annotated[str, Path(pattern=r"^sha256:[0-9a-f]{64}$")]
_PAGE = 50


@router.get("/solutions", auth=only(Right.ASSISTANCE), response=SolutionsOut)
def listed(
    request: HttpRequest, after: Annotated[str, Query(max_length=MAX_CHARS)] = ""
) -> dict[str, Any]:
    """List the catalogue as the caller may see it."""
    rows = solutions.seen(circle_of(caller(request), at=now()))
    found, following = newest_first(
        rows, changed="changed_at", key="digest", after=after, most=_PAGE
    )
    return {"solutions": [solution_value(row) for row in found], "next": following or None}


@router.post(
    "/solutions", auth=only(Right.SOLUTIONS), response={201: SolutionOut}, openapi_extra=BYTES
)
def keep(request: HttpRequest) -> Status[dict[str, Any]]:
    """Take in a solution's file, as the body: one of ours, or one that was offered to us."""
    # no row of the table of actions: it takes bytes
    service, by = this_service(), caller(request).user.get_username()
    data = body_of(request, MAX_SOLUTION_BYTES + 1)
    row = solutions.keep(service.node, service.committer, data, by=by, at=now())
    return Status(201, solution_value(row))


@router.get("/solutions/{digest}", auth=only(Right.ASSISTANCE), response=SolutionOne)
def one(request: HttpRequest, digest: Digest) -> dict[str, Any]:
    """Give a solution with what its author signed of it, and of its withdrawal."""
    row = _seen(request, digest)
    statement = parse_statement(jws.parse_value(row.statement))
    said = parse_withdrawal(jws.parse_value(row.withdrawal)) if row.withdrawal else None
    return {
        **solution_value(row),
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


def _seen(request: HttpRequest, digest: str) -> SolutionRow:
    row = solutions.seen(circle_of(caller(request), at=now())).filter(digest=digest).first()
    if row is None:
        raise NotHere
    return row


mount(router, *ACTIONS)
