"""Two running nodes, made once."""

from collections.abc import Iterator

import pytest
from tests.api.nodes import Pair, start_pair


@pytest.fixture(scope="session")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """Viet Nam and South Africa, each a process of its own."""
    made = start_pair(tmp_path_factory.mktemp("pair") / "world")
    yield made
    made.stop()
