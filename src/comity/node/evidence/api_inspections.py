"""Inspections of disk images over the API."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Status

from comity.node.core.clock import now
from comity.node.evidence import exhibits, inspections
from comity.node.evidence.api_exhibits import Name
from comity.node.log import audit
from comity.node.models import Mark
from comity.node.people.permissions import Right
from comity.node.sensitive import redaction
from comity.node.service.handle import this_service
from comity.node.web.api_permissions import caller, only
from comity.node.web.schemas import Closed, Digest

router = Router(tags=["exhibits"])


class InspectionIn(Closed):
    """What ``comity image info --json`` tells."""

    inspection: dict[str, Any] = Field(description="see docs/reference/inspection.md")


class InspectionKept(Closed):
    """An inspection that is kept; the log has its digest."""

    exhibit: str
    digest: Digest


class InspectionOut(Closed):
    """One inspection; evidence plaintext."""

    digest: Digest
    handed_in_at: datetime
    inspection: dict[str, Any]


class InspectionList(Closed):
    """Inspections of an exhibit, newest first."""

    exhibit: str
    inspections: list[InspectionOut]


@router.post(
    "/exhibits/{name}/inspections", auth=only(Right.EVIDENCE), response={201: InspectionKept}
)
def add_inspection(request: HttpRequest, name: Name, told: InspectionIn) -> Status[dict[str, Any]]:
    """Keep what an examiner found inside an exhibit; its digest joins this node's log."""
    user = caller(request).user.get_username()
    committer = this_service().committer
    digest = inspections.keep(committer, name, told.inspection, user=user, at=now())
    return Status(201, {"exhibit": exhibits.find(name).exhibit, "digest": digest})


@router.get("/exhibits/{name}/inspections", auth=only(Right.READ_CONTENT), response=InspectionList)
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
