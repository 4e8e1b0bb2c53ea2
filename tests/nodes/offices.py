"""Real nodes for tests: a world on disk, a process for each node, its people, its offices."""

import contextlib
import json
import socket
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.forked import ForkedNode, run
from tests.ports import BLOCK, first_port

from comity.client.api import Api
from comity.demo.office import Office
from comity.demo.processes import NodeProcess
from comity.demo.story import BASIS, _people, text
from comity.demo.world import World
from comity.node.core.config import NodeConfig
from comity.node.core.tls_certificate import CERTIFICATE

_WORLDS = 40
"""So many ports of the block are for the worlds of other tests, at places of their own."""


def free_ports(count: int) -> list[int]:
    """Return ports of our range that nobody listens on."""
    found: list[int] = []
    first = first_port() + _WORLDS
    for port in range(first, first + BLOCK - _WORLDS - 1):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0 and _binds(port):
                found.append(port)
        if len(found) == count:
            return found
    raise LookupError("no ports are free")


def free_row(count: int) -> int:
    """Return the first of that many free ports in a row."""
    ports = free_ports(12 * count)
    return next(p for p in ports if set(range(p, p + count)) <= set(ports))


def _binds(port: int) -> bool:
    with socket.socket() as own:
        own.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            own.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def session(config: NodeConfig, token: str) -> Api:
    """Return a person's session with a node, by TLS where the node serves it."""
    scheme = "https" if config.tls else "http"
    pem = (config.keys / CERTIFICATE).read_text("ascii") if config.tls else None
    return Api(f"{scheme}://{config.host}:{config.port}", token, certificate=pem)


def seed(folder: Path, people: list[dict[str, Any]]) -> dict[str, str]:
    """Make the people of a node as `comity.demo.seeding.seed` does; return their tokens."""
    command = [sys.executable, "-m", "comity.demo.seeding", str(folder)]
    done = run(command, input=json.dumps(people), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


@contextlib.contextmanager
def started(world: World, parties: Iterable[str]) -> Iterator[dict[str, Office]]:
    """Start the nodes of some parties, with their people; stop them at the end."""
    with launched(world, parties) as (offices, _):
        yield offices


@contextlib.contextmanager
def launched(
    world: World, parties: Iterable[str]
) -> Iterator[tuple[dict[str, Office], dict[str, NodeProcess]]]:
    """As `started`, with the processes."""
    parties = list(parties)
    folders = {party: world.places[party].config.folder for party in parties}
    tokens = {p: seed(folders[p], _people(world.places[p])) for p in parties}
    offices = {}
    for party in parties:
        place, known = world.places[party], tokens[party]
        case, approver = (session(place.config, known[name]) for name in ("case", "approver"))
        offices[party] = Office(place, world.mode, case, approver)
    processes: dict[str, NodeProcess] = {p: ForkedNode(folders[p]) for p in parties}
    try:
        for process in processes.values():
            process.start()
        for process in processes.values():
            process.wait_ready(60)  # a busy machine
        yield offices, processes
    finally:
        for office in offices.values():
            office.case.close()
            office.approver.close()
        for process in processes.values():
            process.stop()


def preservation_request() -> dict[str, Any]:
    """Return the sections of a request for preservation."""
    return {
        "request": {
            "measure": "preservation",
            "basis": BASIS,
            "urgency": "urgent",
            "reference": "VN-24-7/2026/1",
            "confidential": True,
            "links": [],
        },
        "subject": {"description": text("Login records"), "accounts": [], "period": None},
        "grounds": {
            "offence": text("Fraud by means of a computer system"),
            "facts": text("Five accounts received money."),
            "necessity": text("The records are kept for thirty days."),
        },
    }


def timeline(office: Office, conversation: str) -> list[Mapping[str, Any]]:
    """Return the messages of a conversation as an office sees them."""
    found: list[Mapping[str, Any]] = office.conversation(conversation)["timeline"]
    return found


def messages_of(place: Path) -> list[Path]:
    """Return the files of a folder."""
    return sorted(path for path in place.rglob("*") if path.is_file())
