"""A node whose passwords are hashed cheaply, all else as it is: ``python -m tests.cheap_node DIR``.

Half a second for each sign-in, and for each wrong word, is what a password should cost; tests of
pages give hundreds.
"""

import sys
from pathlib import Path

from django.contrib.auth.hashers import PBKDF2PasswordHasher
from granian.server import MPServer
from tests.forked import ForkedNode

from comity.canonical import ComityError
from comity.node.core.config import NodeConfig
from comity.node.operations import serve as running

ITERATIONS = 1_000


def cheaply() -> None:
    """Let passwords cost next to nothing in this process."""
    PBKDF2PasswordHasher.iterations = ITERATIONS


class CheapNode(ForkedNode):
    """The process of a node whose passwords are hashed cheaply."""

    def command(self) -> list[str]:
        return [sys.executable, "-m", "tests.cheap_node", str(self.folder)]


def main() -> None:
    """Do what `comity run` does, with another application."""
    usual = running.server

    def server(config: NodeConfig) -> MPServer:
        made = usual(config)
        made.target = "tests.cheap_wsgi:application"
        return made

    running.server = server
    try:
        running.run(Path(sys.argv[1]))
    except ComityError as told:
        sys.exit(f"error [{told.code}]: {told}")


if __name__ == "__main__":
    main()
