"""Two offices that share no network."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.carrying.offices import Office, office
from tests.worlds import build_world

from comity.demo.world import ASKED, ASKING, World
from comity.node.core.clock import now


@dataclass
class Apart:
    """Viet Nam and South Africa; nobody can reach either, and no server runs."""

    world: World
    vn: Office
    za: Office

    def copied(self, folder: Path) -> "Apart":
        """Return both as they are, in folders of their own; their drivers have to be at rest."""
        return Apart(self.world, self.vn.copied(folder / "vn"), self.za.copied(folder / "za"))

    def close(self) -> None:
        """End both drivers."""
        self.vn.close()
        self.za.close()


@contextmanager
def offices_apart(folder: Path) -> Iterator[Apart]:
    """Make both in a folder that is new."""
    ports = {ASKING: 22001, ASKED: 22002}
    world = build_world(
        folder, mode="exercise", ports=ports, now=now(), outbound_only=frozenset(ports)
    )
    made = Apart(world, office(world, ASKING), office(world, ASKED))
    yield made
    made.close()


@pytest.fixture(scope="session")
def _founded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Apart]:
    """Both offices before their first case, once for all tests."""
    with offices_apart(tmp_path_factory.mktemp("founded") / "world") as made:
        yield made


@pytest.fixture
def apart(_founded: Apart, tmp_path: Path) -> Iterator[Apart]:
    made = _founded.copied(tmp_path / "offices")
    yield made
    made.close()
