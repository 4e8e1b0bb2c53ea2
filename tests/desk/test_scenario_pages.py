"""A trainer brings a scenario in as a file in a real browser, and it is played as written."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.api.nodes import Pair
from tests.desk.test_access import FITS, violations

from comity.intake.scenario_files import read_zip, write_zip
from comity.node.core.config import VARIABLE

NAME = "our-night"
PLAY = """
import json, os, sys
from datetime import UTC, datetime, timedelta
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "comity.node.site.settings")
import django
django.setup()
from comity.node.exercise import exercises, team_events
from comity.node.exercise.errors import ExerciseError
from comity.node.models import Team
at, minutes = datetime(2027, 3, 1, 9, tzinfo=UTC), [int(one) for one in sys.argv[2:]]
try:
    made = exercises.make(sys.argv[1], teams=["A"], at=at, by="trainer")
except ExerciseError as fault:
    print(json.dumps({"refused": str(fault)}))
    raise SystemExit
exercises.begin(made, at=at, by="trainer")
team = Team.objects.select_related("exercise__edition").get(exercise=made)
came = [
    [one.inject for one in team_events.look_at(team, at + timedelta(minutes=n)).delivered]
    for n in minutes
]
print(json.dumps({"came": came, "story": exercises.scenario_in(made).texts["en"]["story"]}))
"""


def played(pair: Pair, name: str, *minutes: int) -> dict[str, Any]:
    """Make an exercise of a scenario on the node itself, and return what came by minutes."""
    done = subprocess.run(
        [sys.executable, "-c", PLAY, name, *map(str, minutes)],
        env={**os.environ, VARIABLE: str(pair.asking.process.folder)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.long
def test_a_trainer_changes_a_download_and_it_is_played_as_changed(
    visit: Callable[..., Page], pair: Pair, tmp_path: Path
) -> None:
    page = visit("trainer")
    page.get_by_role("link", name="Scenarios", exact=True).click()
    page.get_by_role("link", name="First night").click()
    with page.expect_download() as coming:
        page.get_by_role("link", name="Complete folder (ZIP)").click()
    files = read_zip(Path(coming.value.path()).read_bytes())

    # changed in a text editor: the name, the minute of an inject, and a text that is emptied
    plan = files["scenario.toml"].decode().replace('"first-night"', f'"{NAME}"', 1)
    press = plan.index('key = "press-question"')
    start = plan.index("minute = ", press)
    plan = plan[:start] + "minute = 25" + plan[plan.index("\n", start) :]
    english = files["texts/en.toml"].decode()
    line = next(one for one in english.splitlines() if one.startswith("story = "))
    files |= {"scenario.toml": plan.encode(), "texts/en.toml": english.replace(line, "").encode()}
    _bring(page, pair, tmp_path, files)
    expect(page.get_by_text("before it can be played").first).to_be_visible()
    expect(page.get_by_text("The text is missing.").first).to_be_visible()
    assert "not sound" in played(pair, NAME)["refused"]

    # mended, and brought in again once the unsound edition is gone
    page.get_by_role("link", name="Delete own edition").click()
    page.get_by_role("button", name="Delete own edition").click()
    story = 'story = "New Year at {kept}, Belmora keeps {server}; offices open {back}."'
    _bring(page, pair, tmp_path, files | {"texts/en.toml": english.replace(line, story).encode()})
    expect(page.get_by_text("Saved. It can be played as it stands.")).to_be_visible()

    # how it would run
    page.get_by_role("link", name="Rehearsal").click()
    row = page.get_by_role("row").filter(has_text="The Harbour Courier asks").first
    expect(row).to_contain_text("minute 25")

    found = played(pair, NAME, 24, 25)
    before, after = found["came"]
    assert "press-question" not in before
    assert "press-question" in after
    assert found["story"].startswith("New Year")
    assert not pair.asking.ok("trainer", "GET", "/scenarios/first-night")["own"]


def _bring(page: Page, pair: Pair, folder: Path, files: dict[str, bytes]) -> None:
    """Import a scenario on its page."""
    archive = folder / f"{NAME}.zip"
    archive.write_bytes(write_zip(NAME, files))
    page.goto(f"{pair.asking.url}/scenarios/upload")
    page.get_by_label("The file").set_input_files(archive)
    page.get_by_role("button", name="Import scenario").click()


PATHS = (
    "/scenarios",
    "/scenarios/upload",
    "/scenarios/first-night",
    "/scenarios/first-night/run",
)


@pytest.mark.long
@pytest.mark.parametrize(
    ("lang", "width"), [pytest.param("en", 1280, marks=pytest.mark.long), ("ar", 390)]
)
def test_everybody_can_use_the_pages_of_scenarios(
    visit: Callable[..., Page], pair: Pair, lang: str, width: int
) -> None:
    page, wrong = visit("trainer", lang=lang, width=width), list[str]()
    page.on("console", lambda m: wrong.append(m.text) if "Security Policy" in m.text else None)
    for path in PATHS:
        page.goto(pair.asking.url + path)
        assert page.locator("html").get_attribute("dir") == ("rtl" if lang == "ar" else "ltr")
        wrong += [f"{path}: {one}" for one in violations(page)]
        if not page.evaluate(FITS):
            wrong.append(f"{path}: scrolls sideways")
    assert not wrong, "\n".join(wrong)
