"""Markers over the API, and the one way out of the bytes of abuse material."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Field, Path, Router, Status

from comity.node.core.clock import now
from comity.node.models import Mark, Original
from comity.node.people.permissions import Right
from comity.node.sensitive import marks, reveal
from comity.node.service.handle import this_service
from comity.node.web.api_permissions import caller, only, token_only
from comity.node.web.inputs import Written
from comity.node.web.original_bytes import bytes_answer
from comity.node.web.schemas import Closed

router = Router(tags=["sensitive"])
Kind = Annotated[str, Path(pattern="^(exhibit|original)$")]
Subject = Annotated[str, Path(max_length=71, description="exhibit, root, or digest text")]
Marker = Literal["victim-data", "abuse-material", "media"]
Reason = Annotated[Written, Field(max_length=1000)]


class MarkIn(Closed):
    """A marker to set or to lift."""

    marker: Marker
    reason: Reason


class MarkOut(Closed):
    """A marker that stands, or stood."""

    marker: str
    reason: str
    listed: bool = Field(description="set by the list of known digests")
    at: datetime
    by: str
    lifted_at: datetime | None


class MarkList(Closed):
    """Markers of a thing, newest first."""

    subject: str
    marks: list[MarkOut]


class TakeOutIn(Closed):
    """Why the bytes of marked material are taken out."""

    reason: Reason


@router.get("/sensitive/{kind}/{subject}", auth=only(Right.MARK), response=MarkList)
def list_marks(request: HttpRequest, kind: Kind, subject: Subject) -> dict[str, Any]:
    """List the markers of an exhibit or an original, those lifted too."""
    return _listed(kind, marks.named(kind, subject))


@router.post("/sensitive/{kind}/{subject}", auth=only(Right.MARK), response={201: MarkList})
def put_mark(
    request: HttpRequest, kind: Kind, subject: Subject, told: MarkIn
) -> Status[dict[str, Any]]:
    """Set a marker; its digest joins this node's log, the reason stays here."""
    user = caller(request).user.get_username()
    committer = this_service().committer
    made = marks.put(committer, kind, subject, told.marker, reason=told.reason, user=user, at=now())
    return Status(201, _listed(kind, made.subject))


@router.post("/sensitive/{kind}/{subject}/lift", auth=only(Right.MARK), response=MarkList)
def lift_mark(request: HttpRequest, kind: Kind, subject: Subject, told: MarkIn) -> dict[str, Any]:
    """Lift a marker; that of abuse material not by who set it."""
    user = caller(request).user.get_username()
    committer = this_service().committer
    marks.lift(committer, kind, subject, told.marker, reason=told.reason, user=user, at=now())
    return _listed(kind, marks.named(kind, subject))


@router.post(
    "/originals/{digest}/take-out", auth=token_only(Right.ABUSE_MATERIAL), response={200: None}
)
def take_out(
    request: HttpRequest, digest: Annotated[str, Path(max_length=71)], told: TakeOutIn
) -> HttpResponse:
    """Give the bytes of an original, marked or not, to an examiner with a token; never to pages."""
    reveal.show(
        Mark.Kind.ORIGINAL,
        digest,
        "bytes",
        reason=told.reason,
        user=caller(request).user.get_username(),
        at=now(),
    )
    return bytes_answer(Original.objects.get(digest=digest))


def _listed(kind: str, subject: str) -> dict[str, Any]:
    names = ("marker", "reason", "listed", "at", "by", "lifted_at")
    rows = Mark.objects.filter(kind=kind, subject=subject).order_by("-pk").values(*names)
    return {"subject": subject, "marks": list(rows)}
