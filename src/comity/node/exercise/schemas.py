"""What the API takes and gives of exercises."""

from datetime import date, datetime
from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from comity.node.exercise.exercises import MAX_TEAMS
from comity.node.exercise.lessons import MAX_OWNER, MAX_TEXT
from comity.node.web.inputs import DayAhead, Written
from comity.node.web.schemas import Closed

Key = Annotated[str, StringConstraints(min_length=1, max_length=64)]
Free = Annotated[Written, StringConstraints(max_length=2000)]
Standing = Literal["waiting", "running", "standing", "frozen", "over", "closed"]
Percent = Annotated[int, Field(ge=1, le=10_000)]


class PlayableOut(Closed):
    """A scenario that is here; one with something to mend cannot be played."""

    name: str
    title: str
    lang: str = Field(description="language of the title; empty where it is the name")
    minutes: int
    to_mend: int = Field(description="findings of its lint")


class PlayablesOut(Closed):
    """All scenarios, by name."""

    scenarios: list[PlayableOut]


class ExerciseIn(Closed):
    """An exercise to be made; nothing begins yet."""

    scenario: Key = Field(description="name of the scenario")
    teams: Annotated[list[Key], Field(min_length=1, max_length=MAX_TEAMS)] = Field(
        description="names, each once"
    )
    board_shown: bool = Field(True, description="whether players and spectators see points")


class ExerciseLine(Closed):
    """One exercise of the list."""

    exercise: str
    scenario: str
    edition: str
    state: Literal["waiting", "running", "closed"] = Field(
        description="``running`` once it has begun; whether time is paused is a team's own"
    )
    teams: int
    members: int
    made_at: datetime
    made_by: str
    begun_at: datetime | None
    closed_at: datetime | None


class ExercisesOut(Closed):
    """A page of exercises, the newest first; ``next`` is null on the last one."""

    exercises: list[ExerciseLine]
    next: str | None


class MemberOut(Closed):
    """A person of a team."""

    name: str
    role: str


class NeedOut(Closed):
    """Why a team needs attention."""

    code: Literal["empty", "silent", "late", "lost", "wrong"]
    number: int = Field(description="minutes, things or tasks; 0 of ``empty``")


class ComingOut(Closed):
    """An inject that came, or is to come as things stand."""

    inject: str
    at_s: int = Field(description="exercise seconds")
    by: Literal["timeline", "trigger", "trainer"]


class TeamLine(Closed):
    """How one team stands."""

    team: str
    name: str
    code: str = Field(description="by which people join; empty once the exercise is closed")
    members: list[MemberOut]
    state: Standing
    passed_s: int | None = Field(description="exercise seconds; null before the beginning")
    percent: int
    last: ComingOut | None
    next: ComingOut | None
    open_tasks: list[str]
    got: int | None
    of: int | None
    needs: list[NeedOut]
    test_before: int | None = Field(
        description="how many answered the short test before the beginning; null: it has none"
    )
    test_after: int | None = Field(description="and after the end")


class ExerciseOne(Closed):
    """An exercise with every team."""

    exercise: str
    scenario: str
    edition: str
    hall: str = Field(description="code of spectators; empty once the exercise is closed")
    board_shown: bool
    made_at: datetime
    made_by: str
    begun_at: datetime | None
    closed_at: datetime | None
    teams: list[TeamLine]


class BeginIn(Closed):
    """At which pace it begins."""

    percent: Percent = Field(
        100,
        description="per cent of the wall clock: 200 is twice as fast; 100 without it",
        json_schema_extra={"x-option": "pace"},
    )


class SteerIn(Closed):
    """One thing that the trainer, or an evaluator, does to teams."""

    kind: Literal["pause", "resume", "freeze", "pace", "inject", "withhold", "speak", "judge"] = (
        Field(description="what is done")
    )
    teams: Annotated[list[Key], Field(min_length=1, max_length=MAX_TEAMS)] | None = Field(
        None, description="all of them without it"
    )
    percent: Percent | None = Field(None, description="of ``pace``")
    inject: Key | None = Field(None, description="of ``inject`` and ``withhold``")
    role: Key | None = Field(None, description="of ``speak``; everybody without it")
    text: Free | None = Field(None, description="of ``speak``")
    score: Annotated[str, StringConstraints(max_length=80)] | None = Field(
        None, description="of ``judge``: ``score KEY`` or ``task KEY``"
    )
    points: Annotated[int, Field(ge=-1000, le=1000)] | None = Field(
        None, description="of ``judge``: at most those of the thing, either way"
    )
    reason: Free | None = Field(None, description="of ``judge``")


class SteerOut(Closed):
    """The teams to which it was done."""

    teams: list[str]


class BoardIn(Closed):
    """Whether players and spectators see points."""

    shown: bool = Field(
        description="whether they see them", json_schema_extra={"x-option": "show/hide"}
    )


class BranchIn(Closed):
    """The name of the new team."""

    name: Key = Field(description="of the new team")


class TeamOne(Closed):
    """A team in full, as `comity.drills` computes it: see the reference of scenarios."""

    line: TeamLine
    view: dict[str, Any] | None = Field(description="what has come, what is planned, tasks")
    board: dict[str, Any] | None = Field(description="points, each with its why")
    run: dict[str, Any] | None = Field(description="start, pace and events")


_LessonText = Annotated[Written, StringConstraints(max_length=MAX_TEXT)]
_Owner = Annotated[Written, StringConstraints(max_length=MAX_OWNER)]


class LessonIn(Closed):
    """A lesson of a team."""

    text: _LessonText = Field(description="what is to change")
    owner: _Owner = Field(description="who does it")
    due: DayAhead = Field(description="day by which it is done; today or later")


class LessonCorrectionIn(Closed):
    """What a lesson says now; what is left out, or null, stays."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"minProperties": 1})

    text: _LessonText | None = Field(None, description="what is to change")
    owner: _Owner | None = Field(None, description="who does it")
    due: DayAhead | None = Field(None, description="day by which it is done; today or later")

    @property
    def changes(self) -> dict[str, Any]:
        """Return what was said, by name."""
        return self.model_dump(exclude_none=True)

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.changes:
            raise ValueError("say what changes: text, owner or due")
        return self


class LessonWithdrawalIn(Closed):
    """Why a lesson is withdrawn."""

    reason: _LessonText = Field(description="why it is withdrawn")


class LessonMarkIn(Closed):
    """How a lesson stands."""

    done: bool = Field(description="whether it is done")


class LessonWordingOut(Closed):
    """What a lesson said until it was corrected."""

    text: str
    owner: str
    due: date
    corrected_at: datetime
    corrected_by: str


class LessonOut(Closed):
    """A lesson as it stands, by its number."""

    number: int
    text: str
    owner: str
    due: date
    made_at: datetime
    made_by: str
    done_at: datetime | None
    withdrawn_at: datetime | None
    withdrawn_by: str
    withdrawn_why: str
    before: list[LessonWordingOut] = Field(
        description="what it said before each correction, the oldest first"
    )


class LessonsOut(Closed):
    """The lessons of a team, what is due first."""

    lessons: list[LessonOut]
