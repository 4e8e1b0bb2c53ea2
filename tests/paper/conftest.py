"""A running office that has entered an authority without a node."""

from collections.abc import Iterator

import pytest
from tests.api.nodes import Office, Pair, start_pair
from tests.paper.papers import enter_authority


@pytest.fixture(scope="session")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """Two running nodes; the asking one knows a prosecutor who only writes letters."""
    made = start_pair(tmp_path_factory.mktemp("paper") / "world")
    enter_authority(made.asking)
    yield made
    made.stop()


@pytest.fixture
def office(pair: Pair) -> Office:
    """Return the office to which letters come."""
    return pair.asking
