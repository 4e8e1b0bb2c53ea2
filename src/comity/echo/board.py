"""How far the test has come: told to a terminal, or written where the node's pages read it."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from comity.canonical import time_text
from comity.node.core.clock import now
from comity.node.operations.echo_state import EchoState, Outcome, ended, write_state


class Board(Protocol):
    """What a test tells."""

    def did(self, step: str) -> None:
        """Tell that a step is done."""


class Told:
    """Tells each step to a function, for a terminal."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self.done: list[str] = []
        self._tell = tell

    def did(self, step: str) -> None:
        """Tell that a step is done."""
        self.done.append(step)
        self._tell(step)


class Written:
    """Writes the test's state into the node's folder."""

    def __init__(self, node: Path, place: Path) -> None:
        self._node = node
        self.state = EchoState(begun_at=time_text(now()), place=str(place))
        write_state(node, self.state)

    def did(self, step: str) -> None:
        """Note that a step is done."""
        self._put(replace(self.state, done={**self.state.done, step: time_text(now())}, ask=None))

    def ask(self, asked: dict[str, str], refused: str = "") -> None:
        """Note what an officer is to sign now, and why the last signature was not taken."""
        self._put(replace(self.state, ask=asked, refused=refused))

    def end(self, outcome: Outcome, fault: str = "") -> None:
        """Note how the test ended."""
        self._put(ended(self.state, at=time_text(now()), outcome=outcome, fault=fault))

    def _put(self, state: EchoState) -> None:
        self.state = state
        write_state(self._node, state)
