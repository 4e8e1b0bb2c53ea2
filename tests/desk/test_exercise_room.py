"""A team's room in a real browser: in Arabic and in English, live, by telephone and at a desk."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page
from tests.api.nodes import Pair
from tests.desk.looking import DESK, PHONE
from tests.desk.test_access import FITS, violations
from tests.exercise.world import hold
from tests.walks import sampled

ASK = """htmx.ajax("GET", "/exercise/now", {source: "#room-clock", target: "#room-clock"})
    .catch(() => 0)"""
"""What the page does each five seconds, at once."""


@pytest.fixture(scope="module")
def codes(pair: Pair) -> tuple[str, str]:
    """The codes of a team and of the hall, of an exercise that has run for 25 minutes."""
    return hold(pair.asking, minutes=25)


@pytest.fixture
def screens(browser: Browser) -> Iterator[list[Page]]:
    """Pages to close."""
    made: list[Page] = []
    yield made
    for page in made:
        page.context.close()


def opened(browser: Browser, screens: list[Page], lang: str, width: int) -> Page:
    context = browser.new_context(
        locale=lang, viewport={"width": width, "height": 900}, reduced_motion="reduce"
    )
    page = context.new_page()
    page.set_default_timeout(20_000)
    screens.append(page)
    return page


def join(page: Page, pair: Pair, code: str, name: str, role: str) -> str:
    """Join a team; return the number that was shown."""
    page.goto(f"{pair.asking.url}/exercise/join")
    page.fill("#id_code", code)
    page.click("main form button")
    page.fill("#id_new-name", name)
    page.check(f"input[name=new-role][value={role}]")
    page.click("button[name=new]")
    number = page.locator(".big-number").inner_text()
    assert not violations(page)
    page.click("main a.primary")
    page.wait_for_url("**/exercise")
    return number


def fits(page: Page) -> list[str]:
    """Return what is wrong with a page on a desk and on a telephone."""
    wrong = []
    for width in (DESK, PHONE):
        page.set_viewport_size({"width": width, "height": 900})
        wrong += [f"{page.url} at {width}: {one}" for one in violations(page)]
        if not page.evaluate(FITS):
            wrong.append(f"{page.url} scrolls sideways at {width}")
    return wrong


@pytest.mark.long
@pytest.mark.parametrize(
    ("lang", "role", "task"), [("ar", "duty", "answer-provider"), ("en", "counsel", "answer-press")]
)
def test_one_joins_plays_and_comes_back(  # noqa: PLR0917 - three fixtures, three cases
    browser: Browser,
    screens: list[Page],
    pair: Pair,
    codes: tuple[str, str],
    lang: str,
    role: str,
    task: str,
) -> None:
    page = opened(browser, screens, lang, PHONE)
    number = join(page, pair, codes[0], f"Lan {lang}", role)
    root = page.locator("html")
    assert root.get_attribute("dir") == ("rtl" if lang == "ar" else "ltr")
    wrong = fits(page)
    page.click("button[name=acknowledged] >> nth=0")
    page.wait_for_url("**/exercise")
    assert "Lan" in page.locator("#room-done").inner_text()
    page.click(f"#room-tasks a[href$={task}]")
    wrong += fits(page)
    page.click("#id_answer input >> nth=0")
    page.click("main form button[type=submit] >> nth=0")
    page.wait_for_selector("main [role=status]")
    page.goto(f"{pair.asking.url}/exercise")
    page.click("#room-talks a >> nth=0")
    wrong += fits(page)
    said = {"ar": "request.extension-asked", "en": "request.status-asked"}[lang]
    page.select_option("#id_type", said)
    page.click("main form button[type=submit]")
    page.wait_for_url("**/exercise")
    page.context.clear_cookies()
    page.goto(f"{pair.asking.url}/exercise/join?code={codes[0]}")
    page.click("main form button")
    page.fill("#id_back-name", f"Lan {lang}")
    page.fill("#id_back-number", number)
    page.click("button[name=back]")
    page.wait_for_url("**/exercise")
    assert not wrong, "\n".join(wrong)


@pytest.mark.long
def test_what_comes_shows_by_itself_and_leaves_what_is_being_typed(
    browser: Browser, screens: list[Page], pair: Pair, codes: tuple[str, str]
) -> None:
    mine, other = (opened(browser, screens, "en", DESK) for _ in range(2))
    join(mine, pair, codes[0], "Mai", "duty")
    join(other, pair, codes[0], "Nga", "duty")
    mine.select_option("#room-to", "press")
    mine.focus("#came-1 a, #came-1 button")
    focused = mine.evaluate("document.activeElement.id")
    with other.expect_navigation():
        other.click("#came-1 ~ li button, #came-1 button")
    mine.evaluate(ASK)
    mine.wait_for_function("document.querySelector('#room-done').innerText.includes('Nga')")
    assert mine.input_value("#room-to") == "press"
    assert mine.evaluate("document.activeElement.id") in {focused, ""} or focused
    assert mine.locator("#room-lost").is_hidden()
    text = mine.locator("#room-clock").inner_text()
    assert re.search(r"\d+:\d\d", text)


@pytest.mark.long
def test_a_session_that_ended_is_said_and_nobody_asks_again(
    browser: Browser, screens: list[Page], pair: Pair, codes: tuple[str, str]
) -> None:
    page = opened(browser, screens, "en", DESK)
    join(page, pair, codes[0], "Oanh", "examiner")
    page.context.clear_cookies()
    page.evaluate(ASK)
    page.wait_for_selector("#room-ended:not([hidden])")
    assert page.locator("#room-came h2").count() == 1, "what was there is left"


def test_the_room_works_without_scripts(
    browser: Browser, screens: list[Page], pair: Pair, codes: tuple[str, str]
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    screens.append(page)
    join_plain(page, pair, codes[0])
    page.select_option("#room-to", "police")
    page.click("button[name=called]")
    assert "Phuong" in page.locator("#room-done").inner_text()


def join_plain(page: Page, pair: Pair, code: str) -> None:
    page.goto(f"{pair.asking.url}/exercise/join?code={code}")
    page.click("main form button")
    page.fill("#id_new-name", "Phuong")
    page.check("input[name=new-role][value=counsel]")
    page.click("button[name=new]")
    page.click("main a.primary")


@pytest.mark.parametrize("lang", sampled(["ar", "en"], ["ar"]))
def test_the_hall_fits_and_can_be_read(
    browser: Browser, screens: list[Page], pair: Pair, codes: tuple[str, str], lang: str
) -> None:
    page = opened(browser, screens, lang, DESK)
    page.goto(f"{pair.asking.url}/hall/{codes[1]}")
    assert page.locator(".hall-teams > li").count() == 2
    wrong = fits(page)
    assert not wrong, "\n".join(wrong)
