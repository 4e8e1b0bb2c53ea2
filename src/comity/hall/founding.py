"""An exercise on nodes is founded: its world, its people, its processes; the house is this one."""

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from comity.client.api import Api
from comity.demo.ending import not_interrupted
from comity.demo.office import Office
from comity.demo.processes import NodeProcess, NodeStartError
from comity.demo.world import Place, World
from comity.drills import Scenario
from comity.hall import seats as seating
from comity.hall.launcher import Launcher
from comity.hall.places import HOUSE, Seats, found, seats_of
from comity.hall.seats import Seat
from comity.node import exercise_clock
from comity.node.clock import now
from comity.node.setup import use_node

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
        people: party to its accounts, the first of which drafts.
        tokens: party to name to API token; secrets.
        launcher: from which the nodes came.
    """

    order: Order
    world: World
    seats: Seats
    people: dict[str, list[Seat]]
    tokens: dict[str, dict[str, str]]
    launcher: Launcher

    @property
    def clock(self) -> Path:
        """Return the file with the clock that all nodes but the house share."""
        return self.order.folder / exercise_clock.FILE

    def url(self, party: str) -> str:
        """Return where a node is reached."""
        config = self.world.places[party].config
        return f"http://localhost:{config.port}"

    def office(self, party: str) -> Office:
        """Return the sessions of a node's first account and its approver."""
        return seating.office(self.world.places[party], self.people[party], self.tokens[party])

    def watching(self, party: str) -> Api:
        """Return the session by which the exercise reads at a team's node."""
        return Api(self.url(party), self.tokens[party][HOUSEKEEPER])

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

    Afterwards this process is the house: one process, one exercise.

    Raises:
        HallError: the scenario cannot be played on nodes.
        NodeStartError, LaunchError: a node did not come up.
    """
    plan = order.scenario.plan
    seats = Seats(teams=(), partners={}) if order.table else seats_of(plan, len(order.teams))
    world = found(order.folder, seats.parties(), port_base=order.port_base, now=now())
    people = {HOUSE: seating.house_seats()}
    people |= {party: seating.partner_seats() for party in seats.partners.values()}
    people |= {party: [*seating.seats_for(plan), _housekeeper()] for party in seats.teams}
    launcher = Launcher(order.folder / "launcher.log")
    launcher.start()
    try:
        places = [world.places[party] for party in seats.parties()]
        told = launcher.launch(
            [(one.config.folder, seating.rows(one, people[one.party])) for one in places]
        )
        tokens = dict(zip(seats.parties(), told, strict=True))
        for place in places:
            _wait_ready(place)
            tell(f"{place.party}: up")
        use_node(world.places[HOUSE].config.folder)
        yield Founded(
            order=order,
            world=world,
            seats=seats,
            people=people,
            tokens=tokens,
            launcher=launcher,
        )
    finally:
        with not_interrupted():
            launcher.stop()


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
