"""A PostgreSQL of the tests' own, of which nothing stays."""

from collections.abc import Iterator

import pytest
from benchmarks.postgresql import Server, binaries, started


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """Start a server; skip where none is installed."""
    where = binaries()
    if where is None:
        pytest.skip("needs Debian package postgresql")
    with started(where, "fsync=off") as made:
        yield made
