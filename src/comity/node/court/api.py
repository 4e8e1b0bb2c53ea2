"""Court bundles over the API: how far they are, taken out as one file; asked for in `actions`."""

from typing import Annotated, Any

from django.http import HttpRequest, StreamingHttpResponse
from ninja import Path, Query, Router

from comity.node.actions.mount import mount
from comity.node.core.clock import now
from comity.node.core.pagination import MAX_CHARS
from comity.node.court import orders
from comity.node.court import schemas as shapes
from comity.node.court.actions import ACTIONS
from comity.node.court.answers import export_value
from comity.node.models import CourtExport
from comity.node.people.access.visible_cases import circle_of
from comity.node.people.permissions import Right
from comity.node.sensitive import redaction
from comity.node.service.handle import this_service
from comity.node.web.api_permissions import caller, only

router = Router(tags=["exports"])
Name = Annotated[str, Path(pattern="^[0-9a-f]{32}$")]


@router.get("/exports", auth=only(Right.EXPORT), response=shapes.ExportList)
def list_exports(
    request: HttpRequest, after: Annotated[str, Query(max_length=MAX_CHARS)] = ""
) -> dict[str, Any]:
    """List the exports that were asked for, the newest first."""
    rows, following = orders.listed(circle_of(caller(request), at=now()), after=after)
    return {"exports": [export_value(row) for row in rows], "next": following or None}


@router.get("/exports/{export}", auth=only(Right.EXPORT), response=shapes.ExportOut)
def how_far(request: HttpRequest, export: Name) -> dict[str, Any]:
    """Tell how far an export is."""
    return export_value(CourtExport.objects.get(id=export))


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


mount(router, *ACTIONS)
