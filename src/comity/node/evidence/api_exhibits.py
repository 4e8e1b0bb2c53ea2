"""An exhibit's life over the API: what was done with it, its parts, holds, retention, its end."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, Path, Router, Status

from comity.canonical import parse_digest
from comity.node.core.clock import now
from comity.node.evidence import custody, destruction, destruction_orders, exhibits
from comity.node.evidence.custody_passport import passport_of
from comity.node.evidence.destruction import ExhibitRetainedError
from comity.node.evidence.destruction_orders import DestructionEndedError
from comity.node.evidence.exhibits import Officer
from comity.node.evidence.inputs import EventInput, PartInput, Place, Reason, RetentionClass
from comity.node.log import audit
from comity.node.models import DestructionOrder, Mark
from comity.node.people.permissions import Right
from comity.node.sensitive import redaction
from comity.node.service.handle import this_service
from comity.node.web.api_permissions import caller, only
from comity.node.web.inputs import Moment
from comity.node.web.schemas import Closed

router = Router(tags=["exhibits"])
_ID = "[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
Name = Annotated[
    str,
    Path(
        pattern=f"^([0-9a-f]{{64}}|{_ID})$", description="root of a package in hex, or the exhibit"
    ),
]


class ChainOut(Closed):
    """A custody chain; the exhibit may be the sealed copy that stayed here."""

    exhibit: str
    custody: list[dict[str, Any]]


class PassportOut(Closed):
    """A passport as spec 15.4 facts; ``comity exhibit passport`` writes it to a file."""

    passport: dict[str, Any]


class Against(Closed):
    """One thing that stands against a destruction."""

    code: str
    detail: str


class PlanOut(Closed):
    """What a destruction would do, and the codes of what stands against it."""

    exhibit: str
    roots: list[str]
    size_bytes: int
    holds: list[int] = Field(description="numbers of the events by which legal holds stand")
    retention_class: str
    retain_until: datetime | None
    tell: str = Field(description="party that is owed a message evidence.destroyed, or empty")
    unfetched: bool = Field(description="the other side has not confirmed its copy yet")
    officers: int = Field(description="how many it takes: 1, or 2 by four eyes")
    ordered_by: str = Field(description="whose order waits for a second officer, or empty")
    ordered_reason: str = Field(description="why, in the words of that order, or empty")
    against: list[Against]


class RetentionIn(Closed):
    """How long an exhibit is kept here."""

    retention_class: RetentionClass
    until: Moment


class DestructionIn(Closed):
    """An order to destroy; ``despite_retention`` says that the reason covers an early end too."""

    reason: Reason
    place: Place | None = None
    despite_retention: bool = False


@router.post("/exhibits/{name}/events", auth=only(Right.EVIDENCE), response={201: ChainOut})
def add_event(request: HttpRequest, name: Name, told: EventInput) -> Status[dict[str, Any]]:
    """Record what was done with an exhibit; it joins its custody chain and this node's log."""
    service = this_service()
    made = exhibits.note(
        service.node,
        service.committer,
        name,
        event=told.event,
        officer=_officer(request),
        reason=told.reason,
        decision=told.decision,
        place=told.place,
        statement=parse_digest(told.statement) if told.statement else None,
    )
    return Status(201, _chain(made.exhibit))


@router.post("/exhibits/{name}/parts", auth=only(Right.EVIDENCE), response={201: ChainOut})
def add_part(request: HttpRequest, name: Name, told: PartInput) -> Status[dict[str, Any]]:
    """Make an exhibit of a part or of a copy; both chains say so. Answers the new chain."""
    service = this_service()
    made = exhibits.derive(
        service.node,
        service.committer,
        name,
        part=told.part,
        officer=_officer(request),
        reason=told.reason,
        place=told.place,
    )
    return Status(201, _chain(made))


@router.get("/exhibits/{name}/passport", auth=only(Right.READ_CONTENT), response=PassportOut)
def passport(request: HttpRequest, name: Name) -> dict[str, Any]:
    """Tell an exhibit's whole life, with what is proved of each event. The reading is audited."""
    at = now()
    redaction.check(caller(request), Mark.Kind.EXHIBIT, exhibits.find(name).exhibit)
    made = passport_of(this_service().node, name, at=at)
    who = caller(request).user.get_username()
    audit.note(at=at, actor=who, action="evidence.passport", subject=made.exhibit)
    return {"passport": made.to_value()}


@router.post("/exhibits/{name}/retention", auth=only(Right.EVIDENCE), response=PassportOut)
def set_retention(request: HttpRequest, name: Name, told: RetentionIn) -> dict[str, Any]:
    """Set how long an exhibit is kept here; the end is told to people like other clocks."""
    at = now()
    redaction.check(caller(request), Mark.Kind.EXHIBIT, exhibits.find(name).exhibit)
    who = caller(request).user.get_username()
    destruction.retain(
        name, retention_class=told.retention_class, until=told.until, user=who, at=at
    )
    return {"passport": passport_of(this_service().node, name, at=at).to_value()}


@router.get("/exhibits/{name}/destruction", auth=only(Right.EVIDENCE), response=PlanOut)
def plan_destruction(request: HttpRequest, name: Name) -> dict[str, Any]:
    """Tell what the destruction of an exhibit would do, and what is against it. It is audited."""
    found = destruction.plan(this_service().node, name, at=now())
    exhibits.note_reading(found.exhibit, by=caller(request).user.get_username(), way="api")
    return _plan(found, destruction_orders.waiting(found.exhibit))


@router.get(
    "/exhibits/{name}/destruction/confirmation",
    auth=only(Right.CONFIRM_DESTRUCTION),
    response=PlanOut,
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


@router.post(
    "/exhibits/{name}/destruction",
    auth=only(Right.EVIDENCE),
    response={201: ChainOut, 202: ChainOut},
)
def destroy(request: HttpRequest, name: Name, told: DestructionIn) -> Status[dict[str, Any]]:
    """Order the sealed bytes here destroyed. 202: nothing went; a second officer has to confirm."""
    service = this_service()
    made = destruction_orders.order(
        service.node,
        service.committer,
        name,
        officer=_officer(request),
        reason=told.reason,
        place=told.place,
        despite_retention=told.despite_retention,
    )
    return Status(202 if made.event is None else 201, _chain(made.exhibit))


@router.post(
    "/exhibits/{name}/destruction/confirmation",
    auth=only(Right.CONFIRM_DESTRUCTION),
    response={201: ChainOut},
)
def confirm(request: HttpRequest, name: Name) -> Status[dict[str, Any]]:
    """Confirm, as another officer, an order that waits: the bytes go. It cannot be undone."""
    service = this_service()
    made = destruction_orders.confirm(
        service.node, service.committer, name, officer=_officer(request)
    )
    return Status(201, _chain(made.exhibit))


@router.delete(
    "/exhibits/{name}/destruction", auth=only(Right.CONFIRM_DESTRUCTION), response={204: None}
)
def withdraw(request: HttpRequest, name: Name) -> HttpResponse:
    """Withdraw an order that waits; nothing was destroyed."""
    destruction_orders.withdraw(this_service().committer, name, officer=_officer(request))
    return HttpResponse(status=204)


def _officer(request: HttpRequest) -> Officer:
    who = caller(request)
    return Officer(who.identifier, who.user.get_username())


def _chain(exhibit: str) -> dict[str, Any]:
    return {
        "exhibit": exhibit,
        "custody": [event.to_value() for event in custody.chain(exhibit)],
    }
