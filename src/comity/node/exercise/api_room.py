"""The team's room over the API: what one player sees, what a player does, and the exhibits."""

from typing import Annotated, Any, Final, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router, Status
from pydantic import Field, StringConstraints

from comity.drills.quizzed import MOST
from comity.drills.run import MAX_FIELDS
from comity.node.core.clock import now
from comity.node.exercise import membership, mode, player_actions, quiz_store
from comity.node.exercise.errors import QuizPaperError
from comity.node.exercise.exhibit_download import file_of
from comity.node.exercise.player_timeline import room_of
from comity.node.exercise.quiz import Quiz, quiz_of
from comity.node.exercise.room import Room
from comity.node.models import TeamMember
from comity.node.people.permissions import Right
from comity.node.web.api_errors import NotHere
from comity.node.web.api_permissions import caller, only
from comity.node.web.schemas import Closed
from comity.training.answers import MAX_ANSWER

router = Router(tags=["exercise"])
LANG: Final = "en"
Key = Annotated[str, StringConstraints(max_length=64)]
QuizKey = Annotated[str, StringConstraints(max_length=129)]
QuizAnswers = Annotated[
    list[Annotated[str, StringConstraints(max_length=MAX_ANSWER)]], Field(max_length=20)
]
Text = Annotated[str, StringConstraints(max_length=player_actions.MAX_NOTE)]


class RoomWanted(Closed):
    """In which language the texts of the scenario are wanted."""

    lang: Annotated[str, StringConstraints(max_length=16)] = LANG


class DeedIn(Closed):
    """What a player does; the player's name and role are the caller's own."""

    kind: Key = Field(
        description="acknowledged, answered, called, hint, recorded, sealed, sent, told"
    )
    names: dict[Key, Text] = Field(description="what it is done to, by the names of its kind")
    fields: Annotated[list[Key], Field(max_length=MAX_FIELDS)] = Field(
        default_factory=list, description="of a message: facts that it holds"
    )


class QuizIn(Closed):
    """What a player answers in the short test."""

    moment: Literal["before", "after"]
    lang: Annotated[str, StringConstraints(max_length=16)] = LANG
    answers: Annotated[dict[QuizKey, QuizAnswers], Field(max_length=MOST)] = Field(
        description="COURSE:QUESTION to what is chosen, or the one thing that is typed"
    )


class DeedOut(Closed):
    """What came of it."""

    kept: bool = Field(description="false where the team had done it before")
    right: str = Field(description="yes or no of what checks itself; else empty")
    tries_left: int | None


@router.get("/exercise/room", auth=only(Right.PLAY), response=Room)
def read_room(request: HttpRequest, wanted: Query[RoomWanted]) -> Room:
    """Return what the caller sees: what came to the own role, and never what is another's."""
    return room_of(_member(request), now(), wanted.lang.lower())


@router.post("/exercise/room/deeds", auth=only(Right.PLAY), response={201: DeedOut})
def do_deed(request: HttpRequest, wanted: DeedIn) -> Status[dict[str, Any]]:
    """Do something in the exercise."""
    member = _member(request)
    found = player_actions.act(member, wanted.kind, wanted.names, at=now(), fields=wanted.fields)
    return Status(201, vars(found))


@router.get("/exercise/room/test", auth=only(Right.PLAY), response=Quiz)
def read_test(request: HttpRequest, wanted: Query[RoomWanted]) -> Quiz:
    """Return the short test: its questions, the own answers, and afterwards what is right."""
    return _quiz(_member(request), wanted.lang.lower())


@router.post("/exercise/room/test", auth=only(Right.PLAY), response={201: Quiz})
def hand_in_test(request: HttpRequest, wanted: QuizIn) -> Status[Quiz]:
    """Hand in what the caller answers in the short test, before the exercise or after it."""
    member, lang = _member(request), wanted.lang.lower()
    quiz_store.hand_in(member, wanted.moment, wanted.answers, lang=lang, at=now())
    return Status(201, _quiz(member, lang))


def _quiz(member: TeamMember, lang: str) -> Quiz:
    found = quiz_of(member, now(), lang)
    if found is None:
        raise QuizPaperError("this exercise has no test", why="none")
    return found


@router.get("/exercise/room/exhibits/{name}", auth=only(Right.PLAY))
def read_room_exhibit(
    request: HttpRequest, name: Annotated[str, Path(max_length=64)]
) -> HttpResponse:
    """Return the bytes of an exhibit that has come to the caller."""
    member = _member(request)
    found = room_of(member, now(), LANG).exhibits().get(name)
    if found is None:
        raise NotHere
    return file_of(member, found)


def _member(request: HttpRequest) -> TeamMember:
    """Return the caller's place in a team, on a node where exercises are held."""
    mode.require()
    member = membership.member_of(caller(request))
    if member is None:
        raise NotHere
    return member
