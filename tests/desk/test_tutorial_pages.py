"""A newcomer gets from `make demo` to an answered request by the pages alone, word for word."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser
from tests.api.nodes import eventually, free_ports
from tests.conftest import REPOSITORY
from tests.desk.by_pages import Reader, UnknownStepError, steps
from tests.docs import tutorials

TUTORIAL: Final = REPOSITORY / "docs" / "tutorial" / "by-pages.md"
PORTS: Final = (8710, 8711, 8712)
STORY_S: Final = 240.0  # about 20 s on an idle machine
NODE: Final = re.compile(r"   (\S+/\S+): http\S+")
SIGN_IN: Final = re.compile(r"     user name (\S+)  password (\S+)")


@dataclass(frozen=True)
class Demo:
    """A demonstration that has told its story and stays up."""

    base: int
    process: subprocess.Popen[bytes]
    terminal: Path

    def said(self) -> str:
        return self.terminal.read_text("utf-8")


def passwords(said: str) -> dict[str, str]:
    """Return the passwords by "party name", as they stand under the nodes."""
    found, party = {}, ""
    for line in said.splitlines():
        if node := NODE.fullmatch(line):
            party = node[1]
        elif told := SIGN_IN.fullmatch(line):
            found[f"{party} {told[1]}"] = told[2]
    return found


def three_ports() -> int:
    """Return the first of three neighbouring ports that were free a moment ago."""
    while True:
        (base,) = free_ports(1)
        try:
            tutorials.check_free(range(base, base + 3))
        except OSError:
            continue
        return base


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """Type the only command of the tutorial, and wait until the story is told."""
    folder = tmp_path_factory.mktemp("demo")
    base, terminal = three_ports(), folder / "terminal.txt"
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("COMITY_", "DJANGO_"))}
    with terminal.open("wb") as screen:
        process = subprocess.Popen(
            [sys.executable, "-m", "comity", "demo", "--port-base", str(base)],
            env={**kept, "TMPDIR": str(folder), "COLUMNS": "200"},
            stdin=subprocess.DEVNULL,
            stdout=screen,
            stderr=screen,
        )
    made = Demo(base, process, terminal)
    try:
        eventually(lambda: "by-pages.md" in made.said() or process.poll() is not None, STORY_S)
        assert process.poll() is None, made.said()
        yield made
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)


def on_its_ports(text: str, base: int) -> str:
    for number, port in enumerate(PORTS):
        text = re.sub(rf"\b{port}\b", str(base + number), text)
    return text


def test_the_only_command_is_the_demonstration() -> None:
    (step,) = tutorials.steps(TUTORIAL.read_text("utf-8"))
    assert step.typed == "make demo\n"
    recipe = (REPOSITORY / "Makefile").read_text("utf-8").partition("\ndemo: ")[2]
    assert [line.strip() for line in recipe.splitlines()[1:3]] == [
        "@scripts/bootstrap runtime", ".venv/bin/comity demo $(ARGS)",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "line",
    [
        "1. Click **Sign in**.",
        "2. Press Sign in.",
        "3. Press **Sign in** and wait.",
        "- See **Sent**.",
    ],
)
def test_a_sentence_that_the_grammar_does_not_know_is_no_step(line: str) -> None:
    with pytest.raises(UnknownStepError, match="line 2"):
        steps(f"A tutorial\n{line}\n")


@pytest.mark.long
def test_a_newcomer_gets_from_the_demonstration_to_an_answered_request(
    browser: Browser, demo: Demo
) -> None:
    text = on_its_ports(TUTORIAL.read_text("utf-8"), demo.base)
    (shown,) = tutorials.steps(text)
    assert tutorials.pattern(shown.answer).match(demo.said()), demo.said()
    reader = Reader(browser, passwords(demo.said()), demo.said)
    try:
        for step in steps(text):
            reader.play(step)
    finally:
        reader.close()


@pytest.mark.long
def test_what_is_not_on_the_page_is_missed(browser: Browser, demo: Demo) -> None:
    text = f"1. Open `http://localhost:{demo.base}`.\n2. Choose **No such link**.\n"
    reader = Reader(browser, {}, demo.said)
    reader.patience(1)
    opening, missing = steps(text)
    try:
        reader.play(opening)
        with pytest.raises(AssertionError, match="No such link"):
            reader.play(missing)
    finally:
        reader.close()
