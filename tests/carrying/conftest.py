"""Two offices that share no network."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.carrying.offices import Office, office

from comity.demo.world import ASKED, ASKING, World, build_world
from comity.node.clock import now


@dataclass
class Apart:
    """Viet Nam and South Africa; nobody can reach either, and no server runs."""

    world: World
    vn: Office
    za: Office


@pytest.fixture
def apart(tmp_path: Path) -> Iterator[Apart]:
    ports = {ASKING: 22001, ASKED: 22002}
    world = build_world(
        tmp_path / "world", mode="exercise", ports=ports, now=now(), outbound_only=frozenset(ports)
    )
    made = Apart(world, office(world, ASKING), office(world, ASKED))
    yield made
    made.vn.close()
    made.za.close()
