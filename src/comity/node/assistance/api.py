"""The board of assistance over the API: the same lines as on the page, and as files."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import Field, StringConstraints

from comity.node.assistance import board, board_export
from comity.node.assistance.readers import readers
from comity.node.cases import read_audit
from comity.node.core.clock import now
from comity.node.core.pagination import MAX_CHARS
from comity.node.models import BoardLine, Conversation
from comity.node.people.access.visible_cases import circle_of
from comity.node.people.permissions import Right
from comity.node.service.handle import this_service
from comity.node.web.api_errors import NotHere
from comity.node.web.api_permissions import caller, only
from comity.node.web.inputs import Moment
from comity.node.web.schemas import Closed

router = Router(tags=["assistance"])
Form = Annotated[str, StringConstraints(pattern="^(csv|json)$")]


class BoardWanted(Closed):
    """What the board is narrowed to; members that are not given do not narrow."""

    side: Literal["", "ours", "theirs"] = ""
    kind: Literal["", "need", "help", "places", "table"] = ""
    topic: Annotated[str, StringConstraints(max_length=64)] = Field(
        default="", description="key of the law as data, such as electronic-evidence"
    )
    state: Annotated[str, StringConstraints(max_length=2)] = Field(
        default="", description="two letters of a State that takes part"
    )
    stands: Literal["", "open", "waiting", "agreed", "complaint", "ended", "off"] = ""
    due: Moment | None = Field(default=None, description="to be looked at again by then")

    def told(self) -> board.Filter:
        """Return it as the board takes it."""
        return board.Filter(**dict(self))


class BoardPage(BoardWanted):
    """A page of the board."""

    after: Annotated[str, StringConstraints(max_length=MAX_CHARS)] = Field(
        default="", description="the next of the page before"
    )

    def told(self) -> board.Filter:
        """Return it as the board takes it, without the place."""
        return board.Filter(**{k: v for k, v in dict(self).items() if k != "after"})


class BoardLineOut(Closed):
    """A need, an offer or a course."""

    conversation: str
    case: str
    kind: str
    side: str
    party: str = Field(description="who opened it")
    with_: list[str] = Field(alias="with", description="the other parties")
    state: str
    stands: str
    matter: str
    form: str
    topics: list[str]
    review_at: datetime | None
    changed_at: datetime


class BoardOut(Closed):
    """A page of lines, the latest change first; ``next`` is null on the last page."""

    lines: list[BoardLineOut]
    next: str | None


class ReaderOut(Closed):
    """A party that reads what is written in a conversation."""

    party: str
    state: str
    fault: str = Field(description="why nothing can be sent there now, or empty")


class BoardOneOut(Closed):
    """One line with who reads what is written there."""

    line: BoardLineOut
    tracks: dict[str, str] = Field(description="opening message to track:state")
    readers: list[ReaderOut]


@router.get("/assistance", auth=only(Right.ASSISTANCE), response=BoardOut, by_alias=True)
def assistance(request: HttpRequest, wanted: Query[BoardPage]) -> dict[str, Any]:
    """List needs, offers and courses that the caller may see, ours and those of others."""
    circle = circle_of(caller(request), at=now())
    found, after = board.lines(circle, wanted.told(), after=wanted.after)
    return {"lines": board_export.told(found), "next": after or None}


@router.get("/assistance/export/{form}", auth=only(Right.ASSISTANCE))
def export(request: HttpRequest, form: Form, wanted: Query[BoardWanted]) -> HttpResponse:
    """Give the board as a file: csv or json; audited."""
    at, officer = now(), caller(request)
    circle = circle_of(officer, at=at)
    by = officer.user.get_username()
    data = board_export.export(circle, wanted.told(), form, by=by, at=at)
    answer = HttpResponse(data, content_type=board_export.FORMS[form])
    answer.headers["Content-Disposition"] = f'attachment; filename="assistance.{form}"'
    return answer


@router.get("/assistance/{digest}", auth=only(Right.ASSISTANCE), response=BoardOneOut,
            by_alias=True)  # fmt: skip
def one(request: HttpRequest, digest: str) -> dict[str, Any]:
    """Give one line of the board, how far each part of it is, and who reads it; audited."""
    circle = circle_of(caller(request), at=now())
    line = BoardLine.objects.filter(circle.of_conversation(), conversation=digest).first()
    if line is None:
        raise NotHere
    row = Conversation.objects.get(digest=digest)
    read_audit.note_case(row.case, by=caller(request).user.get_username(), way="api")
    found = readers(this_service().node, row.type, row.members)
    return {
        "line": board_export.told([line])[0],
        "tracks": {key: f"{track}:{stands}" for key, (track, stands) in row.tracks.items()},
        "readers": [vars(reader) for reader in found],
    }
