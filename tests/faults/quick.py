"""A node's process with shorter pauses, all else as it is: ``python -m tests.faults.quick DIR``.

A delivery is tried again after a tenth of a second instead of two, and a dead worker's lease ends
after a second instead of ninety: a test of 200 crashes takes minutes, not a day.
"""

import sys
from datetime import timedelta
from pathlib import Path

from comity.demo.processes import NodeProcess
from comity.node.config import load_config
from comity.node.migrating import migrate
from comity.node.run import server
from comity.node.setup import use_node


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
    from comity.node import loop, outbox

    outbox.LEASE = timedelta(seconds=1)  # type: ignore[misc]
    outbox.FIRST_PAUSE = timedelta(milliseconds=100)  # type: ignore[misc]
    outbox.LONGEST_PAUSE = timedelta(milliseconds=400)  # type: ignore[misc]
    loop.TICK_S = 0.1  # type: ignore[misc]


def main() -> None:
    """Serve; what `comity.node.run.run` does, with another application."""
    folder = Path(sys.argv[1])
    use_node(folder)
    migrate()
    serving = server(load_config(folder))
    serving.target = "tests.faults.quick_wsgi:application"
    serving.respawned_wrks = NeverTired()
    serving.serve()


if __name__ == "__main__":
    main()
