"""An exercise on nodes that answer, from its making to its end. This process is the house."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from comity.drills import Report, Run
from comity.drills.players import Script
from comity.files.instruments import library as law
from comity.hall.course import Act, Course, Unsaid, minutes
from comity.hall.founding import Founded, Order
from comity.hall.hands import Hands
from comity.hall.teams import TeamNode
from comity.hall.threads import Bindings
from comity.instruments import Instrument
from comity.node import exercise_clock
from comity.node.clock import now
from comity.node.exercise import house, library, playing, quizzing
from comity.node.models import Exercise, Team
from comity.training.knowing import Figures

TRAINER: Final = "trainer"


@dataclass
class Held:
    """An exercise that waits to be begun, or goes on.

    Attributes:
        course: None at the table.
        nodes: of the teams, in order; empty at the table.
    """

    founded: Founded
    exercise: Exercise
    course: Course | None
    nodes: list[TeamNode] = field(default_factory=list)

    @property
    def order(self) -> Order:
        """Return what was to be held."""
        return self.founded.order

    def rows(self) -> list[Team]:
        """Return the teams in the house, in order."""
        rows = Team.objects.select_related("exercise__edition").filter(exercise=self.exercise)
        return sorted(rows, key=lambda row: list(self.order.teams).index(row.name))


def hold(founded: Founded, tell: Callable[[str], None]) -> Held:
    """Make the exercise in the house, and bring the nodes to where its story begins.

    Raises:
        ExerciseError: the scenario is not sound, or begins where no node can be brought to.
    """
    order, seats = founded.order, founded.seats
    plan = order.scenario.plan
    nodes = [
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
    library.save(plan.name, order.files, at=now(), by=TRAINER)
    made = house.make(
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
        for node in nodes:
            course.prepare(node)
    return Held(founded=founded, exercise=made, course=course, nodes=nodes)


def _course(founded: Founded, tell: Callable[[str], None]) -> Course:
    order = founded.order
    packages = order.folder / "packages"
    packages.mkdir()
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
    house.begin(running.exercise, at=begun, by=TRAINER)
    rows = running.rows()
    scripts = [Script(order.scenario, skill) for skill in skills]
    hands = [Hands(order.scenario, treaty_of(order), order.lang, order.folder) for _ in rows]
    at = begun
    for minute, at in minutes(order.scenario, begun):
        exercise_clock.keep(running.founded.clock, at, 0)
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
    if running.course is None:
        return
    for node, row in zip(running.nodes, running.rows(), strict=True):
        if row.run is not None and row.exercise.closed_at is None:
            running.course.go_on(node, row, at=now())


def reports(running: Held, at: datetime) -> list[Report]:
    """Return what each team that began takes home, as it stands at a moment."""
    return [playing.report_of(row, at) for row in running.rows() if row.run is not None]


def tests(running: Held) -> list[Figures | None]:
    """Return what each team that began knew before and after; None where no people were asked."""
    return [quizzing.figures_of(row) for row in running.rows() if row.run is not None]


def runs(running: Held) -> list[Run]:
    """Return the run of each team that began, from which its report can be made again."""
    return [playing.read(row) for row in running.rows() if row.run is not None]


def unsaid(running: Held) -> list[Unsaid]:
    """Return what could not be said at the nodes."""
    return running.course.unsaid if running.course else []


def hostile(running: Held) -> list[Act]:
    """Return what hostile partners did, and what the nodes made of it."""
    return running.course.hostile if running.course else []


def _at_the_table(row: Team, script: Script, *, minute: int, at: datetime) -> None:
    for want in script.due(minute):
        if script.can(playing.read(row), want, minute):
            script.done(want)
            event = want.event(by=f"{row.name} {want.role}"[:64], at=at)
            playing.relay(row, event)
