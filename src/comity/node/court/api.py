"""Court bundles over the API: asked for, written by the node, taken out as one file."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, StreamingHttpResponse
from ninja import Field, Path, Query, Router, Status

from comity.node.core.clock import now
from comity.node.core.pagination import MAX_CHARS
from comity.node.court import orders
from comity.node.court.orders import Asked
from comity.node.models import CourtExport
from comity.node.people.access.visible_cases import circle_of
from comity.node.people.permissions import Right
from comity.node.sensitive import redaction
from comity.node.service.handle import this_service
from comity.node.web.api_permissions import caller, only
from comity.node.web.inputs import Written
from comity.node.web.schemas import Closed

router = Router(tags=["exports"])
Name = Annotated[str, Path(pattern="^[0-9a-f]{32}$")]


class ExportIn(Closed):
    """A court bundle that is asked for."""

    case: Annotated[str, Field(min_length=1, max_length=40)]
    purpose: Literal["", "proceedings", "other-proceedings", "exculpatory", "public"] = ""
    papers: Literal["", "ar", "en", "es", "fr", "ru", "vi", "zh-hans"] = Field(
        default="", description="language of the passports to put in, or empty"
    )
    reason: Annotated[Written, Field(max_length=1000)]


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


@router.get("/exports", auth=only(Right.EXPORT), response=ExportList)
def list_exports(
    request: HttpRequest, after: Annotated[str, Query(max_length=MAX_CHARS)] = ""
) -> dict[str, Any]:
    """List the exports that were asked for, the newest first."""
    rows, following = orders.listed(circle_of(caller(request), at=now()), after=after)
    return {"exports": [_value(row) for row in rows], "next": following or None}


@router.post("/exports", auth=only(Right.EXPORT), response={202: ExportOut})
def ask(request: HttpRequest, told: ExportIn) -> Status[dict[str, Any]]:
    """Ask for the court bundle of a case; the node writes it in the background. Audited."""
    service, who = this_service(), caller(request)
    row = orders.ask(
        service.node,
        service.committer,
        Asked(**told.dict()),
        officer=who.identifier,
        user=who.user.get_username(),
        at=now(),
    )
    return Status(202, _value(row))


@router.get("/exports/{export}", auth=only(Right.EXPORT), response=ExportOut)
def how_far(request: HttpRequest, export: Name) -> dict[str, Any]:
    """Tell how far an export is."""
    return _value(CourtExport.objects.get(id=export))


@router.get("/exports/{export}/file", auth=only(Right.EXPORT), response={200: None})
def file(request: HttpRequest, export: Name) -> StreamingHttpResponse:
    """Give the bundle as a ZIP. The taking is audited."""
    if redaction.by_session(caller(request)):
        orders.refuse_abuse(export)
    user = caller(request).user.get_username()
    row, path = orders.take(this_service().node, export, user=user, at=now())
    answer = StreamingHttpResponse(orders.pieces(path), content_type="application/zip")
    answer["Content-Length"] = str(row.size_bytes)
    answer["Content-Disposition"] = f'attachment; filename="case-{row.case}.zip"'
    return answer


def _value(row: CourtExport) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ExportOut.model_fields}
