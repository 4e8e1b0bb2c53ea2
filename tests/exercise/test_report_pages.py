"""The pages of reports in a browser: readable by everybody, in both directions, wide and narrow.

The browser runs in a thread of its own: it has a loop, beside which Django asks no database.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, sync_playwright
from tests.browser import launching
from tests.desk.test_access import violations
from tests.exercise.played import joined, judged, played, seated

from comity.node.core.clock import now
from comity.node.exercise import lessons
from comity.node.models import Lesson, Team

FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
LOOKS = [("en", 1280), ("ar", 390)]
MORE_LOOKS = [("ar", 1280), ("en", 390)]


def in_browser(work: Callable[[Browser], None]) -> None:
    """Do something with a browser, and raise here what went wrong there."""
    how = launching()

    def done() -> None:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(**how)
            work(browser)
            browser.close()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(done).result()


def opened(browser: Browser, client: Client, url: str, *, lang: str, width: int) -> Page:
    """Open a page with the cookies of a client that has signed in."""
    context = browser.new_context(locale=lang, viewport={"width": width, "height": 900})
    for name, morsel in client.cookies.items():
        context.add_cookies([{"name": name, "value": morsel.value, "url": url}])
    page = context.new_page()
    page.goto(url)
    return page


@pytest.fixture
def pair(transactional_db: None, config: object) -> dict[str, Team]:
    teams = played("hospital-ransomware", {"Heron": "late", "مالك": "careless"})
    judged(teams["Heron"], "score server-kept", 18, "Kept by telephone.")
    due = date(2026, 1, 1)
    lessons.add(
        teams["Heron"], text="Call first. " * 20, owner="Head of watch", due=due, at=now(), by="t"
    )
    return teams


@pytest.fixture
def trainer(pair: dict[str, Team], add: Any, sign_in: Callable[[str], Client]) -> Client:
    add("trainer", "trainer")
    return sign_in("trainer")


def place(team: Team) -> str:
    return f"/exercises/{team.exercise_id}/teams/{team.pk}/report"


@pytest.mark.long
@pytest.mark.parametrize("looks", [LOOKS, pytest.param(MORE_LOOKS, marks=pytest.mark.long)])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    pair: dict[str, Team], trainer: Client, live_server: Any, looks: list[tuple[str, int]]
) -> None:
    team = pair["Heron"]
    player = seated(joined(team, "late duty", "duty"))
    paths = (
        (trainer, place(team)),
        (trainer, f"/exercises/{team.exercise_id}/report"),
        (player, "/exercise/report"),
    )

    def looked(browser: Browser) -> None:
        for lang, width in looks:
            for client, path in paths:
                page = opened(browser, client, live_server.url + path, lang=lang, width=width)
                assert page.locator("html").get_attribute("lang") == lang
                assert page.locator("h1").count() == 1, path
                assert violations(page) == [], (path, lang, width)
                assert page.locator(".hidden-mark").count() == 0, (path, lang)
                assert page.evaluate(FITS), f"{path} scrolls sideways, {lang} {width}"
                page.context.close()

    in_browser(looked)


@pytest.mark.long
def test_a_trainer_writes_a_lesson_down_and_marks_it_done(
    pair: dict[str, Team], trainer: Client, live_server: Any
) -> None:
    url = live_server.url + place(pair["مالك"])

    def written(browser: Browser) -> None:
        page = opened(browser, trainer, url, lang="en", width=1280)
        page.fill("#id_text", "Ring Calder before the judge.")
        page.fill("#id_owner", "Duty officer")
        page.click("button:has-text('Record lesson')")
        assert page.locator("#id_due_error").count() == 1  # what was typed is still there
        assert page.input_value("#id_text") == "Ring Calder before the judge."
        page.fill("#id_due", "2027-02-01")
        page.click("button:has-text('Record lesson')")
        assert page.locator("[aria-labelledby=part-decide]", has_text="Ring Calder").count() == 1
        page.click("button:has-text('Mark as done')")
        assert page.locator(".state", has_text="done").count() == 1

    in_browser(written)
    lesson = Lesson.objects.get(team=pair["مالك"])
    assert lesson.done_at is not None


def test_in_print_the_figures_stay_and_forms_are_left_on_the_screen(
    pair: dict[str, Team], trainer: Client, live_server: Any
) -> None:
    url = live_server.url + place(pair["Heron"])

    def printed(browser: Browser) -> None:
        page = opened(browser, trainer, url, lang="en", width=1280)
        page.emulate_media(media="print")
        for gone in ("#id_text", "#people", ".rail", "#part-lessons ~ form"):
            assert not page.locator(gone).first.is_visible(), gone
        for there in (".exercise", ".report-figures", "#part-timeline"):
            assert page.locator(there).is_visible(), there

    in_browser(printed)
