"""The set-up as people meet it: by keyboard, on a phone, from right to left, read by axe."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from tests.browser import launching
from tests.desk.looking import LOCALES
from tests.desk.test_access import FITS, violations
from tests.operation.playing import Play
from tests.operation.wizard import Wizard

pytestmark = pytest.mark.full  # every page and every refusal, by keyboard alone

SEEN = [
    *("code", "code-wrong", "office", "office-wrong", "keys", "keys-made"),
    *("officer-ca", "officer-ca-differ", "officer-ca-saved", "officer-ca-made", "sheet"),
    *("declarations", "entry", "partners"),
    *("partners-file", "partners-not-compared", "partners-taken", "people", "people-password"),
    *(
        "people-too-few",
        "people-enough",
        "officers",
        "roster",
        "roster-empty",
        "ceremony",
        "paper",
        "ceremony-wrong",
        "self-test",
    ),
    *("self-test-tried", "echo", "finish", "ended"),
]
WHOLE_COMMANDS = """() => [...document.querySelectorAll('.command > span')].every(
    (it) => it.getClientRects().length === 1 && getComputedStyle(it).display === 'inline-block')"""
BACKWARDS = r"""() => {
    const walk = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
    const found = [];
    while (walk.nextNode()) {
        const direction = getComputedStyle(walk.currentNode.parentElement).direction;
        const told = walk.currentNode.data.matchAll(/[+]\d[\d ]+|\/\w[\w.-]*\/\w+/g);
        for (const [text] of told) {
            if (direction === 'rtl') { found.push(text); }
        }
    }
    return found;
}"""
"""Numbers to call and paths bare in a sentence from right to left, and so drawn backwards."""


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    return launching()


def play(browser: Browser, tmp_path: Path, language: str, width: int) -> None:
    """Play the whole set-up, and judge each page that comes on the way."""
    faults: list[str] = []
    seen: list[str] = []
    context = browser.new_context(
        locale=LOCALES.get(language, language),
        viewport={"width": width, "height": 900},
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.on("console", lambda m: faults.append(m.text) if "Security Policy" in m.text else None)

    def look(name: str, page: Page) -> None:
        seen.append(name)
        html = page.locator("html")
        assert html.get_attribute("lang") == language
        assert html.get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
        assert violations(page) == [], name
        assert page.evaluate(FITS), f"{name} scrolls sideways"
        assert page.evaluate(WHOLE_COMMANDS), f"{name} breaks a word of a command"
        assert page.evaluate(BACKWARDS) == [], name

    with Wizard(tmp_path / "office" / "node") as wizard:
        Play(page, wizard, tmp_path, look).whole()
        assert wizard.ended() == 0
    context.close()
    assert seen == SEEN
    assert faults == []


def test_the_set_up_is_played_by_keyboard_in_arabic_on_a_phone(
    browser: Browser, tmp_path: Path
) -> None:
    play(browser, tmp_path, "ar", 390)


@pytest.mark.long
@pytest.mark.parametrize("language", ["en", "es", "fr", "ru", "vi", "zh-hans"])
@pytest.mark.parametrize("width", [1280, 320])
def test_it_is_played_in_every_language_on_a_desk_and_enlarged(
    browser: Browser, tmp_path: Path, language: str, width: int
) -> None:
    play(browser, tmp_path, language, width)


@pytest.mark.long
def test_what_leads_on_is_seen_without_scrolling(browser: Browser, tmp_path: Path) -> None:
    context = browser.new_context(locale="en", viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.set_default_timeout(60_000)
    hidden: list[str] = []

    def look(name: str, page: Page) -> None:
        if name in {"sheet", "paper", "ended"}:  # to print, and the end
            return
        page.evaluate("scrollTo(0, 0)")
        acts = page.locator("main .bar").or_(page.locator("main .primary")).filter(visible=True)
        boxes = [box for one in acts.all() if (box := one.bounding_box())]
        lowest = max((box["y"] + box["height"] for box in boxes), default=None)
        if lowest is None or lowest > 800:
            hidden.append(f"{name} at {lowest}")

    with Wizard(tmp_path / "office" / "node") as wizard:
        Play(page, wizard, tmp_path, look).whole()
    context.close()
    assert hidden == []


@pytest.mark.long
def test_what_was_ticked_and_typed_is_still_there_after_a_refusal(
    browser: Browser, tmp_path: Path
) -> None:
    page = browser.new_context(locale="en").new_page()
    page.set_default_timeout(60_000)

    def look(name: str, page: Page) -> None:
        if name == "partners-file":
            page.fill("#with", "Thandi, +27 12 000 0000")
        if name == "partners-not-compared":
            assert page.input_value("#with") == "Thandi, +27 12 000 0000"

    with Wizard(tmp_path / "office" / "node") as wizard:
        page.goto(wizard.url)
        played = Play(page, wizard, tmp_path, look)
        played.code()
        played.office()
        played.keys()
        played.officer_ca()
        played.declarations()
        played.entry()
        played.partners()
    page.context.close()


@pytest.mark.long
def test_what_was_typed_is_still_there_in_another_language(
    browser: Browser, tmp_path: Path
) -> None:
    page = browser.new_context(locale="en").new_page()
    page.set_default_timeout(60_000)
    with Wizard(tmp_path / "office" / "node") as wizard:
        page.goto(wizard.url)
        Play(page, wizard, tmp_path, lambda *_: None).code()
        page.fill("#id_office_name", "Văn phòng đầu mối")
        page.check("[name=mode][value=live]")
        page.check("[name=languages][value=vi]")
        page.select_option("#id_treaty_un_2024", "in-force")
        page.select_option("#language", "ar")
        with page.expect_navigation():
            page.locator("form[data-language] button").click()
        assert page.locator("html").get_attribute("lang") == "ar"
        assert page.input_value("#id_office_name") == "Văn phòng đầu mối"
        assert page.is_checked("[name=mode][value=live]")
        assert page.is_checked("[name=languages][value=vi]")
        assert not page.is_checked("[name=languages][value=fr]")
        assert page.input_value("#id_treaty_un_2024") == "in-force"
        page.reload()
        assert page.input_value("#id_office_name") == ""  # kept for one page, and no more
    page.context.close()
