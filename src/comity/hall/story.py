"""The story's own world at the nodes: its clock, the names of its States, its treaty in force.

What a trainee reads in the room and at the node is one story. So the nodes of an exercise begin at
the story's time, and go by a law folder in which the story's States have their names and are bound
by the treaty that the scenario rests on. Nothing of it reaches a live node: the folder is the
exercise's, and so are all that read it.
"""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

from comity.canonical import MisuseError, Mode, state_of
from comity.demo.world import World, build_world
from comity.directory import Instrument
from comity.drills import Plan, Scenario, say
from comity.drills.reach import NEVER, Reach
from comity.drills.texts import state_key
from comity.files.instruments import shipped
from comity.hall.bodies import KEPT
from comity.instruments import LANGUAGES
from comity.instruments.state_names import state_names
from comity.node.core import shared_clock
from comity.node.core.law_library import INSTRUMENTS

LAW: Final = "law"
"""Folder of an exercise with the law that its nodes go by."""
IN_FORCE: Final = "in-force"
_OLDER: Final = "untoc-2000"
_LAPSED: Final = "preservation.lapsed"
_BOUND_FOR: Final = timedelta(days=365)
_SHOWN_NAME: Final = 100
_SOURCE: Final = "the exercise"


# ------------------------------------------------------------------ time


def lapse_of(plan: Plan, thread: str) -> datetime:
    """Return until when the data of a conversation are kept that are preserved as the story begins.

    It is the moment at which the story lets them lapse; without one, the treaty's least time.
    """
    reach = Reach(plan)
    lapses = [
        reach.of(f"inject {key}")
        for key, inject in plan.injects.items()
        if inject.thread == thread and inject.type == _LAPSED
    ]
    minute = min(lapses, default=NEVER)
    return plan.begins + (KEPT if minute == NEVER else timedelta(minutes=minute))


def first_moment(plan: Plan) -> datetime:
    """Return what the clock of the nodes says first: before that, nothing of the story happened.

    It is the beginning of the story, or the day on which data were preserved that lapse in it.
    """
    kept = [lapse_of(plan, key) - KEPT for key, one in plan.threads.items() if one.begins != "new"]
    return min([plan.begins, *kept])


# ------------------------------------------------------------------ law


def bound_by(plan: Plan) -> tuple[Instrument, ...]:
    """Return the instruments of a directory entry of the story: its treaty, and an older one."""
    names = dict.fromkeys((plan.treaty, _OLDER))
    return tuple(Instrument(name=name, status=IN_FORCE) for name in names)


def write_law(folder: Path, scenario: Scenario) -> Path:
    """Write the law folder of an exercise; return it.

    Args:
        folder: of the exercise.
        scenario: sound.
    """
    law, plan = folder / LAW, scenario.plan
    place = law / INSTRUMENTS
    (place / plan.treaty).mkdir(parents=True)
    states = sorted(set(_states(plan)))
    since = (first_moment(plan) - _BOUND_FOR).date()
    rows = [_register_head(since), *(_row(state, since) for state in states)]
    (place / plan.treaty / "status.toml").write_text("\n".join(rows), "utf-8")
    names = names_of(scenario)
    (place / "states.toml").write_text("\n".join(map(_named, names, names.values())), "utf-8")
    return law


def names_of(scenario: Scenario) -> Mapping[str, Mapping[str, str]]:
    """Return the names of the story's States, by key and language, as a law folder takes them.

    The scenario's text for the State is the name; where it has none, the State's first authority
    names it. A name that another State has is left out, as no two may share one.
    """
    taken = {
        (lang, name.casefold())
        for names in state_names(shipped()).names.values()
        for lang, name in names.items()
    }
    found: dict[str, Mapping[str, str]] = {}
    for state, party in _states(scenario.plan).items():
        key = state_key(state)
        told = key if key in scenario.texts.get("en", {}) else f"parties.{party}"
        names = {
            lang: say(scenario.plan, scenario.texts, told, lang)[0][:_SHOWN_NAME]
            for lang in LANGUAGES
        }
        ours = {(lang, name.casefold()) for lang, name in names.items()}
        if not ours & taken:
            found[state] = names
            taken |= ours
    return found


def _states(plan: Plan) -> dict[str, str]:
    """Return each State that has an address in the story, with its first party."""
    found: dict[str, str] = {}
    for key, party in plan.parties.items():
        if party.address:
            found.setdefault(state_of(party.address), key)
    return found


def _register_head(since: date) -> str:
    return f'[register]\ncomplete = false\nas_of = {since}\nnote = "{_SOURCE}"\n'


def _row(state: str, since: date) -> str:
    return (
        f'[[state]]\nkey = "{state}"\nin_force = {since}\nas_of = {since}\n'
        f'source = "{_SOURCE}"\nconfidence = "high"\n'
    )


def _named(state: str, names: Mapping[str, str]) -> str:
    return "\n".join(_lines(state, names))


def _lines(state: str, names: Mapping[str, str]) -> Iterator[str]:
    yield f"[{state}]"
    for lang, name in names.items():
        yield f"{lang} = {_toml(name)}"
    yield ""


def _toml(text: str) -> str:
    """Return a text as a basic string of TOML; what cannot stand in one is escaped."""
    escaped = "".join(
        f"\\U{ord(one):08X}" if one in '"\\' or not one.isprintable() else one for one in text
    )
    return f'"{escaped}"'


# Who gets a node in an exercise, and the world in which they find each other.


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
    clock, now = folder / shared_clock.FILE, first_moment(scenario.plan)
    shared_clock.begin(clock, now)
    shared_clock.keep(clock, now, 0)
    clocks = dict.fromkeys(parties[1:], f"../../{clock.name}")  # the house goes by the real one
    world = build_world(
        folder,
        mode=MODE,
        ports=ports,
        now=now,
        clocks=clocks,
        law=str(write_law(folder, scenario)),
        instruments=bound_by(scenario.plan),
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
