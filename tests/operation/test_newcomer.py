"""From nothing to an acknowledged request between two nodes, by the pages of the how-to alone.

The guide is read as a newcomer reads it: its numbered lines are played in a browser, its commands
are typed, and the second node is set up by the words of its own table.
"""

import contextlib
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Browser
from tests.api.nodes import eventually, free_ports
from tests.browser import launching
from tests.conftest import REPOSITORY
from tests.desk.by_pages import Reader, steps

from comity.node.core.config import load_config

GUIDE: Final = REPOSITORY / "docs" / "how-to" / "set-up-a-node.md"
PORTS: Final = ("8700", "8720")
FOLDERS: Final = ("~/comity/node", "~/comity/second")
START_S: Final = 60.0
_SECTION: Final = re.compile(r"^## ", re.MULTILINE)
_BETWEEN: Final = re.compile(
    r"^### In step (\d+), before Continue\n(.*?)(?=^#|\Z)", re.MULTILINE | re.DOTALL
)
"""What two nodes do in a step besides, as the guide says it under the second node."""
_LAST: Final = re.compile(r"^(?=\d+\. Press \*\*Continue\*\*\.$)", re.MULTILINE)
_ROW: Final = re.compile(r"^\| `([^`]+)` \| `([^`]+)` \|$", re.MULTILINE)
_TYPED: Final = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    return launching()


@contextlib.contextmanager
def terminal(typed: str, screen: Path) -> Iterator[Path]:
    """Type a command that stays; end it at last."""
    program, *words = shlex.split(typed)
    assert program == "comity"
    if words[0] == "setup":
        words += ["--port", "0"]  # others set nodes up on this machine too
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("COMITY_", "DJANGO_"))}
    with screen.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "comity", *words],
            env=kept,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
        )
    try:
        eventually(lambda: process.poll() is not None or ready(words, screen), START_S)
        assert process.poll() is None, screen.read_text("utf-8")
        yield screen
    finally:
        process.terminate()
        process.wait(60)


def ready(words: list[str], screen: Path) -> bool:
    """Tell whether a command has said what it says first, or its node answers."""
    if words[0] == "setup":
        return "where it stopped" in screen.read_text("utf-8")
    with contextlib.suppress(OSError):
        socket.create_connection(("127.0.0.1", load_config(Path(words[1])).port), 1).close()
        return True
    return False


class Newcomer:
    """Somebody who sets up one node by the guide."""

    def __init__(self, browser: Browser, sections: dict[str, str], folder: Path) -> None:
        self.sections, self.folder = sections, folder
        self.open = ExitStack()
        self.screen = folder / "nothing.txt"
        self.reader = Reader(browser, {}, lambda: self.screen.read_text("utf-8"), folder)
        self.open.callback(self.reader.close)

    def play(self, *titles: str) -> None:
        """Play sections of the guide: what is typed in a terminal, and what in the browser."""
        for title in titles:
            text = self.sections[title]
            at = 0
            for block in _TYPED.finditer(text):
                self._steps(text[at : block.start()])
                for number, typed in enumerate(block[1].splitlines()):
                    self.screen = self.folder / f"{title[:6]}-{number}.txt"
                    self.open.enter_context(terminal(typed, self.screen))
                at = block.end()
            self._steps(text[at:])

    def _steps(self, text: str) -> None:
        for step in steps(text):
            self.reader.play(step)


def sections_of(text: str) -> dict[str, str]:
    """Return the sections of a guide by title."""
    return {part.partition("\n")[0]: part.partition("\n")[2] for part in _SECTION.split(text)[1:]}


def with_the_second(printed: dict[str, str]) -> dict[str, str]:
    """Return the sections with what the guide says under the second node put in its place."""
    more = dict(_BETWEEN.findall(printed["A second node"]))
    assert sorted(more) == ["1", "6"]
    return {
        title: more.get(title.partition(".")[0], "").join(_LAST.split(text, maxsplit=1))
        for title, text in printed.items()
    }


def swapped(text: str, words: dict[str, str]) -> str:
    """Return a text with words replaced, the longest first, none twice."""
    longest = sorted(words, key=len, reverse=True)
    return re.sub("|".join(map(re.escape, longest)), lambda found: words[found[0]], text)


@pytest.mark.full
@pytest.mark.timeout(900)  # two set-ups and a case in a browser; a minute on an idle machine
def test_two_nodes_set_up_by_the_pages_exchange_an_acknowledged_request(
    browser: Browser, tmp_path: Path
) -> None:
    given = {**dict(zip(PORTS, map(str, free_ports(2)), strict=True))}
    given |= {place: str(tmp_path / place.rpartition("/")[2] / "node") for place in FOLDERS}
    guide = GUIDE.read_text("utf-8")
    table = dict(_ROW.findall(guide.partition("## A second node")[2]))
    assert set(table) & {*FOLDERS} == {FOLDERS[0]}
    printed = with_the_second(sections_of(guide))
    set_up = list(printed)[: list(printed).index("A second node")]
    first_port = {PORTS[1]: PORTS[0]}  # typed here too: another program may have the usual one
    first_words = {
        title: swapped(swapped(text, first_port) if title in set_up else text, given)
        for title, text in printed.items()
    }
    second_words = {
        title: swapped(swapped(text, table) if title in set_up else text, given)
        for title, text in printed.items()
    }
    asks, acknowledges, sees = (title for title in printed if title.startswith("A first request"))
    until_listed, after = set_up[:6], set_up[6:]
    assert (until_listed[-1], after[0]) == ("5. Directory entry", "6. Partners")
    places = [tmp_path / "first", tmp_path / "other"]
    with ExitStack() as open_:
        people = []
        for words, place in zip((first_words, second_words), places, strict=True):
            place.mkdir()
            person = Newcomer(browser, words, place)
            open_.callback(person.open.close)
            people.append(person)
            person.play(*until_listed)
        for place, other in (places, places[::-1]):
            for file in place.glob("*-records.json"):
                shutil.copy(file, other)  # carried by hand
        for person in people:
            person.play(*after)
        first, second = people
        first.play(asks)
        second.play(acknowledges)
        first.play(sees)
    for folder in FOLDERS:
        check_no_secret(Path(given[folder]))


def check_no_secret(folder: Path) -> None:
    """The officer CA's private key lies nowhere in the node's folder, sealed or open."""
    assert load_config(folder).party
    for path in (path for path in folder.rglob("*") if path.is_file()):
        data = path.read_bytes()
        assert b"ENCRYPTED PRIVATE KEY" not in data, path
        assert b"five words that nobody else knows" not in data, path
