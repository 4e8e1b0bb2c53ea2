"""The course of an exercise on nodes: partners say what is due, teams' messages become events.

It looks, acts and ends; who calls it again, and what the time is, is the caller's. A scripted team
is played in steps of a minute of exercise time that take as long as its node needs, a real one by
its people as the clock goes.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from comity.canonical import OperationError
from comity.client.errors import NodeSilentError
from comity.demo.office import Office
from comity.drills import DrillEventError, Event, Scenario, View, exhibit_bytes, exhibit_name, say
from comity.drills.players import Script, Want
from comity.hall.bodies import Words
from comity.hall.hands import Hands
from comity.hall.partners import Saying
from comity.hall.partners import say as say_at_node
from comity.hall.teams import TeamNode
from comity.instruments import Instrument
from comity.node.clock import now
from comity.node.exercise import playing
from comity.node.exercise.errors import ExerciseError
from comity.node.models import Team

_PRESERVED: Final = ("request.submitted", "request.acknowledged", "preservation.confirmed")
"""What is said before an exercise whose story begins with preserved data."""


@dataclass(frozen=True, kw_only=True)
class Unsaid:
    """A message of the story that a node did not let go.

    Attributes:
        what: ``inject KEY`` or ``move THREAD TYPE``, or the type that a scripted team wanted.
        fault: code.
    """

    team: str
    what: str
    fault: str


@dataclass
class Course:
    """One exercise on nodes, on its way.

    Attributes:
        partners: the offices of simulated partners, by key of the story.
        unsaid: what could not be said, for the end.
    """

    scenario: Scenario
    treaty: Instrument
    lang: str
    folder: Path
    partners: Mapping[str, Office]
    tell: Callable[[str], None]
    unsaid: list[Unsaid] = field(default_factory=list)
    _carried: set[tuple[str, str]] = field(default_factory=set)

    # -------------------------------------------------------------- before the beginning

    def prepare(self, team: TeamNode) -> None:
        """Bring about what the story takes for granted: data that are preserved already.

        Raises:
            ExerciseError: the story begins with something else, which no node can be brought to.
        """
        for key, thread in self.scenario.plan.threads.items():
            if thread.begins == "new":
                continue
            if thread.begins != "preserved" or thread.asks != self.scenario.plan.team().key:
                raise ExerciseError(f"no node can be brought to where {key} begins")
            self._preserve(team, key, thread.asked)

    def _preserve(self, team: TeamNode, key: str, partner: str) -> None:
        hands = Hands(self.scenario, self.treaty, self.lang, self.folder)
        opening, *answers = _PRESERVED
        names = {"type": opening, "to": partner, "thread": key}
        hands.send(team, Want(kind="sent", names=names, minute=0, role=""))
        for _ in team.sent(at=now()):  # it binds the conversation; the past is no event
            pass
        for message_type in answers:
            words = self._words("story")
            saying = Saying(thread=key, type=message_type, words=words)
            self._say(team, f"before {key}", partner, saying)

    # -------------------------------------------------------------- as time goes on

    def go_on(self, team: TeamNode, row: Team, *, at: datetime) -> int:
        """Let partners say what is due, and take over what the team sent; return how much it was.

        Args:
            team: at its node.
            row: its run in the house.
            at: exercise's wall time.
        """
        return self.take_over(team, row, at=at) + self.carry(team, playing.look_at(row, at))

    def take_over(self, team: TeamNode, row: Team, *, at: datetime) -> int:
        """Make events of what the team sent; what the run no longer takes is told."""
        count = 0
        for event in team.sent(at=at):
            try:
                playing.relay(row, event)
            except (DrillEventError, ExerciseError) as fault:
                self._miss(team, event.names["type"], fault.code)
            count += 1
        return count

    def carry(self, team: TeamNode, view: View) -> int:
        """Let partners say what the view says that they said; each once."""
        count = 0
        for what, partner, saying in self._due(view):
            if (team.party, what) in self._carried:
                continue
            self._carried.add((team.party, what))
            self._say(team, what, partner, saying)
            count += 1
        return count

    def _due(self, view: View) -> Iterator[tuple[str, str, Saying]]:
        plan = self.scenario.plan
        for came in view.delivered:
            inject = plan.injects[came.inject]
            if inject.thread and inject.type and inject.sender in self.partners:
                words = self._words(f"injects.{inject.key}.text", inject.thread)
                saying = Saying(
                    thread=inject.thread,
                    type=inject.type,
                    words=words,
                    exhibit=self._exhibit(inject.exhibit),
                )
                yield f"inject {inject.key}", inject.sender, saying
        for number, move in enumerate(view.moved):
            if move.party in self.partners and move.by == "node":
                words = self._words("story", move.thread)
                if move.ground:
                    words = replace(words, grounds=(move.ground,))
                saying = Saying(thread=move.thread, type=move.type, words=words)
                yield f"move {number} {move.thread} {move.type}", move.party, saying

    def _say(self, team: TeamNode, what: str, partner: str, saying: Saying) -> None:
        said = say_at_node(self.partners[partner], team, saying, self.folder)
        if said.fault:
            self._miss(team, what, said.fault)
        else:
            self.tell(f"{team.name}: {self.partners[partner].party} said {saying.type}")

    # -------------------------------------------------------------- scripted teams

    def play(
        self, team: TeamNode, row: Team, script: Script, hands: Hands, *, minute: int, at: datetime
    ) -> None:
        """Let a scripted team do what it wants and can by a minute."""
        for want in script.due(minute):
            if not script.can(playing.read(row), want, minute):
                continue
            script.done(want)
            if want.kind == "sent" and want.names["to"] in team.seats.partners:
                self._send(team, hands, want)
                self.take_over(team, row, at=at)
            else:
                self._do(team, row, want, at)

    def _send(self, team: TeamNode, hands: Hands, want: Want) -> None:
        try:
            hands.send(team, want)
            self.tell(f"{team.name}: sent {want.names['type']}")
        except NodeSilentError:
            raise
        except OperationError as fault:
            self._miss(team, want.names["type"], str(fault.facts.get("said", fault.code)))

    def _do(self, team: TeamNode, row: Team, want: Want, at: datetime) -> None:
        event = Event(
            at=at,
            kind=want.kind,
            by=f"{team.name} {want.role}"[:64],
            role=want.role,
            names=want.names,
            fields=want.fields,
        )
        try:
            playing.relay(row, event)
        except DrillEventError as fault:
            self._miss(team, want.kind, fault.code)

    # -------------------------------------------------------------- words

    def _words(self, key: str, thread: str = "") -> Words:
        plan = self.scenario.plan
        told = plan.threads.get(thread)
        text, lang = say(plan, self.scenario.texts, key, self.lang)
        return Words(
            text=text,
            lang=lang,
            treaty=self.treaty,
            measure=told.measure if told else "",
            urgent="normal",
            at=now(),
        )

    def _exhibit(self, key: str) -> tuple[str, bytes] | None:
        found = self.scenario.plan.exhibits.get(key)
        data = exhibit_bytes(self.scenario, found) if found else None
        return (exhibit_name(self.scenario, found), data) if found and data else None

    def _miss(self, team: TeamNode, what: str, fault: str) -> None:
        self.unsaid.append(Unsaid(team=team.name, what=what, fault=fault))
        self.tell(f"{team.name}: {what} was not said: {fault}")


def minutes(scenario: Scenario, begun: datetime) -> Iterator[tuple[int, datetime]]:
    """Yield each minute of an exercise with its moment, the end included."""
    for minute in range(scenario.plan.minutes + 1):
        yield minute, begun + timedelta(minutes=minute)
