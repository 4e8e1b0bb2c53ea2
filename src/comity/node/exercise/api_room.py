"""The team's room over the API: what one player sees and does, and the exhibits.

Handing in the short test stands in `actions`.
"""

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router, Status

from comity.node.actions.mount import mount
from comity.node.core.clock import now
from comity.node.exercise import player_actions
from comity.node.exercise.actions import HAND_IN_TEST
from comity.node.exercise.answers import member_named, quiz_value
from comity.node.exercise.exhibit_download import file_of
from comity.node.exercise.player_timeline import room_of
from comity.node.exercise.quiz import Quiz
from comity.node.exercise.room import Room
from comity.node.exercise.schemas_room import LANG, DeedIn, DeedOut, RoomWanted
from comity.node.people.permissions import Right
from comity.node.web.api_errors import NotHere
from comity.node.web.api_permissions import caller, only

router = Router(tags=["exercise"])


@router.get("/exercise/room", auth=only(Right.PLAY), response=Room)
def read_room(request: HttpRequest, wanted: Query[RoomWanted]) -> Room:
    """Return what the caller sees: what came to the own role, and never what is another's."""
    return room_of(member_named(caller(request)), now(), wanted.lang.lower())


@router.post("/exercise/room/deeds", auth=only(Right.PLAY), response={201: DeedOut})
def do_deed(request: HttpRequest, wanted: DeedIn) -> Status[dict[str, Any]]:
    """Do something in the exercise."""
    # by hand: a deed leaves no audit row, as the run keeps who did each and when
    member = member_named(caller(request))
    found = player_actions.act(member, wanted.kind, wanted.names, at=now(), fields=wanted.fields)
    return Status(201, vars(found))


@router.get("/exercise/room/test", auth=only(Right.PLAY), response=Quiz)
def read_test(request: HttpRequest, wanted: Query[RoomWanted]) -> Quiz:
    """Return the short test: its questions, the own answers, and afterwards what is right."""
    return quiz_value(member_named(caller(request)), wanted.lang.lower())


@router.get("/exercise/room/exhibits/{name}", auth=only(Right.PLAY))
def read_room_exhibit(
    request: HttpRequest, name: Annotated[str, Path(max_length=64)]
) -> HttpResponse:
    """Return the bytes of an exhibit that has come to the caller."""
    member = member_named(caller(request))
    found = room_of(member, now(), LANG).exhibits().get(name)
    if found is None:
        raise NotHere
    return file_of(member, found)


mount(router, HAND_IN_TEST)
