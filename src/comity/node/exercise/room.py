"""What one player sees of the team's run, as values: pages and API show these and nothing else."""

from dataclasses import dataclass
from datetime import datetime

from comity.node.exercise.workplaces import Workplace


@dataclass(frozen=True, kw_only=True)
class Words:
    """A text of the scenario or of the law.

    Attributes:
        lang: its language; it is not the reader's where English stands in.
    """

    text: str
    lang: str


@dataclass(frozen=True, kw_only=True)
class Shown:
    """An exhibit that has come to this player.

    Attributes:
        form: as the scenario says it.
        digest: ``sha256:...``; empty while finding it out is a task.
        legible: whether its text is worth a look on a page.
    """

    key: str
    name: str
    form: str
    size_bytes: int
    digest: str
    legible: bool


@dataclass(frozen=True, kw_only=True)
class Came:
    """An inject that came to this player's role, or to all.

    Attributes:
        at_s: exercise seconds.
        sender: key of the party; empty for the house.
        loss: something is lost for good.
        acknowledged_by, recorded_by: names of team members, or empty.
    """

    key: str
    kind: str
    at_s: int
    story_at: datetime
    title: Words
    text: Words
    sender: str
    sender_name: Words | None
    type: str
    exhibit: Shown | None
    loss: bool
    acknowledged_by: str
    recorded_by: str


@dataclass(frozen=True, kw_only=True)
class SaidHere:
    """What the trainer said, to all or to this player's role."""

    at_s: int
    text: str
    to_role: bool


@dataclass(frozen=True, kw_only=True)
class Hinted:
    """A hint: its text once it is taken, its cost before."""

    key: str
    cost: int
    text: Words | None


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One answer, ground, measure or fact to choose."""

    key: str
    text: Words


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A task of this player's role.

    Attributes:
        state: ``open``, ``right`` or ``used-up``.
        form: of ``find``, a type of identifier.
        tries_left: None where as many as one likes count.
    """

    key: str
    kind: str
    form: str
    ask: Words
    points: int
    state: str
    tries: int
    tries_left: int | None
    exhibit: Shown | None
    hints: tuple[Hinted, ...]


@dataclass(frozen=True, kw_only=True)
class Line:
    """A message of a conversation.

    Attributes:
        ours: by the team.
        by: of our own, who sent it.
        title: of an inject; None of others.
        inject: key of it, or empty.
        hidden: it came for another role alone, so that nothing of it is told.
        counted: the exchange's table allowed it when it was sent.
    """

    at_s: int
    ours: bool
    by: str
    type: str
    title: Words | None
    inject: str
    hidden: bool
    counted: bool


@dataclass(frozen=True, kw_only=True)
class Talk:
    """A conversation that has begun.

    Attributes:
        ours: the team asks in it.
        main, tracks: where it stands, as the exchange says it.
        lines: in order of time.
        may: types that the team may send now.
    """

    key: str
    number: int
    party: str
    party_name: Words
    ours: bool
    measure: str
    main: str
    tracks: tuple[str, ...]
    lines: tuple[Line, ...]
    may: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Done:
    """What somebody of the team did.

    Attributes:
        kind: of the deed.
        what: inject, party, task or exhibit that it was done to; None if it is another role's.
        more: type of a message, or the answer's ``right``: ``yes`` or ``no``.
    """

    at_s: int
    kind: str
    by: str
    role: Words
    what: Words | None
    more: str
    note: str


@dataclass(frozen=True, kw_only=True)
class Point:
    """One line of points, after the end.

    Attributes:
        mine: ``person``, ``role`` or empty.
    """

    key: str
    got: int
    of: int
    outcome: str
    why: Words
    cite: tuple[str, ...]
    by: str
    mine: str
    hints: int
    missing: tuple[Words, ...]
    reason: str


@dataclass(frozen=True, kw_only=True)
class After:
    """The points of the team, once the exercise is over and if the trainer shows them."""

    person: int
    role: tuple[int, int]
    team: tuple[int, int]
    points: tuple[Point, ...]


@dataclass(frozen=True, kw_only=True)
class QuizHere:
    """How the short test stands for this player, before the beginning and after the end.

    Attributes:
        moment: ``before`` or ``after``.
        state: ``open``, or ``told``: what is right is shown.
        handed_in: whether this player did, at this moment.
        answered, asked: questions.
    """

    moment: str
    state: str
    handed_in: bool
    answered: int
    asked: int


@dataclass(frozen=True, kw_only=True)
class Party:
    """Somebody in the story who can be called, told, or written to."""

    key: str
    kind: str
    name: Words
    writes: bool


@dataclass(frozen=True, kw_only=True)
class Room:
    """All that one player sees.

    Attributes:
        state: ``waiting``, ``running``, ``paused``, ``frozen``, ``over`` or ``closed``.
        passed_s, minutes: of exercise time.
        mark: changes whenever anything but the clocks does.
        form: of the exercise; at the ``table-top`` messages are said here.
        desk: where this player works, of a team at a node of its own.
        approver: title of the role that gives second signatures at that node; None where there is
            no such node, or no such role.
        came: newest first.
        done: newest first.
        after: None before the end, or if points are hidden.
        quiz: None while the exercise runs, and where there is no test.
    """

    exercise: str
    title: Words
    story: Words
    team: str
    name: str
    role: str
    role_title: Words
    role_about: Words
    form: str
    desk: Workplace | None
    approver: Words | None
    state: str
    passed_s: int
    minutes: int
    story_at: datetime
    mark: str
    came: tuple[Came, ...] = ()
    said: tuple[SaidHere, ...] = ()
    tasks: tuple[Asked, ...] = ()
    talks: tuple[Talk, ...] = ()
    done: tuple[Done, ...] = ()
    parties: tuple[Party, ...] = ()
    after: After | None = None
    quiz: QuizHere | None = None

    @property
    def acts(self) -> bool:
        """Tell whether a deed would be kept now."""
        return self.state in {"running", "paused"}

    @property
    def writes(self) -> bool:
        """Tell whether messages are said in this room."""
        return self.form == "table-top"

    def exhibits(self) -> dict[str, Shown]:
        """Return every exhibit that has come to this player."""
        found = [one.exhibit for one in self.came] + [one.exhibit for one in self.tasks]
        return {one.key: one for one in found if one is not None}
