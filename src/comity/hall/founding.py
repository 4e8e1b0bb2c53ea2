"""An exercise on nodes is founded: its world, its people, its processes; the house is this one.

What a later process needs to go on with it is `record`'s.
"""

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from comity.client.api import Api
from comity.demo.ending import not_interrupted
from comity.demo.office import Office
from comity.demo.processes import NodeProcess, NodeStartError
from comity.demo.world import Place, World, read_place
from comity.drills import Scenario
from comity.hall import seats as seating
from comity.hall.launcher import Launcher
from comity.hall.seats import Enrolment, Seat
from comity.hall.story import HOUSE, LAW, Seats, found, seats_of
from comity.node.core import shared_clock
from comity.node.core.django_setup import use_node

READY_S: Final = 60.0
_POLL_S: Final = 0.02
HOUSEKEEPER: Final = "house"
"""The account by which the exercise reads at a team's node."""


@dataclass(frozen=True, kw_only=True)
class Order:
    """What is to be held.

    Attributes:
        scenario: sound.
        files: of its folder; what is played is kept in the house.
        teams: names.
        folder: new or empty; everything is there.
        port_base: first TCP port on loopback; the house has it.
        lang: of what partners write.
        table: at the table: no nodes but the house.
    """

    scenario: Scenario
    files: Mapping[str, bytes]
    teams: Sequence[str]
    folder: Path
    port_base: int
    lang: str
    table: bool


@dataclass(frozen=True, kw_only=True)
class Founded:
    """Nodes that answer, and who is at them.

    Attributes:
        places: party to what was made for it.
        people: party to its accounts, the first of which drafts.
        tokens: party to name to API token; secrets.
        launcher: from which the nodes came.
        world: in which they find each other, while it is new; None of one that goes on.
    """

    order: Order
    places: Mapping[str, Place]
    seats: Seats
    people: dict[str, list[Seat]]
    tokens: dict[str, dict[str, str]]
    launcher: Launcher
    world: World | None

    @property
    def clock(self) -> Path:
        """Return the file with the clock that all nodes but the house share."""
        return self.order.folder / shared_clock.FILE

    def url(self, party: str) -> str:
        """Return where a node is reached."""
        config = self.places[party].config
        return f"http://localhost:{config.port}"

    def office(self, party: str) -> Office:
        """Return the sessions of a node's first account and its approver."""
        return seating.office(self.places[party], self.people[party], self.tokens[party])

    def watching(self, party: str) -> Api:
        """Return the session by which the exercise reads at a team's node."""
        return Api(self.url(party), self.tokens[party][HOUSEKEEPER])

    def enrolment(self, party: str, tell: Callable[[str], None]) -> Enrolment:
        """Return what certifies the passkeys of a team's people as they make them."""
        url = self.url(party)
        sessions = {
            one.name: Api(url, self.tokens[party][one.name]) for one in self.accounts(party)
        }
        return Enrolment(self.places[party], sessions, tell)

    def begin_story(self) -> None:
        """Let the clock of the nodes say the story's beginning; their directory is of that day."""
        begins = self.order.scenario.plan.begins
        if self.world is None:
            return
        self.world.publish(next(iter(self.world.states)), now=begins)
        for party in self.seats.parties():
            self.world.refresh(party, now=begins)
        shared_clock.keep(self.clock, begins, 0)

    def accounts(self, party: str) -> list[Seat]:
        """Return the accounts of a team's node that its people use."""
        return [one for one in self.people[party] if one.name != HOUSEKEEPER]

    @property
    def trainer(self) -> Seat:
        """Return the trainer's account in the house."""
        return self.people[HOUSE][0]


@contextlib.contextmanager
def founded(order: Order, tell: Callable[[str], None]) -> Iterator[Founded]:
    """Found the world, fill and start its nodes; stop them at the end.

    Afterwards this process is the house: one process, one exercise. Each step is told of as it
    begins: all of them take half a minute.

    Raises:
        HallError: the scenario cannot be played on nodes.
        NodeStartError, LaunchError: a node did not come up.
    """
    plan = order.scenario.plan
    seats = Seats(teams=(), partners={}) if order.table else seats_of(plan, len(order.teams))
    world = found(
        order.folder,
        seats.parties(),
        port_base=order.port_base,
        scenario=order.scenario,
        tell=tell,
    )
    people = {HOUSE: seating.house_seats()}
    people |= {party: seating.partner_seats() for party in seats.partners.values()}
    people |= {party: [*seating.seats_for(plan), _housekeeper()] for party in seats.teams}
    places = [world.places[party] for party in seats.parties()]
    made = [(one, seating.rows(one, people[one.party])) for one in places]
    with _launched(order.folder, made, tell) as (launcher, tokens):
        yield Founded(
            order=order,
            places=world.places,
            seats=seats,
            people=people,
            tokens=tokens,
            launcher=launcher,
            world=world,
        )


@contextlib.contextmanager
def founded_again(
    order: Order,
    people: dict[str, list[Seat]],
    tokens: dict[str, dict[str, str]],
    tell: Callable[[str], None],
) -> Iterator[Founded]:
    """Start the nodes of an exercise that was founded before; stop them at the end.

    Args:
        order: as it was given; its folder holds all that was made.
        people: party to its accounts, as they were made.
        tokens: party to name to API token, as they were made.
        tell: is told of each node that is up.

    Raises:
        NodeStartError, LaunchError: a node did not come up.
        NodeFolderError, MisuseError, OSError: the folder lacks what was made.
    """
    plan = order.scenario.plan
    seats = Seats(teams=(), partners={}) if order.table else seats_of(plan, len(order.teams))
    places = {party: read_place(order.folder, party) for party in seats.parties()}
    _wait_ended(list(places.values()))
    with _launched(order.folder, [(one, []) for one in places.values()], tell) as (launcher, _):
        yield Founded(
            order=order,
            places=places,
            seats=seats,
            people=people,
            tokens=tokens,
            launcher=launcher,
            world=None,
        )


@contextlib.contextmanager
def _launched(
    folder: Path,
    made: Sequence[tuple[Place, list[dict[str, Any]]]],
    tell: Callable[[str], None],
) -> Iterator[tuple[Launcher, dict[str, dict[str, str]]]]:
    """Start nodes with the people that are new there; this process becomes the first, the house."""
    tell("starting the nodes")
    launcher = Launcher(folder / "launcher.log", folder / LAW)
    launcher.start()
    try:
        told = launcher.launch([(place.config.folder, people) for place, people in made])
        for place, _ in made:
            _wait_ready(place)
            tell(f"{place.party}: up")
        use_node(made[0][0].config.folder)
        yield launcher, {place.party: tokens for (place, _), tokens in zip(made, told, strict=True)}
    finally:
        with not_interrupted():
            launcher.stop()


def _wait_ended(places: Sequence[Place]) -> None:
    """Wait until the nodes of the process before no longer answer: a kill of it ends them.

    Raises:
        NodeStartError: one still does; the exercise is held already.
    """
    begun = time.monotonic()
    while any(NodeProcess(one.config.folder).answers() for one in places):
        if time.monotonic() - begun > READY_S:
            raise NodeStartError("the nodes of this exercise run already; end them first")
        time.sleep(_POLL_S)


def _wait_ready(place: Place) -> None:
    """Wait until a node answers.

    Raises:
        NodeStartError: it did not in time.
    """
    begun, process = time.monotonic(), NodeProcess(place.config.folder)
    while not process.answers():
        if time.monotonic() - begun > READY_S:
            raise NodeStartError(f"the node of {place.party} gave no answer: see its node.log")
        time.sleep(_POLL_S)


def _housekeeper() -> Seat:
    return Seat(name=HOUSEKEEPER, role="approver", password=seating.new_password())
