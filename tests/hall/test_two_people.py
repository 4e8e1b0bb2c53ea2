"""Two people play the first night on nodes, in browsers of their own, from joining to the report.

Nothing is pressed that does not stand on a page. Kim is on duty and drafts; Ada is counsel and
gives the second signatures. They save the data in time, call the provider instead of writing, and
never answer Tessany.
"""

import contextlib
import re
import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import pytest
from playwright.sync_api import Browser, Page, expect
from playwright.sync_api import Error as PlaywrightError
from tests.api.nodes import eventually
from tests.desk.conftest import browser_type_launch_args
from tests.desk.terminals import Terminal, opened
from tests.desk.test_passkeys import add_authenticator
from tests.nodes.offices import free_row

PATIENCE_MS: Final = 150_000
__all__ = ["browser_type_launch_args"]


@pytest.fixture(scope="module")
def terminal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    """An exercise of one team, as `hold-an-exercise.md` begins it."""
    folder = tmp_path_factory.mktemp("held")
    typed = f"comity drill run first-night --teams 1 --name Heron --port-base {free_row(4)}"
    words = [*shlex.split(typed), "-o", str(folder / "exercise")]
    with opened(words, folder, until="Ctrl-C ends") as made:
        yield made


@dataclass
class Person:
    """Somebody with a browser of their own: one window in the house, one at a node."""

    house: Page
    node: Page


@pytest.fixture
def person(browser: Browser) -> Iterator[Callable[[], Person]]:
    contexts = []

    def came() -> Person:
        context = browser.new_context(locale="en", viewport={"width": 1280, "height": 900})
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        return Person(context.new_page(), context.new_page())

    yield came
    for context in contexts:
        context.close()


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).first.click()


def follow(page: Page, name: str) -> None:
    page.get_by_role("link", name=name, exact=True).first.click()


def until(page: Page, text: str | re.Pattern[str]) -> None:
    """Look again until something stands on the page."""

    def there() -> bool:
        with contextlib.suppress(PlaywrightError):  # the page's own script loaded it just now
            page.reload()
        return page.get_by_text(text).count() > 0

    eventually(there, 180.0)


def sign_in(page: Page, url: str, name: str, password: str) -> None:
    page.goto(url)
    page.get_by_label("User name", exact=True).fill(name)
    page.get_by_label("Password", exact=True).fill(password)
    press(page, "Sign in")
    expect(page.get_by_label("Password", exact=True)).to_have_count(0)


def join(who: Person, said: str, name: str, part: str) -> None:
    """Join by the team's code, and come into the room."""
    (url, code) = re.findall(r"Heron: join at (\S+) with the code (.+)", said)[0]
    who.house.goto(url)
    who.house.get_by_label("Team code").fill(code)
    press(who.house, "Continue")
    who.house.get_by_label("Your name").first.fill(name)
    who.house.get_by_label(part).check()
    press(who.house, "Join team")
    follow(who.house, "Open workspace")


def go_to_node(who: Person) -> tuple[str, str]:
    """Sign in at the team's node with the one account that the room names; return it."""
    room = who.house.locator(".note", has=who.house.get_by_text("Node of your team"))
    rows = room.get_by_role("row").all()[1:]
    assert len(rows) == 1, "one's own account, and no other"
    name = rows[0].get_by_role("rowheader").inner_text()
    password = rows[0].get_by_role("cell").last.inner_text()
    address = str(room.get_by_role("link").first.get_attribute("href"))
    sign_in(who.node, address, name, password)
    return name, password


def make_passkey(who: Person) -> None:
    add_authenticator(who.node)
    who.node.locator(".account summary").click()
    follow(who.node, "My account")
    press(who.node, "Create passkey")
    # a page that is loaded anew before the passkey's answer came asks for another one
    who.node.get_by_text("Passkey saved for").wait_for(timeout=PATIENCE_MS)
    until(who.node, re.compile(r"Certified\. It can sign\."))


def sign(page: Page) -> None:
    press(page, "Sign with my passkey")
    page.wait_for_selector(".note-good")


@pytest.mark.long
@pytest.mark.timeout(900)
def test_a_team_of_two_plays_the_first_night_from_joining_to_a_true_report(
    person: Callable[[], Person], terminal: Terminal
) -> None:
    said = terminal.said()
    kim, ada, trainer = person(), person(), person()
    join(kim, said, "Kim", "Duty officer")
    join(ada, said, "Ada", "Counsel on call")
    (duty, _), (approver, secret) = go_to_node(kim), go_to_node(ada)
    assert (duty, approver) == ("duty", "approver")
    assert secret not in kim.house.content(), "four eyes are two people's"
    for who in (kim, ada):
        expect(who.house.get_by_text("Countersigning role")).to_contain_text("Counsel")
        make_passkey(who)

    begins = "31 Dec 2026 23:15 UTC"  # in the room and at the node
    expect(kim.house.locator("#room-clock")).to_contain_text(begins)
    expect(kim.node.locator("header.masthead")).to_contain_text(begins)
    begin(trainer.house, said)
    until(kim.house, "Belmora: data at risk")
    press(trainer.house, "Pause")

    follow(kim.node, "Cases")
    case = kim.node.get_by_role("main").get_by_role("listitem").filter(has_text="Belmora")
    expect(case).to_contain_text("1 Jan 2027 00:00")
    case.get_by_role("link").first.click()
    until(kim.node, "Data loss warning")
    kim.node.locator("summary").get_by_text("More actions").click()
    follow(kim.node, "Request extension")
    kim.node.get_by_label("Until").fill("2027-03-02T00:00")
    kim.node.get_by_label("Reasons").fill("The request for assistance is being translated.")
    press(kim.node, "Review and sign")
    sign(kim.node)
    send(kim.node)

    bring(trainer.house, "A second fund has been hit")
    draft_second(kim.node)
    sign(kim.node)
    follow(ada.node, "Drafts")
    ada.node.get_by_role("link", name=re.compile("^Signatures")).first.click()
    ada.node.get_by_role("link", name=SECOND).click()
    sign(ada.node)
    kim.node.reload()
    send(kim.node)
    for what in ("Extension request", "Request"):
        until(kim.house, re.compile(f"{what}"))

    kim.house.get_by_label("Party").select_option(label=PROVIDER)
    press(kim.house, "Call")
    press(trainer.house, "Resume")
    trainer.house.get_by_text("Other pace").click()
    trainer.house.get_by_label("Pace in per cent of the wall clock").fill("10000")
    press(trainer.house, "Set pace")
    until(kim.house, "Over")
    until(kim.node, "1 Jan 2027 00:15 UTC")

    follow(trainer.house, "After-action report")
    is_true(trainer.house)
    kim.house.get_by_role("link", name=re.compile(r"\breport\b", re.IGNORECASE)).first.click()
    is_true(kim.house)


SECOND: Final = "The mailbox ledger.copy@postbox.example"
PROVIDER: Final = "Lumen Mail, a mail provider in Aldoria (Provider)"


def begin(trainer: Page, said: str) -> None:
    """Begin the exercise as its trainer, ten times as fast as the wall, and go to the team."""
    (house, password) = re.findall(r"the house: (\S+)\n.*trainer  password (\S+)", said)[0]
    sign_in(trainer, f"{house}/exercises", "trainer", password)
    trainer.get_by_role("link", name=re.compile("^First night")).first.click()
    trainer.get_by_label("Pace in per cent of the wall clock").fill("1000")
    press(trainer, "Start exercise")
    trainer.get_by_role("link", name=re.compile("^Heron")).first.click()


def bring(trainer: Page, title: str) -> None:
    trainer.get_by_role("button", name=re.compile(f"Send inject.*{title}", re.DOTALL)).click()


def draft_second(node: Page) -> None:
    """Draft the preservation for the second fund, as the page asks for it."""
    follow(node, "Cases")
    follow(node, "New: expedited preservation")
    node.get_by_label("Reference", exact=True).fill("ALD-2026-0501")
    treaty = "UN Convention against Cybercrime (Hanoi, 2025)"
    node.get_by_label("Legal basis", exact=True).select_option(treaty)
    for label, text in (
        ("Article", "42"),
        ("Which data are meant", SECOND),
        ("Offence", "Computer fraud"),
        ("Facts", "A second fund paid a false invoice."),
        ("Reason and urgency", "The provider deletes by routine."),
    ):
        node.get_by_role("textbox", name=label).fill(text)
    press(node, "Review and sign")
    law = node.locator("main")
    expect(law).to_contain_text("to Belmora")
    expect(law).to_contain_text(f"{treaty} · Article 42 · in force between the two States")


def send(node: Page) -> None:
    press(node, "Send")
    node.wait_for_url("**/cases/*")


def is_true(report: Page) -> None:
    """Hold the report's sentences against what was done, and what was not."""
    told = report.locator(".report-first").first.inner_text()
    never = re.search(r"Never notified: (.*)\.", told)
    assert never, told
    assert "Lumen Mail" not in never[1], "it was telephoned"
    assert "Belmora" not in never[1], "it was written to"
    assert "Ministry of Justice" in never[1]
    heard = re.search(r"Notified incompletely or by the wrong channel: (.*)\.", told)
    assert heard, told
    assert "Lumen Mail" in heard[1]
    assert re.search(r"No permanent losses", told), told
    assert "longest delay lasted to the end" in told
    undone = re.search(r"Due and not done \((\d+)\)", told)
    assert undone, told
    done = report.get_by_role("table", name="Actions compared with the model solution")
    steps = done.get_by_role("row").filter(has_text="not done").count()
    assert steps == int(undone[1]) == 9, told
    parties = report.get_by_role("table", name="Notifications")
    line = parties.get_by_role("row").filter(has_text="Lumen Mail")
    expect(line).to_have_text(re.compile(r"not done; call \d+:\d\d"))
