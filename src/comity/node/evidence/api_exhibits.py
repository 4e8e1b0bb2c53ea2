"""Reading an exhibit's life over the API; what may be done with an exhibit stands in `actions`."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Router

from comity.node.actions.mount import mount
from comity.node.core.clock import now
from comity.node.evidence import destruction, destruction_orders, exhibits
from comity.node.evidence import schemas as shapes
from comity.node.evidence.actions import EXHIBIT_NAME, EXHIBITS
from comity.node.evidence.custody_passport import passport_of
from comity.node.evidence.destruction import ExhibitRetainedError
from comity.node.evidence.destruction_orders import DestructionEndedError
from comity.node.log import audit
from comity.node.models import DestructionOrder, Mark
from comity.node.people.permissions import Right
from comity.node.sensitive import redaction
from comity.node.service.handle import this_service
from comity.node.web.api_permissions import caller, only

router = Router(tags=["exhibits"])
Name = Annotated[
    str, Path(pattern=EXHIBIT_NAME, description="root of a package in hex, or the exhibit")
]


@router.get("/exhibits/{name}/passport", auth=only(Right.READ_CONTENT), response=shapes.PassportOut)
def passport(request: HttpRequest, name: Name) -> dict[str, Any]:
    """Tell an exhibit's whole life, with what is proved of each event. The reading is audited."""
    at = now()
    redaction.check(caller(request), Mark.Kind.EXHIBIT, exhibits.find(name).exhibit)
    made = passport_of(this_service().node, name, at=at)
    who = caller(request).user.get_username()
    audit.note(at=at, actor=who, action="evidence.passport", subject=made.exhibit)
    return {"passport": made.to_value()}


@router.get("/exhibits/{name}/destruction", auth=only(Right.EVIDENCE), response=shapes.PlanOut)
def plan_destruction(request: HttpRequest, name: Name) -> dict[str, Any]:
    """Tell what the destruction of an exhibit would do, and what is against it. It is audited."""
    found = destruction.plan(this_service().node, name, at=now())
    exhibits.note_reading(found.exhibit, by=caller(request).user.get_username(), way="api")
    return _plan(found, destruction_orders.waiting(found.exhibit))


@router.get(
    "/exhibits/{name}/destruction/confirmation",
    auth=only(Right.CONFIRM_DESTRUCTION),
    response=shapes.PlanOut,
)
def plan_confirmation(request: HttpRequest, name: Name) -> dict[str, Any]:
    """Tell the second officer what the order would do, and what is against it. It is audited."""
    found = destruction.plan(this_service().node, name, at=now())
    waits = destruction_orders.waiting(found.exhibit)
    if waits is None:
        raise DestructionEndedError("no order to destroy it waits")
    exhibits.note_reading(found.exhibit, by=caller(request).user.get_username(), way="api")
    return _plan(found, waits)


def _plan(found: destruction.Plan, waits: DestructionOrder | None) -> dict[str, Any]:
    covered = waits is not None and waits.despite_retention
    return {
        "officers": this_service().node.config.destruction_officers,
        "ordered_by": waits.user if waits else "",
        "ordered_reason": waits.reason if waits else "",
        "exhibit": found.exhibit,
        "roots": list(found.roots),
        "size_bytes": found.size_bytes,
        "holds": [event.number for event in found.holds],
        "retention_class": found.retention_class,
        "retain_until": found.retain_until,
        "tell": found.tell,
        "unfetched": found.unfetched,
        "against": [
            {"code": fault.code, "detail": str(fault)}
            for fault in found.against
            if not (covered and isinstance(fault, ExhibitRetainedError))
        ],
    }


mount(router, *EXHIBITS)
