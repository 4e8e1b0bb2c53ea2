"""Markers over the API, and the one way out of the bytes of abuse material.

What may be done about markers stands in `actions`.
"""

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router

from comity.node.actions.mount import mount
from comity.node.core.clock import now
from comity.node.models import Mark, Original
from comity.node.people.permissions import Right
from comity.node.sensitive import marks, reveal
from comity.node.sensitive import schemas as shapes
from comity.node.sensitive.actions import ACTIONS
from comity.node.sensitive.answers import marks_value
from comity.node.web.api_permissions import caller, only, token_only
from comity.node.web.original_bytes import bytes_answer

router = Router(tags=["sensitive"])
Kind = Annotated[str, Path(pattern="^(exhibit|original)$")]
Subject = Annotated[str, Path(max_length=71, description="exhibit, root, or digest text")]


@router.get("/sensitive/{kind}/{subject}", auth=only(Right.MARK), response=shapes.MarkList)
def list_marks(request: HttpRequest, kind: Kind, subject: Subject) -> dict[str, Any]:
    """List the markers of an exhibit or an original, those lifted too."""
    return marks_value(kind, marks.named(kind, subject))


# written by hand: the answer is a stream of bytes, and no browser may call it
@router.post(
    "/originals/{digest}/take-out", auth=token_only(Right.ABUSE_MATERIAL), response={200: None}
)
def take_out(
    request: HttpRequest, digest: Annotated[str, Path(max_length=71)], told: shapes.TakeOutIn
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


mount(router, *ACTIONS)
