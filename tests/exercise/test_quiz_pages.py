"""The pages of the short test in a browser: both directions, wide and narrow, without scripts."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page
from tests.desk.test_access import violations
from tests.exercise.rooming import Player, held, team_of
from tests.exercise.test_quiz import RIGHT, WRONG, C, begin
from tests.exercise.test_report_pages import FITS, LOOKS, in_browser, opened

from comity.files.courses import shipped_course
from comity.node.core.clock import now
from comity.node.exercise import membership, quiz_store
from comity.node.models import Exercise, QuizPaper

pytestmark = pytest.mark.long  # in a browser


@pytest.fixture
def waiting(transactional_db: None, config: object) -> Exercise:
    return held(None, teams=("Heron", "مالك"))


@pytest.fixture
def trainer(waiting: Exercise, add: Any, sign_in: Callable[[str], Client]) -> Client:
    add("trainer", "trainer")
    return sign_in("trainer")


def looked_at(
    pages: list[tuple[Client, str]], live_server: Any, see: Callable[[Any, str, str, int], None]
) -> None:
    """Look at pages in both directions, wide and narrow."""

    def looked(browser: Browser) -> None:
        for lang, width in LOOKS:
            for client, path in pages:
                client.cookies["django_language"] = lang
                page = opened(browser, client, live_server.url + path, lang=lang, width=width)
                assert page.locator("html").get_attribute("lang") == lang
                assert page.locator("h1").count() == 1, path
                assert violations(page) == [], (path, lang, width)
                assert page.evaluate(FITS), f"{path} scrolls sideways, {lang} {width}"
                see(page, path, lang, width)
                page.context.close()

    in_browser(looked)


def unseen(_page: Any, _path: str, _lang: str, _width: int) -> None:
    """Look at nothing more."""


def test_axe_finds_nothing_before_the_beginning(
    waiting: Exercise, trainer: Client, live_server: Any
) -> None:
    kim = Player(team_of(waiting))
    pages = [(kim.client, "/exercise"), (kim.client, "/exercise/test")]
    looked_at([*pages, (trainer, f"/exercises/{waiting.pk}")], live_server, unseen)


def test_axe_finds_nothing_after_the_end(
    waiting: Exercise, trainer: Client, live_server: Any
) -> None:
    team = team_of(waiting)
    kim, lan = Player(team), Player(team, "Lan", "counsel")
    others = [membership.join(team.code, name=f"P{n}", role="duty", at=now())[0] for n in range(4)]
    for one in (kim.member, *others):
        quiz_store.hand_in(one, "before", WRONG, lang="en", at=now())
    begin(waiting, 61)
    for one in (kim.member, *others):
        quiz_store.hand_in(one, "after", RIGHT, lang="en", at=now())
    pages = [
        (lan.client, "/exercise/test"),
        (lan.client, "/exercise"),
        (kim.client, "/exercise/test"),
        (kim.client, "/exercise/report"),
        (trainer, f"/exercises/{waiting.pk}/teams/{team.pk}/report"),
    ]
    looked_at(pages, live_server, unseen)


def test_a_player_answers_in_arabic_without_scripts_before_and_after(
    waiting: Exercise, live_server: Any
) -> None:
    malik = Player(team_of(waiting), "مالك", language="ar")
    arabic = shipped_course(C).texts["ar"].questions
    lapse, days = arabic["lapse"], arabic["least-days"]

    def first(page: Page) -> None:
        page.get_by_label(lapse.answers["delete"].text).check()
        page.get_by_label(days.text).fill("٦٠")
        page.click("main button[type=submit]")
        assert page.url.endswith("/exercise")

    def second(page: Page) -> None:
        assert lapse.answers["tell"].why not in page.content()
        page.get_by_label(lapse.answers["tell"].text).check()
        page.click("main button[type=submit]")
        assert page.get_by_text(lapse.answers["tell"].why).is_visible()

    in_browser(without_scripts(malik, live_server.url, first))
    begin(waiting, 61)
    in_browser(without_scripts(malik, live_server.url, second))
    before, after = QuizPaper.objects.order_by("pk")
    assert before.right == {f"{C}:lapse": False, f"{C}:least-days": True}
    assert after.right == {f"{C}:lapse": True}


def without_scripts(
    player: Player, url: str, does: Callable[[Page], None]
) -> Callable[[Browser], None]:
    """Go from the room to the test in a browser that runs no script, and do something there."""

    def done(browser: Browser) -> None:
        context = browser.new_context(java_script_enabled=False, locale=player.language)
        for name, morsel in player.client.cookies.items():
            context.add_cookies([{"name": name, "value": morsel.value, "url": url}])
        page = context.new_page()
        page.goto(f"{url}/exercise")
        page.click("#room-quiz a")
        does(page)
        context.close()

    return done
