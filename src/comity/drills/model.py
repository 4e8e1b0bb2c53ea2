"""A scenario as the rest of the program sees it: frozen, read strictly, its texts beside it.

What an entry may say stands here once: the reader of scenario.toml holds it to that, the lint looks
up the names that `Of` marks, and the pages make their forms of it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, Final, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from comity.drills.values import (
    EXHIBIT_FORMS,
    INJECT_KINDS,
    MAX_ANSWERS,
    MAX_LIST,
    MAX_POINTS,
    MAX_TRIES,
    MINUTES,
    MODES,
    PARTY_KINDS,
    PLAYED,
    SCORE_KINDS,
    TASK_KINDS,
    THREADS,
    WHEN,
    Address,
    After,
    Cites,
    Did,
    EachOnce,
    Key,
    Keys,
    Moment,
    Of,
    OneOf,
    Points,
    Text,
    Texts,
    Whole,
    refusal,
)
from comity.exchange.types import MAIN_STATES, NEW

ORIGINAL_ENDING: Final = ".gz.b64"
_DIGEST: Final = re.compile(r"sha256:[0-9a-f]{64}")


class Entry(BaseModel):
    """A row of scenario.toml: exactly the members of its kind."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    key: Key

    @classmethod
    def references(cls) -> Iterator[tuple[str, str, str]]:
        """Yield each member that names entries: here, in scenario.toml, and the table they are in.

        In scenario.toml the member ``sender`` of an inject is ``from``.
        """
        for name, member in cls.model_fields.items():
            for mark in member.metadata:
                if isinstance(mark, Of):
                    yield name, member.alias or name, mark.table


class Role(Entry):
    """A seat in the team."""


class Party(Entry):
    """Somebody in the story.

    Attributes:
        played: by the team, by a simulated partner, or ``voice``: words only.
        address: its name in the exercise's directory, ``xb/contact-point``; empty if it has none.
        character: of a partner, a key of `characters.CHARACTERS`; empty for others.
    """

    kind: Annotated[str, OneOf(PARTY_KINDS)]
    played: Annotated[str, OneOf(PLAYED)]
    address: Address = ""
    character: Text = ""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (self.played == "partner") != bool(self.character):
            raise refusal("character", "a partner has a character, and nobody else has")
        return self


class Thread(Entry):
    """A conversation of the exchange protocol that the story needs.

    Attributes:
        asks, asked: keys of the two parties.
        begins: main state in which it stands when the exercise begins.
        played: ``script``: the other side says what injects say; ``character``: what its
            character does.
        measure: that it is about, for the character, and to tell which conversation a request at
            a real node opens; empty for none.
    """

    asks: Annotated[Key, Of("parties")]
    asked: Annotated[Key, Of("parties")]
    begins: Annotated[str, OneOf(MAIN_STATES)] = NEW
    played: Annotated[str, OneOf(THREADS)] = THREADS[0]
    measure: Text = ""


class Exhibit(Entry):
    """Something to look at or to seal.

    Attributes:
        form: ``text``, one file, or what the original is.
        files: names of texts under ``exhibits/``; beside an original, what a tool finds in it.
        original: name under ``exhibits/`` of the packed original; empty for a text.
        digest: ``sha256:...`` of the original, unpacked.
    """

    form: Annotated[str, OneOf(EXHIBIT_FORMS)]
    files: Texts = ()
    original: Text = ""
    digest: Text = ""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.form == "text":
            if self.original or self.digest:
                raise refusal("original-text", "a text has no original", "original")
            if len(self.files) != 1:
                raise refusal("files-text", "files: one for a text", "files")
            return self
        if not self.original.endswith(ORIGINAL_ENDING):
            told = f"a {self.form} has an original, whose name ends in {ORIGINAL_ENDING}"
            raise refusal("original", told, "original")
        if not _DIGEST.fullmatch(self.digest):
            raise refusal("digest", "sha256: and 64 hexadecimal digits in lower case", "digest")
        return self


class Inject(Entry):
    """Something that happens to the players.

    Attributes:
        minute: of exercise time, or None where a trigger brings it.
        trigger: key, or empty.
        delay_minutes: after the trigger fired.
        sender: key of the party it is from; empty for the house.
        to: roles that get it; empty for all.
        thread, type: of a message of the protocol; empty otherwise.
        exhibit: key of what comes with it; empty for nothing.
        loss: something is lost for good when it comes.
    """

    kind: Annotated[str, OneOf(INJECT_KINDS)]
    minute: Whole | None = None
    trigger: Annotated[Text, Of("triggers")] = ""
    delay_minutes: Whole = 0
    sender: Annotated[Text, Of("parties")] = Field("", alias="from")
    to: Annotated[Texts, Of("roles")] = ()
    thread: Annotated[Text, Of("threads")] = ""
    type: Text = ""
    exhibit: Annotated[Text, Of("exhibits")] = ""
    loss: bool = False

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (self.minute is None) == (not self.trigger):
            told = "comes at a minute, or by a trigger, and not by both"
            raise refusal("minute-or-trigger", told, "minute")
        if self.delay_minutes and not self.trigger:
            raise refusal("delay", "delay_minutes counts from a trigger", "delay_minutes")
        if bool(self.thread) != bool(self.type):
            raise refusal("thread-and-type", "thread and type go together", "type")
        return self


class Trigger(Entry):
    """Fires once: when a deed is done, or when it was not done in time.

    Attributes:
        after: inject or trigger from which it counts, ``inject call``; empty for the beginning.
        within_minutes: of ``not-done``, from there.
    """

    when: Annotated[str, OneOf(WHEN)]
    did: Did
    after: After = ""
    within_minutes: Whole = 0

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (self.when == "not-done") != bool(self.within_minutes):
            told = "not-done has within_minutes, and done has none"
            raise refusal(f"within-{self.when}", told, "within_minutes")
        return self


class Task(Entry):
    """A question whose answer checks itself.

    Attributes:
        form: of ``find``, a type of identifier; empty otherwise.
        opens: inject with which it comes; empty for the beginning.
        counts: of ``count``, the text whose lines are counted.
        options: keys, of ``choice``.
        tries: answers that count.
    """

    kind: Annotated[str, OneOf(tuple(TASK_KINDS))]
    points: Points
    cite: Cites
    roles: Annotated[Texts, Of("roles")] = ()
    form: Text = ""
    answers: Annotated[Texts, Field(max_length=MAX_ANSWERS)] = ()
    exhibit: Annotated[Text, Of("exhibits")] = ""
    opens: Annotated[Text, Of("injects")] = ""
    counts: Text = ""
    options: Annotated[Keys, Field(max_length=MAX_ANSWERS)] = ()
    tries: Annotated[Whole, AfterValidator(lambda given: min(given or 3, MAX_TRIES))] = 3


class Hint(Entry):
    """Help with a task, for points."""

    task: Annotated[Key, Of("tasks")]
    cost: Annotated[int, Field(ge=0, le=MAX_POINTS)]


class Score(Entry):
    """Points for something that is not a task.

    Attributes:
        did: what is looked for; of ``custody`` the first of `steps`.
        steps: of ``custody``: deeds in their order.
        after: from which it counts, as in a trigger.
        within_minutes: of ``clock``: in time until then.
        late_points: of ``clock``: for doing it later.
        fields: of ``complete``: what the message has to hold.
    """

    kind: Annotated[str, OneOf(SCORE_KINDS)]
    points: Points
    cite: Cites
    roles: Annotated[Texts, Of("roles")] = ()
    did: Did
    steps: Annotated[tuple[Did, ...], Field(strict=False, max_length=MAX_TRIES)] = ()
    after: After = ""
    within_minutes: Whole = 0
    late_points: Whole = 0
    fields: Keys = ()

    @model_validator(mode="before")
    @classmethod
    def _first_step(cls, given: dict[str, Any]) -> dict[str, Any]:
        """Let the first step stand for the deed of ``custody``, which names no other."""
        if ("steps" in given) != (given.get("kind") == "custody"):
            raise refusal("steps", f"steps is a list of 1 to {MAX_TRIES} deeds, of custody alone")
        if "steps" not in given:
            return given
        steps = given["steps"]
        if "did" in given or not isinstance(steps, list) or not steps:
            raise refusal("steps", f"steps is a list of 1 to {MAX_TRIES} deeds, in place of did")
        return {**given, "did": steps[0]}

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (self.kind == "clock") != bool(self.within_minutes):
            raise refusal("within", "clock has within_minutes, and no other kind has")
        if self.late_points >= self.points:
            raise refusal("late", "late_points are fewer than points")
        if (self.kind == "complete") != bool(self.fields):
            raise refusal("fields", "complete has fields, and no other kind has")
        return self


class Good(Entry):
    """One step of the ideal timeline.

    Attributes:
        minute: by which a good team has done it.
    """

    minute: Whole = 0
    did: Did
    cite: Cites
    roles: Annotated[Texts, Of("roles")] = ()


class Question(Entry):
    """A question for the talk afterwards."""

    cite: Cites


class Head(BaseModel):
    """What ``[scenario]`` says of the whole.

    Attributes:
        begins: what the clocks of the story say at minute 0.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    name: Key
    version: Annotated[int, Field(ge=1)]
    minutes: Annotated[int, Field(ge=MINUTES[0], le=MINUTES[1])]
    treaty: Key
    modes: Annotated[
        tuple[Annotated[str, OneOf(MODES)], ...],
        Field(strict=False, min_length=1, max_length=MAX_LIST),
        EachOnce,
    ]
    begins: Moment


@dataclass(frozen=True)
class Kind:
    """A kind of entry.

    Attributes:
        table: of a `Plan`.
        model: what an entry may say.
        texts: keys of its texts, with ``{}`` for its own key; those of options come besides.
    """

    table: str
    model: type[Entry]
    texts: tuple[str, ...] = ()


KINDS: Final[Mapping[str, Kind]] = {
    "role": Kind("roles", Role, ("roles.{}.title", "roles.{}.about")),
    "party": Kind("parties", Party, ("parties.{}",)),
    "thread": Kind("threads", Thread),
    "exhibit": Kind("exhibits", Exhibit),
    "inject": Kind("injects", Inject, ("injects.{}.title", "injects.{}.text")),
    "trigger": Kind("triggers", Trigger),
    "task": Kind("tasks", Task, ("tasks.{}.ask", "tasks.{}.learn")),
    "hint": Kind("hints", Hint, ("hints.{}",)),
    "score": Kind("scores", Score, ("scores.{}",)),
    "good": Kind("good", Good, ("good.{}",)),
    "debrief": Kind("debrief", Question, ("debrief.{}",)),
}
"""Kind, as scenario.toml calls its tables, to what it is."""


@dataclass(frozen=True)
class Quizzed:
    """A question of a course's quiz, asked before the exercise and after it."""

    course: str
    question: str

    def __str__(self) -> str:
        return f"{self.course}:{self.question}"


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What scenario.toml says; no text of any language stands in it.

    Attributes:
        begins: what the clocks of the story say at minute 0, aware UTC.
        values: what texts name in braces, the same in every language.
        test: questions of courses; none for no test.
    """

    name: str
    version: int
    minutes: int
    treaty: str
    modes: tuple[str, ...]
    begins: datetime
    values: Mapping[str, str]
    roles: Mapping[str, Role]
    parties: Mapping[str, Party]
    threads: Mapping[str, Thread]
    exhibits: Mapping[str, Exhibit]
    injects: Mapping[str, Inject]
    triggers: Mapping[str, Trigger]
    tasks: Mapping[str, Task]
    hints: Mapping[str, Hint]
    scores: Mapping[str, Score]
    good: Mapping[str, Good]
    debrief: Mapping[str, Question]
    test: tuple[Quizzed, ...] = ()

    def team(self) -> Party:
        """Return the party that the trainees play; the first, if a file has several."""
        return next(one for one in self.parties.values() if one.played == "team")


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """A scenario with all that belongs to it.

    Attributes:
        texts: language to dotted key to text, as written.
        files: name of an exhibit's file to its bytes; originals are packed.
        digest: the edition: SHA-256 over all its files, as ``sha256:...``.
        memo: what was computed of it before, so that nobody has it computed at each look.
    """

    plan: Plan
    texts: Mapping[str, Mapping[str, str]]
    files: Mapping[str, bytes] = field(repr=False)
    digest: str
    memo: dict[str, frozenset[str]] = field(default_factory=dict, repr=False, compare=False)
