"""A trainer holds an exercise for the first time, word for word as the tutorial has it."""

import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser
from tests.api.nodes import eventually, free_ports
from tests.conftest import REPOSITORY
from tests.desk.by_pages import Reader, steps
from tests.desk.test_tutorial_pages import SIGN_IN
from tests.docs import tutorials

TUTORIAL: Final = REPOSITORY / "docs" / "tutorial" / "exercise-this-afternoon.md"
PORT: Final = "8740"
START_S: Final = 120.0  # a few seconds on an idle machine


@pytest.fixture
def text() -> str:
    """The tutorial, on a port that is free here."""
    (port,) = free_ports(1)
    return TUTORIAL.read_text("utf-8").replace(PORT, str(port))


@pytest.fixture
def terminal(text: str, tmp_path: Path) -> Iterator[Path]:
    """Type the tutorial's only command, and wait until the exercise waits."""
    (step,) = tutorials.steps(text)
    (port,) = set(re.findall(r"localhost:(\d+)", text))
    typed = shlex.split(step.typed)
    screen, kept = tmp_path / "terminal.txt", dict(os.environ)
    for name in [name for name in kept if name.startswith(("COMITY_", "DJANGO_"))]:
        del kept[name]
    with screen.open("wb") as out:
        process = subprocess.Popen(
            ["env", "--default-signal=INT", sys.executable, "-m", *typed, "--port-base", port],
            env={**kept, "TMPDIR": str(tmp_path), "COLUMNS": "200"},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
        )
    try:
        eventually(
            lambda: "Ctrl-C ends" in screen.read_text("utf-8") or process.poll() is not None,
            START_S,
        )
        assert process.poll() is None, screen.read_text("utf-8")
        yield screen
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)


def test_a_trainer_holds_a_first_exercise(browser: Browser, text: str, terminal: Path) -> None:
    (shown,) = tutorials.steps(text)
    said = terminal.read_text("utf-8")
    assert tutorials.pattern(shown.answer).fullmatch(said), said
    reader = Reader(browser, dict(SIGN_IN.findall(said)), lambda: terminal.read_text("utf-8"))
    try:
        for step in steps(text):
            reader.play(step)
    finally:
        reader.close()
