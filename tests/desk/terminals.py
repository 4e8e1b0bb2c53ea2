"""A command of Comity in a terminal that stays open while a browser works beside it."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.api.nodes import eventually

START_S = 180.0  # a few seconds on an idle machine


@dataclass(frozen=True)
class Terminal:
    """What is typed into, and what it says."""

    screen: Path

    def said(self) -> str:
        return self.screen.read_text("utf-8")


@contextlib.contextmanager
def opened(typed: Sequence[str], folder: Path, *, until: str) -> Iterator[Terminal]:
    """Type a command, without its interpreter, wait until it says something, and end it."""
    made = Terminal(folder / "terminal.txt")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("COMITY_", "DJANGO_"))}
    with made.screen.open("wb") as out:
        process = subprocess.Popen(
            ["env", "--default-signal=INT", sys.executable, "-m", *typed],
            env={**kept, "TMPDIR": str(folder), "COLUMNS": "200"},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
        )
    try:
        eventually(lambda: until in made.said() or process.poll() is not None, START_S)
        assert process.poll() is None, made.said()
        yield made
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)
