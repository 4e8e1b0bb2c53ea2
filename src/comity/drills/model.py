"""A scenario as the rest of the program sees it: frozen, read strictly, its texts beside it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Deed:
    """What a scenario asks whether somebody did it.

    Attributes:
        kind: a key of `kinds.DEEDS`.
        names: what it narrows, of the names that the kind has.
    """

    kind: str
    names: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Role:
    """A seat in the team."""

    key: str


@dataclass(frozen=True, kw_only=True)
class Party:
    """Somebody in the story.

    Attributes:
        kind: one of `kinds.PARTY_KINDS`.
        played: by the team, by a simulated partner, or ``voice``: words only.
        address: its name in the exercise's directory, ``xb/contact-point``; empty if it has none.
        character: of a partner, a key of `characters.CHARACTERS`; empty for others.
    """

    key: str
    kind: str
    played: str
    address: str
    character: str


@dataclass(frozen=True, kw_only=True)
class Thread:
    """A conversation of the exchange protocol that the story needs.

    Attributes:
        asks, asked: keys of the two parties.
        begins: main state in which it stands when the exercise begins.
        played: ``script``: the other side says what injects say; ``character``: what its
            character does.
        measure: that it is about, for the character, and to tell which conversation a request at
            a real node opens; empty for none.
    """

    key: str
    asks: str
    asked: str
    begins: str
    played: str
    measure: str


@dataclass(frozen=True, kw_only=True)
class Exhibit:
    """Something to look at or to seal.

    Attributes:
        form: ``text``, one file, ``disk``, an image made of several, or another that is only made.
        files: names under ``exhibits/``; empty for one that is made from a story.
        story: name under ``stories/``; empty where the exhibit is its files.
        made: key of the exhibit in that story.
    """

    key: str
    form: str
    files: tuple[str, ...]
    story: str = ""
    made: str = ""


@dataclass(frozen=True, kw_only=True)
class Inject:
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

    key: str
    kind: str
    minute: int | None
    trigger: str
    delay_minutes: int
    sender: str
    to: tuple[str, ...]
    thread: str
    type: str
    exhibit: str
    loss: bool


@dataclass(frozen=True, kw_only=True)
class Trigger:
    """Fires once: when a deed is done, or when it was not done in time.

    Attributes:
        when: ``done`` or ``not-done``.
        did: the deed.
        after: inject or trigger from which it counts, ``inject call``; empty for the beginning.
        within_minutes: of ``not-done``, from there.
    """

    key: str
    when: str
    did: Deed
    after: str
    within_minutes: int


@dataclass(frozen=True, kw_only=True)
class Task:
    """A question whose answer checks itself.

    Attributes:
        form: of ``find``, a type of identifier; empty otherwise.
        opens: inject with which it comes; empty for the beginning.
        counts: of ``count``, the text whose lines are counted.
        options: keys, of ``choice``.
        tries: answers that count.
    """

    key: str
    kind: str
    points: int
    cite: tuple[str, ...]
    roles: tuple[str, ...]
    form: str
    answers: tuple[str, ...]
    exhibit: str
    opens: str
    counts: str
    options: tuple[str, ...]
    tries: int


@dataclass(frozen=True, kw_only=True)
class Hint:
    """Help with a task, for points."""

    key: str
    task: str
    cost: int


@dataclass(frozen=True, kw_only=True)
class Score:
    """Points for something that is not a task.

    Attributes:
        kind: one of `kinds.SCORE_KINDS`.
        did: what is looked for; of ``custody`` the first of `steps`.
        steps: of ``custody``: deeds in their order.
        after: from which it counts, as in a trigger.
        within_minutes: of ``clock``: in time until then.
        late_points: of ``clock``: for doing it later.
        fields: of ``complete``: what the message has to hold.
    """

    key: str
    kind: str
    points: int
    cite: tuple[str, ...]
    roles: tuple[str, ...]
    did: Deed
    steps: tuple[Deed, ...]
    after: str
    within_minutes: int
    late_points: int
    fields: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Good:
    """One step of the ideal timeline.

    Attributes:
        minute: by which a good team has done it.
    """

    key: str
    minute: int
    did: Deed
    cite: tuple[str, ...]
    roles: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Question:
    """A question for the talk afterwards."""

    key: str
    cite: tuple[str, ...]


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
        files: name of an exhibit's file to its bytes.
        stories: name of a story to its bytes, which can be read.
        digest: the edition: SHA-256 over all its files, as ``sha256:...``.
        memo: what was computed of it before, so that nobody has it computed at each look.
    """

    plan: Plan
    texts: Mapping[str, Mapping[str, str]]
    files: Mapping[str, bytes] = field(repr=False)
    digest: str
    stories: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    memo: dict[str, frozenset[str]] = field(default_factory=dict, repr=False, compare=False)
