"""Reading inspections of disk images over the API; handing one in stands in `actions`."""

from typing import Any

from django.http import HttpRequest
from ninja import Router

from comity.node.actions.mount import mount
from comity.node.core.clock import now
from comity.node.evidence import exhibits, inspections
from comity.node.evidence import schemas as shapes
from comity.node.evidence.actions import INSPECTIONS
from comity.node.evidence.api_exhibits import Name
from comity.node.log import audit
from comity.node.models import Mark
from comity.node.people.permissions import Right
from comity.node.sensitive import redaction
from comity.node.web.api_permissions import caller, only

router = Router(tags=["exhibits"])


@router.get(
    "/exhibits/{name}/inspections", auth=only(Right.READ_CONTENT), response=shapes.InspectionList
)
def list_inspections(request: HttpRequest, name: Name) -> dict[str, Any]:
    """Tell what was found inside an exhibit. The reading is audited."""
    holding = exhibits.find(name)
    redaction.check(caller(request), Mark.Kind.EXHIBIT, holding.exhibit)
    user = caller(request).user.get_username()
    audit.note(at=now(), actor=user, action="evidence.inspection-read", subject=holding.subject)
    found = [
        {"digest": row.digest, "handed_in_at": row.at, "inspection": value}
        for row, value in inspections.of(holding.exhibit)
    ]
    return {"exhibit": holding.exhibit, "inspections": found}


mount(router, *INSPECTIONS)
