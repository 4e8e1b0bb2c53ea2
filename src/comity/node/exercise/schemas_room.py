"""What the API takes and gives of a team's room."""

from typing import Annotated, Final, Literal

from pydantic import Field, RootModel, StringConstraints

from comity.drills.parse import MOST
from comity.drills.run import MAX_FIELDS
from comity.node.exercise.player_actions import MAX_NOTE
from comity.node.exercise.quiz import Quiz
from comity.node.web.schemas import Closed
from comity.training.asking import MAX_ANSWER

LANG: Final = "en"
Key = Annotated[str, StringConstraints(max_length=64)]
QuizKey = Annotated[str, StringConstraints(max_length=129)]
QuizAnswers = Annotated[
    list[Annotated[str, StringConstraints(max_length=MAX_ANSWER)]], Field(max_length=20)
]
Text = Annotated[str, StringConstraints(max_length=MAX_NOTE)]


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


class QuizOut(RootModel[Quiz]):
    """The short test as the player sees it now."""


class DeedOut(Closed):
    """What came of it."""

    kept: bool = Field(description="false where the team had done it before")
    right: str = Field(description="yes or no of what checks itself; else empty")
    tries_left: int | None
