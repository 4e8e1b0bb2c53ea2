"""A trainer holds an exercise for the first time, word for word as the tutorial has it."""

import re
import shlex
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser
from tests.api.nodes import free_ports
from tests.conftest import REPOSITORY
from tests.desk.by_pages import Reader, steps
from tests.desk.terminals import opened
from tests.docs import tutorials

TUTORIAL: Final = REPOSITORY / "docs" / "tutorial" / "exercise-this-afternoon.md"
PORT: Final = "8740"
SIGN_IN: Final = re.compile(r"sign in at (\S+ \S+)  password (\S+)")


@pytest.mark.long
def test_a_trainer_holds_a_first_exercise(browser: Browser, tmp_path: Path) -> None:
    (port,) = free_ports(1)
    text = TUTORIAL.read_text("utf-8").replace(PORT, str(port))
    (shown,) = tutorials.steps(text)
    assert set(re.findall(r"localhost:(\d+)", text)) == {str(port)}
    typed = [*shlex.split(shown.typed), "--port-base", str(port)]
    with opened(typed, tmp_path, until="Ctrl-C ends") as terminal:
        said = terminal.said()
        assert tutorials.pattern(shown.answer).fullmatch(said), said
        reader = Reader(browser, dict(SIGN_IN.findall(said)), terminal.said)
        try:
            for step in steps(text):
                reader.play(step)
        finally:
            reader.close()
