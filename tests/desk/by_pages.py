"""Reading a tutorial of pages as a newcomer does: one sentence a step, played in a browser.

A numbered line of the tutorial is one sentence of a small grammar: words in bold stand on the
screen, what is in code is typed. A sentence that the grammar does not know is no step.
"""

import re
import shlex
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from tests.api.nodes import eventually
from tests.desk.test_passkeys import add_authenticator
from tests.forked import run as forked_run

PATIENCE_S: Final = 60.0
LONG_S: Final = 180.0
"""For what a page says that it takes a while."""

_ITEM = re.compile(r"^(?:\d+[.)]|[-*+](?! \[)) +(.*)$")  # a list of links is no list of steps
_BLOCK = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_BOLD = r"\*\*([^*]+)\*\*"
_CODE = r"`([^`]+)`"


class UnknownStepError(AssertionError):
    """A line of the tutorial is no sentence of the grammar."""


@dataclass(frozen=True)
class Step:
    """One sentence: which line, what to do, and with which words."""

    line: int
    said: str
    does: str
    words: tuple[str, ...]


GRAMMAR: Final[Mapping[str, re.Pattern[str]]] = {
    name: re.compile(sentence)
    for name, sentence in {
        "open": rf"Open {_CODE}\.",
        "open_privately": rf"Open {_CODE} in a private window\.",
        "return_to": r"Go back to the first window\.",
        "go_on": r"Continue in the private window\.",
        "sign_in": rf"Sign in as {_CODE} with the password that the terminal shows for {_CODE}\.",
        "sign_in_first": rf"Sign in as {_CODE} with the first password\.",
        "sign_in_with": rf"Sign in as {_CODE} with the password {_CODE}\.",
        "note_first": rf"Note the first password of {_CODE}\.",
        "open_told": r"Open the address that the terminal shows\.",
        "write_told": rf"Write the code that the terminal shows in {_BOLD}\.",
        "save": rf"Save {_BOLD}\.",
        "press_and_save": rf"Press {_BOLD} and save {_CODE}\.",
        "choose_file": rf"Choose the file {_CODE} in {_BOLD}\.",
        "run_shown": r"Run the commands that the page shows\.",
        "press_or_choose": rf"Press {_BOLD} if it is there, otherwise choose {_BOLD}\.",
        "unfold": rf"Unfold {_BOLD}\.",
        "choose_case": rf"Choose the case with the reference {_CODE}\.",
        "choose_beginning": rf"Choose the link that begins with {_BOLD}\.",
        "choose": rf"Choose {_BOLD}\.",
        "tick": rf"Tick {_BOLD}\.",
        "press": rf"Press {_BOLD}\.",
        "write": rf"Write {_CODE} in {_BOLD}\.",
        "write_code": rf"Write the code of {_BOLD} that the terminal shows in {_BOLD}\.",
        "write_first": rf"Write {_CODE} in the first {_BOLD}\.",
        "select": rf"Select {_BOLD} in {_BOLD}\.",
        "select_first": rf"Select {_BOLD} in the first {_BOLD}\.",
        "set": rf"Set {_BOLD} to {_CODE}\.",
        "see": rf"You see {_BOLD}\.",
        "wait": rf"Wait until you see {_BOLD}\.",
        "see_after_reload": rf"Reload the page until you see {_BOLD}\.",
        "hear": rf"The terminal says: {_CODE}\.",
    }.items()
}


def steps(text: str) -> list[Step]:
    """Return the steps of a tutorial.

    Raises:
        UnknownStepError: an item of a list is no sentence of the grammar.
    """
    found = []
    text = _BLOCK.sub(lambda block: "\n" * block[0].count("\n"), text)
    for number, line in enumerate(text.splitlines(), 1):
        item = _ITEM.match(line)
        if item is not None:
            found.append(_step(number, item[1]))
    return found


def _step(number: int, said: str) -> Step:
    for name, sentence in GRAMMAR.items():
        match = sentence.fullmatch(said)
        if match is not None:
            return Step(number, said, name, match.groups())
    raise UnknownStepError(f"line {number} is no step that the tutorial may have: {said}")


class Reader:
    """A newcomer with one browser who does what the sentences say, in one window or two.

    Args:
        browser: whose windows are opened; an ordinary and a private one share nothing.
        passwords: by "party name", as the terminal shows them.
        terminal: what the terminal says so far.
        folder: where the browser saves files, and commands of a page are run.
    """

    def __init__(
        self,
        browser: Browser,
        passwords: Mapping[str, str],
        terminal: Callable[[], str],
        folder: Path = Path(),
    ) -> None:
        self._folder = folder
        self._first_passwords: dict[str, str] = {}
        self._browser = browser
        self._passwords = passwords
        self._terminal = terminal
        self._contexts: list[BrowserContext] = []
        self._first = self._window()
        self._page = self._first

    def patience(self, seconds: float) -> None:
        """Wait at most so long for what is to be on the page."""
        self._page.set_default_timeout(seconds * 1000)

    def close(self) -> None:
        """Close all windows."""
        for context in self._contexts:
            context.close()

    def play(self, step: Step) -> None:
        """Do what one sentence says.

        Raises:
            AssertionError: it cannot be done, or what is to be seen is not there.
        """
        try:
            getattr(self, step.does)(*step.words)
        except Exception as fault:
            shown = self._page.locator("body").inner_text()
            message = f"line {step.line}: {step.said}\n{fault}\nThe page says:\n{shown}"
            raise AssertionError(message) from fault

    def _window(self) -> Page:
        context = self._browser.new_context(locale="en", viewport={"width": 1280, "height": 900})
        self._contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_S * 1000)
        add_authenticator(page)
        return page

    # ------------------------------------------------------------------ sentences

    def open(self, address: str) -> None:
        self._page.goto(address)

    def open_privately(self, address: str) -> None:
        self._page = self._window()
        self.open(address)

    def return_to(self) -> None:
        self._page = self._first

    def go_on(self) -> None:
        self._page = self._contexts[-1].pages[0]

    def sign_in(self, name: str, party: str) -> None:
        self.sign_in_with(name, self._passwords[f"{party} {name}"])

    def sign_in_first(self, name: str) -> None:
        self.sign_in_with(name, self._first_passwords[name])

    def sign_in_with(self, name: str, password: str) -> None:
        self.write(name, "User name")
        self.write(password, "Password")
        self.press("Sign in")

    def note_first(self, name: str) -> None:
        note = self._page.get_by_role("status").filter(has_text=name)
        self._first_passwords[name] = note.locator("code").inner_text()

    def open_told(self) -> None:
        said = re.search(r"http://\S+", self._terminal())
        assert said, "the terminal shows no address"
        self.open(said[0])

    def write_told(self, label: str) -> None:
        said = re.search(r"^Code: (.+)$", self._terminal(), re.MULTILINE)
        assert said, "the terminal shows no code"
        self.write(said[1].strip(), label)

    def save(self, words: str) -> None:
        with self._page.expect_download() as download:
            self._page.get_by_role("link", name=words, exact=True).click()
        download.value.save_as(self._folder / words)

    def press_and_save(self, words: str, name: str) -> None:
        with self._page.expect_download() as download:
            self.press(words)
        pattern = re.escape(name).replace("DATE", r"\d{8}T\d{6}Z")
        assert re.fullmatch(pattern, download.value.suggested_filename), name
        download.value.save_as(self._folder / name)

    def choose_file(self, name: str, label: str) -> None:
        self._field(label).set_input_files(self._folder / name)

    def run_shown(self) -> None:
        for command in self._page.locator("code.command").all_inner_texts():
            program, *words = shlex.split(" ".join(command.split()))
            assert program == "comity"
            done = forked_run(
                [sys.executable, "-m", "comity", *words],
                cwd=self._folder,
                input="y\n",  # the fingerprints are compared
                capture_output=True,
                text=True,
            )
            assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"

    def press_or_choose(self, button: str, link: str) -> None:
        found = self._page.get_by_role("button", name=button, exact=True)
        if found.count():
            found.click()
        else:
            self.choose(link)

    def unfold(self, words: str) -> None:
        self._page.locator("summary").get_by_text(words, exact=True).click()

    def choose_case(self, reference: str) -> None:
        row = self._page.get_by_role("listitem").filter(has_text=reference)
        row.get_by_role("link").first.click()

    def choose(self, words: str) -> None:
        links = self._page.get_by_role("link", name=words, exact=True)
        links.first.wait_for()
        places = {link.get_attribute("href") for link in links.all()}
        assert len(places) == 1, f"{words} leads to several places: {places}"
        links.first.click()

    def choose_beginning(self, words: str) -> None:
        self._page.get_by_role("link", name=re.compile(f"^{re.escape(words)}")).first.click()

    def tick(self, words: str) -> None:
        self._page.get_by_label(words, exact=True).check()

    def press(self, words: str) -> None:
        self._page.get_by_role("button", name=words, exact=True).click()

    def write(self, text: str, label: str) -> None:
        self._field(label).fill(text)

    def write_code(self, team: str, label: str) -> None:
        said = re.search(rf"^{re.escape(team)}: .* code (.+)$", self._terminal(), re.MULTILINE)
        assert said, f"the terminal shows no code of {team}"
        self.write(said[1].strip(), label)

    def write_first(self, text: str, label: str) -> None:
        self._field(label, first=True).fill(text)

    def select(self, option: str, label: str) -> None:
        self._field(label).select_option(label=option)

    def select_first(self, option: str, label: str) -> None:
        self._field(label, first=True).select_option(label=option)

    def set(self, label: str, moment: str) -> None:
        self._field(label).fill(moment.replace(" ", "T"))

    def see(self, words: str) -> None:
        expect(self._words(words)).to_be_visible(timeout=PATIENCE_S * 1000)

    def wait(self, words: str) -> None:
        expect(self._words(words)).to_be_visible(timeout=LONG_S * 1000)

    def see_after_reload(self, words: str) -> None:
        def there() -> bool:
            self._page.reload()
            return self._words(words).is_visible()

        eventually(there, PATIENCE_S)

    def hear(self, words: str) -> None:
        eventually(lambda: words in self._terminal(), PATIENCE_S)

    def _field(self, label: str, *, first: bool = False) -> Locator:
        told = re.compile(rf"^\s*{re.escape(label)}( \(if there is one\))?\s*$")
        found = self._page.get_by_label(told)
        return found.first if first else found  # two of one label would be a fault of the page

    def _words(self, words: str) -> Locator:
        return self._page.get_by_text(words).filter(visible=True).first
