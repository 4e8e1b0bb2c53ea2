"""An exercise on nodes that answer, from its making to its end. This process is the house."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from comity.drills import Event, Report, Run
from comity.drills.players import Script
from comity.files.instruments import library as law
from comity.hall import record
from comity.hall.course import Act, Course, Unsaid, minutes
from comity.hall.founding import Founded, Order
from comity.hall.hands import Hands
from comity.hall.record import Progress, Record
from comity.hall.seats import Enrolment
from comity.hall.teams import Bindings, TeamNode
from comity.instruments import Instrument
from comity.node.core import shared_clock
from comity.node.core.clock import now
from comity.node.exercise import exercises, quiz_store, scenario_library, team_events
from comity.node.models import Exercise, Team
from comity.training.knowing import Figures

TRAINER: Final = "trainer"


@dataclass
class Held:
    """An exercise that waits to be begun, or goes on.

    Attributes:
        course: None at the table.
        nodes: of the teams, in order; empty at the table.
        enrolments: of the people at these nodes, in order.
    """

    founded: Founded
    exercise: Exercise
    course: Course | None
    nodes: list[TeamNode] = field(default_factory=list)
    enrolments: list[Enrolment] = field(default_factory=list)

    @property
    def order(self) -> Order:
        """Return what was to be held."""
        return self.founded.order

    def rows(self) -> list[Team]:
        """Return the teams in the house, in order."""
        rows = Team.objects.select_related("exercise__edition").filter(exercise=self.exercise)
        return sorted(rows, key=lambda row: list(self.order.teams).index(row.name))

    def keep(self) -> None:
        """Write down all that a later process needs to go on."""
        course, made = self.course, self.founded
        progress = Progress(
            bindings={node.name: dict(node.bindings.by_thread) for node in self.nodes},
            counted={node.name: sorted(node.counted) for node in self.nodes},
            begun=list(course.begun) if course else [],
            carried=list(course.carried) if course else [],
            unsaid=[dict(vars(one)) for one in unsaid(self)],
            hostile=[dict(vars(one)) for one in hostile(self)],
        )
        record.keep(self.order, self.exercise.pk, made.people, made.tokens, progress)


def hold(founded: Founded, tell: Callable[[str], None]) -> Held:
    """Make the exercise in the house, and bring the nodes to where its story begins.

    Raises:
        ExerciseError: the scenario is not sound, or begins where no node can be brought to.
    """
    order = founded.order
    plan = order.scenario.plan
    nodes = _nodes(founded)
    scenario_library.save(plan.name, order.files, at=now(), by=TRAINER)
    made = exercises.make(
        plan.name,
        teams=order.teams,
        at=now(),
        by=TRAINER,
        form=Exercise.Form.TABLE if order.table else Exercise.Form.NODES,
        desks=[
            {
                "address": founded.url(node.party),
                "accounts": [one.to_value() for one in founded.accounts(node.party)],
            }
            for node in nodes
        ],
    )
    course = None if order.table else _course(founded, tell)
    if course is not None:
        tell("bringing the nodes to the beginning of the story")
        for node in nodes:
            course.prepare(node)
    founded.begin_story()
    record.keep_scenario(order.folder, plan.name, order.files)
    return _held(founded, made, course, nodes, tell)


def hold_again(founded: Founded, kept: Record, tell: Callable[[str], None]) -> Held:
    """Go on with an exercise in its house: teams' time stands from where it was last kept.

    The trainer lets it go on.

    Raises:
        NodeSilentError, NodeRefusedError: a node gave no answer, or another than it should.
    """
    made = Exercise.objects.select_related("edition").get(pk=kept.exercise)
    nodes, progress = _nodes(founded), kept.progress
    course = None if founded.order.table else _course(founded, tell)
    for node in nodes:
        node.bindings.by_thread.update(progress.bindings[node.name])
        node.counted.update(progress.counted[node.name])
    held = _held(founded, made, course, nodes, tell, fresh=False)
    for row in held.rows():
        _stand_still(row, kept.alive_at)
    if course is not None:
        course.begun.update(dict.fromkeys(progress.begun))
        course.carried.update(dict.fromkeys(progress.carried))
        course.unsaid.extend(Unsaid(**one) for one in progress.unsaid)
        course.hostile.extend(Act(**one) for one in progress.hostile)
        for node, row in zip(nodes, held.rows(), strict=True):
            course.resume(node, row)
    held.keep()
    return held


def _stand_still(row: Team, alive_at: datetime) -> None:
    """Let a team's time stand from when the exercise was last kept: nobody played after that."""
    if row.run is None or row.exercise.closed_at is not None:
        return
    run = team_events.read(row)
    last = run.events[-1].at if run.events else run.started_at
    at = max(alive_at, last)
    if team_events.look_at(row, at).running:
        team_events.steer(row, Event(at=at, kind="pause", by=TRAINER, names={}))


def _nodes(founded: Founded) -> list[TeamNode]:
    order, seats = founded.order, founded.seats
    plan = order.scenario.plan
    return [
        TeamNode(
            name=name,
            party=party,
            office=founded.office(party),
            watching=founded.watching(party),
            plan=plan,
            seats=seats,
            bindings=Bindings(plan),
        )
        for name, party in zip(order.teams, seats.teams, strict=False)
    ]


def _held(
    founded: Founded,
    made: Exercise,
    course: Course | None,
    nodes: list[TeamNode],
    tell: Callable[[str], None],
    *,
    fresh: bool = True,
) -> Held:
    enrolments = [founded.enrolment(node.party, tell) for node in nodes]
    held = Held(founded=founded, exercise=made, course=course, nodes=nodes, enrolments=enrolments)
    if course is not None:
        course.keep = held.keep
    if fresh:
        held.keep()
    return held


def _course(founded: Founded, tell: Callable[[str], None]) -> Course:
    order = founded.order
    packages = order.folder / "packages"
    packages.mkdir(exist_ok=True)
    return Course(
        scenario=order.scenario,
        treaty=treaty_of(order),
        lang=order.lang,
        folder=packages,
        partners={key: founded.office(party) for key, party in founded.seats.partners.items()},
        clock=founded.clock,
        tell=tell,
    )


def treaty_of(order: Order) -> Instrument:
    """Return the instrument that the scenario rests on."""
    return law().instruments[order.scenario.plan.treaty]


def play_itself(
    running: Held, skills: Sequence[str], progress: Callable[[int], None] = lambda _minute: None
) -> datetime:
    """Let scripted players play every team to the end; return the exercise's last moment.

    Time goes in steps of a minute that take as long as the nodes need; meanwhile the clock of the
    nodes stands.

    Args:
        running: an exercise that has not begun.
        skills: of the teams, in order; keys of `drills.SKILLS`.
        progress: told of each minute of exercise time that has passed.
    """
    order, course = running.order, running.course
    begun = now()
    exercises.begin(running.exercise, at=begun, by=TRAINER)
    rows = running.rows()
    scripts = [Script(order.scenario, skill) for skill in skills]
    hands = [Hands(order.scenario, treaty_of(order), order.lang, order.folder) for _ in rows]
    at = begun
    for minute, at in minutes(order.scenario, begun):
        shared_clock.keep(running.founded.clock, order.scenario.plan.begins + (at - begun), 0)
        for number, row in enumerate(rows):
            if course is None:
                _at_the_table(row, scripts[number], minute=minute, at=at)
                continue
            node = running.nodes[number]
            course.go_on(node, row, at=at)
            course.play(node, row, scripts[number], hands[number], minute=minute, at=at)
        progress(minute)
    return at + timedelta(seconds=1)


def go_on(running: Held) -> None:
    """Do what is due now in an exercise that people play."""
    record.mark_alive(running.order.folder)
    if running.course is None:
        return
    for enrolment in running.enrolments:
        enrolment.go_on()
    for node, row in zip(running.nodes, running.rows(), strict=True):
        if row.run is not None and row.exercise.closed_at is None:
            running.course.go_on(node, row, at=now())


def reports(running: Held, at: datetime) -> list[Report]:
    """Return what each team that began takes home, as it stands at a moment."""
    return [team_events.report_of(row, at) for row in running.rows() if row.run is not None]


def tests(running: Held) -> list[Figures | None]:
    """Return what each team that began knew before and after; None where no people were asked."""
    return [quiz_store.figures_of(row) for row in running.rows() if row.run is not None]


def runs(running: Held) -> list[Run]:
    """Return the run of each team that began, from which its report can be made again."""
    return [team_events.read(row) for row in running.rows() if row.run is not None]


def unsaid(running: Held) -> list[Unsaid]:
    """Return what could not be said at the nodes."""
    return running.course.unsaid if running.course else []


def hostile(running: Held) -> list[Act]:
    """Return what hostile partners did, and what the nodes made of it."""
    return running.course.hostile if running.course else []


def _at_the_table(row: Team, script: Script, *, minute: int, at: datetime) -> None:
    for want in script.due(minute):
        if script.can(team_events.read(row), want, minute):
            script.done(want)
            event = want.event(by=f"{row.name} {want.role}"[:64], at=at)
            team_events.relay(row, event)
