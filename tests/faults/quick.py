"""A node's process with shorter pauses, all else as it is: ``python -m tests.faults.quick DIR``.

A number after the folder is how many pages of 4 KiB its database may still grow by.

A delivery is tried again after a tenth of a second instead of two, a dead worker's lease ends after
a second instead of ninety, and a partner has two seconds to answer instead of twenty: a test of 200
crashes takes minutes, not a day.
"""

import functools
import os
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db.backends.signals import connection_created
from tests.faults.books import opened

from comity.demo.processes import NodeProcess
from comity.node.core.config import load_config
from comity.node.core.django_setup import use_node
from comity.node.operations.migrate import migrate
from comity.node.operations.serve import server

MOST_PAGES = "COMITY_TEST_MOST_PAGES"


class QuickNode(NodeProcess):
    """A node's process with shorter pauses."""

    def command(self) -> list[str]:
        return [sys.executable, "-m", "tests.faults.quick", str(self.folder)]


class NeverTired(dict[int, float]):
    """Granian ends a node whose worker dies twice in 5.5 s; here that is the test's doing."""

    def get(self, key: int, default: object = None, /) -> float:
        return float("-inf")


def hurry() -> None:
    """Shorten the pauses of this process."""
    from comity.node.core import partner_http, periodic_loop
    from comity.node.messages import outbox

    outbox.LEASE = timedelta(seconds=1)  # type: ignore[misc]
    outbox.FIRST_PAUSE = timedelta(milliseconds=100)  # type: ignore[misc]
    outbox.LONGEST_PAUSE = timedelta(milliseconds=400)  # type: ignore[misc]
    partner_http.CONNECT_S = partner_http.TIMEOUT_S = 2.0  # type: ignore[misc]
    periodic_loop.TICK_S = 0.1  # type: ignore[misc]
    if most := os.environ.get(MOST_PAGES):
        connection_created.connect(functools.partial(_limit, int(most)), weak=False)


def _limit(most: int, /, connection: Any, **_more: object) -> None:
    """Let the database grow to so many pages: SQLite says then what it says of a full disk."""
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA max_page_count = {most}")


def _pages(folder: Path) -> int:
    with opened(folder) as link:
        return int(link.execute("PRAGMA page_count").fetchone()[0])


def main() -> None:
    """Serve; what `comity.node.operations.serve.run` does, with another application."""
    folder = Path(sys.argv[1])
    use_node(folder)
    migrate()
    if len(sys.argv) > 2:
        os.environ[MOST_PAGES] = str(_pages(folder) + int(sys.argv[2]))
    serving = server(load_config(folder))
    serving.target = "tests.faults.quick_wsgi:application"
    serving.respawned_wrks = NeverTired()
    serving.serve()


if __name__ == "__main__":
    main()
