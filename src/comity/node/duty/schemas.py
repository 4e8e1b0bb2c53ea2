"""What the API says and takes about the duty."""

from datetime import datetime, time
from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from comity.node.duty.roster import Crew, Weekly
from comity.node.web.inputs import MaybeDay, Moment
from comity.node.web.schemas import Closed

Name = Annotated[str, Field(max_length=64)]


class IncidentIn(Closed):
    """Which work item."""

    incident: Annotated[str, Field(max_length=200)] = Field(description="name of the work item")


class CrewOut(Closed):
    """Who is woken, by officer identifier; second and deputy may be empty."""

    officer: str
    second: str
    deputy: str


class ShiftOut(CrewOut):
    """A crew for a stretch of time."""

    begins: datetime
    ends: datetime


class GapOut(Closed):
    """A stretch of time in which nobody is on duty."""

    begins: datetime
    ends: datetime


class OnDuty(Closed):
    """Who is on duty now, or null where nobody is."""

    shift: ShiftOut | None
    gaps: list[GapOut]


class RosterOut(Closed):
    """The next seven days, and the whole roster as CSV."""

    shifts: list[ShiftOut]
    gaps: list[GapOut]
    csv: str


class RosterIn(Closed):
    """A whole roster as CSV, in place of the one that stands."""

    csv: Annotated[str, Field(max_length=256 * 1024)] = Field(
        description="the roster, as `duty roster export` writes it",
        json_schema_extra={"x-file": True},
    )


class CrewIn(Closed):
    """Who is woken, by officer identifier."""

    officer: Name = Field(min_length=1, description="officer on duty")
    second: Name = Field("", description="told when the officer does not acknowledge")
    deputy: Name = Field("", description="told after the second")

    @property
    def crew(self) -> Crew:
        """Return who is woken."""
        return Crew(officer=self.officer, second=self.second, deputy=self.deputy)


class WeeklyShiftIn(CrewIn):
    """A shift that comes every week."""

    weekday: Annotated[int, Field(ge=0, le=6)] = Field(
        description="on which it begins: 0 Monday to 6 Sunday"
    )
    begins: time = Field(description="on the clock of the zone, as 19:00")
    ends: time = Field(description="likewise; not later than the beginning: on the next day")
    zone: Annotated[str, Field(max_length=64)] = Field(
        description="time zone of both, as Asia/Ho_Chi_Minh"
    )
    first: MaybeDay = Field(None, description="day before which it does not begin")
    last: MaybeDay = Field(None, description="day after which it does not begin")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.first and self.last and self.last < self.first:
            raise ValueError("the last day is before the first")
        return self

    @property
    def weekly(self) -> Weekly:
        """Return the row of the roster."""
        names = ("weekday", "begins", "ends", "zone", "first", "last", "crew")
        return Weekly(**{name: getattr(self, name) for name in names})


class RosterChangeIn(CrewIn):
    """Another crew for a time."""

    begins: Moment = Field(description="first moment of the change")
    ends: Moment = Field(description="first moment after the change, at most 62 days later")


class SwapIn(Closed):
    """Two shifts whose crews take each other's, each named by a moment in it."""

    one: Moment = Field(description="a moment in one of the shifts")
    two: Moment = Field(description="a moment in the other")


class RosterRowOut(Closed):
    """The row that is in the roster now, or was."""

    kind: Literal["weekly", "change"]
    number: int


class RosterKept(Closed):
    """How many rows the roster has now."""

    rows: int


class StepOut(Closed):
    """A step that was taken."""

    round: int
    step: int
    whom: str
    at: datetime
    told: int


class AlarmOut(Closed):
    """One alarm; what it is about is named by a digest, number or party.

    ``party``, ``case`` and ``detail`` (a measure, a type of message or a kind of domestic action)
    say what it is about. They are empty where that is closed to the caller, or there is nothing.
    """

    number: int
    kind: str
    subject: str
    severity: Literal["critical", "high", "normal"]
    party: str
    case: str
    detail: str
    emergency: bool
    raised_at: datetime
    due_at: datetime
    acknowledged_at: datetime | None
    acknowledged_by: str
    ended_at: datetime | None


class AlarmDetail(AlarmOut):
    """One alarm with its steps."""

    steps: list[StepOut]


class AlarmList(Closed):
    """Alarms, the newest first; ``next_before`` names the next page."""

    alarms: list[AlarmOut]
    next_before: int | None


class ContactIn(Closed):
    """What of it changes; what is left out, or null, stays. Personal data."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"minProperties": 1})

    email: Annotated[str, Field(max_length=254)] | None = Field(
        None, description="where notices go; empty takes it away"
    )
    phone: Annotated[str, Field(max_length=40)] | None = Field(
        None, description="with the country, as +27 12 555 0100; empty takes it away"
    )
    other_phone: Annotated[str, Field(max_length=40)] | None = Field(
        None, description="a second number; empty takes it away"
    )
    head: bool | None = Field(None, description="whether the person heads the office")
    seen: Annotated[str, Field(max_length=32)] | None = Field(
        default=None,
        description="version that was read; refused with `contact-changed` if it is another now",
    )

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.model_fields_set - {"seen"}:
            raise ValueError("say what changes: email, phone, other_phone or head")
        return self


class ContactOut(Closed):
    """How a person is reached, with whom it is; personal data."""

    officer: str
    name: str
    email: str
    phone: str
    other_phone: str
    head: bool
    version: str = Field(description="another as soon as anything of it changes")


class ContactList(Closed):
    """The call-out list; personal data."""

    people: list[ContactOut]


class LadderStep(Closed):
    """Who is told, minutes after the alarm was raised, by which channels."""

    minutes: int
    whom: Annotated[str, Field(max_length=12)]
    channels: Annotated[list[Annotated[str, Field(max_length=12)]], Field(max_length=3)]


class LadderIn(Closed):
    """A ladder of the office's own."""

    steps: Annotated[list[LadderStep], Field(max_length=12)]
    repeat_minutes: int


class LadderOut(LadderIn):
    """A ladder as it is climbed."""

    kind: str
    own: bool


class LadderList(Closed):
    """The ladder of every kind of alarm."""

    ladders: list[LadderOut]


class TestIn(Closed):
    """To whom a test notice goes."""

    __test__ = False
    officer: Name = Field(description="identifier")


class OutcomeOut(Closed):
    """What came of a notice by one channel; the fault is an error code or empty."""

    channel: str
    stage: str
    fault: str


class TestOut(Closed):
    """What came of a test notice."""

    __test__ = False
    outcomes: list[OutcomeOut]


class ReachIn(Closed):
    """Whose watch is asked."""

    party: Name = Field(description="as vn/contact-point")


class ReachSent(Closed):
    """The message that went."""

    conversation: str
    record: str


class ReachTestOut(Closed):
    """One test between watches."""

    conversation: str
    party: str
    ours: bool
    asked_at: datetime
    answered_at: datetime | None
    counted: bool
    by: str = Field(description="who asked here, ``node`` by itself; empty for theirs")


class NotAskedOut(Closed):
    """A party that the node could not ask by itself."""

    party: str
    at: datetime
    code: str


class ReachList(Closed):
    """Tests, the newest first, and those that wait for an answer here."""

    tests: list[ReachTestOut]
    waiting: list[str]
    paused: bool = Field(
        description="something urgent is open here: the node asks nobody by itself"
    )
    not_asked: list[NotAskedOut]
    next: str | None = Field(description="``after`` of the next page, or null")
