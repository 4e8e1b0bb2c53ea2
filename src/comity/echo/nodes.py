"""The two temporary nodes: a twin of the node, and the echo partner. Both are gone afterwards."""

import contextlib
import os
import socket
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Protocol

from comity.canonical import Mode, decode_loose, encode, state_of, time_text
from comity.client.api import Api
from comity.demo.ending import not_interrupted
from comity.demo.office import Office
from comity.demo.processes import NodeProcess, NodeStartError
from comity.demo.seeding import seed
from comity.demo.world import Place, World, build_world
from comity.keys import Jws, PublicKey
from comity.node.core.clock import now
from comity.node.operations.echo_order import EchoPortsError
from comity.node.operations.echo_state import EchoState, Outcome, ended, write_state

MODE: Final[Mode] = "exercise"
_HOST: Final = "127.0.0.1"
_READY_S: Final = 45.0
_TRIES: Final = 2
"""Another program may take a port between its choice and the node's start."""
_MAX_CERTIFICATE_BYTES: Final = 65536
_ROLES: Final = {"author": "case", "approver": "approver"}
"""Role of a signatory to the account's role at the node."""


@dataclass(frozen=True)
class Nodes:
    """Two nodes that answer.

    Attributes:
        world: in which they find each other.
        twin: of the node; its officers sign as the order says.
        partner: answers by itself.
    """

    world: World
    twin: Office
    partner: Office


def partner_of(party: str) -> str:
    """Return the echo partner's name: of a State that no code will ever be given to."""
    return "xy/echo" if state_of(party) == "xz" else "xz/echo"


@dataclass(frozen=True)
class Signatories:
    """Who signs at the twin.

    Attributes:
        party: of the node whose twin is made.
        officer_ca: that the twin's entry lists.
        certificates: role to the identifier and the certificate of who signs.
    """

    party: str
    officer_ca: PublicKey
    certificates: Mapping[str, tuple[str, Jws]]


@contextlib.contextmanager
def two_nodes(folder: Path, signatories: Signatories) -> Iterator[Nodes]:
    """Found two nodes and start them; stop them at the end.

    Args:
        folder: temporary, empty.
        signatories: who signs at the twin.

    Raises:
        EchoPortsError: no port on loopback can be had, or nothing is reached there.
    """
    with contextlib.ExitStack() as held:
        for number in range(_TRIES):
            try:
                found = held.enter_context(_running(folder / str(number), signatories))
            except NodeStartError as fault:
                if number + 1 == _TRIES:
                    raise EchoPortsError(str(fault)) from fault
            else:
                yield found
                return


@contextlib.contextmanager
def _running(folder: Path, signatories: Signatories) -> Iterator[Nodes]:
    party, other = signatories.party, partner_of(signatories.party)
    ports = dict(zip((party, other), _free_ports(2), strict=True))
    folder.mkdir(mode=0o700)
    world = build_world(
        folder, mode=MODE, ports=ports, now=now(), authorities={party: signatories.officer_ca}
    )
    own = {
        role: (one.identifier, one.certificate)
        for role, one in world.places[other].officers.items()
    }
    people = {party: _people(signatories.certificates), other: _people(own)}
    places = [world.places[party], world.places[other]]
    with ThreadPoolExecutor(len(places)) as pool:
        tokens = list(pool.map(lambda one: seed(one.config.folder, people[one.party]), places))
    processes = [NodeProcess(one.config.folder) for one in places]
    try:
        for process in processes:
            process.start()
        for process in processes:
            process.wait_ready(_READY_S)
        twin, partner = (_office(*one) for one in zip(places, tokens, strict=True))
        yield Nodes(world, twin, partner)
    finally:
        with not_interrupted():
            for process in processes:
                process.stop()


def _free_ports(count: int) -> list[int]:
    """Return ports on loopback that are free now.

    Raises:
        EchoPortsError: none can be had.
    """
    with contextlib.ExitStack() as held:
        try:
            taken = [held.enter_context(socket.socket()) for _ in range(count)]
            for one in taken:
                one.bind((_HOST, 0))
        except OSError as fault:
            raise EchoPortsError("no port on loopback can be had") from fault
        return [one.getsockname()[1] for one in taken]


def _people(certificates: Mapping[str, tuple[str, Jws]]) -> list[dict[str, Any]]:
    return [
        {
            "name": role,
            "role": _ROLES[role],
            "officer": identifier,
            "certificate": decode_loose(
                encode(certificate.value), max_bytes=_MAX_CERTIFICATE_BYTES
            ),
            "password": os.urandom(16).hex(),
        }
        for role, (identifier, certificate) in certificates.items()
    ]


def _office(place: Place, tokens: dict[str, str]) -> Office:
    url = f"http://{_HOST}:{place.config.port}"
    return Office(place, MODE, Api(url, tokens["author"]), Api(url, tokens["approver"]))


# How far the test has come: told to a terminal, or written where the node's pages read it.


class Board(Protocol):
    """What a test tells."""

    def did(self, step: str) -> None:
        """Tell that a step is done."""


class Told:
    """Tells each step to a function, for a terminal."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self.done: list[str] = []
        self._tell = tell

    def did(self, step: str) -> None:
        """Tell that a step is done."""
        self.done.append(step)
        self._tell(step)


class Written:
    """Writes the test's state into the node's folder."""

    def __init__(self, node: Path, place: Path) -> None:
        self._node = node
        self.state = EchoState(begun_at=time_text(now()), place=str(place))
        write_state(node, self.state)

    def did(self, step: str) -> None:
        """Note that a step is done."""
        self._put(replace(self.state, done={**self.state.done, step: time_text(now())}, ask=None))

    def ask(self, asked: dict[str, str], refused: str = "") -> None:
        """Note what an officer is to sign now, and why the last signature was not taken."""
        self._put(replace(self.state, ask=asked, refused=refused))

    def end(self, outcome: Outcome, fault: str = "") -> None:
        """Note how the test ended."""
        self._put(ended(self.state, at=time_text(now()), outcome=outcome, fault=fault))

    def _put(self, state: EchoState) -> None:
        self.state = state
        write_state(self._node, state)
