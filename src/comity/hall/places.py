"""Who gets a node in an exercise, and the world in which they find each other."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from comity.canonical import MisuseError, Mode
from comity.demo.world import World, build_world
from comity.drills import Plan, Scenario
from comity.hall import story
from comity.node.core import shared_clock

MODE: Final[Mode] = "exercise"
HOUSE: Final = "un/exercise"
"""The node that holds the exercise; it plays no State."""
_MIGRATE: Final = (
    "import sys; from pathlib import Path; from comity.node.core.django_setup import use_node; "
    "use_node(Path(sys.argv[1])); from comity.node.operations.migrate import migrate; migrate()"
)


class HallError(MisuseError, code="hall"):
    """An exercise cannot be held on nodes in this way; says why."""


@dataclass(frozen=True, kw_only=True)
class Seats:
    """Parties of the world of an exercise.

    Attributes:
        teams: parties of the teams, in their order: ``xa/contact-point-1``.
        partners: key of a partner in the scenario to its party.
    """

    teams: tuple[str, ...]
    partners: Mapping[str, str]

    def parties(self) -> tuple[str, ...]:
        """Return all of them, the house first."""
        return (HOUSE, *self.teams, *self.partners.values())

    def partner_of(self, party: str) -> str:
        """Return the scenario's key of a partner's party; empty if it is none."""
        return next((key for key, one in self.partners.items() if one == party), "")


def seats_of(plan: Plan, teams: int) -> Seats:
    """Return who gets a node: each team one of its State's, each partner with an address its own.

    Raises:
        HallError: the scenario's team has no address.
    """
    own = plan.team().address
    if not own:
        raise HallError("the scenario's team has no address: it can be played at the table only")
    return Seats(
        teams=tuple(f"{own}-{number}" for number in range(1, teams + 1)),
        partners={
            key: one.address
            for key, one in plan.parties.items()
            if one.played == "partner" and one.address
        },
    )


def found(
    folder: Path,
    parties: Sequence[str],
    *,
    port_base: int,
    scenario: Scenario,
    tell: Callable[[str], None],
) -> World:
    """Make the world of an exercise, its nodes with empty databases of this version.

    All nodes but the house share one clock, the story's, which stands until it is kept; and one
    law folder, in which the story's treaty binds its States.

    Args:
        folder: new or empty.
        parties: that get a node, the house first.
        port_base: TCP port of the house; the others have those that follow.
        scenario: sound.
        tell: is told of each step as it begins.
    """
    tell(f"creating the folders and keys of {len(parties)} node{'s' if len(parties) > 1 else ''}")
    ports = {party: port_base + number for number, party in enumerate(parties)}
    folder.mkdir(parents=True, exist_ok=True)
    clock, now = folder / shared_clock.FILE, story.first_moment(scenario.plan)
    shared_clock.begin(clock, now)
    shared_clock.keep(clock, now, 0)
    clocks = dict.fromkeys(parties[1:], f"../../{clock.name}")  # the house goes by the real one
    world = build_world(
        folder,
        mode=MODE,
        ports=ports,
        now=now,
        clocks=clocks,
        law=str(story.write_law(folder, scenario)),
        instruments=story.bound_by(scenario.plan),
    )
    first = world.places[parties[0]].config
    tell("creating the databases")
    subprocess.run(
        [sys.executable, "-c", _MIGRATE, str(first.folder)],
        check=True,
        start_new_session=True,  # Ctrl-C reaches the exercise, which ends this
    )
    for party in parties[1:]:  # migrations take longer than all the rest
        target = world.places[party].config.database_file
        shutil.copyfile(first.database_file, target)
        target.chmod(0o600)
    (folder / "trust.json").write_bytes(world.trust)
    return world
