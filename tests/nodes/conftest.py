"""A pair of running nodes, shared by the tests that leave each other's cases alone."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from tests.nodes.offices import free_ports, started
from tests.worlds import build_world

from comity.demo.office import Office
from comity.demo.world import ASKED, ASKING, World
from comity.node.core.clock import now
from comity.node.core.node import Node, load_node


@dataclass(frozen=True)
class Pair:
    """Viet Nam asks, South Africa is asked."""

    world: World
    vn: Office
    za: Office


@pytest.fixture(scope="session")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """Two nodes of two States without any secretariat."""
    ports = dict(zip((ASKING, ASKED), free_ports(2), strict=True))
    folder = tmp_path_factory.mktemp("pair")
    world = build_world(folder, mode="exercise", ports=ports, now=now())
    with started(world, ports) as offices:
        yield Pair(world, offices[ASKING], offices[ASKED])


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    ports = {ASKING: 1, ASKED: 2}
    return build_world(tmp_path_factory.mktemp("law"), mode="exercise", ports=ports, now=now())


@pytest.fixture
def node(world: World) -> Node:
    """A node of an office that reviews nothing."""
    return load_node(world.places[ASKING].config.folder)


@pytest.fixture
def asked(world: World) -> Node:
    """The node that is asked."""
    return load_node(world.places[ASKED].config.folder)
