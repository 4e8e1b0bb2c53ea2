"""A node of ours in exercise mode, and the kit beside it."""

import contextlib
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.forked import ForkedNode
from tests.nodes.offices import free_ports, seed
from tests.worlds import build_world

from comity.canonical import state_of
from comity.conform.bench import Bench
from comity.conform.folder import PeerFolder
from comity.conform.operator import ended, read_operator
from comity.demo.story import _people
from comity.demo.world import ASKING, World
from comity.directory import build_handover, parse_handover, parse_trust
from comity.directory.store import DirectoryStore
from comity.node.core.clock import now
from comity.node.core.keystore import WITNESS_FILE, make_signing_key


@dataclass(frozen=True)
class Site:
    """A node that runs, and the folder of the kit that knows it.

    Attributes:
        url: of the node.
        trust: the trust file that pins its State.
        records: file of its State's records.
        operator: file that says how it is made to send.
        process: of the node.
    """

    world: World
    folder: PeerFolder
    url: str
    trust: Path
    records: Path
    operator: Path
    process: ForkedNode

    @contextlib.contextmanager
    def bench(self, *, operated: bool = True) -> Iterator[Bench]:
        """Give a bench whose endpoint serves."""
        told = parse_handover(self.records.read_bytes()).records
        directory = self.folder.directory(self.trust.read_bytes(), told, now=now())
        operator, carrier = read_operator(self.operator) if operated else (None, None)
        with ended(operator):
            bench = Bench.make(
                self.folder,
                directory,
                node=ASKING,
                url=self.url,
                operator=operator,
                carrier=carrier,
            )
            bench.endpoint.start()
            try:
                yield bench
            finally:
                bench.close()


@contextlib.contextmanager
def running(folder: Path, scheme: str = "http", *, quota: int = 0) -> Iterator[Site]:
    """Start a node that knows the kit's parties, and is a witness; stop it at the end.

    Args:
        folder: empty.
        scheme: of the address of the kit.
        quota: messages of one partner in a minute; 0 for no quota.
    """
    own, peer = free_ports(2)
    world = build_world(folder / "world", mode="exercise", ports={ASKING: own}, now=now())
    home = world.states[state_of(ASKING)]
    home.put(home.store.load().entry(ASKING), now=now())  # so that the entry has a past
    world.publish(state_of(ASKING), now=now())
    world.refresh(ASKING, now=now())
    place = world.places[ASKING]
    toml = place.config.folder / "node.toml"
    lines = toml.read_text("utf-8").splitlines()
    own_lines = [f"partner_messages_per_minute = {quota}", "witness = true"]
    own_lines += ['poll = ["zz/conformance"]'] if quota else []
    names = tuple(line.partition(" ")[0] for line in own_lines)
    kept = [line for line in lines if not line.startswith(names)]
    toml.write_text("\n".join([*kept, *own_lines]) + "\n", "utf-8")
    make_signing_key(place.config.keys / WITNESS_FILE, use="witness")
    kit = PeerFolder.create(folder / "kit", url=f"{scheme}://127.0.0.1:{peer}", now=now())
    store = DirectoryStore.open(place.config.directory)
    trust, records = folder / "trust.json", folder / "node.json"
    trust.write_bytes(world.trust)
    records.write_bytes(build_handover(store.load()))
    store.add_trust(parse_trust((kit.for_the_node / "trust.json").read_bytes()))
    store.take((kit.for_the_node / "directory.json").read_bytes(), now=now())
    tokens = seed(place.config.folder, _people(place))
    url = f"http://127.0.0.1:{own}"
    process = ForkedNode(place.config.folder)
    process.start()
    try:
        process.wait_ready(60)
        operator = _operator(folder, world, tokens, url)
        yield Site(world, kit, url, trust, records, operator, process)
    finally:
        process.stop()


def _operator(folder: Path, world: World, tokens: dict[str, str], url: str) -> Path:
    offline = world.folder / "officers" / ASKING.replace("/", "-")
    command, node = f"{sys.executable} -m comity", world.places[ASKING].config.folder
    carry = {
        "in": f"{command} import {node} {{path}}",
        "out": f"{command} export {node} --to {{party}} -o {{path}}",
    }
    told: dict[str, object] = {"api": url, "carry": carry}
    for role, stem, who in (("author", "first", "case"), ("approver", "second", "approver")):
        (folder / f"{role}.token").write_text(tokens[who], "utf-8")
        told[role] = {
            "token": f"{role}.token",
            "key": str(offline / f"{stem}.json"),
            "certificate": str(offline / f"{stem}.certificate.json"),
        }
    path = folder / "operator.json"
    path.write_text(json.dumps(told), "utf-8")
    return path


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running(tmp_path_factory.mktemp("conform")) as found:
        yield found
