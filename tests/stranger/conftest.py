"""A node and a stranger who know each other by the directory alone."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.nodes.offices import free_ports, started
from tests.stranger.party import Party
from tests.stranger.serving import serve
from tests.walks import sampled
from tests.worlds import build_world

from comity.canonical import Mode
from comity.demo.office import Office
from comity.demo.world import ASKING, World
from comity.directory.entry import parse_entry_payload
from comity.directory.state_folder import StateFolder
from comity.node.core.clock import now

STRANGER = "za/central-authority"
MODE: Mode = "exercise"


def introduce(folder: Path, suite: str) -> tuple[World, Party]:
    """Found a node, let the stranger's State sign its entry; each learns the other's."""
    node_port, own_port = free_ports(2)
    moment = now()
    alone = build_world(folder, mode=MODE, ports={ASKING: node_port}, now=moment)
    state = StateFolder.create(
        folder / "states" / "za", state="za", mode=MODE, keys=3, threshold=2, now=moment
    )
    alone.secretariat.admit(state.record_bytes(1), now=moment)
    world = replace(alone, states={**alone.states, "za": state})
    stranger = Party(STRANGER, MODE, own_port, suite)
    state.put(parse_entry_payload(stranger.entry()), now=moment)
    world.publish("za", now=moment)
    world.refresh(ASKING, now=moment)
    vn = world.states["vn"]
    newest = vn.store.load().entries[ASKING][-1]
    signed = newest.jws.record
    assert stranger.directory.take(world.trust, vn.record_bytes(1), signed, now=moment) == ASKING
    return world, stranger


@pytest.fixture(scope="session", params=sampled(["Ed25519", "ES256"], ["Ed25519"]))
def meeting(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Office, Party]]:
    world, stranger = introduce(tmp_path_factory.mktemp("meeting"), request.param)
    with serve(stranger), started(world, [ASKING]) as offices:
        yield offices[ASKING], stranger
