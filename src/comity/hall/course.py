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
from comity.client.api import NodeSilentError
from comity.demo.office import Office
from comity.drills import (
    DrillEventError,
    Scenario,
    View,
    exhibit_bytes,
    exhibit_name,
    openings,
    say,
)
from comity.drills.characters import CHARACTERS, HONEST
from comity.drills.players import Script, Want
from comity.hall import hostile as hostiles
from comity.hall import splitting
from comity.hall.bodies import OWN_REFERENCE, Words
from comity.hall.hands import Hands
from comity.hall.partners import OFFERED, Saying
from comity.hall.partners import say as say_at_node
from comity.hall.story import lapse_of
from comity.hall.teams import TeamNode
from comity.instruments import Instrument
from comity.node.core.clock import now, now_at, real_now
from comity.node.exercise import team_events
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


@dataclass(frozen=True, kw_only=True)
class Act:
    """What a hostile partner did to a team, and what the team's node made of it.

    Attributes:
        deed: a key of `drills.characters.DEEDS`.
        answer: HTTP status and code, or empty; of two logs also what its log health says.
    """

    team: str
    deed: str
    answer: str


@dataclass
class Course:
    """One exercise on nodes, on its way.

    Attributes:
        partners: the offices of simulated partners, by key of the story.
        clock: file with the clock of the nodes.
        keep: writes down how far it is, for a process that goes on with it; called before a
            partner says something, and after.
        unsaid: what could not be said, for the end.
        hostile: what hostile partners did, for the end.
        begun: party of a team and what a partner began to say to it, in order.
        carried: of these, what was said, or could not be.
    """

    scenario: Scenario
    treaty: Instrument
    lang: str
    folder: Path
    partners: Mapping[str, Office]
    clock: Path
    tell: Callable[[str], None]
    keep: Callable[[], None] = lambda: None
    unsaid: list[Unsaid] = field(default_factory=list)
    hostile: list[Act] = field(default_factory=list)
    begun: dict[tuple[str, str], None] = field(default_factory=dict)
    carried: dict[tuple[str, str], None] = field(default_factory=dict)

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
        for _ in team.sent(at=real_now()):  # it binds the conversation; the past is no event
            pass
        for message_type in answers:
            there = self.scenario.plan.values.get(f"{key}_there", OWN_REFERENCE)
            until = lapse_of(self.scenario.plan, key)
            words = replace(self._words("story"), reference=there, until=until)
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
        return self.take_over(team, row, at=at) + self.carry(team, team_events.look_at(row, at))

    def take_over(self, team: TeamNode, row: Team, *, at: datetime) -> int:
        """Make events of what the team sent; what the run no longer takes is told."""
        count = 0
        for event in team.sent(at=at):
            try:
                team_events.relay(row, event)
            except (DrillEventError, ExerciseError) as fault:
                self._miss(team, event.names["type"], fault.code)
            count += 1
        if count:
            self.keep()
        return count

    def resume(self, team: TeamNode, row: Team) -> None:
        """Find out what happened while nobody kept the exercise, before it goes on.

        What was begun and is at the team's node was said. A message of the team is an event already
        if the run has as many of its kind.

        Raises:
            NodeSilentError, NodeRefusedError: the node gave no answer, or another than it should.
        """
        events = team_events.read(row).events if row.run is not None else ()
        team.recount([event for event in events if event.kind == "sent"])
        for party, what in list(self.begun):
            if party == team.party and (party, what) not in self.carried:
                if self._is_there(team, what, row):
                    self.carried[party, what] = None
                else:
                    del self.begun[party, what]

    def _is_there(self, team: TeamNode, what: str, row: Team) -> bool:
        """Tell whether a message that was begun came; what is no message counts as done."""
        view = team_events.look_at(row, now())
        due = {name: (partner, saying) for name, partner, saying, _ in self._due(view)}
        if what not in due:
            return True
        partner, saying = due[what]
        digest = team.came(self.partners[partner].party, saying.type, saying.thread)
        if digest:
            team.bindings.bind(saying.thread, digest)
        return bool(digest)

    def carry(self, team: TeamNode, view: View) -> int:
        """Let partners say what the view says that they said; each once."""
        count = 0
        for what, partner, saying, deed in self._due(view):
            if self._begins(team, what):
                if self._say(team, what, partner, self._as_meant(partner, saying, deed)):
                    self._after(team, partner, saying, deed)
                self._ends(team, what)
                count += 1
        for party in self.scenario.plan.parties.values():
            for opening in openings(CHARACTERS[party.character]) if party.character else ():
                due = opening.due_s <= view.passed_s
                what = f"{opening.deed} {party.key} {opening.due_s}"
                if due and self._begins(team, what):
                    self._forge(team, party.key)
                    self._ends(team, what)
        return count

    def _begins(self, team: TeamNode, what: str) -> bool:
        if (team.party, what) in self.begun:
            return False
        self.begun[team.party, what] = None
        self.keep()
        return True

    def _ends(self, team: TeamNode, what: str) -> None:
        self.carried[team.party, what] = None
        self.keep()

    def _due(self, view: View) -> Iterator[tuple[str, str, Saying, str]]:
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
                yield f"inject {inject.key}", inject.sender, saying, HONEST
        for number, move in enumerate(view.moved):
            if move.party in self.partners and move.by == "node":
                words = self._words("story", move.thread)
                if move.ground:
                    words = replace(words, grounds=(move.ground,))
                saying = Saying(thread=move.thread, type=move.type, words=words)
                yield f"move {number} {move.thread} {move.type}", move.party, saying, move.deed

    def _say(self, team: TeamNode, what: str, partner: str, saying: Saying) -> bool:
        said = say_at_node(self.partners[partner], team, saying, self.folder)
        if said.fault:
            self._miss(team, what, said.fault)
        else:
            self.tell(f"{team.name}: {self.partners[partner].party} said {saying.type}")
        return not said.fault

    # -------------------------------------------------------------- hostile partners

    def _as_meant(self, partner: str, saying: Saying, deed: str) -> Saying:
        """Return what is said, its package spoilt on the way if the partner corrupts."""
        if deed != "corrupt-block" or saying.type != OFFERED:
            return saying
        place = self.partners[partner].place
        return replace(saying, spoilt=lambda root: hostiles.spoil(place, root))

    def _after(self, team: TeamNode, partner: str, saying: Saying, deed: str) -> None:
        liar, conversation = self.partners[partner], team.bindings.by_thread[saying.thread]
        if deed == "replay":
            self._tell(team, deed, hostiles.replay(liar.place, team.office.place, conversation))
        elif deed == "split-log":
            answer = splitting.show_second_log(liar.place, team.party, conversation)
            self._tell(team, deed, answer, seen=splitting.health(team.watching, liar.party))
        elif deed != HONEST:  # it is in what was said, or not said in time
            self._tell(team, deed, None)

    def _forge(self, team: TeamNode, forger: str) -> None:
        """Forge in the name of a partner that the team may know."""
        claimed = self.partners.get(forger) or next(iter(self.partners.values()), None)
        if claimed is None:
            self._miss(team, "forge", "no-name-to-forge")
            return
        words = replace(self._words("story"), measure="emergency", urgent="emergency")
        answer = hostiles.forge(claimed.place, team.office.place, words)
        self._tell(team, "forge", answer)

    def _tell(
        self, team: TeamNode, deed: str, answer: hostiles.Answered | None, *, seen: str = ""
    ) -> None:
        told = f"{answer.status} {answer.code}".strip() if answer else ""
        told = f"{told}, {seen}" if seen else told
        self.hostile.append(Act(team=team.name, deed=deed, answer=told))
        self.tell(f"{team.name}: a partner did {deed}" + (f", answered {told}" if told else ""))

    # -------------------------------------------------------------- scripted teams

    def play(
        self, team: TeamNode, row: Team, script: Script, hands: Hands, *, minute: int, at: datetime
    ) -> None:
        """Let a scripted team do what it wants and can by a minute."""
        for want in script.due(minute):
            if not script.can(team_events.read(row), want, minute):
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
        event = want.event(by=f"{team.name} {want.role}"[:64], at=at)
        try:
            team_events.relay(row, event)
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
            reference=plan.values.get(thread, OWN_REFERENCE),
            urgent="normal",
            at=now_at(self.clock),
        )

    def _exhibit(self, key: str) -> tuple[str, bytes] | None:
        found = self.scenario.plan.exhibits.get(key)
        data = exhibit_bytes(self.scenario, found) if found else None
        return (exhibit_name(found), data) if found and data else None

    def _miss(self, team: TeamNode, what: str, fault: str) -> None:
        self.unsaid.append(Unsaid(team=team.name, what=what, fault=fault))
        self.tell(f"{team.name}: {what} was not said: {fault}")


def minutes(scenario: Scenario, begun: datetime) -> Iterator[tuple[int, datetime]]:
    """Yield each minute of an exercise with its moment, the end included."""
    for minute in range(scenario.plan.minutes + 1):
        yield minute, begun + timedelta(minutes=minute)
