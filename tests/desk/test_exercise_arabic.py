"""A team plays in Arabic, at a node of its own, against a forger, to the end."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest
from django.utils.translation import override
from playwright.sync_api import Browser, Page
from tests.api.nodes import eventually
from tests.desk.terminals import Terminal, opened
from tests.desk.test_access import FITS, violations
from tests.desk.whole_case import SEND, SUBMIT
from tests.nodes.offices import free_row

from comity.drills import Scenario, read_scenario, say
from comity.files.drills import read_shipped
from comity.node.exercise.pages import room_labels

SCENARIO: Final = "forged-emergency"
LANG: Final = "ar"
PATIENCE_MS: Final = 60_000


def scenario() -> Scenario:
    return read_scenario(SCENARIO, read_shipped(SCENARIO))


def text(key: str) -> str:
    read = scenario()
    return say(read.plan, read.texts, key, LANG)[0]


def word(table: Mapping[str, Any], key: str) -> str:
    with override(LANG):
        return str(table[key])


def window(browser: Browser, lang: str) -> Page:
    context = browser.new_context(locale=lang, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    return page


def sign_in(page: Page, address: str, name: str, password: str) -> None:
    page.goto(f"{address}/sign-in")
    page.fill("#id_name", name)
    page.fill("#id_password", password)
    page.click("main form button")
    page.wait_for_selector("details.account form[action='/sign-out']", state="attached")


def reload_until(page: Page, words: str) -> None:
    def there() -> bool:
        page.reload()
        return words in page.inner_text("main")

    eventually(there, PATIENCE_MS / 1000)


def found(terminal: Terminal, form: str) -> str:
    match = re.search(form, terminal.said(), re.MULTILINE)
    assert match, terminal.said()
    return match[1]


@pytest.mark.long
@pytest.mark.timeout(600)  # an hour of the story in a minute, and nodes that start
def test_a_team_plays_in_arabic_against_a_forger_to_the_end(
    browser: Browser, tmp_path: Path
) -> None:
    order = ["comity", "drill", "run", SCENARIO, "--teams", "1", "--name", "Heron", "--lang", LANG]
    typed = [*order, "--port-base", str(free_row(3))]
    with opened(typed, tmp_path, until="Ctrl-C ends") as terminal:
        house = found(terminal, r"^the house: (\S+)")
        trainer, trainee, officer = (window(browser, lang) for lang in ("en", LANG, LANG))
        sign_in(trainer, house, "trainer", found(terminal, r"un/exercise trainer  password (\S+)"))
        trainer.goto(f"{house}/exercises")
        trainer.locator("main .items a").first.click()
        _join(trainee, house, found(terminal, r"^Heron: .* code (.+)$"))
        trainer.fill("[name$='percent']", "6000")
        trainer.get_by_role("button", name="Start exercise").click()

        reload_until(trainee, text("injects.genuine-request.title"))
        trainer.get_by_role("button", name="Pause", exact=True).first.click()
        _verifies(trainee)
        address = trainee.locator("main .note a[href^='http']").first.get_attribute("href") or ""
        password = found(terminal, r"xa/contact-point-1 duty  password (\S+)")
        sign_in(officer, address, "duty", password)
        _acknowledges(officer, address)
        reload_until(trainee, word(room_labels.DONE, "sent"))

        _hurries(trainer)
        trainer.get_by_role("button", name="Resume", exact=True).first.click()
        reload_until(trainee, word(room_labels.STATE, "over"))
        trainee.click("a[href='/exercise/report']")
        trainee.wait_for_selector("main h1")
        assert trainee.get_attribute("html", "dir") == "rtl"
        assert not violations(trainee)
        assert trainee.evaluate(FITS)
        eventually(lambda: "did forge, answered 401 transport-signature" in terminal.said(), 60.0)
        officer.goto(f"{address}/")
        assert officer.locator("main .items .item").count() == 1, "the forgery is no case"


def _hurries(page: Page) -> None:
    """Let the rest of the hour pass as fast as it may."""
    paced = page.locator("details", has=page.get_by_text("Other pace", exact=True)).first
    paced.locator("summary").click()
    paced.locator("[name$='percent']").fill("10000")
    paced.get_by_role("button", name="Set pace").click()


def _join(page: Page, house: str, code: str) -> None:
    page.goto(f"{house}/exercise/join")
    page.fill("#id_code", code)
    page.click("main form button")
    page.fill("#id_new-name", "ليلى")
    page.check("input[name=new-role][value=duty]")
    page.click("button[name=new]")
    page.click("main a.primary")
    page.wait_for_url("**/exercise")


def _verifies(page: Page) -> None:
    """Answer how one verifies, and call the number in the directory."""
    page.click(f"text={text('tasks.how-to-verify.ask')}")
    page.check("input[value='number-in-directory']")
    page.click("main form button[type=submit]:not([name])")
    page.wait_for_selector(".tag-good")
    page.click("main a[href='/exercise']")
    page.select_option("#room-to", "cordania")
    page.click("button[name=called]")
    page.wait_for_url("**/exercise")


def _acknowledges(page: Page, address: str) -> None:
    """Acknowledge the one request that came to the node."""
    page.goto(f"{address}/")
    page.locator("main .items a").first.click()
    page.locator(".identity .does .primary").first.click()  # whoever takes the emergency
    page.wait_for_url("**/request.acknowledged")
    page.fill("#id_acknowledgement-reference", "ALD-1")
    page.click(SUBMIT)
    page.wait_for_url("**/drafts/*")
    page.click(SEND)
    page.wait_for_url("**/cases/*")
