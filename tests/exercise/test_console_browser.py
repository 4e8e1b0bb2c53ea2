"""A trainer holds a whole exercise in a browser, in English on a desk, in Arabic on a phone."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.api.nodes import PASSWORD
from tests.desk.conftest import browser_type_launch_args
from tests.desk.test_access import FITS, violations
from tests.walks import sampled

from comity.drills import Event
from comity.node.exercise import exercises, membership, team_events
from comity.node.models import Exercise, Officer, Team

pytestmark = pytest.mark.long  # a trainer's desk in a browser

__all__ = ["browser_type_launch_args"]


@pytest.fixture
def trainer(
    browser: Browser, transactional_db: None, add: Callable[..., Officer], live_server: Any
) -> Iterator[Callable[..., Page]]:
    """Open the console as a trainer, in a language and a width."""
    add("trainer", "trainer")
    contexts = []

    def opened(lang: str, width: int) -> Page:
        context = browser.new_context(
            base_url=live_server.url, locale=lang, viewport={"width": width, "height": 900}
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.goto("/sign-in")
        page.fill("#id_name", "trainer")
        page.fill("#id_password", PASSWORD)
        page.click("main button[type=submit]")
        page.wait_for_url(lambda url: "/sign-in" not in url)
        return page

    yield opened
    for context in contexts:
        context.close()


def looked_at(page: Page, lang: str, folder: Path, name: str) -> None:
    """Hold a page against axe and against widths, and keep a picture of it."""
    root = page.locator("html")
    expect(root).to_have_attribute("dir", "rtl" if lang == "ar" else "ltr")
    page.screenshot(path=folder / f"{name}-{lang}.png", full_page=True)
    assert violations(page) == [], name
    assert page.evaluate(FITS), f"{name} scrolls sideways"


@pytest.mark.parametrize(
    ("lang", "width"), sampled([("en", 1280), ("ar", 390)], [("ar", 390)], fills=2)
)
def test_a_trainer_holds_an_exercise_to_its_end(
    trainer: Callable[..., Page], tmp_path: Path, lang: str, width: int
) -> None:
    page = trainer(lang, width)
    page.goto("/exercises")
    page.click("main .title a.primary")
    page.select_option("#id_scenario", "first-night")
    page.fill("#id_names", "Heron\nبلشون")
    looked_at(page, lang, tmp_path, "new")
    page.click("main form button[type=submit]")
    made = Exercise.objects.get()
    heron = team_of(made)
    membership.join(
        heron.code, name="Kim", role="duty", at=datetime.now(UTC).replace(microsecond=0)
    )
    page.click(".identity .menu > summary")
    page.click(f'main a[href="/exercises/{made.pk}/codes"]')
    looked_at(page, lang, tmp_path, "codes")
    page.go_back()
    page.click('form[action$="/begin"] button')
    board = page.locator("#watch-list")
    expect(board).to_contain_text("Kim")
    looked_at(page, lang, tmp_path, "board")

    one_team(page, made)
    looked_at(page, lang, tmp_path, "team")
    page.goto(f"/exercises/{made.pk}")
    page.click(".identity .menu > summary")
    page.click(f'main a[href="/exercises/{made.pk}/close"]')
    looked_at(page, lang, tmp_path, "close")
    page.click("main form button.danger")
    page.wait_for_url(f"**/exercises/{made.pk}")
    expect(page.locator(".console-act")).to_have_count(0)
    looked_at(page, lang, tmp_path, "closed")
    assert Exercise.objects.get().closed_at is not None
    kinds = [event.kind for event in team_events.read(team_of(made)).events]
    assert kinds == ["pause", "inject", "speak", "judge"]


def one_team(page: Page, made: Exercise) -> None:
    """Pause all teams; bring an inject to one of them, speak to it, overrule its points."""
    heron = team_of(made)
    page.click('main section button[value="pause"]')  # all teams
    resume = page.locator(f"#resume-{heron.pk}")
    expect(resume).to_be_visible()
    page.click(f"#team-{heron.pk}")
    planned = view_of(heron).planned[0].inject
    page.click(f"#inject-{planned}")
    expect(page.locator(f"#inject-{planned}")).to_have_count(0)
    page.click("details:has(textarea[name=speak-text]) summary")
    page.select_option("[name=speak-role]", "counsel")
    page.fill("[name=speak-text]", "الوقت يمر <b>!</b>")
    page.click("form:has(textarea[name=speak-text]) button")
    expect(page.locator("#watch-list")).to_contain_text("الوقت يمر <b>!</b>")
    page.click("details:has([name=judge-points]) summary")
    score = next(iter(exercises.scenario_in(made).plan.scores))
    page.select_option("[name=judge-score]", f"score {score}")
    page.fill("[name=judge-points]", "999")
    page.fill("[name=judge-reason]", "Said aloud")
    page.click("form:has([name=judge-points]) button")
    expect(page.locator(".errors")).to_be_visible()
    assert page.locator("[name=judge-reason]").input_value() == "Said aloud"  # nothing is lost
    page.fill("[name=judge-points]", "1")
    page.click("form:has([name=judge-points]) button")
    expect(page.locator("#watch-list")).to_contain_text("Said aloud")


def test_the_board_brings_itself_up_to_date_and_keeps_what_is_typed(
    trainer: Callable[..., Page],
) -> None:
    at = datetime.now(UTC).replace(microsecond=0)
    made = exercises.make("first-night", teams=["Heron"], at=at, by="trainer")
    exercises.begin(made, at=at, by="trainer")
    heron = made.teams.select_related("exercise__edition").get()
    page = trainer("en", 1280)
    page.goto(f"/exercises/{made.pk}")
    page.click("details:has(textarea[name=speak-text]) summary")
    page.fill("[name=speak-text]", "Half a sentence")
    pause = Event(at=datetime.now(UTC), kind="pause", by="another", names={})
    team_events.steer(heron, pause)
    expect(page.locator(f"#resume-{heron.pk}")).to_be_visible(timeout=20_000)
    assert page.locator("[name=speak-text]").input_value() == "Half a sentence"


def team_of(made: Exercise) -> Team:
    return made.teams.select_related("exercise__edition").get(name="Heron")


def view_of(team: Team) -> Any:
    return team_events.look_at(team, datetime.now(UTC))
