"""An exhibit's life over the API: what was done with it, its parts, holds, retention, its end."""

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Field, Path, Router, Status
from pydantic import StringConstraints

from comity.canonical import parse_digest
from comity.node import custody, exhibits
from comity.node.api.guard import caller, only
from comity.node.api.shapes import Closed, Digest
from comity.node.exhibits import Officer
from comity.node.people import Right
from comity.node.service import this_service

router = Router(tags=["exhibits"])
_ID = "[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
type Name = Annotated[
    str,
    Path(
        pattern=f"^([0-9a-f]{{64}}|{_ID})$", description="root of a package in hex, or the exhibit"
    ),
]
type Reason = Annotated[str, Field(min_length=1, max_length=2000)]
type Place = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class ChainOut(Closed):
    """A custody chain; the exhibit may be the sealed copy that stayed here."""

    exhibit: str
    custody: list[dict[str, Any]]


class EventIn(Closed):
    """A domestic event of an exhibit. ``redacted`` names the redacted bundle's statement."""

    event: Literal["opened", "reverified", "redacted", "held", "hold-lifted", "exported"]
    reason: Reason
    place: Place | None = None
    statement: Digest | None = None


class PartIn(Closed):
    """A part taken out of an exhibit, or with ``part`` null a copy of the whole."""

    part: Annotated[str, Field(min_length=1, max_length=4000)] | None
    reason: Reason
    place: Place | None = None


@router.post("/exhibits/{name}/events", auth=only(Right.EVIDENCE), response={201: ChainOut})
def add_event(request: HttpRequest, name: Name, told: EventIn) -> Status[dict[str, Any]]:
    """Record what was done with an exhibit; it joins its custody chain and this node's log."""
    service = this_service()
    made = exhibits.note(
        service.node,
        service.committer,
        name,
        event=told.event,
        officer=_officer(request),
        reason=told.reason,
        place=told.place,
        statement=parse_digest(told.statement) if told.statement else None,
    )
    return Status(201, _chain(made.exhibit))


@router.post("/exhibits/{name}/parts", auth=only(Right.EVIDENCE), response={201: ChainOut})
def add_part(request: HttpRequest, name: Name, told: PartIn) -> Status[dict[str, Any]]:
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


def _officer(request: HttpRequest) -> Officer:
    who = caller(request)
    return Officer(who.identifier, who.user.get_username())


def _chain(exhibit: str) -> dict[str, Any]:
    return {
        "exhibit": exhibit,
        "custody": [event.to_value() for event in custody.chain(exhibit)],
    }
